package io.evenhand.node.evm;

import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.Timing;
import io.evenhand.ledger.evm.FinalityPolicy;
import java.time.Duration;
import java.util.Optional;

/// The chain that a node works on, and how slow the node assumes it to be.
///
/// @param endpoint URL of a node: `http`, `https`, `ws` or `wss`
/// @param second another endpoint that must agree on what is final (16e)
/// @param rail chain id, escrow contract and the code that must stand there
/// @param poll pause between two looks at the chain
public record ChainConfig(
        String endpoint,
        Optional<String> second,
        Rail rail,
        FinalityPolicy finality,
        Timing timing,
        Duration poll) {
    /// How many blocks this user takes for final, on a chain that does not say so itself and is not
    /// a local one.
    Optional<Integer> ownFinality() {
        return finality instanceof FinalityPolicy.Depth(int blocks) && !timing.equals(Timing.LOCAL)
                ? Optional.of(blocks)
                : Optional.empty();
    }

    /// Without the endpoint, whose URL may hold a key.
    @Override
    public String toString() {
        return "chain " + rail.chainId() + ", contract " + rail.contract();
    }
}
