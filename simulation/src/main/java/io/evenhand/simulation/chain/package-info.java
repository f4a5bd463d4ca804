/// The model chain: the escrow contract as plain Java, blocks, a mempool with an inclusion bound,
/// and reorgs shallower than finality.
///
/// {@link io.evenhand.simulation.chain.ModelEscrow} is held against the real contract by a
/// differential test: {@link io.evenhand.simulation.chain.EscrowScript} draws the same calls for
/// both.
@NullMarked
package io.evenhand.simulation.chain;

import org.jspecify.annotations.NullMarked;
