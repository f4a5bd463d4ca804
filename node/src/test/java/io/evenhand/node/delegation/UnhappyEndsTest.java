package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.enclave.policy.PolicySpec;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.delegation.customer.CustomerAgent;
import io.evenhand.node.delegation.provider.ProviderDaemon;
import io.evenhand.node.delegation.stamper.StamperDaemon;
import io.evenhand.node.exchange.Sessions;
import io.evenhand.node.store.Role;
import io.evenhand.node.transport.CuttingProxy;
import io.evenhand.node.transport.Invite;
import io.evenhand.node.transport.PeerException;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.message.StamperRef;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Exchanges that do not settle, on the same real parts.
class UnhappyEndsTest {
    /// A service that is not done before the test is.
    private static final String SLOW =
            TestNet.SORT.replace(
                    "[\"sort\", \"-o\", \"{output}\", \"{input}\"]",
                    "[\"sh\", \"-c\", \"sleep 1000\", \"{output}\", \"{input}\"]");

    @TempDir Path directory;
    private TestNet net;
    private StamperDaemon stamper;
    private CustomerAgent customer;

    @BeforeEach
    void start() throws Exception {
        net = new TestNet(directory, new LocalChain.Mining.Every(1));
        stamper = net.stamper();
        customer = net.customer();
    }

    @AfterEach
    void stop() throws Exception {
        customer.close();
        stamper.close();
        for (String party : new String[] {"customer", "provider"}) {
            if (Files.exists(directory.resolve(party).resolve("journal.db"))) {
                int _ = Endings.check(directory.resolve(party));
            }
        }
        Set<String> left = new TreeSet<>();
        for (String party : new String[] {"customer", "provider", "stamper"}) {
            if (Files.exists(directory.resolve(party).resolve("journal.db"))) {
                left.addAll(Homes.check(directory.resolve(party)));
            }
        }
        left.removeIf(name -> name.endsWith("/sealed") || name.endsWith("/leaves"));
        assertEquals(Set.of(), left, "nothing plain is left of what did not settle");
        net.close();
    }

    private CustomerState end(Bytes32 ref) throws Exception {
        return customer.end(ref).get();
    }

    private String abortReason(Bytes32 ref) throws Exception {
        return assertInstanceOf(CustomerState.Aborted.class, end(ref)).why().line();
    }

    @Test
    void theWageComesBackWhenTheProviderVanishesAfterTheDeposit() throws Exception {
        CompletableFuture<Boolean> funding = new CompletableFuture<>();
        CompletableFuture<Boolean> gone = new CompletableFuture<>();
        net.listener =
                Optional.of(event -> {
                    // Holds the customer back until the provider is really gone.
                    if (isChange(event, DelegationRoles.CUSTOMER, "Funding")) {
                        funding.complete(true);
                        gone.join();
                    }
                });
        ProviderDaemon provider = net.provider();
        Wei before = net.chain.balance(customer.payer());
        Bytes32 ref = net.delegate(customer, provider, net.input("b\na\n"));
        funding.get();
        provider.close();
        gone.complete(true);
        net.await(event ->
                event instanceof NodeEvent.TransactionIncluded sent && sent.kind().equals("open"));
        net.chain.warp(Duration.ofHours(2));
        assertInstanceOf(CustomerState.Refunded.class, end(ref));
        Wei spent = new Wei(before.value().subtract(net.chain.balance(customer.payer()).value()));
        assertTrue(spent.compareTo(Wei.parse("0.001 eth")) < 0, "only gas was lost: " + spent);
        assertFalse(
                net.events.stream()
                        .anyMatch(e ->
                                e instanceof NodeEvent.JobEnded job
                                        && job.job().equals("OpenWork")));
    }

    @Test
    @DisplayName("10: a deadline that only the chain has passed ends the exchange")
    void aDeadlineOfTheChain() throws Exception {
        ProviderDaemon provider = net.provider(SLOW);
        Bytes32 ref = net.delegate(customer, provider, net.input("b\na\n"));
        net.await(event -> isChange(event, DelegationRoles.PROVIDER, "Working"));
        provider.close();
        net.chain.warp(Duration.ofHours(2));
        assertEquals("no work came by the time it was due (tWork)", abortReason(ref));
    }

    @Test
    void aServiceThatFailsEndsTheExchangeWithoutSayingWhy() throws Exception {
        try (ProviderDaemon provider =
                net.provider(TestNet.SORT.replace("\"sort\", \"-o\"", "\"ls\", \"/private\""))) {
            Bytes32 ref = net.delegate(customer, provider, net.input("b\na\n"));
            assertEquals("the provider refuses: the work could not be done", abortReason(ref));
        }
        NodeEvent.JobEnded log =
                net.events.stream()
                        .filter(NodeEvent.JobEnded.class::isInstance)
                        .map(NodeEvent.JobEnded.class::cast)
                        .filter(job -> job.job().equals("service"))
                        .findFirst()
                        .orElseThrow();
        assertTrue(log.outcome().contains("/private"), "its own log says why: " + log);
    }

    @Test
    void aProviderLearnsThatItsWorkIsNotOfTheFormThePolicyReads() throws Exception {
        String yaml =
                TestNet.SORT
                        .replace("[size, wasm]", "[accuracy]")
                        .replace(
                                "[\"sort\", \"-o\", \"{output}\", \"{input}\"]",
                                "[\"sh\", \"-c\", \"echo 'row;label' > \\\"$0\\\"\", \"{output}\", \"{input}\"]");
        Path hidden = Files.writeString(directory.resolve("hidden.csv"), "row,label\n1,cat\n");
        PolicySpec accuracy = PolicySpec.parse("accuracy/1 atLeast=0.5000");
        try (ProviderDaemon provider = net.provider(yaml)) {
            Bytes32 ref =
                    net.delegate(customer, provider, net.input("x"), accuracy, Optional.of(hidden));
            assertEquals("the provider refuses: the work could not be done", abortReason(ref));
        }
        String said =
                net.events.stream()
                        .filter(NodeEvent.JobEnded.class::isInstance)
                        .map(NodeEvent.JobEnded.class::cast)
                        .filter(job -> job.job().equals("service"))
                        .findFirst()
                        .orElseThrow()
                        .outcome();
        assertTrue(said.contains("not of the form the policy reads: line 1 must be"), said);
        assertTrue(said.contains("separated by \";\""), said);
        assertFalse(
                net.events.stream()
                        .anyMatch(e ->
                                e instanceof NodeEvent.JobEnded job && job.job().equals("Judge")),
                "no attempt is spent");
    }

    @Test
    void workThatFailsThePolicyIsTriedAsOftenAsAgreedAndNotPaid() throws Exception {
        String yaml =
                TestNet.SORT.replace(
                        "[\"sort\", \"-o\", \"{output}\", \"{input}\"]",
                        "[\"sh\", \"-c\", \": > \\\"$0\\\"\", \"{output}\", \"{input}\"]");
        try (ProviderDaemon provider = net.provider(yaml)) {
            Bytes32 ref = net.delegate(customer, provider, net.input("b\na\n"));
            String reason = abortReason(ref);
            assertTrue(reason.contains("did not pass the policy in 2 attempt(s)"), reason);
        }
    }

    @Test
    void anOfferBelowThePriceIsRefusedWithTheReason() throws Exception {
        try (ProviderDaemon provider = net.provider(TestNet.SORT.replace("0.0001 eth", "1 eth"))) {
            Bytes32 ref = net.delegate(customer, provider, net.input("b\na\n"));
            String reason = abortReason(ref);
            assertTrue(reason.contains("the wage 0.01 eth is below our price 1 eth"), reason);
        }
    }

    @Test
    void theCustomerCanWalkAwayBeforeTheDeposit() throws Exception {
        try (ProviderDaemon provider = net.provider(SLOW)) {
            Bytes32 ref = net.delegate(customer, provider, net.input("b\na\n"));
            net.await(event -> isChange(event, DelegationRoles.PROVIDER, "Working"));
            assertInstanceOf(Sessions.Reaction.Moved.class, customer.giveUp(ref));
            assertEquals("given up by the customer", abortReason(ref));
            net.await(event ->
                    event instanceof NodeEvent.Ended over
                            && over.session().role().equals(DelegationRoles.PROVIDER));
        }
    }

    @Test
    @DisplayName("a stamper whose time is over keeps nothing of what it was trusted with")
    void theStamperExpires() throws Exception {
        String slow = SLOW.replace("[size, wasm]", "[accuracy]");
        Path hidden = Files.writeString(directory.resolve("hidden.csv"), "row,label\n1,cat\n");
        PolicySpec accuracy = PolicySpec.parse("accuracy/1 atLeast=0.5000");
        try (ProviderDaemon provider = net.provider(slow)) {
            Bytes32 ref =
                    net.delegate(customer, provider, net.input("x"), accuracy, Optional.of(hidden));
            net.await(event -> isChange(event, DelegationRoles.STAMPER, "Provisioned"));
            net.await(event -> isChange(event, DelegationRoles.PROVIDER, "Working"));
            net.clockError.put("stamper", Duration.ofHours(2));
            net.await(event -> isChange(event, DelegationRoles.STAMPER, "Expired"));
            assertInstanceOf(Sessions.Reaction.Moved.class, customer.giveUp(ref));
            assertEquals("given up by the customer", abortReason(ref));
            net.await(event ->
                    event instanceof NodeEvent.Ended over
                            && over.session().role().equals(DelegationRoles.PROVIDER));
        }
    }

    @Test
    void anInviteLetsOneKeyInOnce() throws Exception {
        try (ProviderDaemon provider = net.provider()) {
            var invite = provider.invite("127.0.0.1", Duration.ofHours(1));
            customer.join(invite);
            customer.join(invite);
            try (CustomerAgent other = net.customer("other", 4)) {
                PeerException e = assertThrows(PeerException.class, () -> other.join(invite));
                assertEquals(PeerException.Kind.REFUSED, e.kind());
            }
        }
    }

    @Test
    @DisplayName(
            "a provider names its stamper by its identity once the invite was used, not before")
    void stamperByIdentity() throws Exception {
        MalformedException e =
                assertThrows(
                        MalformedException.class,
                        () -> net.provider(TestNet.SORT, Optional.empty()));
        assertTrue(String.valueOf(e.getMessage()).contains("name it once by its invite"));
        StamperRef invited;
        try (ProviderDaemon provider = net.provider()) {
            PartyId _ = customer.join(provider.invite("127.0.0.1", Duration.ofHours(1)));
            invited = customer.card(provider.party()).stampers().getFirst();
        }
        try (ProviderDaemon provider = net.provider(TestNet.SORT, Optional.empty())) {
            assertEquals(List.of(invited), customer.card(provider.party()).stampers());
        }
    }

    @Test
    @DisplayName(
            "who is pushed out at first contact, as by strangers of the same address, comes again; a"
                    + " wrong address is said at once")
    void firstContact() throws Exception {
        try (ProviderDaemon provider = net.provider();
                CuttingProxy busy = new CuttingProxy(provider.port(), 1, 5)) {
            Invite invite = provider.invite("127.0.0.1", Duration.ofHours(1));
            int nobody;
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                nobody = socket.getLocalPort();
            }
            PeerException e =
                    assertThrows(PeerException.class, () -> customer.join(at(invite, nobody)));
            assertTrue(e.nobodyThere(), e.toString());
            assertEquals(provider.party(), customer.join(at(invite, busy.port())));
        }
    }

    private static Invite at(Invite invite, int port) {
        return new Invite(
                invite.host(),
                port,
                invite.server(),
                invite.service(),
                invite.name(),
                invite.token());
    }

    private static boolean isChange(NodeEvent event, Role role, String state) {
        return event instanceof NodeEvent.StateChanged change
                && change.session().role().equals(role)
                && change.to().equals(state);
    }
}
