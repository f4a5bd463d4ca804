/// What every process of this program has in common: its threads, its children, and its end when
/// something breaks.
@NullMarked
package io.evenhand.kit.process;

import org.jspecify.annotations.NullMarked;
