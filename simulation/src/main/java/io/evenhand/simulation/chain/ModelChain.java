package io.evenhand.simulation.chain;

import io.evenhand.simulation.chain.ChainState.Block;
import io.evenhand.simulation.chain.ChainState.Pending;
import io.evenhand.simulation.chain.ChainState.Shown;
import io.evenhand.simulation.escrow.EscrowTx;
import io.evenhand.simulation.escrow.ModelEscrow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What can happen to the chain: transactions are handed over, blocks are made in any order the
/// adversary likes within the inclusion bound, and the newest blocks may be replaced.
///
/// @param inclusionBlocks an honest transaction is in one of the next so many blocks
/// @param finalityBlocks a block under so many others is final
/// @param blockSeconds between two blocks' timestamps
/// @param feesRaised honest wallets raise the fee of what waits (R3); false in a mutant, whose
///   transactions may wait as long as fees are high
public record ModelChain(
        int inclusionBlocks, int finalityBlocks, int blockSeconds, boolean feesRaised) {
    /// A block that may come next.
    public record Mined(ChainState after, String label) {}

    /// The chain with `contracts` deployed and nothing else.
    public ChainState genesis(List<ModelEscrow> contracts) {
        Block block = new Block(contracts, List.of());
        return new ChainState(
                0, Collections.nCopies(finalityBlocks + 1, block), List.of(), Set.of(), 0);
    }

    /// An honest wallet hands `tx` to a node; the same transaction twice is one.
    public ChainState handedOver(ChainState chain, EscrowTx tx) {
        List<Pending> mempool = new ArrayList<>(chain.mempool());
        if (mempool.stream().noneMatch(p -> p.tx().equals(tx))) {
            mempool.add(new Pending(tx, 0));
        }
        return new ChainState(
                chain.time(), chain.blocks(), mempool, shown(chain, tx), chain.adversaryOpens());
    }

    /// A node was asked what `tx` would do: it has seen the key, and no pool has the transaction.
    public ChainState triedOut(ChainState chain, EscrowTx tx) {
        return new ChainState(
                chain.time(),
                chain.blocks(),
                chain.mempool(),
                shown(chain, tx),
                chain.adversaryOpens());
    }

    /// Every next block: any allowed part of the mempool in any order, and at most one transaction
    /// of the adversary at its beginning or end.
    public List<Mined> mine(ChainState chain, List<EscrowTx> adversary, boolean feesHigh) {
        List<Mined> all = new ArrayList<>();
        for (List<EscrowTx> honest : selections(chain, feesHigh)) {
            all.add(block(chain, honest, Optional.empty(), honest));
            for (EscrowTx tx : adversary) {
                List<EscrowTx> before = new ArrayList<>(honest);
                before.addFirst(tx);
                addIfEffective(all, chain, honest, tx, before);
                if (!honest.isEmpty()) {
                    List<EscrowTx> after = new ArrayList<>(honest);
                    after.add(tx);
                    addIfEffective(all, chain, honest, tx, after);
                }
            }
        }
        return all;
    }

    /// A transaction that would revert, or that changes nothing, is no move.
    private void addIfEffective(
            List<Mined> all,
            ChainState chain,
            List<EscrowTx> honest,
            EscrowTx tx,
            List<EscrowTx> block) {
        if (tx instanceof EscrowTx.Claim || effective(chain, block, tx)) {
            all.add(block(chain, honest, Optional.of(tx), block));
        }
    }

    private boolean effective(ChainState chain, List<EscrowTx> block, EscrowTx tx) {
        List<ModelEscrow> contracts = chain.tip().contracts();
        for (EscrowTx each : block) {
            List<ModelEscrow> after = applied(contracts, each, chain.time() + blockSeconds);
            if (each.equals(tx)) {
                return !after.equals(contracts);
            }
            contracts = after;
        }
        return false;
    }

    private Mined block(
            ChainState chain,
            List<EscrowTx> honest,
            Optional<EscrowTx> adversary,
            List<EscrowTx> transactions) {
        List<ModelEscrow> contracts = chain.tip().contracts();
        for (EscrowTx tx : transactions) {
            contracts = applied(contracts, tx, chain.time() + blockSeconds);
        }
        List<Block> blocks = new ArrayList<>(chain.blocks().subList(1, chain.blocks().size()));
        blocks.set(0, new Block(blocks.getFirst().contracts(), List.of()));
        blocks.add(new Block(contracts, honest));
        List<Pending> mempool = new ArrayList<>();
        for (Pending p : chain.mempool()) {
            if (!honest.contains(p.tx())) {
                mempool.add(new Pending(p.tx(), Math.min(p.missed() + 1, inclusionBlocks)));
            }
        }
        Set<Shown> shown = adversary.map(tx -> shown(chain, tx)).orElse(chain.shown());
        int opens =
                chain.adversaryOpens()
                        + (adversary.filter(EscrowTx.Open.class::isInstance).isPresent() ? 1 : 0);
        ChainState after =
                new ChainState(chain.time() + blockSeconds, blocks, mempool, shown, opens);
        return new Mined(after, label(after, transactions));
    }

    private String label(ChainState after, List<EscrowTx> transactions) {
        String content =
                transactions.isEmpty()
                        ? "empty"
                        : String.join(
                                ", then ", transactions.stream().map(EscrowTx::brief).toList());
        return "block " + after.time() / blockSeconds + ": " + content;
    }

    /// The last `depth` blocks are replaced by empty ones. Wallets send their open, refund and
    /// release again at once (10b); the claim is the machine's own care (R3).
    public ChainState reorg(ChainState chain, int depth) {
        int kept = chain.blocks().size() - depth;
        List<Block> blocks = new ArrayList<>(chain.blocks().subList(0, kept));
        Block empty = new Block(blocks.getLast().contracts(), List.of());
        List<Pending> mempool = new ArrayList<>(chain.mempool());
        for (Block dropped : chain.blocks().subList(kept, chain.blocks().size())) {
            blocks.add(empty);
            for (EscrowTx tx : dropped.honest()) {
                if (!(tx instanceof EscrowTx.Claim)
                        && mempool.stream().noneMatch(p -> p.tx().equals(tx))) {
                    mempool.add(new Pending(tx, 0));
                }
            }
        }
        return new ChainState(chain.time(), blocks, mempool, chain.shown(), chain.adversaryOpens());
    }

    private static List<ModelEscrow> applied(List<ModelEscrow> contracts, EscrowTx tx, long time) {
        List<ModelEscrow> after = new ArrayList<>(contracts);
        after.set(tx.at(), tx.on(contracts.get(tx.at()), time));
        return after;
    }

    private static Set<Shown> shown(ChainState chain, EscrowTx tx) {
        if (!(tx instanceof EscrowTx.Claim claim)) {
            return chain.shown();
        }
        Set<Shown> more = new HashSet<>(chain.shown());
        more.add(new Shown(claim.deal(), claim.key()));
        return more;
    }

    /// Parts of the mempool with all that must be in the next block, in every order of up to two
    /// and both directions of more.
    private List<List<EscrowTx>> selections(ChainState chain, boolean feesHigh) {
        List<Pending> mempool = chain.mempool();
        List<List<EscrowTx>> all = new ArrayList<>();
        for (int chosen = 0; chosen < 1 << mempool.size(); chosen++) {
            List<EscrowTx> part = new ArrayList<>();
            boolean allowed = true;
            for (int i = 0; i < mempool.size(); i++) {
                if ((chosen >> i & 1) == 1) {
                    part.add(mempool.get(i).tx());
                } else if (mempool.get(i).missed() >= inclusionBlocks - 1
                        && (feesRaised || !feesHigh)) {
                    allowed = false;
                }
            }
            if (allowed) {
                all.add(part);
                if (part.size() > 1) {
                    all.add(part.reversed());
                }
            }
        }
        return all;
    }
}
