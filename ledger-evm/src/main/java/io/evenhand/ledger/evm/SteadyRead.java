package io.evenhand.ledger.evm;

import java.util.function.Function;

/// Reads that take several answers about the same blocks.
final class SteadyRead {
    /// The chain may move on meanwhile; more often than this it is not moving but broken.
    private static final int MAX_READS = 4;

    private SteadyRead() {}

    /// What is read of a recent snapshot, or of a newer one if its blocks were taken back.
    static <T> T of(ChainWatcher watcher, Function<ChainSnapshot, T> read) {
        ChainSnapshot chain = watcher.recent();
        for (int reads = 1; ; reads++) {
            try {
                return read.apply(chain);
            } catch (LedgerException e) {
                if (e.isPassing() || isNewest(watcher, chain)) {
                    throw e;
                }
            }
            if (reads == MAX_READS) {
                throw LedgerException.unreachable(
                        "the chain of "
                                + watcher.rpc().name()
                                + " changes faster than it can be read: try again");
            }
            chain = watcher.refresh();
        }
    }

    /// Whether the snapshot's tip is still on the chain, asked of the node and not of memory.
    private static boolean isNewest(ChainWatcher watcher, ChainSnapshot chain) {
        RpcResult block =
                watcher.rpc()
                        .call("eth_getBlockByNumber", Blocks.quantity(chain.tip().number()), false);
        return !block.isNull() && block.field("hash").hash().equals(chain.tip().hash());
    }
}
