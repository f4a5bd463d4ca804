package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.kit.value.PartyId;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.delegation.customer.CustomerAgent;
import io.evenhand.node.delegation.provider.ProviderDaemon;
import io.evenhand.node.delegation.stamper.StamperDaemon;
import io.evenhand.protocols.delegation.DelegationAlarm;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Send;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Message.Stamped;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A stamper is accused for what it signed (T6), and for no word that a peer writes.
class SlanderTest {
    @TempDir Path directory;
    private TestNet net;

    @BeforeEach
    void start() throws Exception {
        net = new TestNet(directory, new LocalChain.Mining.Every(1));
    }

    @AfterEach
    void stop() {
        net.close();
    }

    @Test
    @DisplayName("a customer's refusal accuses no stamper, whatever it says")
    void slander() throws Exception {
        try (StamperDaemon _ = net.stamper();
                ProviderDaemon provider = net.provider();
                CustomerAgent customer = slanderer()) {
            net.delegate(customer, provider, net.input("b\na\n"));
            assertEquals("Aborted", end().outcome());
            assertTrue(
                    net.alarms.stream()
                            .noneMatch(a -> a.alarm() instanceof DelegationAlarm.StampMismatch),
                    net.alarms::toString);
        }
    }

    @Test
    @DisplayName("T6: a false stamp accuses the stamper, once, also after a restart")
    void falseStamp() throws Exception {
        try (StamperDaemon _ = net.stamper((honest, crypto, _) -> stampsFalsely(honest, crypto));
                CustomerAgent customer = net.customer()) {
            try (ProviderDaemon provider = net.provider()) {
                net.delegate(customer, provider, net.input("b\na\n"));
                assertEquals("Deceived", end().outcome());
                DelegationAlarm.StampMismatch _ =
                        net.awaitAlarm(DelegationAlarm.StampMismatch.class, true);
            }
            try (ProviderDaemon again = net.provider()) {
                assertEquals(1, again.status().alarms().get("StampMismatch"));
            }
            assertEquals(
                    1,
                    net.alarms.stream()
                            .filter(a -> a.alarm() instanceof DelegationAlarm.StampMismatch)
                            .count());
        }
    }

    /// The provider's alarm is raised before anybody hears of the end.
    private NodeEvent.Ended end() throws InterruptedException {
        net.await(SlanderTest::isProvidersEnd);
        synchronized (net.events) {
            return net.events.stream()
                    .filter(SlanderTest::isProvidersEnd)
                    .map(NodeEvent.Ended.class::cast)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static boolean isProvidersEnd(NodeEvent event) {
        return event instanceof NodeEvent.Ended
                && event.session().role().equals(DelegationRoles.PROVIDER);
    }

    private CustomerAgent slanderer() throws Exception {
        return CustomerAgent.start(
                net.directory("customer"),
                net.keys("customer", LocalChain.key(1)),
                net.chainConfig(),
                TestNet.CLOCK,
                net.sink(),
                TestNet.SILENT,
                (honest, _, _) ->
                        (state, input) ->
                                input
                                                        instanceof
                                                        Input.Received(
                                                                PartyId from,
                                                                Message m,
                                                                ChainTime _)
                                                && m instanceof Message.Accept
                                        ? Step.<CustomerState, Effect>moved(
                                                state,
                                                new Send(from, new Message.Refuse("ALARM T6")))
                                        : honest.step(state, input));
    }

    /// The same machine, but its stamps are signed with its identity's key.
    private static Machine<StamperState, Input, Effect> stampsFalsely(
            Machine<StamperState, Input, Effect> honest, RealCrypto crypto) {
        return (state, input) ->
                honest.step(state, input) instanceof Step.Moved(var next, var effects)
                        ? Step.moved(
                                next,
                                effects.stream().map(effect -> falsely(effect, crypto)).toList())
                        : Step.ignored(state, Rule.UNEXPECTED.because("of no use"));
    }

    private static Effect falsely(Effect effect, RealCrypto crypto) {
        return effect instanceof Send(PartyId to, Message.Verdict verdict)
                ? new Send(
                        to,
                        new Message.Verdict(
                                verdict.xid(),
                                verdict.attempt(),
                                verdict.stamped()
                                        .map(s -> new Stamped(s.stamp(), crypto.sign(s.stamp())))))
                : effect;
    }
}
