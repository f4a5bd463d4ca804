package io.evenhand.simulation.chain;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.simulation.escrow.EscrowTx;
import io.evenhand.simulation.escrow.ModelEscrow;
import java.util.List;
import java.util.Set;

/// The chain and its mempool at one moment. The first block has the timestamp 0.
///
/// @param time timestamp of the newest block, in seconds
/// @param blocks the newest final block, then those a reorg can still replace
/// @param mempool transactions of honest parties, oldest first
/// @param shown every key that was ever handed to a node, with its deal: public is public
/// @param adversaryOpens deals the adversary opened so far
public record ChainState(
        int time, List<Block> blocks, List<Pending> mempool, Set<Shown> shown, int adversaryOpens) {
    public ChainState {
        blocks = List.copyOf(blocks);
        mempool = List.copyOf(mempool);
        shown = Set.copyOf(shown);
    }

    /// The contracts after a block.
    ///
    /// @param honest what honest parties had in it, kept while a reorg can drop it
    public record Block(List<ModelEscrow> contracts, List<EscrowTx> honest) {
        public Block {
            contracts = List.copyOf(contracts);
            honest = List.copyOf(honest);
        }
    }

    /// @param missed blocks it could have been in
    public record Pending(EscrowTx tx, int missed) {}

    public record Shown(Deal deal, RevealedKey key) {}

    public Block tip() {
        return blocks.getLast();
    }

    public Block finalized() {
        return blocks.getFirst();
    }
}
