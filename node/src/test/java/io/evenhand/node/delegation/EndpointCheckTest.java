package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.ledger.evm.ChainAlarm;
import io.evenhand.ledger.evm.ChainProxy;
import io.evenhand.ledger.evm.LedgerException;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.ledger.evm.Quirks;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.delegation.customer.CustomerAgent;
import io.evenhand.node.delegation.provider.ProviderDaemon;
import io.evenhand.node.delegation.stamper.StamperDaemon;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// What a node finds out about its endpoints when it starts, or as soon as they answer.
class EndpointCheckTest {
    private static final String LACKS = "no state at a block's hash (EIP-1898)";

    @TempDir Path directory;
    private TestNet net;
    private ChainProxy endpoint;
    private StamperDaemon stamper;

    @BeforeEach
    void start() throws Exception {
        net = new TestNet(directory, new LocalChain.Mining.Every(1));
        stamper = net.stamper();
        endpoint = new ChainProxy(net.chain);
        net.endpoint = Optional.of(endpoint.url());
    }

    @AfterEach
    void stop() {
        stamper.close();
        endpoint.close();
        net.close();
    }

    private static void refuses(Executable start) {
        LedgerException e = assertThrows(LedgerException.class, start);
        assertInstanceOf(LedgerException.Kind.Lacking.class, e.kind());
        assertTrue(String.valueOf(e.getMessage()).contains(LACKS), e.getMessage());
    }

    @Test
    void nobodyStartsWhereSomethingIsLacking() {
        endpoint.be(Quirks.withoutStateByHash());
        refuses(() -> net.provider());
        refuses(() -> net.customer());
        assertEquals(0, net.events.size());
    }

    @Test
    @DisplayName("The second endpoint is looked at too")
    void nobodyStartsWhereTheSecondLacksSomething() {
        endpoint.be(Quirks.withoutStateByHash());
        net.second = net.endpoint;
        net.endpoint = Optional.empty();
        refuses(() -> net.provider());
        refuses(() -> net.customer());
    }

    @Test
    @DisplayName("While an endpoint is silent no order is taken; when it answers, it is")
    void noOrderBeforeItAnswers() throws Exception {
        endpoint.fallSilent();
        try (ProviderDaemon provider = net.provider()) {
            net.endpoint = Optional.empty();
            try (CustomerAgent customer = net.customer()) {
                var _ = net.delegate(customer, provider, net.input("b\na\n"));
                net.await(event ->
                        event instanceof NodeEvent.Retrying retrying
                                && retrying.why().contains("endpoints of the chain are not ready"));
                endpoint.tellTheTruth();
                net.await(event ->
                        event instanceof NodeEvent.StateChanged change
                                && change.session().role().equals(DelegationRoles.PROVIDER)
                                && change.to().equals("Accepted"));
            }
        }
    }

    @Test
    @DisplayName("What one lacks that was silent at the start is an alarm, and no order is taken")
    void whatItLacksLaterIsAnAlarm() throws Exception {
        endpoint.fallSilent();
        try (ProviderDaemon provider = net.provider()) {
            endpoint.be(Quirks.withoutStateByHash());
            ChainAlarm.EndpointLost first = net.awaitAlarm(ChainAlarm.EndpointLost.class, true);
            assertEquals(endpoint.url(), first.endpoint());
            net.awaitAlarm(ChainAlarm.EndpointLost.class, LACKS);
            net.endpoint = Optional.empty();
            try (CustomerAgent customer = net.customer()) {
                var _ = net.delegate(customer, provider, net.input("b\na\n"));
                net.await(event ->
                        event instanceof NodeEvent.Retrying retrying
                                && retrying.why().contains("endpoints of the chain are not ready"));
            }
        }
    }
}
