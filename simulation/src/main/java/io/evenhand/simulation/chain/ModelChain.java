package io.evenhand.simulation.chain;

import io.evenhand.simulation.chain.ChainState.Block;
import io.evenhand.simulation.chain.ChainState.Pending;
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
/// @param <C> the kind of contract that stands on it
/// @param <T> the transactions to it
public record ModelChain<C extends ModelContract<C, T>, T extends ModelTx>(
        int inclusionBlocks, int finalityBlocks, int blockSeconds, boolean feesRaised) {
    /// A block that may come next.
    public record Mined<C extends ModelContract<C, T>, T extends ModelTx>(
            ChainState<C, T> after, String label) {}

    /// The chain with `contracts` deployed and nothing else.
    public ChainState<C, T> genesis(List<C> contracts) {
        Block<C, T> block = new Block<>(contracts, List.of());
        return new ChainState<>(
                0, Collections.nCopies(finalityBlocks + 1, block), List.of(), Set.of(), 0);
    }

    /// An honest wallet hands `tx` to a node; the same transaction twice is one.
    public ChainState<C, T> handedOver(ChainState<C, T> chain, T tx) {
        List<Pending<T>> mempool = new ArrayList<>(chain.mempool());
        if (mempool.stream().noneMatch(p -> p.tx().equals(tx))) {
            mempool.add(new Pending<>(tx, 0));
        }
        return new ChainState<>(
                chain.time(), chain.blocks(), mempool, shown(chain, tx), chain.counted());
    }

    /// A node was asked what `tx` would do: it has seen the key, and no pool has the transaction.
    public ChainState<C, T> triedOut(ChainState<C, T> chain, T tx) {
        return new ChainState<>(
                chain.time(), chain.blocks(), chain.mempool(), shown(chain, tx), chain.counted());
    }

    /// Every next block: any allowed part of the mempool in any order, and at most one transaction
    /// of the adversary at its beginning or end.
    public List<Mined<C, T>> mine(ChainState<C, T> chain, List<T> adversary, boolean feesHigh) {
        List<Mined<C, T>> all = new ArrayList<>();
        for (List<T> honest : selections(chain, feesHigh)) {
            all.add(block(chain, honest, Optional.empty(), honest));
            for (T tx : adversary) {
                List<T> before = new ArrayList<>(honest);
                before.addFirst(tx);
                addIfEffective(all, chain, honest, tx, before);
                if (!honest.isEmpty()) {
                    List<T> after = new ArrayList<>(honest);
                    after.add(tx);
                    addIfEffective(all, chain, honest, tx, after);
                }
            }
        }
        return all;
    }

    /// A transaction that changes nothing and shows nothing is no move.
    private void addIfEffective(
            List<Mined<C, T>> all, ChainState<C, T> chain, List<T> honest, T tx, List<T> block) {
        if (tx.shows().isPresent() || effective(chain, block, tx)) {
            all.add(block(chain, honest, Optional.of(tx), block));
        }
    }

    private boolean effective(ChainState<C, T> chain, List<T> block, T tx) {
        List<C> contracts = chain.tip().contracts();
        for (T each : block) {
            List<C> after = applied(contracts, each, chain.time() + blockSeconds);
            if (each.equals(tx)) {
                return !after.equals(contracts);
            }
            contracts = after;
        }
        return false;
    }

    private Mined<C, T> block(
            ChainState<C, T> chain, List<T> honest, Optional<T> adversary, List<T> transactions) {
        List<C> contracts = chain.tip().contracts();
        for (T tx : transactions) {
            contracts = applied(contracts, tx, chain.time() + blockSeconds);
        }
        List<Block<C, T>> blocks =
                new ArrayList<>(chain.blocks().subList(1, chain.blocks().size()));
        blocks.set(0, new Block<>(blocks.getFirst().contracts(), List.of()));
        blocks.add(new Block<>(contracts, honest));
        List<Pending<T>> mempool = new ArrayList<>();
        for (Pending<T> p : chain.mempool()) {
            if (!honest.contains(p.tx())) {
                mempool.add(new Pending<>(p.tx(), Math.min(p.missed() + 1, inclusionBlocks)));
            }
        }
        Set<Shown> shown = adversary.map(tx -> shown(chain, tx)).orElse(chain.shown());
        int counted = chain.counted() + (adversary.filter(ModelTx::counted).isPresent() ? 1 : 0);
        ChainState<C, T> after =
                new ChainState<>(chain.time() + blockSeconds, blocks, mempool, shown, counted);
        return new Mined<>(after, label(after, transactions));
    }

    private String label(ChainState<C, T> after, List<T> transactions) {
        String content =
                transactions.isEmpty()
                        ? "empty"
                        : String.join(
                                ", then ", transactions.stream().map(ModelTx::brief).toList());
        return "block " + after.time() / blockSeconds + ": " + content;
    }

    /// The last `depth` blocks are replaced by empty ones; wallets send again at once what is
    /// theirs to repeat.
    public ChainState<C, T> reorg(ChainState<C, T> chain, int depth) {
        int kept = chain.blocks().size() - depth;
        List<Block<C, T>> blocks = new ArrayList<>(chain.blocks().subList(0, kept));
        Block<C, T> empty = new Block<>(blocks.getLast().contracts(), List.of());
        List<Pending<T>> mempool = new ArrayList<>(chain.mempool());
        for (Block<C, T> dropped : chain.blocks().subList(kept, chain.blocks().size())) {
            blocks.add(empty);
            for (T tx : dropped.honest()) {
                if (tx.repeatedByWallet() && mempool.stream().noneMatch(p -> p.tx().equals(tx))) {
                    mempool.add(new Pending<>(tx, 0));
                }
            }
        }
        return new ChainState<>(chain.time(), blocks, mempool, chain.shown(), chain.counted());
    }

    private List<C> applied(List<C> contracts, T tx, long time) {
        List<C> after = new ArrayList<>(contracts);
        after.set(tx.at(), contracts.get(tx.at()).after(tx, time));
        return after;
    }

    private Set<Shown> shown(ChainState<C, T> chain, T tx) {
        Optional<Shown> secret = tx.shows();
        if (secret.isEmpty()) {
            return chain.shown();
        }
        Set<Shown> more = new HashSet<>(chain.shown());
        more.add(secret.get());
        return more;
    }

    /// Parts of the mempool with all that must be in the next block, in every order of up to two
    /// and both directions of more.
    private List<List<T>> selections(ChainState<C, T> chain, boolean feesHigh) {
        List<Pending<T>> mempool = chain.mempool();
        List<List<T>> all = new ArrayList<>();
        for (int chosen = 0; chosen < 1 << mempool.size(); chosen++) {
            List<T> part = new ArrayList<>();
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
