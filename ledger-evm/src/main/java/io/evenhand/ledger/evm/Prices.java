package io.evenhand.ledger.evm;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What gas costs, by one or two endpoints. Everything that happens at one block needs it; with one
/// endpoint it is asked once for each block.
final class Prices {
    private final JsonRpc rpc;
    private final Optional<SecondOpinion> second;
    private volatile Optional<Priced> last = Optional.empty();

    private record Priced(Header tip, FeePolicy.Market market, long nanos) {}

    Prices(JsonRpc rpc, Optional<SecondOpinion> second) {
        this.rpc = rpc;
        this.second = second;
    }

    /// The same, or what was asked no longer ago than this.
    synchronized FeePolicy.Market recent(Header tip, Duration age) {
        return last.filter(priced -> System.nanoTime() - priced.nanos() < age.toNanos())
                .map(Priced::market)
                .orElseGet(() -> at(tip));
    }

    synchronized FeePolicy.Market at(Header tip) {
        Optional<Priced> known = last.filter(priced -> priced.tip().equals(tip));
        if (known.isPresent()) {
            return known.get().market();
        }
        List<JsonRpc> asked = second.map(other -> other.with(rpc)).orElse(List.of(rpc));
        FeePolicy.Market market = FeePolicy.market(asked, tip);
        if (second.isEmpty()) {
            // Of two, one that is silent now may contradict the other in a moment.
            last = Optional.of(new Priced(tip, market, System.nanoTime()));
        }
        return market;
    }
}
