/// The explorer: production machines under every adversary, crash and schedule, from a seed.
@NullMarked
package io.evenhand.simulation;

import org.jspecify.annotations.NullMarked;
