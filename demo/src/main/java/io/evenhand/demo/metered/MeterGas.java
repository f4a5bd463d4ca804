package io.evenhand.demo.metered;

import io.evenhand.demo.command.GasRow;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.Intent;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.ledger.evm.MeterCalls;
import io.evenhand.ledger.evm.MeterChannel;
import io.evenhand.ledger.evm.MeterCode;
import io.evenhand.ledger.evm.MeterHashes;
import io.evenhand.ledger.evm.MeterPair;
import io.evenhand.ledger.evm.TransactionStatus.Receipt;
import io.evenhand.ledger.evm.Wallet;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The channels whose gas is measured. Every figure is the most of several runs with random keys
/// and names: zero bytes in calldata are cheaper, so single runs differ by some units.
public final class MeterGas {
    private static final int RUNS = 5;
    private static final Wei DEPOSIT = Wei.parse("1 eth");
    private static final Wei TOTAL = Wei.parse("0.100000000123456789 eth");

    /// Far enough away that only the refunds wait for it.
    private static final Duration WINDOW = Duration.ofHours(24);

    private final LocalChain chain;
    private final SecureRandom random = new SecureRandom();
    private final Wallet payer = LocalChain.wallet(0);
    private final Wallet payee = LocalChain.wallet(1);
    private final Secret32 key = Secp256k1.newKey(random);
    private final PublicKey signer = Secp256k1.publicKey(key);
    private final Rail meter;

    private record Opened(MeterChannel channel, long gas) {}

    private MeterGas(LocalChain chain) {
        this.chain = chain;
        Receipt made = chain.execute(payer, MeterCalls.deploy("deploy", DEPOSIT));
        this.meter = new Rail(LocalChain.CHAIN_ID, made.created().orElseThrow(), MeterCode.hash());
        // A contract that never held money costs a little more the first time.
        Opened _ = open();
    }

    /// Measures every transaction of a channel on a chain of its own.
    ///
    /// @return what a channel costs that is closed with a part of its deposit
    public static GasRow measure(Consumer<GasRow> rows) throws IOException {
        try (LocalChain chain = LocalChain.start(new LocalChain.Mining.Instant())) {
            MeterGas bench = new MeterGas(chain);
            List<Opened> opened = bench.opened();
            long open = opened.stream().mapToLong(Opened::gas).max().orElseThrow();
            rows.accept(new GasRow("meterOpen", "open a channel", open));
            rows.accept(new GasRow("meterTopUp", "top a channel up", bench.topUp(opened)));
            long close = bench.close(opened, TOTAL);
            rows.accept(new GasRow("meterClose", "close, payee has a balance", close));
            long all = bench.close(bench.opened(), DEPOSIT);
            rows.accept(new GasRow("meterCloseAll", "close, deposit used up", all));
            rows.accept(new GasRow("meterRefund", "refund a channel", bench.refund()));
            return new GasRow("meterOpenAndClose", "open + close a channel", open + close);
        }
    }

    private List<Opened> opened() {
        List<Opened> all = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            all.add(open());
        }
        return all;
    }

    private Opened open() {
        MeterChannel channel =
                new MeterChannel(
                        payer.address(),
                        payee.address(),
                        Secp256k1.evmAddress(signer),
                        chain.tip().timestamp() + WINDOW.toSeconds(),
                        random32());
        return new Opened(channel, run(payer, MeterCalls.open(meter, channel, DEPOSIT)));
    }

    private long topUp(List<Opened> opened) {
        return opened.stream()
                .mapToLong(one -> run(payer, MeterCalls.topUp(meter, one.channel(), 0, DEPOSIT)))
                .max()
                .orElseThrow();
    }

    private long close(List<Opened> opened, Wei total) {
        return opened.stream()
                .map(Opened::channel)
                .mapToLong(c -> run(payee, MeterCalls.close(meter, c, pair(c, total))))
                .max()
                .orElseThrow();
    }

    private long refund() {
        List<Opened> opened = opened();
        chain.warp(WINDOW);
        chain.mine(1);
        return opened.stream()
                .mapToLong(one -> run(payer, MeterCalls.refund(meter, one.channel(), DEPOSIT)))
                .max()
                .orElseThrow();
    }

    private MeterPair pair(MeterChannel channel, Wei total) {
        Bytes32 secret = random32();
        Bytes32 lock = MeterHashes.lock(secret);
        byte[] digest = MeterHashes.update(meter, MeterHashes.channel(meter, channel), total, lock);
        return new MeterPair(total, lock, MeterHashes.sign(digest, key, signer), secret);
    }

    private Bytes32 random32() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return Bytes32.of(bytes);
    }

    private long run(Wallet wallet, Intent intent) {
        Receipt receipt = chain.execute(wallet, intent);
        if (!receipt.succeeded()) {
            throw new IllegalStateException("the contract refused " + intent.key());
        }
        return receipt.gasUsed();
    }
}
