package io.evenhand.system.payfirst;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.ChainWatcher;
import io.evenhand.ledger.evm.Escrow;
import io.evenhand.ledger.evm.FeePolicy;
import io.evenhand.ledger.evm.FinalityPolicy;
import io.evenhand.ledger.evm.Intent;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.ledger.evm.TransactionManager;
import io.evenhand.node.AgainException;
import io.evenhand.node.EventSink;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.evm.ChainConfig;
import io.evenhand.node.evm.EscrowPort;
import io.evenhand.node.exchange.Documents;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.DocumentTable;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.system.payfirst.PayFirst.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A protocol that the program never heard of runs on a node by what it brings itself.
class PayFirstTest {
    private static final Bytes32 REF = new Bytes32(4, 3, 2, 1);

    @TempDir Path root;
    private LocalChain chain;
    private Rail rail;
    private final List<NodeEvent> events = new ArrayList<>();
    private int port;

    @BeforeEach
    void start() throws Exception {
        chain = LocalChain.start(new LocalChain.Mining.Instant());
        rail = deploy();
        chain.setMining(new LocalChain.Mining.Every(1));
    }

    @AfterEach
    void stop() {
        chain.close();
    }

    private NodeKeys keys(String party, int account) throws IOException {
        Path file = DataDirectory.identityFile(Files.createDirectories(root.resolve(party)));
        return Files.exists(file)
                ? NodeKeys.load(file, Optional.empty())
                : NodeKeys.create(
                        file, LocalChain.key(account), Optional.empty(), new SecureRandom());
    }

    private Rail deploy() throws IOException, InterruptedException {
        ChainWatcher.Settings settings =
                new ChainWatcher.Settings(
                        FinalityPolicy.depth(0), Duration.ofMillis(50), Duration.ofSeconds(10));
        try (Store store =
                        Store.open(
                                root.resolve("deployer"),
                                keys("deployer", 0),
                                InstantSource.system());
                ChainWatcher watcher =
                        ChainWatcher.start(chain.rpc(), settings, InstantSource.system());
                TransactionManager manager =
                        TransactionManager.start(
                                watcher,
                                LocalChain.CHAIN_ID,
                                LocalChain.wallet(0),
                                store.transactions(),
                                FeePolicy.standard())) {
            return new Escrow(watcher, Optional.empty())
                    .deploy(manager, "escrow", Wei.parse("1 eth"), Duration.ofMinutes(15));
        }
    }

    private PayFirstNode node(String party, int account, Role role) throws IOException {
        ChainConfig config =
                new ChainConfig(
                        chain.httpUrl(),
                        Optional.empty(),
                        rail,
                        FinalityPolicy.depth(2),
                        Timing.LOCAL,
                        Duration.ofMillis(100));
        NodeKeys keys = keys(party, account);
        return PayFirstNode.start(root.resolve(party), keys, config, role, sink(), port);
    }

    private PayFirstNode seller() throws IOException {
        PayFirstNode seller = node("seller", 2, PayFirstBinding.SELLER);
        port = seller.port();
        return seller;
    }

    private PayFirstNode buyer() throws IOException {
        return node("buyer", 1, PayFirstBinding.BUYER);
    }

    private EventSink sink() {
        return event -> {
            synchronized (events) {
                events.add(event);
                events.notifyAll();
            }
        };
    }

    private void await(BooleanSupplier happened) throws InterruptedException {
        synchronized (events) {
            long deadline = System.nanoTime() + Duration.ofMinutes(15).toNanos();
            while (!happened.getAsBoolean()) {
                assertTrue(System.nanoTime() < deadline, events::toString);
                events.wait(1000);
            }
        }
    }

    private boolean heard(String kind, int times) {
        return events.stream()
                        .filter(e ->
                                e instanceof NodeEvent.MessageReceived got
                                        && got.name().equals(kind))
                        .count()
                >= times;
    }

    private Deal deal(PayFirstNode buyer, Address payee) {
        return deal(buyer, payee, 7);
    }

    private Deal deal(PayFirstNode buyer, Address payee, long number) {
        long now = buyer.account().newest();
        return new Deal(
                buyer.account().address(),
                payee,
                Address.ZERO,
                Wei.parse("0.001 eth"),
                now + 3600,
                Deal.salt(number),
                Deal.POINT_LOCK,
                buyer.lock(),
                new Bytes32(9, 9, 9, number));
    }

    @Test
    @DisplayName("two roles that no part of the program knows trade over TLS and a real chain")
    void trades() throws Exception {
        try (PayFirstNode seller = seller();
                PayFirstNode buyer = buyer()) {
            await(() -> buyer.account().mark().isPresent() && seller.account().mark().isPresent());
            Deal deal = deal(buyer, seller.account().address());
            buyer.buy(REF, seller.invite(), deal);
            await(() -> heard("Goods", PayFirst.ROUNDS));
            await(() -> buyer.sessions.state(REF).orElseThrow() instanceof State.Bought);
            assertEquals(
                    new State.Bought(PayFirst.ROUNDS), buyer.sessions.state(REF).orElseThrow());
            State.Selling sold = (State.Selling) seller.sessions.state(REF).orElseThrow();
            assertEquals(PayFirst.ROUNDS, sold.round());
            assertEquals(DealStatus.OPEN, buyer.escrow().view(deal, 0).tip());
        }
    }

    @Test
    @DisplayName("two deposits of one session are both watched, and both receipts are kept")
    void twoDeposits() throws Exception {
        try (PayFirstNode buyer = buyer()) {
            await(() -> buyer.account().mark().isPresent());
            SessionKey session = buyer.sessions.key(REF);
            Deal first = deal(buyer, buyer.account().address(), 1);
            boolean _ =
                    buyer.sessions.create(
                            REF,
                            List.of(buyer.party()),
                            buyer.account().mark().orElseThrow(),
                            () -> new State.Idle(first, buyer.party()));
            Map<Integer, DealStatus> seen = new ConcurrentHashMap<>();
            for (int slot = 0; slot < 2; slot++) {
                Deal deal = deal(buyer, buyer.account().address(), 1 + slot);
                deposit(buyer, new EscrowPort.Place(session, slot, rail, deal), seen);
            }
            await(() -> Map.of(0, DealStatus.OPEN, 1, DealStatus.OPEN).equals(seen));
            DocumentTable kept = buyer.node.store().documents();
            await(() ->
                    kept.find(session, Documents.receipt("open", 0)).isPresent()
                            && kept.find(session, Documents.receipt("open", 1)).isPresent());
            assertNotEquals(
                    kept.find(session, Documents.receipt("open", 0)),
                    kept.find(session, Documents.receipt("open", 1)));
            buyer.escrow().unwatch(session);
        }
    }

    @Test
    @DisplayName("a session that fails when it hears of its deal keeps no other from hearing")
    void neighbours() throws Exception {
        long each = 8;
        try (PayFirstNode buyer = buyer()) {
            await(() -> buyer.account().mark().isPresent());
            Map<Long, Integer> heard = new ConcurrentHashMap<>();
            for (long number = 0; number < 2 * each; number++) {
                long self = number;
                watch(
                        buyer,
                        number,
                        () -> {
                            int times = heard.merge(self, 1, Integer::sum);
                            if (self % 2 == 1 && times > 1) {
                                throw new IllegalStateException("a mistake");
                            }
                        });
            }
            await(() ->
                    heard.entrySet().stream()
                            .allMatch(one -> one.getKey() % 2 == 1 || one.getValue() > 2));
            await(() -> failing(buyer) == each);
            for (long number = 0; number < 2 * each; number++) {
                buyer.escrow().unwatch(buyer.sessions.key(new Bytes32(number << 32, 0, 0, 0)));
            }
            await(() -> failing(buyer) == 0);
        }
    }

    private void watch(PayFirstNode buyer, long number, Runnable listener) {
        EscrowPort.Place place =
                new EscrowPort.Place(
                        buyer.sessions.key(new Bytes32(number << 32, 0, 0, 0)),
                        0,
                        rail,
                        deal(buyer, buyer.account().address(), number));
        buyer.escrow()
                .watch(
                        place,
                        _ -> {
                            synchronized (events) {
                                events.notifyAll();
                            }
                            listener.run();
                        });
    }

    private static long failing(PayFirstNode node) {
        return node.node.store().alarms().all().stream()
                .filter(alarm -> alarm.line().contains("deal 0 of exchange"))
                .count();
    }

    private void deposit(
            PayFirstNode buyer, EscrowPort.Place place, Map<Integer, DealStatus> seen) {
        buyer.escrow()
                .watch(
                        place,
                        view -> {
                            synchronized (events) {
                                seen.put(place.slot(), view.finalized());
                                events.notifyAll();
                            }
                        });
        try {
            buyer.escrow().open(place, Intent.ANY_TIME);
        } catch (AgainException _) {
            // It is on its way to the chain.
        }
    }

    @Test
    @DisplayName("both sides restart after every message, and the trade goes on where it was")
    void restarts() throws Exception {
        PayFirstNode seller = seller();
        PayFirstNode buyer = buyer();
        try {
            PayFirstNode first = buyer;
            await(() -> first.account().mark().isPresent());
            buyer.buy(REF, seller.invite(), deal(buyer, seller.account().address()));
            for (int round = 1; round <= PayFirst.ROUNDS; round++) {
                int goods = round;
                await(() -> heard("Order", goods));
                seller.close();
                seller = seller();
                await(() -> heard("Goods", goods));
                buyer.close();
                buyer = buyer();
            }
            PayFirstNode last = buyer;
            await(() -> last.sessions.state(REF).orElseThrow() instanceof State.Bought);
        } finally {
            buyer.close();
            seller.close();
        }
    }
}
