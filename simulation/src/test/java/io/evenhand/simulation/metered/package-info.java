/// The model of METERED, in slices.
@NullMarked
package io.evenhand.simulation.metered;

import org.jspecify.annotations.NullMarked;
