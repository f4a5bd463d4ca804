package io.evenhand.demo.delegation.bench;

import io.evenhand.cli.RamJournal;
import io.evenhand.demo.command.GasRow;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.sign.PointLock;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.ChainWatcher;
import io.evenhand.ledger.evm.Escrow;
import io.evenhand.ledger.evm.EscrowCalls;
import io.evenhand.ledger.evm.FeePolicy;
import io.evenhand.ledger.evm.FinalityPolicy;
import io.evenhand.ledger.evm.Intent;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.ledger.evm.TransactionManager;
import io.evenhand.ledger.evm.TransactionStatus;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The deals whose gas is measured. Every figure is the most of several runs with random keys and
/// salts: zero bytes in calldata are cheaper, so single runs differ by some units.
public final class GasBench implements AutoCloseable {
    private static final int RUNS = 5;
    private static final int BATCH = 100;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Wei WAGE = Wei.parse("0.01 eth");
    private static final Wei MAX_FEE = Wei.parse("1 eth");

    /// Far enough away that only the refunds wait for it.
    private static final Duration WINDOW = Duration.ofHours(1);

    private final LocalChain chain;
    private final SecureRandom random = new SecureRandom();
    private final ChainWatcher watcher;
    private final TransactionManager payer;
    private final TransactionManager payee;
    private final Rail rail;

    private record Opened(Deal deal, RevealedKey key, long gas) {}

    /// Gas for each deal of a batch.
    private record Batch(long open, long claim) {}

    /// Measures every transaction of a deal on a chain of its own.
    ///
    /// @return what one deal costs that is claimed
    public static GasRow measure(Consumer<GasRow> rows) throws IOException, InterruptedException {
        try (LocalChain chain = LocalChain.start(new LocalChain.Mining.Instant());
                GasBench bench = new GasBench(chain)) {
            long open = bench.open();
            rows.accept(new GasRow("open", "open a deal", open));
            long claim = bench.claim();
            rows.accept(new GasRow("claim", "claim, payee has a balance", claim));
            rows.accept(new GasRow("refund", "refund", bench.refund()));
            rows.accept(new GasRow("freshPayeeClaim", "claim, new payee", bench.freshPayeeClaim()));
            Batch batch = bench.batch();
            rows.accept(new GasRow("openMany", "open 100 deals, each", batch.open()));
            rows.accept(new GasRow("claimMany", "claim 100 deals, each", batch.claim()));
            rows.accept(
                    new GasRow("batchPerDeal", "batch of 100, each", batch.open() + batch.claim()));
            return new GasRow("openAndClaim", "open + claim", open + claim);
        }
    }

    private GasBench(LocalChain chain) throws InterruptedException {
        this.chain = chain;
        ChainWatcher.Settings settings =
                new ChainWatcher.Settings(
                        FinalityPolicy.depth(0), Duration.ofMillis(20), Duration.ofSeconds(1));
        this.watcher = ChainWatcher.start(chain.rpc(), settings, InstantSource.system());
        this.payer = manager(0);
        this.payee = manager(1);
        this.rail = new Escrow(watcher, Optional.empty()).deploy(payer, "deploy", MAX_FEE, LIMIT);
        // A contract that never held money costs a little more the first time.
        Opened first = open(payee.account());
        claim(first);
    }

    private TransactionManager manager(int account) {
        return TransactionManager.start(
                watcher,
                LocalChain.CHAIN_ID,
                LocalChain.wallet(account),
                new RamJournal(),
                FeePolicy.standard());
    }

    private long open() throws InterruptedException {
        long most = 0;
        for (int i = 0; i < RUNS; i++) {
            most = Math.max(most, open(payee.account()).gas());
        }
        return most;
    }

    private long claim() throws InterruptedException {
        long most = 0;
        for (int i = 0; i < RUNS; i++) {
            most = Math.max(most, claim(open(payee.account())));
        }
        return most;
    }

    /// The payee's account is created by the payment.
    private long freshPayeeClaim() throws InterruptedException {
        long most = 0;
        for (int i = 0; i < RUNS; i++) {
            most = Math.max(most, claim(open(Address.of(bytes(20)))));
        }
        return most;
    }

    private long refund() throws InterruptedException {
        List<Opened> deals = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            deals.add(open(payee.account()));
        }
        chain.warp(WINDOW);
        chain.mine(1);
        long most = 0;
        for (Opened opened : deals) {
            most = Math.max(most, run(payer, EscrowCalls.refund(rail, opened.deal())));
        }
        return most;
    }

    private Batch batch() throws InterruptedException {
        List<Deal> deals = new ArrayList<>();
        List<RevealedKey> keys = new ArrayList<>();
        long claimBy = claimBy();
        for (int i = 0; i < BATCH; i++) {
            Secret32 key = Secret32.of(bytes(32));
            deals.add(deal(payee.account(), key, claimBy));
            keys.add(new RevealedKey(Bytes32.of(key.expose())));
        }
        long open = run(payer, EscrowCalls.openMany(rail, deals, "open many"));
        long claim = run(payee, EscrowCalls.claimMany(rail, deals, keys, "claim many"));
        return new Batch(Math.ceilDiv(open, BATCH), Math.ceilDiv(claim, BATCH));
    }

    private Opened open(Address to) throws InterruptedException {
        Secret32 key = Secret32.of(bytes(32));
        Deal deal = deal(to, key, claimBy());
        long gas = run(payer, EscrowCalls.open(rail, deal));
        return new Opened(deal, new RevealedKey(Bytes32.of(key.expose())), gas);
    }

    private long claim(Opened opened) throws InterruptedException {
        return run(payee, EscrowCalls.claim(rail, opened.deal(), opened.key()));
    }

    private Deal deal(Address to, Secret32 key, long claimBy) {
        return new Deal(
                payer.account(),
                to,
                Address.ZERO,
                WAGE,
                claimBy,
                Deal.salt(random.nextLong()),
                Deal.POINT_LOCK,
                PointLock.of(Secp256k1.publicKey(key)),
                Bytes32.of(bytes(32)));
    }

    private long claimBy() {
        return chain.tip().timestamp() + WINDOW.toSeconds();
    }

    private byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private long run(TransactionManager account, Intent intent) throws InterruptedException {
        TransactionStatus _ = account.submit(intent.withMaxTotalFee(MAX_FEE));
        TransactionStatus.Receipt receipt =
                account.await(intent.key(), LIMIT, status -> status.inBlock().isPresent())
                        .inBlock()
                        .orElseThrow();
        if (!receipt.succeeded()) {
            throw new IllegalStateException("the contract refused " + intent.key());
        }
        return receipt.gasUsed();
    }

    @Override
    public void close() {
        payer.close();
        payee.close();
        watcher.close();
    }
}
