package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.enclave.policy.PolicySpec;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.delegation.customer.CustomerAgent;
import io.evenhand.node.delegation.customer.DelegationRequest;
import io.evenhand.node.delegation.provider.ProviderDaemon;
import io.evenhand.node.delegation.stamper.StamperDaemon;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Job;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole of a delegation: three daemons over real TLS, a real chain, a real program.
class SettledDelegationTest {
    @TempDir Path directory;

    @Test
    void theWorkArrivesAndTheWageIsPaid() throws Exception {
        try (TestNet net = new TestNet(directory, new LocalChain.Mining.Every(1));
                StamperDaemon _ = net.stamper();
                ProviderDaemon provider = net.provider();
                CustomerAgent customer = net.customer()) {
            Wei before = net.chain.balance(provider.payee());
            Bytes32 ref = net.delegate(customer, provider, net.input("b\na\nc\n"));
            CustomerState end = customer.end(ref).get();
            assertTrue(assertInstanceOf(CustomerState.Settled.class, end).passed());
            assertEquals("a\nb\nc\n", Files.readString(customer.work(ref).orElseThrow()));
            Wei after = net.chain.balance(provider.payee());
            assertTrue(after.compareTo(before) > 0, before + " then " + after);
            net.await(event ->
                    event instanceof NodeEvent.Ended over
                            && over.session().role().equals(DelegationRoles.PROVIDER));
        }
        assertEquals(1, Endings.check(directory.resolve("customer")));
        assertEquals(1, Endings.check(directory.resolve("provider")));
    }

    @Test
    @DisplayName("a bundle that a loss of power spoilt is written anew by the next start")
    void spoiltBundle() throws Exception {
        try (TestNet net = new TestNet(directory, new LocalChain.Mining.Every(1));
                StamperDaemon _ = net.stamper()) {
            try (ProviderDaemon provider = net.provider();
                    CustomerAgent customer = net.customer()) {
                Bytes32 ref = net.delegate(customer, provider, net.input("b\na\nc\n"));
                CustomerState _ = customer.end(ref).get();
                net.await(event ->
                        event instanceof NodeEvent.Ended over
                                && over.session().role().equals(DelegationRoles.PROVIDER));
            }
            try (Stream<Path> bundles = Files.list(directory.resolve("provider/bundles"))) {
                Files.write(bundles.findFirst().orElseThrow(), new byte[100]);
            }
            try (ProviderDaemon again = net.provider()) {
                assertTrue(again.port() > 0);
            }
        }
        assertEquals(1, Endings.check(directory.resolve("provider")));
    }

    @Test
    @DisplayName("what is left when it is settled: nothing plain but the work at its customer")
    void whatIsLeft() throws Exception {
        String yaml =
                TestNet.SORT
                        .replace(
                                "[\"sort\", \"-o\", \"{output}\", \"{input}\"]",
                                "[\"cp\", \"{input}\", \"{output}\"]")
                        .replace("policies: [", "policies: [accuracy, ");
        Path hidden =
                Files.writeString(directory.resolve("hidden.csv"), "row,label\n2,secretlabel\n");
        try (TestNet net = new TestNet(directory, new LocalChain.Mining.Every(1));
                StamperDaemon _ = net.stamper();
                ProviderDaemon provider = net.provider(yaml);
                CustomerAgent customer = net.customer()) {
            Bytes32 ref = delegate(net, customer, provider, hidden);
            CustomerState end = customer.end(ref).get();
            assertTrue(assertInstanceOf(CustomerState.Settled.class, end).passed());
            net.await(event ->
                    event instanceof NodeEvent.Ended over
                            && over.session().role().equals(DelegationRoles.PROVIDER));
        }
        assertEquals(
                Set.of("customer/leaves", "customer/sealed", "customer/work"),
                Homes.check(directory.resolve("customer")));
        assertEquals(
                Set.of("provider/input", "provider/leaves", "provider/sealed"),
                Homes.check(directory.resolve("provider")));
        assertEquals(Set.of(), Homes.check(directory.resolve("stamper")));
        assertEquals(List.of("customer/work", "provider/input"), holding("2,secretlabel"));
        assertEquals(List.of("customer/work", "provider/input"), holding("9,inputline"));
    }

    @Test
    @DisplayName("settled with a work that fails the policy: the hidden data stays, as proof")
    void whatIsLeftAsProof() throws Exception {
        String yaml =
                TestNet.SORT
                        .replace(
                                "[\"sort\", \"-o\", \"{output}\", \"{input}\"]",
                                "[\"cp\", \"{input}\", \"{output}\"]")
                        .replace("policies: [", "policies: [accuracy, ");
        Path hidden = Files.writeString(directory.resolve("hidden.csv"), "row,label\n2,right\n");
        try (TestNet net = new TestNet(directory, new LocalChain.Mining.Every(1));
                StamperDaemon _ = net.stamper((honest, _, _) -> stampsJunk(honest));
                ProviderDaemon provider = net.provider(yaml);
                CustomerAgent customer = net.customer()) {
            Bytes32 ref = delegate(net, customer, provider, hidden);
            CustomerState end = customer.end(ref).get();
            assertFalse(assertInstanceOf(CustomerState.Settled.class, end).passed());
            net.await(event ->
                    event instanceof NodeEvent.Ended over
                            && over.session().role().equals(DelegationRoles.PROVIDER));
        }
        assertEquals(
                Set.of("customer/hidden", "customer/leaves", "customer/sealed", "customer/work"),
                Homes.check(directory.resolve("customer")));
        assertEquals(
                Set.of("provider/input", "provider/leaves", "provider/sealed"),
                Homes.check(directory.resolve("provider")));
        assertEquals(Set.of(), Homes.check(directory.resolve("stamper")));
    }

    /// It judges by a policy that passes anything.
    private static Machine<StamperState, Input, Effect> stampsJunk(
            Machine<StamperState, Input, Effect> honest) {
        return (state, input) ->
                switch (honest.step(state, input)) {
                    case Step.Ignored<StamperState, Effect> ignored -> ignored;
                    case Step.Moved<StamperState, Effect>(var next, var effects) ->
                            Step.moved(
                                    next,
                                    effects.stream()
                                            .map(SettledDelegationTest::passesAnything)
                                            .toList());
                };
    }

    private static Effect passesAnything(Effect effect) {
        return effect instanceof Effect.Run(Job.Judge job)
                ? new Effect.Run(
                        new Job.Judge(
                                job.xid(),
                                job.work(),
                                "size/1 atLeast=0 atMost=1073741824",
                                job.label(),
                                job.seed(),
                                job.psk(),
                                job.opener()))
                : effect;
    }

    /// Which files of the homes hold this text, without the name of their exchange.
    private List<String> holding(String text) throws IOException {
        List<String> found = new ArrayList<>();
        for (String party : List.of("customer", "provider", "stamper")) {
            try (Stream<Path> files = Files.walk(directory.resolve(party))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    byte[] content = Files.readAllBytes(file);
                    if (new String(content, StandardCharsets.ISO_8859_1).contains(text)) {
                        found.add(party + "/" + file.getFileName());
                    }
                }
            }
        }
        return found;
    }

    private static Bytes32 delegate(
            TestNet net, CustomerAgent customer, ProviderDaemon provider, Path hidden)
            throws Exception {
        PartyId party = customer.join(provider.invite("127.0.0.1", Duration.ofDays(1)));
        ServiceCard card = customer.card(party);
        return customer.delegate(
                new DelegationRequest(
                        party,
                        card.stampers().getFirst(),
                        card.name(),
                        net.input("row,label\n1,otherlabel\n2,secretlabel\n9,inputline\n"),
                        PolicySpec.parse("accuracy/1 atLeast=1.0000"),
                        Optional.of(hidden),
                        card.price(),
                        customer.deadlines(card, Duration.ofMinutes(20), Duration.ofDays(1)),
                        card.attempts(),
                        card.maxWorkBytes()));
    }

    @Test
    void workOfManyChunksArrivesWhole() throws Exception {
        String copy =
                TestNet.SORT.replace(
                        "[\"sort\", \"-o\", \"{output}\", \"{input}\"]",
                        "[\"cp\", \"{input}\", \"{output}\"]");
        byte[] content = new byte[(5 << 20) + 1];
        new Random(5).nextBytes(content);
        Path input = Files.write(directory.resolve("large"), content);
        try (TestNet net = new TestNet(directory, new LocalChain.Mining.Every(1));
                StamperDaemon _ = net.stamper();
                ProviderDaemon provider = net.provider(copy);
                CustomerAgent customer = net.customer()) {
            Bytes32 ref = net.delegate(customer, provider, input);
            assertInstanceOf(CustomerState.Settled.class, customer.end(ref).get());
            assertEquals(-1, Files.mismatch(input, customer.work(ref).orElseThrow()));
        }
    }
}
