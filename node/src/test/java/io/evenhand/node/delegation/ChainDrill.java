package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.ChainAlarm;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.delegation.customer.CustomerAgent;
import io.evenhand.node.delegation.provider.ProviderDaemon;
import io.evenhand.node.delegation.stamper.StamperDaemon;
import io.evenhand.protocols.delegation.customer.CustomerState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Minutes of exchanges on a chain that is stopped, taken back and made dear at random instants,
/// never beyond the stated margins: each settles, with one deposit and one claim.
///
/// Its name keeps it out of `make verify`; `make soak PARTS=chain` runs it, with `drill.count`
/// exchanges of each kind and `drill.seed`.
class ChainDrill {
    private static final LocalChain.Mining SECONDS = new LocalChain.Mining.Every(1);

    /// Below the finality depth of the test net.
    private static final int DEEPEST = 2;

    private static final long LIMIT_SECONDS = 90;

    @TempDir Path directory;

    /// One or the other: a local chain that was restarted forgets its contracts in a reorg.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void exchangesSettleWhateverTheChainDoes(boolean reorgs) throws Exception {
        int count = Integer.getInteger("drill.count", 3);
        long seed = Long.getLong("drill.seed", System.nanoTime());
        Random random = new Random(seed);
        try (TestNet net = new TestNet(directory, SECONDS);
                StamperDaemon _ = net.stamper();
                ProviderDaemon provider = net.provider();
                CustomerAgent customer = net.customer()) {
            // What takes the contract itself back would end every exchange (D17).
            net.chain.mine(DEEPEST + 1);
            for (int i = 0; i < count; i++) {
                String where = "exchange " + i + " of seed " + seed;
                net.events.clear();
                Bytes32 ref = net.delegate(customer, provider, net.input("b\na\n" + i));
                CompletableFuture<CustomerState> end = customer.end(ref);
                long begin = System.nanoTime();
                while (!isDone(end, random.nextInt(3_000))) {
                    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
                    assertTrue(
                            seconds < LIMIT_SECONDS,
                            () -> where + ": " + net.troubles + net.alarms + net.events);
                    // Mercy towards the end: the margins are made for one trouble, not for ten.
                    if (seconds < 20) {
                        trouble(net, reorgs, random);
                    }
                }
                assertInstanceOf(CustomerState.Settled.class, end.get(), () -> where + end.join());
                assertEquals(1, finals(net, "open"), where);
            }
            assertTrue(
                    net.alarms.stream().noneMatch(n -> n.alarm() instanceof ChainAlarm.DeepReorg),
                    "no finality was undone");
        }
    }

    private static boolean isDone(CompletableFuture<CustomerState> end, int millis)
            throws Exception {
        try {
            CustomerState _ = end.get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    private static void trouble(TestNet net, boolean reorgs, Random random) throws IOException {
        if (random.nextInt(3) == 0) {
            net.chain.nextBaseFee(Wei.parse(1 + random.nextInt(3) + " gwei"));
        } else if (reorgs) {
            net.chain.reorg(1 + random.nextInt(DEEPEST));
        } else {
            net.chain.stop();
            net.chain.restart();
        }
    }

    private static long finals(TestNet net, String kind) {
        return net.events.stream()
                .filter(NodeEvent.TransactionFinal.class::isInstance)
                .map(NodeEvent.TransactionFinal.class::cast)
                .filter(event -> event.kind().equals(kind))
                .map(NodeEvent.TransactionFinal::hash)
                .distinct()
                .count();
    }
}
