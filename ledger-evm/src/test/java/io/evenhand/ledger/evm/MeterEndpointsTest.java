package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.evenhand.kit.deal.ChannelView;
import io.evenhand.kit.deal.ChannelView.Status;
import io.evenhand.kit.value.Wei;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Channels read from two endpoints, each of which can lie, and from one that talks nonsense.
class MeterEndpointsTest {
    private static final String ZERO_WORD = "\"0x" + "0".repeat(64) + "\"";

    private MeterRig rig;
    private ChainProxy first;
    private ChainProxy second;
    private Endpoints endpoints;
    private ChainWatcher watcher;
    private Meter meter;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        rig = new MeterRig();
        first = new ChainProxy(rig.rig.chain);
        second = new ChainProxy(rig.rig.chain);
        Duration patience = Duration.ofSeconds(2);
        endpoints =
                new Endpoints(
                        JsonRpc.open(first.url(), patience), JsonRpc.open(second.url(), patience));
        watcher =
                ChainWatcher.start(
                        endpoints,
                        Rig.FAST,
                        Optional.of(new SecondOpinion(endpoints)),
                        InstantSource.system());
        meter = new Meter(watcher);
        Watch watch = new Watch();
        watcher.add(watch);
        watch.await("the first block", ChainSnapshot::answering);
    }

    @AfterEach
    void stop() {
        watcher.close();
        endpoints.close();
        first.close();
        second.close();
        rig.close();
    }

    private ChainProxy node(String which) {
        return which.equals("first") ? first : second;
    }

    private MeterChannel settled() throws InterruptedException {
        MeterChannel channel = rig.opened();
        rig.rig.chain.mine(Rig.DEPTH);
        ChainSnapshot _ = watcher.refresh();
        return channel;
    }

    private void look() {
        rig.rig.chain.mine(1);
        ChainSnapshot _ = watcher.refresh();
    }

    private void assertContradicted(MeterChannel channel) {
        LedgerException e =
                assertThrows(LedgerException.class, () -> meter.view(rig.rail, channel, 0));
        assertInstanceOf(LedgerException.Kind.Contradicted.class, e.kind());
    }

    private static String word(Wei deposit, long openedAt) {
        return "\"0x%048x%016x\"".formatted(deposit.value(), openedAt);
    }

    @ParameterizedTest
    @ValueSource(strings = {"first", "second"})
    @DisplayName(
            "16e: a deposit that one of two endpoints invents, hides or raises is not believed")
    void aLieAboutADeposit(String liar) throws InterruptedException {
        MeterChannel channel = settled();
        assertEquals(Status.OPEN, meter.view(rig.rail, channel, 0).finalized().status());
        node(liar).result("eth_getStorageAt", word(Wei.parse("1 eth"), 1_700_000_000));
        look();
        assertContradicted(channel);
        node(liar).tellTheTruth();
        node(liar).result("eth_getStorageAt", ZERO_WORD);
        node(liar).result("eth_getLogs", "[]");
        look();
        assertContradicted(channel);
        node(liar).tellTheTruth();
        look();
        assertEquals(MeterRig.DEPOSIT, meter.view(rig.rail, channel, 0).finalized().deposit());
        MeterChannel absent = rig.channel();
        node(liar).result("eth_getStorageAt", word(Wei.parse("1 eth"), 1_700_000_000));
        look();
        assertContradicted(absent);
    }

    @Test
    @DisplayName("Two that agree are read as one: a second opinion costs no truth")
    void twoThatAgree() throws InterruptedException {
        MeterChannel channel = settled();
        MeterPair pair = rig.pair(channel, MeterRig.TOTAL);
        rig.close(channel, pair);
        rig.rig.chain.mine(Rig.DEPTH);
        ChainSnapshot _ = watcher.refresh();
        ChannelView view = meter.view(rig.rail, channel, 0);
        assertEquals(Optional.of(pair.key()), view.secret());
    }

    @Test
    @DisplayName("Words that no channel has, events of another and lost transactions are refused")
    void nonsenseIsRefused() throws InterruptedException {
        MeterChannel channel = settled();
        for (String nonsense :
                List.of(word(Wei.ZERO, 5), word(Wei.of(5), 0), word(Wei.of(5), -1))) {
            for (ChainProxy node : List.of(first, second)) {
                node.tellTheTruth();
                node.result("eth_getStorageAt", nonsense);
            }
            look();
            assertMalformed(channel);
        }
        for (ChainProxy node : List.of(first, second)) {
            node.tellTheTruth();
            // Open by its events, but not by storage.
            node.result("eth_getStorageAt", ZERO_WORD);
        }
        look();
        assertMalformed(channel);
        first.tellTheTruth();
        second.tellTheTruth();
        rig.close(channel, rig.pair(channel, MeterRig.TOTAL));
        rig.rig.chain.mine(Rig.DEPTH);
        ChainSnapshot _ = watcher.refresh();
        first.result("eth_getTransactionByHash", "null");
        second.result("eth_getTransactionByHash", "null");
        LedgerException e =
                assertThrows(LedgerException.class, () -> meter.history(rig.rail, channel, 0));
        assertInstanceOf(LedgerException.Kind.Malformed.class, e.kind());
    }

    private void assertMalformed(MeterChannel channel) {
        LedgerException e =
                assertThrows(LedgerException.class, () -> meter.view(rig.rail, channel, 0));
        assertInstanceOf(LedgerException.Kind.Malformed.class, e.kind());
    }
}
