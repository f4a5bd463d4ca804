package io.evenhand.ledger.evm;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.sign.PointLock;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Predicate;

/// A real chain with the contract on it, and both parties' rails.
final class Rig implements AutoCloseable {
    static final int DEPTH = 3;
    static final Duration PATIENCE =
            Duration.ofMinutes(Integer.getInteger("test.limit.minutes", 15));
    static final Wei WAGE = Wei.parse("0.01 eth");
    static final Wei ENOUGH = Wei.parse("0.1 eth");
    static final ChainWatcher.Settings FAST =
            new ChainWatcher.Settings(
                    FinalityPolicy.depth(DEPTH), Duration.ofMillis(20), Duration.ofMillis(100));

    private static final SecureRandom RANDOM = new SecureRandom();

    final LocalChain chain;
    final JsonRpc rpc;
    final ChainWatcher watcher;
    final MemoryJournal payerJournal = new MemoryJournal();
    final MemoryJournal payeeJournal = new MemoryJournal();
    final TransactionManager payer;
    final TransactionManager payee;
    final Escrow escrow;
    final Rail rail;

    Rig() throws IOException, InterruptedException {
        this(false);
    }

    Rig(boolean socket) throws IOException, InterruptedException {
        chain = LocalChain.start(new LocalChain.Mining.Instant());
        rpc = JsonRpc.open(socket ? chain.wsUrl() : chain.httpUrl());
        watcher = ChainWatcher.start(rpc, FAST, InstantSource.system());
        payer = manager(0, payerJournal);
        payee = manager(1, payeeJournal);
        escrow = new Escrow(watcher, Optional.of(payee));
        rail = escrow.deploy(payer, "deploy", ENOUGH, PATIENCE);
    }

    TransactionManager manager(int account, TransactionJournal journal) {
        return TransactionManager.start(
                watcher,
                LocalChain.CHAIN_ID,
                LocalChain.wallet(account),
                journal,
                FeePolicy.standard());
    }

    static Bytes32 random32() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return Bytes32.of(bytes);
    }

    /// Eight random bytes are enough to be unique, and zero bytes cost a quarter of others.
    static Bytes32 salt() {
        return new Bytes32(random32().a(), 0, 0, 0);
    }

    static Secret32 newKey() {
        return Secp256k1.newKey(RANDOM);
    }

    Deal deal(Secret32 key) {
        return deal(key, payee.account(), random32());
    }

    Deal deal(Secret32 key, Address payeeAddress, Bytes32 xid) {
        return new Deal(
                payer.account(),
                payeeAddress,
                Address.ZERO,
                WAGE,
                chain.tip().timestamp() + 3_600,
                salt(),
                Deal.POINT_LOCK,
                PointLock.of(Secp256k1.publicKey(key)),
                xid);
    }

    DealView view(Deal deal) {
        ChainSnapshot _ = watcher.refresh();
        return escrow.view(rail, deal, 0);
    }

    /// Looks at the deal after each snapshot until it is as wanted.
    DealView awaitView(Deal deal, String what, Predicate<DealView> wanted) {
        Watch watch = new Watch();
        DealView seen = view(deal);
        watcher.add(watch);
        try {
            while (!wanted.test(seen)) {
                ChainSnapshot _ = watch.await(what, _ -> true);
                seen = escrow.view(rail, deal, 0);
            }
            return seen;
        } finally {
            watcher.remove(watch);
        }
    }

    /// Sends and waits for a block.
    TransactionStatus.Receipt include(TransactionManager manager, Intent intent)
            throws InterruptedException {
        TransactionStatus _ = manager.submit(intent);
        return await(manager, intent.key(), s -> s.inBlock().isPresent()).inBlock().orElseThrow();
    }

    /// Sends, waits for a block and buries it under enough others.
    TransactionStatus.Receipt settle(TransactionManager manager, Intent intent)
            throws InterruptedException {
        TransactionStatus.Receipt _ = include(manager, intent);
        chain.mine(DEPTH);
        return await(manager, intent.key(), TransactionStatus::isFinished).inBlock().orElseThrow();
    }

    /// Makes blocks until one holds it; the node's pool may lag behind by one.
    TransactionStatus.Receipt mineUntilIncluded(TransactionManager manager, String key) {
        Watch watch = new Watch();
        watcher.add(watch);
        try {
            for (int i = 0; i < 20; i++) {
                long next = chain.tip().number() + 1;
                chain.mine(1);
                ChainSnapshot _ = watch.await("block " + next, s -> s.tip().number() >= next);
                var receipt = manager.find(key).orElseThrow().status().inBlock();
                if (receipt.isPresent()) {
                    return receipt.get();
                }
            }
            throw new AssertionError(key + " is in none of twenty blocks");
        } finally {
            watcher.remove(watch);
        }
    }

    TransactionStatus await(
            TransactionManager manager, String key, Predicate<TransactionStatus> wanted)
            throws InterruptedException {
        return manager.await(key, PATIENCE, wanted);
    }

    @Override
    public void close() {
        watcher.close();
        rpc.close();
        chain.close();
    }
}
