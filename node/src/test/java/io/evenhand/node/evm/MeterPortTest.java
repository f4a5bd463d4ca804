package io.evenhand.node.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.ChannelView;
import io.evenhand.kit.deal.ChannelView.Status;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Wei;
import io.evenhand.kit.value.Xid;
import io.evenhand.ledger.evm.FinalityPolicy;
import io.evenhand.ledger.evm.LedgerException;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.ledger.evm.MeterCalls;
import io.evenhand.ledger.evm.MeterChannel;
import io.evenhand.ledger.evm.MeterCode;
import io.evenhand.ledger.evm.MeterHashes;
import io.evenhand.ledger.evm.MeterPair;
import io.evenhand.ledger.evm.TransactionRecord;
import io.evenhand.ledger.evm.TransactionStatus;
import io.evenhand.node.AgainException;
import io.evenhand.node.EventSink;
import io.evenhand.node.Node;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.Trouble;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two nodes with a channel between them: journal, accounts and chain are real.
class MeterPortTest {
    private static final Duration PATIENCE =
            Duration.ofMinutes(Integer.getInteger("test.limit.minutes", 15));
    private static final InstantSource CLOCK = InstantSource.system();
    private static final Wei DEPOSIT = Wei.parse("0.1 eth");
    private static final Wei MORE = Wei.parse("0.05 eth");
    private static final Role PAYER = new Role("toy", "payer");
    private static final Role PAYEE = new Role("toy", "payee");

    @TempDir Path directory;
    private final SecureRandom random = new SecureRandom();
    private final Secret32 signer = Secp256k1.newKey(random);
    private LocalChain chain;
    private Rail meter;
    private Party payer;
    private Party payee;

    /// One node and its channels.
    private final class Party implements AutoCloseable {
        final BlockingQueue<ChannelView> views = new LinkedBlockingQueue<>();
        final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        final Store store;
        final EvmAccount account;
        final MeterPort port;
        final SessionKey session;

        Party(Path place, Role role, int wallet) throws IOException {
            Path file = DataDirectory.identityFile(Files.createDirectories(place));
            NodeKeys keys =
                    Files.exists(file)
                            ? NodeKeys.load(file, Optional.empty())
                            : NodeKeys.create(
                                    file, LocalChain.key(wallet), Optional.empty(), random);
            store = Store.open(place, keys, CLOCK);
            Node node = Node.of(store, keys, CLOCK, sink(), (_, _, _, _) -> {});
            account = EvmAccount.open(config(), keys, node);
            port = new MeterPort(node, account, meter);
            session = new SessionKey(role, new Bytes32(wallet, 0, 0, 1));
        }

        private EventSink sink() {
            return new EventSink() {
                @Override
                public void on(NodeEvent event) {
                    lines.add(event.toString());
                }

                @Override
                public void trouble(Trouble kind, String line) {
                    lines.add(line);
                }
            };
        }

        MeterPort.Place place(MeterChannel channel) {
            return new MeterPort.Place(session, 0, meter, channel);
        }

        void watch(MeterChannel channel) {
            port.watch(place(channel), views::add);
        }

        ChannelView await(String what, Predicate<ChannelView> wanted) throws InterruptedException {
            return MeterPortTest.await(views, what, wanted);
        }

        @Override
        public void close() {
            account.close();
            store.close();
        }
    }

    private static <T> T await(BlockingQueue<T> queue, String what, Predicate<T> wanted)
            throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (long left = PATIENCE.toNanos(); left > 0; left = end - System.nanoTime()) {
            T next = queue.poll(left, TimeUnit.NANOSECONDS);
            if (next != null && wanted.test(next)) {
                return next;
            }
        }
        throw new AssertionError("waited in vain for " + what);
    }

    @BeforeEach
    void start() throws IOException {
        chain = LocalChain.start(new LocalChain.Mining.Instant());
        var made =
                chain.execute(LocalChain.wallet(0), MeterCalls.deploy("meter", Wei.parse("1 eth")));
        meter = new Rail(LocalChain.CHAIN_ID, made.created().orElseThrow(), MeterCode.hash());
        payer = new Party(directory.resolve("payer"), PAYER, 1);
        payee = new Party(directory.resolve("payee"), PAYEE, 2);
        chain.setMining(new LocalChain.Mining.Every(1));
    }

    @AfterEach
    void stop() {
        payer.close();
        payee.close();
        chain.close();
    }

    private ChainConfig config() {
        return new ChainConfig(
                chain.httpUrl(),
                Optional.empty(),
                meter,
                FinalityPolicy.depth(2),
                Timing.LOCAL,
                Duration.ofMillis(100));
    }

    private MeterChannel channel() {
        byte[] xid = new byte[32];
        random.nextBytes(xid);
        return new MeterChannel(
                payer.account.address(),
                payee.account.address(),
                Secp256k1.evmAddress(Secp256k1.publicKey(signer)),
                chain.tip().timestamp() + 3_600,
                Bytes32.of(xid));
    }

    private MeterPair pair(MeterChannel channel, Wei total) {
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        Bytes32 key = Bytes32.of(secret);
        Bytes32 lock = MeterHashes.lock(key);
        Bytes32 id = MeterHashes.channel(meter, channel);
        byte[] digest = MeterHashes.update(meter, id, total, lock);
        return new MeterPair(
                total, lock, MeterHashes.sign(digest, signer, Secp256k1.publicKey(signer)), key);
    }

    private interface Call {
        void make() throws AgainException;
    }

    /// Asks until a node of the chain has it, as an effect is.
    private void until(Call call) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                call.make();
                return;
            } catch (AgainException e) {
                if (System.nanoTime() > end) {
                    throw new AssertionError(e.why(), e);
                }
                // A poll of the chain later something has changed, if it is to.
                ChannelView _ = payer.views.poll(100, TimeUnit.MILLISECONDS);
            }
        }
    }

    private static boolean isFinally(ChannelView view, Status status) {
        return view.finalized().status() == status;
    }

    @Test
    @DisplayName("A channel is opened, topped up and closed by two nodes, each call once")
    void aChannelLives() throws InterruptedException {
        payer.port.check();
        payer.port.checkBalance(DEPOSIT);
        assertThrows(LedgerException.class, () -> payer.port.checkBalance(Wei.parse("99999 eth")));
        MeterChannel channel = channel();
        payer.watch(channel);
        payee.watch(channel);
        until(() -> payer.port.open(payer.place(channel), DEPOSIT, Long.MAX_VALUE));
        until(() -> payer.port.open(payer.place(channel), DEPOSIT, Long.MAX_VALUE));
        ChannelView opened = payee.await("open", v -> isFinally(v, Status.OPEN));
        assertEquals(DEPOSIT, opened.finalized().deposit());
        assertEquals(1, opened.openings());
        Wei sum = DEPOSIT.plus(MORE);
        until(() -> payer.port.topUp(payer.place(channel), 0, MORE, sum));
        ChannelView _ = payee.await("more", v -> v.finalized().deposit().equals(sum));

        MeterPair pair = pair(channel, sum);
        assertEquals(Optional.empty(), MeterHashes.fault(meter, channel, pair, sum));
        until(() -> payee.port.close(payee.place(channel), pair, Long.MAX_VALUE));
        ChannelView closed = payer.await("closed", v -> isFinally(v, Status.CLOSED));
        assertEquals(Optional.of(pair.key()), closed.secret());
        assertEquals(Optional.of(sum), payee.port.history(channel, 0).getLast().total());
        assertTrue(payee.port.dearestClose().compareTo(Wei.ZERO) > 0);
        String _ = await(payee.lines, "a final closing", line -> line.contains("TransactionFinal"));
        payee.port.unwatch(payee.session);
        payer.port.unwatch(payer.session);
        assertEquals(Wei.ZERO, payee.port.needed());
    }

    @Test
    @DisplayName("F11: an old backup that asks for an opening or a top-up again makes none")
    void nothingIsOpenedTwice() throws IOException, InterruptedException {
        MeterChannel channel = channel();
        payer.watch(channel);
        until(() -> payer.port.open(payer.place(channel), DEPOSIT, Long.MAX_VALUE));
        Wei sum = DEPOSIT.plus(MORE);
        until(() -> payer.port.topUp(payer.place(channel), 0, MORE, sum));
        ChannelView _ = payer.await("more", v -> v.finalized().deposit().equals(sum));
        payer.close();
        // The journal is lost, and the account is the same.
        payer = new Party(directory.resolve("restored"), PAYER, 1);
        payer.watch(channel);
        MeterPort.Place place = payer.place(channel);
        assertRefused(() -> payer.port.open(place, DEPOSIT, Long.MAX_VALUE), "not opened again");
        assertRefused(() -> payer.port.topUp(place, 0, MORE, sum), "has grown already");

        payee.watch(channel);
        until(() -> payee.port.release(payee.place(channel), Wei.parse("1 eth")));
        ChannelView _ = payer.await("released", v -> isFinally(v, Status.RELEASED));
        assertRefused(() -> payer.port.open(place, DEPOSIT, Long.MAX_VALUE), "not opened again");
        assertRefused(() -> payer.port.topUp(place, 1, MORE, sum), "is not open");
        assertEquals(1, payer.port.view(channel, 0).openings());
        String key = MeterCalls.key(meter, channel, "open");
        List<TransactionRecord.Attempt> attempts =
                payer.account.transactions().find(key).orElseThrow().attempts();
        assertEquals(List.of(), attempts, "nothing was ever signed");
    }

    /// Asks until it is refused for this reason.
    private void assertRefused(Call call, String reason) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            AgainException e = assertThrows(AgainException.class, call::make);
            if (e.why().contains(reason)) {
                return;
            }
            ChannelView _ = payer.views.poll(100, TimeUnit.MILLISECONDS);
        }
        throw new AssertionError("never refused: " + reason);
    }

    @Test
    @DisplayName(
            "A-I4: a refund that came too early is made again by itself when its time has come")
    void aRefusedRefundIsMadeAgain() throws InterruptedException {
        MeterChannel channel = channel();
        payer.watch(channel);
        until(() -> payer.port.open(payer.place(channel), DEPOSIT, Long.MAX_VALUE));
        ChannelView _ = payer.await("open", v -> isFinally(v, Status.OPEN));
        Wei fee = Wei.parse("0.01 eth");
        until(() -> payer.port.refund(payer.place(channel), fee));
        String key = MeterCalls.key(meter, channel, "refund");
        TransactionStatus early =
                payer.account.transactions().await(key, PATIENCE, TransactionStatus::isFinished);
        assertTrue(early instanceof TransactionStatus.Failed, early.toString());
        chain.warp(Duration.ofHours(2));
        ChannelView back = payer.await("refunded", v -> isFinally(v, Status.REFUNDED));
        assertEquals(Wei.ZERO, back.finalized().deposit());
    }

    @Test
    void anotherMeterIsNotServedAndAnOutputIsNamedByItsKey() {
        MeterChannel channel = channel();
        Rail other = new Rail(meter.chainId(), Address.ZERO, meter.codeHash());
        MeterPort.Place place = new MeterPort.Place(payer.session, 0, other, channel);
        assertThrows(
                IllegalStateException.class, () -> payer.port.refund(place, Wei.parse("1 eth")));
        var output = MeterPort.output(new Xid(channel.xid()), 0, meter, channel);
        assertEquals(new Octets(MeterHashes.key(meter, channel).toByteArray()), output.id());
    }
}
