package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.EventSink;
import io.evenhand.node.Node;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.delegation.customer.CustomerAgent;
import io.evenhand.node.delegation.provider.ProviderDaemon;
import io.evenhand.node.delegation.stamper.StamperDaemon;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.customer.CustomerState;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of the end of an exchange while its bundle waits for the chain, or fails.
class BundleWriterTest {
    @TempDir Path directory;

    @Test
    @DisplayName("The end is told though its bundle fails; a silent chain keeps it from some alone")
    void theEndIsTold() throws Exception {
        try (TestNet net = new TestNet(directory, new LocalChain.Mining.Every(1))) {
            settle(net);
            NodeKeys keys = net.keys("provider", LocalChain.key(2));
            try (Store store = Store.open(net.directory("provider"), keys, TestNet.CLOCK)) {
                Node node = Node.of(store, keys, TestNet.CLOCK, net.sink(), TestNet.SILENT);
                SessionTable.Stored over = store.sessions().all().getFirst();
                NodeEvent.Ended end = new NodeEvent.Ended(over.key(), "Settled", "", "");
                List<NodeEvent> heard = new CopyOnWriteArrayList<>();
                try (BundleWriter broken =
                        new BundleWriter(
                                node,
                                (_, _, _) -> {
                                    throw new IllegalStateException("broken");
                                })) {
                    broken.before(heard::add).on(end);
                }
                assertEquals(List.of(end), heard);
                waits(node, end);
            }
        }
    }

    /// The chain answers only after the places of the exchange are given back.
    private static void waits(Node node, NodeEvent.Ended end) {
        List<NodeEvent> later = new CopyOnWriteArrayList<>();
        List<NodeEvent> atOnce = new CopyOnWriteArrayList<>();
        CountDownLatch answer = new CountDownLatch(1);
        try (BundleWriter slow =
                new BundleWriter(
                        node,
                        (_, _, _) -> {
                            await(answer);
                            return List.of();
                        })) {
            EventSink sink = slow.before(later::add).and(atOnce::add);
            sink.on(end);
            sink.on(end);
            assertEquals(List.of(end, end), atOnce);
            assertTrue(later.isEmpty());
            answer.countDown();
        }
        assertEquals(List.of(end, end), later);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void settle(TestNet net) throws Exception {
        try (StamperDaemon _ = net.stamper();
                ProviderDaemon provider = net.provider();
                CustomerAgent customer = net.customer()) {
            CustomerState _ =
                    customer.end(net.delegate(customer, provider, net.input("b\na\n"))).get();
            net.await(event ->
                    event instanceof NodeEvent.Ended over
                            && over.session().role().equals(DelegationRoles.PROVIDER));
        }
    }
}
