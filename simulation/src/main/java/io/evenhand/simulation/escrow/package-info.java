/// The escrow contract as plain Java. `EscrowDifferentialIT` compares it with the deployed one,
/// call by call.
@NullMarked
package io.evenhand.simulation.escrow;

import org.jspecify.annotations.NullMarked;
