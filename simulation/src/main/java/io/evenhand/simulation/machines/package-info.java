/// Runs the production machines inside a model, and remembers their steps.
@NullMarked
package io.evenhand.simulation.machines;

import org.jspecify.annotations.NullMarked;
