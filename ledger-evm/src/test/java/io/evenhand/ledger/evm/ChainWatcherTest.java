package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The watcher on a real node that mines on command.
class ChainWatcherTest {
    private static final int DEPTH = 3;
    private static final ChainWatcher.Settings FAST =
            new ChainWatcher.Settings(
                    FinalityPolicy.depth(DEPTH), Duration.ofMillis(20), Duration.ofMillis(200));

    /// Only a push can wake a watcher that polls this rarely.
    private static final ChainWatcher.Settings PUSHED =
            new ChainWatcher.Settings(
                    FinalityPolicy.depth(DEPTH), Duration.ofMinutes(5), Duration.ofMinutes(5));

    private LocalChain chain;

    @BeforeEach
    void start() throws IOException {
        chain = LocalChain.start(new LocalChain.Mining.Manual());
    }

    @AfterEach
    void stop() {
        chain.close();
    }

    private static ChainSnapshot awaitTip(Watch watch, long number) {
        return watch.await("block " + number, s -> s.answering() && s.tip().number() == number);
    }

    @Test
    void aClosedWatcherTellsNobodyAnything() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        AtomicBoolean telling = new AtomicBoolean();
        ChainWatcher.Listener slow =
                _ -> {
                    telling.set(true);
                    told.countDown();
                    boolean left = false;
                    while (!left) {
                        try {
                            leave.await();
                            left = true;
                        } catch (InterruptedException e) {
                            // What a listener does is not broken off.
                        }
                    }
                    telling.set(false);
                };
        try (JsonRpc rpc = JsonRpc.open(chain.httpUrl())) {
            ChainWatcher watcher = ChainWatcher.start(rpc, FAST, InstantSource.system());
            watcher.add(slow);
            told.await();
            Thread closer = Thread.ofVirtual().start(watcher::close);
            assertFalse(closer.join(Duration.ofMillis(300)), "it waits for its listener");
            leave.countDown();
            assertTrue(closer.join(Rig.PATIENCE));
            assertFalse(telling.get());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void headsAndFinalBlocksAreFollowed(boolean socket) {
        Watch watch = new Watch();
        try (JsonRpc rpc = JsonRpc.open(socket ? chain.wsUrl() : chain.httpUrl());
                ChainWatcher watcher =
                        ChainWatcher.start(rpc, socket ? PUSHED : FAST, InstantSource.system())) {
            watcher.add(watch);
            ChainSnapshot genesis = awaitTip(watch, 0);
            assertEquals(LocalChain.CHAIN_ID, genesis.chainId());
            assertEquals(0, genesis.finalized().number());
            chain.mine(1);
            assertEquals(0, awaitTip(watch, 1).finalized().number());
            chain.mine(9);
            ChainSnapshot ten = awaitTip(watch, 10);
            assertEquals(10 - DEPTH, ten.finalized().number());
            assertEquals(0, ten.reorgDepth());
            assertEquals(List.of(), ten.alarms());
            assertEquals(ten.tip().timestamp(), ten.time().head());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aReorgIsFoundByParentHash(int depth) {
        Watch watch = new Watch();
        try (ChainWatcher watcher = ChainWatcher.start(chain.rpc(), FAST, InstantSource.system())) {
            chain.mine(8);
            watcher.add(watch);
            ChainSnapshot before = awaitTip(watch, 8);
            chain.reorg(depth);
            ChainSnapshot after = watch.await("a reorg", s -> s.reorgDepth() > 0);
            // The node replaces block by block: the watcher may see it half way.
            int undone = after.reorgDepth();
            while (after.tip().number() < 8) {
                after = watch.await("the new branch", _ -> true);
                undone = Math.max(undone, after.reorgDepth());
            }
            assertEquals(depth, undone);
            assertNotEquals(before.tip().hash(), after.tip().hash());
            assertEquals(before.finalized(), after.finalized());
            assertFalse(watcher.isCanonical(8, before.tip().hash()));
            assertTrue(watcher.isCanonical(8, after.tip().hash()));
            assertTrue(watcher.isCanonical(2, Blocks.byNumber(chain.rpc(), "0x2").hash()));
        }
    }

    @Test
    void takingBackAFinalBlockIsAnAlarmingThing() {
        Watch watch = new Watch();
        try (ChainWatcher watcher = ChainWatcher.start(chain.rpc(), FAST, InstantSource.system())) {
            chain.mine(8);
            watcher.add(watch);
            awaitTip(watch, 8);
            chain.reorg(DEPTH + 2);
            ChainAlarm.DeepReorg alarm = watch.awaitAlarm(ChainAlarm.DeepReorg.class);
            assertTrue(alarm.line().contains("was final"), alarm.line());
            assertTrue(watcher.refresh().answering());
        }
    }

    @Test
    void aShorterChainDoesNotMoveFinalityBack() {
        Watch watch = new Watch();
        try (ChainWatcher watcher = ChainWatcher.start(chain.rpc(), FAST, InstantSource.system())) {
            chain.mine(8);
            watcher.add(watch);
            Header finalized = awaitTip(watch, 8).finalized();
            chain.rollback(2);
            assertEquals(finalized, awaitTip(watch, 6).finalized());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anOutageIsAnnouncedAndWhatWasMissedIsFetched(boolean socket) throws IOException {
        Watch watch = new Watch();
        try (JsonRpc rpc = JsonRpc.open(socket ? chain.wsUrl() : chain.httpUrl());
                ChainWatcher watcher = ChainWatcher.start(rpc, FAST, InstantSource.system())) {
            watcher.add(watch);
            chain.mine(5);
            awaitTip(watch, 5);
            chain.stop();
            ChainSnapshot silent = watch.await("silence", s -> !s.answering());
            assertEquals(5, silent.tip().number());
            ChainAlarm.EndpointLost alarm = watch.awaitAlarm(ChainAlarm.EndpointLost.class);
            assertTrue(alarm.endpoint().contains("127.0.0.1"), alarm.endpoint());
            // A heartbeat goes on while the node is silent: clocks move, deadlines pass.
            watch.await("a heartbeat", s -> !s.answering());
            chain.restart();
            chain.mine(300);
            ChainSnapshot back = awaitTip(watch, 305);
            assertEquals(302, back.finalized().number());
            assertEquals(0, back.reorgDepth());
            chain.mine(1);
            awaitTip(watch, 306);
            watch.awaitNoAlarm();
        }
    }

    @Test
    void anEndpointThatIsNotUpYetIsWaitedFor() throws IOException {
        chain.stop();
        Watch watch = new Watch();
        try (JsonRpc rpc = JsonRpc.open(chain.httpUrl());
                ChainWatcher watcher = ChainWatcher.start(rpc, FAST, InstantSource.system())) {
            watcher.add(watch);
            assertEquals(Optional.empty(), watcher.snapshot());
            assertThrows(LedgerException.class, watcher::refresh);
            chain.restart();
            awaitTip(watch, 0);
        }
    }

    @Test
    void anOldHeadIsWarnedOf() {
        Watch watch = new Watch();
        InstantSource late = () -> Instant.now().plusSeconds(20 * 60);
        try (ChainWatcher watcher = ChainWatcher.start(chain.rpc(), FAST, late)) {
            watcher.add(watch);
            ChainSnapshot snapshot = awaitTip(watch, 0);
            ChainAlarm.ClockOff alarm =
                    assertInstanceOf(ChainAlarm.ClockOff.class, snapshot.alarms().getFirst());
            assertTrue(alarm.line().contains("minutes ahead of the newest block"), alarm.line());
            assertTrue(snapshot.time().now() > snapshot.time().head());
        }
    }

    @Test
    void theFinalizedTagIsTakenFromTheChain() {
        Watch watch = new Watch();
        ChainWatcher.Settings tag =
                new ChainWatcher.Settings(
                        FinalityPolicy.tag(), Duration.ofMillis(20), Duration.ofMillis(200));
        try (ChainWatcher watcher = ChainWatcher.start(chain.rpc(), tag, InstantSource.system())) {
            watcher.add(watch);
            chain.mine(80);
            long finalized = Blocks.byNumber(chain.rpc(), "finalized").number();
            assertTrue(finalized > 0 && finalized < 80);
            // It is asked for at every fourth look.
            ChainSnapshot _ =
                    watch.await("its final block", s -> s.finalized().number() == finalized);
        }
    }

    @Test
    void finalityWaitsForTheSecondEndpointToAgree() throws IOException {
        Watch watch = new Watch();
        try (LocalChain other = LocalChain.start(new LocalChain.Mining.Manual());
                ChainWatcher watcher =
                        ChainWatcher.start(
                                chain.rpc(),
                                FAST,
                                Optional.of(new SecondOpinion(other.rpc())),
                                InstantSource.system())) {
            watcher.add(watch);
            chain.mine(10);
            ChainSnapshot alone = awaitTip(watch, 10);
            assertEquals(0, alone.finalized().number());
            watch.awaitAlarm(ChainAlarm.EndpointsDisagree.class);
        }
        try (JsonRpc same = JsonRpc.open(chain.wsUrl());
                ChainWatcher watcher =
                        ChainWatcher.start(
                                chain.rpc(),
                                FAST,
                                Optional.of(new SecondOpinion(same)),
                                InstantSource.system())) {
            Watch agreed = new Watch();
            watcher.add(agreed);
            assertEquals(10 - DEPTH, awaitTip(agreed, 10).finalized().number());
        }
    }
}
