/// The meter contract as plain Java. `MeterDifferentialIT` compares it with the deployed one, call
/// by call.
@NullMarked
package io.evenhand.simulation.meter;

import org.jspecify.annotations.NullMarked;
