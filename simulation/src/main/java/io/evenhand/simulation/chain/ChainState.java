package io.evenhand.simulation.chain;

import java.util.List;
import java.util.Set;

/// The chain and its mempool at one moment. The first block has the timestamp 0.
///
/// @param time timestamp of the newest block, in seconds
/// @param blocks the newest final block, then those a reorg can still replace
/// @param mempool transactions of honest parties, oldest first
/// @param shown every secret that was ever handed to a node: public is public
/// @param counted how many of the adversary's transactions that count were in blocks so far
public record ChainState<C extends ModelContract<C, T>, T extends ModelTx>(
        int time,
        List<Block<C, T>> blocks,
        List<Pending<T>> mempool,
        Set<Shown> shown,
        int counted) {
    public ChainState {
        blocks = List.copyOf(blocks);
        mempool = List.copyOf(mempool);
        shown = Set.copyOf(shown);
    }

    /// The contracts after a block.
    ///
    /// @param honest what honest parties had in it, kept while a reorg can drop it
    public record Block<C, T>(List<C> contracts, List<T> honest) {
        public Block {
            contracts = List.copyOf(contracts);
            honest = List.copyOf(honest);
        }
    }

    /// @param missed blocks it could have been in
    public record Pending<T>(T tx, int missed) {}

    public Block<C, T> tip() {
        return blocks.getLast();
    }

    public Block<C, T> finalized() {
        return blocks.getFirst();
    }
}
