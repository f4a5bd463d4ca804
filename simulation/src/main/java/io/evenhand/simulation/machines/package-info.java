/// Real machines inside a model.
@NullMarked
package io.evenhand.simulation.machines;

import org.jspecify.annotations.NullMarked;
