package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.delegation.customer.CustomerAgent;
import io.evenhand.node.delegation.provider.ProviderDaemon;
import io.evenhand.node.delegation.stamper.StamperDaemon;
import io.evenhand.node.store.Role;
import io.evenhand.protocols.delegation.customer.CustomerState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every party is stopped and started again whenever it enters a state it was not in before.
class RestartTest {
    private static final long LIMIT_SECONDS = 60L * Integer.getInteger("test.limit.minutes", 15);

    @TempDir Path directory;
    private TestNet net;
    private StamperDaemon stamper;
    private ProviderDaemon provider;
    private CustomerAgent customer;
    private final LinkedBlockingQueue<NodeEvent.StateChanged> changes = new LinkedBlockingQueue<>();
    private final Set<String> seen = new HashSet<>();

    @BeforeEach
    void start() throws Exception {
        net = new TestNet(directory, new LocalChain.Mining.Every(1));
        net.listener = Optional.of(this::note);
        stamper = net.stamper();
        provider = net.provider();
        customer = net.customer();
    }

    @AfterEach
    void stop() {
        customer.close();
        provider.close();
        stamper.close();
        net.close();
    }

    private void note(NodeEvent event) {
        if (event instanceof NodeEvent.StateChanged change) {
            changes.add(change);
        }
    }

    @Test
    void anExchangeSettlesThoughEveryPartyRestartsInEveryState() throws Exception {
        Wei before = net.chain.balance(provider.payee());
        Bytes32 ref = net.delegate(customer, provider, net.input("b\na\nc\n"));
        List<String> restarts = new ArrayList<>();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!isOver(ref)) {
            assertTrue(System.nanoTime() < deadline, () -> "stuck after " + restarts);
            NodeEvent.StateChanged change = changes.poll(100, TimeUnit.MILLISECONDS);
            if (change != null && seen.add(change.session().role() + change.to())) {
                restarts.add(change.session().role() + " in " + change.to());
                restart(change.session().role());
            }
        }
        CustomerState end = customer.state(ref).orElseThrow();
        assertTrue(assertInstanceOf(CustomerState.Settled.class, end, restarts::toString).passed());
        assertEquals("a\nb\nc\n", Files.readString(customer.work(ref).orElseThrow()));
        assertTrue(net.chain.balance(provider.payee()).compareTo(before) > 0);
        assertTrue(restarts.size() > 15, restarts::toString);
        assertEquals(1, sent("open"), "one deposit, whatever happened");
        assertEquals(1, sent("claim"), "one claim, whatever happened");
    }

    /// Different transactions of a kind.
    private long sent(String kind) {
        return net.events.stream()
                .filter(NodeEvent.TransactionIncluded.class::isInstance)
                .map(NodeEvent.TransactionIncluded.class::cast)
                .filter(sent -> sent.kind().equals(kind))
                .map(NodeEvent.TransactionIncluded::hash)
                .distinct()
                .count();
    }

    private boolean isOver(Bytes32 ref) {
        return customer.state(ref).filter(CustomerState.Final.class::isInstance).isPresent();
    }

    private void restart(Role role) throws Exception {
        switch (DelegationRoles.part(role)) {
            case CUSTOMER -> {
                customer.close();
                customer = net.customer();
            }
            case PROVIDER -> {
                provider.close();
                provider = net.provider();
            }
            case STAMPER -> {
                stamper.close();
                stamper = net.stamper();
            }
        }
    }
}
