package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.ChainAlarm;
import io.evenhand.ledger.evm.LedgerException;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.NextDeadline;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.delegation.customer.CustomerAgent;
import io.evenhand.node.delegation.provider.ProviderDaemon;
import io.evenhand.node.delegation.stamper.StamperDaemon;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.DelegationAlarm;
import io.evenhand.protocols.delegation.customer.CustomerState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whole exchanges on a chain in trouble: outages, reorgs, dear gas, wrong clocks, empty accounts.
class ChainTroubleTest {
    private static final LocalChain.Mining MANUAL = new LocalChain.Mining.Manual();
    private static final LocalChain.Mining SECONDS = new LocalChain.Mining.Every(1);

    @TempDir Path directory;
    private TestNet net;
    private StamperDaemon stamper;

    @BeforeEach
    void start() throws Exception {
        net = new TestNet(directory, SECONDS);
        stamper = net.stamper();
    }

    @AfterEach
    void stop() {
        stamper.close();
        net.close();
    }

    private static boolean isChange(NodeEvent event, Role role, String state) {
        return event instanceof NodeEvent.StateChanged change
                && change.session().role().equals(role)
                && change.to().equals(state);
    }

    /// Runs once, when a role enters a state and before it does anything there.
    private void when(Role role, String state, Runnable then) {
        AtomicBoolean done = new AtomicBoolean();
        net.listener =
                Optional.of(event -> {
                    if (isChange(event, role, state) && done.compareAndSet(false, true)) {
                        then.run();
                    }
                });
    }

    /// Runs once, when a block holds the transaction.
    private void whenIncluded(String kind, Runnable then) {
        AtomicBoolean done = new AtomicBoolean();
        net.listener =
                Optional.of(event -> {
                    boolean now =
                            event instanceof NodeEvent.TransactionIncluded included
                                    && included.kind().equals(kind);
                    if (now && done.compareAndSet(false, true)) {
                        then.run();
                    }
                });
    }

    private static CustomerState end(CustomerAgent customer, Bytes32 ref) throws Exception {
        return customer.end(ref).get();
    }

    private void assertSettledOnce(CustomerAgent customer, Bytes32 ref) throws Exception {
        assertTrue(assertInstanceOf(CustomerState.Settled.class, end(customer, ref)).passed());
        assertEquals(1, included("open"), "one deposit, whatever happened");
        assertEquals(1, included("claim"), "one claim, whatever happened");
    }

    private long included(String kind) {
        return net.events.stream()
                .filter(NodeEvent.TransactionIncluded.class::isInstance)
                .map(NodeEvent.TransactionIncluded.class::cast)
                .filter(event -> event.kind().equals(kind))
                .map(NodeEvent.TransactionIncluded::hash)
                .distinct()
                .count();
    }

    private long block(String kind) {
        return net.events.stream()
                .filter(NodeEvent.TransactionIncluded.class::isInstance)
                .map(NodeEvent.TransactionIncluded.class::cast)
                .filter(event -> event.kind().equals(kind))
                .mapToLong(NodeEvent.TransactionIncluded::block)
                .findFirst()
                .orElseThrow();
    }

    private boolean wasSent(String kind) {
        return net.events.stream()
                .anyMatch(e ->
                        e instanceof NodeEvent.TransactionSent sent && sent.kind().equals(kind));
    }

    @Test
    @DisplayName("A chain that goes away in every phase and comes back costs nobody anything")
    void theChainGoesAwayInEveryPhase() throws Exception {
        LinkedBlockingQueue<NodeEvent.StateChanged> changes = new LinkedBlockingQueue<>();
        net.listener =
                Optional.of(event -> {
                    if (event instanceof NodeEvent.StateChanged change) {
                        changes.add(change);
                    }
                });
        Set<String> seen = new HashSet<>();
        try (ProviderDaemon provider = net.provider();
                CustomerAgent customer = net.customer()) {
            Bytes32 ref = net.delegate(customer, provider, net.input("b\na\n"));
            while (!customer.end(ref).isDone()) {
                NodeEvent.StateChanged change = changes.poll(200, TimeUnit.MILLISECONDS);
                boolean outside =
                        change != null && !change.session().role().equals(DelegationRoles.STAMPER);
                if (outside && seen.add(change.session().role() + change.to())) {
                    net.alarms.clear();
                    net.chain.stop();
                    ChainAlarm.EndpointLost lost =
                            net.awaitAlarm(ChainAlarm.EndpointLost.class, true);
                    assertEquals(net.chain.httpUrl(), lost.endpoint());
                    net.chain.restart();
                    net.awaitAlarmOver(ChainAlarm.EndpointLost.class);
                }
            }
            assertSettledOnce(customer, ref);
        }
        assertTrue(seen.size() > 10, seen.toString());
    }

    @ParameterizedTest(name = "the node of the chain answers: {0}")
    @ValueSource(booleans = {true, false})
    @DisplayName("R3: a claim held up beyond the stated outage is an alarm while there is time")
    void aClaimAtRiskIsAnAlarmInTime(boolean answering) throws Exception {
        when(DelegationRoles.PROVIDER, "Revealing", () -> net.chain.setMining(MANUAL));
        try (ProviderDaemon provider = net.provider();
                CustomerAgent customer = net.customer()) {
            Bytes32 ref = net.delegate(customer, provider, net.input("b\na\n"));
            net.await(e -> e instanceof NodeEvent.TransactionSent s && s.kind().equals("claim"));
            long claimBy = deadline(ref, customer);
            if (!answering) {
                net.chain.stop();
                net.awaitAlarm(ChainAlarm.EndpointLost.class, true);
            }
            // The outage is longer than stated: 15 s are left.
            long now = TestNet.CLOCK.instant().getEpochSecond();
            net.clockError.put("provider", Duration.ofSeconds(claimBy - 15 - now));
            DelegationAlarm.ClaimAtRisk alarm =
                    net.awaitAlarm(DelegationAlarm.ClaimAtRisk.class, true);
            assertEquals(claimBy, alarm.until());
            String why = answering ? "waits for a block" : "no node of the chain answers";
            assertTrue(alarm.line().contains(why), alarm.line());
            assertListed(alarm);
            if (!answering) {
                net.chain.restart();
            }
            net.chain.setMining(SECONDS);
            net.awaitAlarm(DelegationAlarm.ClaimAtRisk.class, false);
            assertSettledOnce(customer, ref);
        }
    }

    /// Another process reads the alarm and the deadline, as `evenhand list` does.
    private void assertListed(DelegationAlarm.ClaimAtRisk alarm) throws Exception {
        try (Store reader = Store.openForReading(net.directory("provider"))) {
            assertTrue(
                    reader.alarms().all().stream()
                            .anyMatch(raised -> raised.line().equals(alarm.line())));
            NextDeadline next =
                    DelegationDeadlines.of(
                                    reader.sessions().open(DelegationRoles.PROVIDER).getFirst(),
                                    Timing.LOCAL)
                            .orElseThrow();
            assertEquals("the claim", next.what());
            assertEquals(alarm.until(), next.at());
        }
    }

    private static long deadline(Bytes32 ref, CustomerAgent customer) {
        return assertInstanceOf(CustomerState.AfterDeposit.class, customer.state(ref).orElseThrow())
                .deal()
                .claimBy();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @DisplayName("R1: a deposit that a reorg takes back before it is final shows no key")
    void aDepositTakenBackShowsNoKey(int depth) throws Exception {
        whenIncluded("open", () -> net.chain.setMining(MANUAL));
        try (ProviderDaemon provider = net.provider()) {
            CustomerAgent customer = net.customer();
            Bytes32 ref = net.delegate(customer, provider, net.input("b\na\n"));
            net.await(e -> e instanceof NodeEvent.TransactionIncluded i && i.kind().equals("open"));
            net.await(e -> isChange(e, DelegationRoles.PROVIDER, "Confirming"));
            // One short of final, then gone; and its owner does not send it again.
            net.chain.mine(depth - 1);
            long claimBy = deadline(ref, customer);
            customer.close();
            net.chain.reorg(depth);
            // Blocks go on without the deposit, until no key may be shown any more.
            net.chain.nextTimestamp(claimBy - 10);
            net.chain.mine(3);
            net.await(e -> isChange(e, DelegationRoles.PROVIDER, "Aborted"));
            assertFalse(wasSent("claim"), "no key was shown");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @DisplayName("R3: a claim that a reorg takes back is made again, and the customer goes on")
    void aClaimTakenBackIsMadeAgain(int depth) throws Exception {
        whenIncluded("claim", () -> net.chain.setMining(MANUAL));
        try (ProviderDaemon provider = net.provider();
                CustomerAgent customer = net.customer()) {
            Bytes32 ref = net.delegate(customer, provider, net.input("b\na\n"));
            net.await(
                    e -> e instanceof NodeEvent.TransactionIncluded i && i.kind().equals("claim"));
            net.chain.mine(depth - 1);
            net.chain.reorg(depth);
            net.await(e -> isChange(e, DelegationRoles.CUSTOMER, "Opened"));
            net.chain.setMining(SECONDS);
            assertInstanceOf(CustomerState.Settled.class, end(customer, ref));
            net.await(e -> isChange(e, DelegationRoles.PROVIDER, "Settled"));
            assertTrue(
                    net.alarms.stream().noneMatch(n -> n.alarm() instanceof ChainAlarm.DeepReorg));
        }
    }

    @Test
    @DisplayName("A reorg deeper than finality is an alarm, and everybody comes to an end")
    void aReorgDeeperThanFinalityIsAnAlarm() throws Exception {
        whenIncluded("claim", () -> net.chain.setMining(MANUAL));
        try (ProviderDaemon provider = net.provider();
                CustomerAgent customer = net.customer()) {
            Bytes32 ref = net.delegate(customer, provider, net.input("b\na\n"));
            net.await(
                    e -> e instanceof NodeEvent.TransactionIncluded i && i.kind().equals("claim"));
            long claimBy = deadline(ref, customer);
            // The deposit was final, and is gone with the claim.
            net.chain.reorg((int) (net.chain.tip().number() - block("open")) + 1);
            ChainAlarm.DeepReorg alarm = net.awaitAlarm(ChainAlarm.DeepReorg.class, true);
            assertEquals(net.chain.httpUrl(), alarm.endpoint());
            net.chain.nextTimestamp(claimBy + 60);
            net.chain.setMining(SECONDS);
            assertInstanceOf(CustomerState.Final.class, end(customer, ref));
            net.await(e ->
                    e instanceof NodeEvent.Ended ended
                            && ended.session().role().equals(DelegationRoles.PROVIDER));
        }
    }

    private void awaitMore(Address account, Wei than) throws InterruptedException {
        LinkedBlockingQueue<Object> never = new LinkedBlockingQueue<>();
        long end = System.nanoTime() + TestNet.AWAIT.toNanos();
        while (net.chain.balance(account).compareTo(than) <= 0) {
            assertTrue(System.nanoTime() < end, () -> net.troubles + " " + net.alarms);
            Object _ = never.poll(200, TimeUnit.MILLISECONDS);
        }
    }

    @Test
    @DisplayName("R3: deposit and claim that were final and are taken back are made again")
    void whatWasFinalIsMadeAgain() throws Exception {
        try (ProviderDaemon provider = net.provider();
                CustomerAgent customer = net.customer()) {
            Wei before = net.chain.balance(provider.payee());
            Bytes32 ref = net.delegate(customer, provider, net.input("b\na\n"));
            assertSettledOnce(customer, ref);
            net.await(e -> isChange(e, DelegationRoles.PROVIDER, "Settled"));
            net.chain.setMining(MANUAL);
            net.chain.reorg((int) (net.chain.tip().number() - block("open")) + 1);
            assertTrue(net.chain.balance(provider.payee()).compareTo(before) <= 0, "taken back");
            net.awaitAlarm(ChainAlarm.DeepReorg.class, true);
            net.chain.setMining(SECONDS);
            awaitMore(provider.payee(), before);
        }
    }

    @Test
    @DisplayName("10a: no key is shown while its claim costs more than a twentieth of the wage")
    void aDearClaimWaitsForLowerFees() throws Exception {
        whenIncluded("open", () -> net.chain.nextBaseFee(Wei.parse("1000 gwei")));
        try (ProviderDaemon provider = net.provider();
                CustomerAgent customer = net.customer()) {
            Bytes32 ref = net.delegate(customer, provider, net.input("b\na\n"));
            ChainAlarm.FeeAboveStake alarm = net.awaitAlarm(ChainAlarm.FeeAboveStake.class, true);
            assertEquals("claim", alarm.transaction());
            assertEquals(Wei.parse("0.0005 eth"), alarm.most());
            assertFalse(wasSent("claim"));
            net.chain.nextBaseFee(Wei.of(7));
            assertSettledOnce(customer, ref);
            net.awaitAlarm(ChainAlarm.FeeAboveStake.class, false);
        }
    }

    @ParameterizedTest(name = "the {0}''s clock, {1} minutes")
    @CsvSource({"provider,60", "provider,-60", "customer,60"})
    @DisplayName("10: with a clock that is off by an hour nobody loses money, and it is an alarm")
    void aClockThatIsOffByAnHour(String party, int minutes) throws Exception {
        net.clockError.put(party, Duration.ofMinutes(minutes));
        try (ProviderDaemon provider = net.provider();
                CustomerAgent customer = net.customer()) {
            Wei payer = net.chain.balance(customer.payer());
            Bytes32 ref = net.delegate(customer, provider, net.input("b\na\n"));
            ChainAlarm.ClockOff alarm = net.awaitAlarm(ChainAlarm.ClockOff.class, true);
            assertEquals(minutes > 0, alarm.secondsAhead() > 0);
            assertTrue(Math.abs(alarm.secondsAhead()) >= 58 * 60, alarm.line());
            CustomerState end = end(customer, ref);
            if (party.equals("provider") && minutes > 0) {
                // Every deadline has passed by its clock: it takes no work, and nothing is paid.
                assertInstanceOf(CustomerState.Aborted.class, end);
                assertEquals(payer, net.chain.balance(customer.payer()));
            } else {
                assertSettledOnce(customer, ref);
            }
        }
    }

    /// How this machine's loopback looks when it is not called by a name that says so.
    private String likeForeign() {
        return net.chain.httpUrl().replace("127.0.0.1", "[::ffff:127.0.0.1]");
    }

    private void assertOnlySingle(boolean alarmed, Runnable before) throws Exception {
        before.run();
        // Told together with the alarm that is in question.
        net.clockError.put("customer", Duration.ofHours(1));
        try (CustomerAgent _ = net.customer()) {
            net.awaitAlarm(ChainAlarm.ClockOff.class, true);
            if (alarmed) {
                ChainAlarm.SingleEndpoint alarm =
                        net.awaitAlarm(ChainAlarm.SingleEndpoint.class, true);
                assertEquals(likeForeign(), alarm.endpoint());
            }
            try (Store reader = Store.openForReading(net.directory("customer"))) {
                assertEquals(
                        alarmed,
                        reader.alarms().all().stream()
                                .anyMatch(raised -> raised.kind().equals("SingleEndpoint")));
            }
        }
        net.alarms.clear();
    }

    @Test
    @DisplayName(
            "16e: one endpoint of somebody else alone is a standing alarm, two or one's own not")
    void aSingleForeignEndpointIsAStandingAlarm() throws Exception {
        assertOnlySingle(false, () -> {});
        assertOnlySingle(true, () -> net.endpoint = Optional.of(likeForeign()));
        // It stands: a restart raises it again.
        assertOnlySingle(true, () -> {});
        assertOnlySingle(false, () -> net.second = Optional.of(net.chain.httpUrl()));
    }

    @Test
    @DisplayName("A customer without coins is told before any work begins")
    void aCustomerWithoutCoinsIsToldFirst() throws Exception {
        try (ProviderDaemon provider = net.provider();
                CustomerAgent customer = net.customer()) {
            set(customer.payer(), "0x0");
            LedgerException e =
                    assertThrows(
                            LedgerException.class,
                            () -> net.delegate(customer, provider, net.input("b\na\n")));
            assertInstanceOf(LedgerException.Kind.Poor.class, e.kind());
            assertTrue(String.valueOf(e.getMessage()).contains("send coins"), e.getMessage());
            assertTrue(net.events.stream().noneMatch(NodeEvent.MessageSent.class::isInstance));
        }
    }

    @Test
    @DisplayName("A provider that cannot pay for a claim says so and takes no offers until it can")
    void aProviderWithoutCoinsTakesNoOffers() throws Exception {
        try (ProviderDaemon provider = net.provider();
                CustomerAgent customer = net.customer()) {
            set(provider.payee(), "0x0");
            ChainAlarm.LowBalance alarm = net.awaitAlarm(ChainAlarm.LowBalance.class, true);
            assertEquals(provider.payee(), alarm.account());
            Bytes32 ref = net.delegate(customer, provider, net.input("b\na\n"));
            net.await(e ->
                    e instanceof NodeEvent.Retrying retrying
                            && retrying.why().contains("wallet cannot pay"));
            set(provider.payee(), "0xde0b6b3a7640000");
            net.awaitAlarm(ChainAlarm.LowBalance.class, false);
            net.await(e -> isChange(e, DelegationRoles.PROVIDER, "Accepted"));
            assertTrue(customer.state(ref).isPresent());
        }
    }

    private void set(Address account, String amount) {
        net.chain.rpc().call("anvil_setBalance", account.toString(), amount);
    }
}
