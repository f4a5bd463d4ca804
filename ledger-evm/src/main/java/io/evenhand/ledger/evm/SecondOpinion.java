package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// A second endpoint, asked about finality only: one lying node can make a deposit look final, two
/// that agree much less (decisions 16e).
///
/// While it does not answer it is asked ever more rarely, so that it holds nothing up.
public final class SecondOpinion {
    private static final long LONGEST_PAUSE_NANOS = 15_000_000_000L;

    private final Supplier<JsonRpc> rpc;
    private volatile Optional<LedgerException> trouble = Optional.empty();
    private long pauseNanos;
    private long notBeforeNanos;

    public SecondOpinion(JsonRpc rpc) {
        this.rpc = () -> rpc;
    }

    /// That of whichever endpoint is not in use.
    public SecondOpinion(Endpoints endpoints) {
        this.rpc = endpoints::other;
    }

    /// How far it is.
    ///
    /// @param finalized number of the newest block it calls final
    record Heads(Header tip, long finalized) {}

    /// @param pollNanos what the pause begins with when it does not answer
    synchronized Heads heads(FinalityPolicy policy, long pollNanos) {
        if (trouble.isPresent() && System.nanoTime() - notBeforeNanos < 0) {
            throw trouble.get();
        }
        try {
            Header tip = Blocks.byNumber(rpc.get(), "latest");
            long finalized =
                    switch (policy) {
                        case FinalityPolicy.Tag _ ->
                                Blocks.byNumber(rpc.get(), "finalized").number();
                        case FinalityPolicy.Depth(int blocks) -> Math.max(0, tip.number() - blocks);
                    };
            trouble = Optional.empty();
            pauseNanos = 0;
            return new Heads(tip, finalized);
        } catch (LedgerException e) {
            trouble = Optional.of(e);
            pauseNanos = Math.clamp(2 * pauseNanos, pollNanos, LONGEST_PAUSE_NANOS);
            notBeforeNanos = System.nanoTime() + pauseNanos;
            throw e;
        }
    }

    /// What it answers, unless it is silent or talks nonsense.
    <T> Optional<T> tell(Function<JsonRpc, T> question) {
        if (trouble.isPresent()) {
            return Optional.empty();
        }
        try {
            return Optional.of(question.apply(rpc.get()));
        } catch (LedgerException e) {
            return Optional.empty();
        }
    }

    /// Both endpoints, this one behind the one in use; without it while it does not answer.
    List<JsonRpc> with(JsonRpc inUse) {
        if (trouble.isPresent()) {
            return List.of(inUse);
        }
        // Which of them is in use may change in between: one asked twice could lie alone.
        return inUse instanceof Endpoints both ? both.inOrder() : List.of(inUse, rpc.get());
    }

    /// Whether its chain holds that very block.
    boolean has(Header block) {
        RpcResult same =
                Blocks.named(
                        rpc.get(), "eth_getBlockByNumber", Blocks.quantity(block.number()), false);
        return !same.isNull() && same.field("hash").hash().equals(block.hash());
    }

    /// One word of a contract's storage after the block with this hash.
    Bytes32 storage(Address contract, Bytes32 key, Bytes32 blockHash) {
        return Blocks.storage(rpc.get(), contract, key, blockHash);
    }

    String name() {
        return rpc.get().name();
    }
}
