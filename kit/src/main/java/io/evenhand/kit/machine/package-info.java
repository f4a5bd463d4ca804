/// The shape of a protocol: a pure function from a state and an input to the next state and its
/// effects.
@NullMarked
package io.evenhand.kit.machine;

import org.jspecify.annotations.NullMarked;
