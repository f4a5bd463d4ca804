/// The smallest model there is, of a protocol that is not fair.
@NullMarked
package io.evenhand.simulation.payfirst;

import org.jspecify.annotations.NullMarked;
