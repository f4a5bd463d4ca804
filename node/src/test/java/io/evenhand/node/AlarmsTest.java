package io.evenhand.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.alarm.Alarm;
import io.evenhand.kit.alarm.NodeAlarm;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.ledger.evm.ChainAlarm;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.exchange.Timers;
import io.evenhand.node.store.AlarmTable;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.node.store.StoreException;
import io.evenhand.protocols.delegation.DelegationAlarm;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// When an alarm is told, and what the journal keeps of it.
class AlarmsTest {
    private static final Optional<SessionKey> EXCHANGE =
            Optional.of(new SessionKey(DelegationRoles.PROVIDER, Bytes32.ZERO));
    private static final Alarm LOST = new ChainAlarm.EndpointLost("http://a", "http://a is away");
    private static final Alarm NEAR = new NodeAlarm.DeadlineNear("the deposit", 1_000);

    @TempDir Path directory;
    private final List<String> told = new ArrayList<>();
    private final List<String> troubles = new ArrayList<>();
    private final EventSink sink =
            new EventSink() {
                @Override
                public void on(NodeEvent event) {}

                @Override
                public void alarm(AlarmNews news) {
                    told.add(news.line());
                }

                @Override
                public void trouble(Trouble kind, String line) {
                    troubles.add(line);
                }
            };
    private long now = 900;
    private final InstantSource clock = () -> Instant.ofEpochSecond(now);
    private NodeKeys keys;
    private Store store;
    private Alarms alarms;

    @BeforeEach
    void start() throws IOException {
        keys =
                NodeKeys.create(
                        DataDirectory.identityFile(directory),
                        Optional.empty(),
                        new SecureRandom());
        open();
    }

    private void open() {
        store = Store.open(directory, keys, clock);
        alarms = new Alarms(store, clock, sink);
    }

    @AfterEach
    void stop() {
        store.close();
    }

    private List<String> raised() {
        return store.alarms().all().stream().map(AlarmTable.Raised::kind).toList();
    }

    @Test
    void anAlarmIsToldOnceAndAgainWhenHalfItsTimeHasGoneAndWhenItIsOver() {
        alarms.set(EXCHANGE, List.of(NEAR));
        alarms.set(EXCHANGE, List.of(NEAR));
        now = 949;
        alarms.set(EXCHANGE, List.of(NEAR));
        assertEquals(1, told.size());
        assertTrue(told.getFirst().contains("the deposit is still missing, 100 s left"));
        now = 950;
        alarms.set(EXCHANGE, List.of(NEAR));
        assertEquals(2, told.size());
        assertTrue(told.getLast().contains("50 s left"));
        alarms.set(EXCHANGE, List.of());
        assertEquals("alarm DeadlineNear is over: the deposit is still missing", told.getLast());
        assertEquals(List.of(), raised());
    }

    @Test
    void alarmsOfTheNodeAndOfAnExchangeAreKeptApart() {
        alarms.set(Optional.empty(), List.of(LOST));
        alarms.set(EXCHANGE, List.of(NEAR));
        alarms.set(EXCHANGE, List.of());
        assertEquals(List.of("EndpointLost"), raised());
        Alarm other = new ChainAlarm.EndpointLost("http://b", "http://b is away");
        alarms.set(Optional.empty(), List.of(LOST, other));
        assertEquals(List.of("EndpointLost", "EndpointLost"), raised());
        alarms.set(Optional.empty(), List.of(other));
        assertEquals("http://b is away", store.alarms().all().getFirst().line());
    }

    @Test
    void aReaderSeesThemAndARestartForgetsAllButWhatAPartyDidWrong() {
        alarms.set(EXCHANGE, List.of(NEAR));
        alarms.convict(EXCHANGE.orElseThrow(), new DelegationAlarm.StampMismatch());
        try (Store reader = Store.openForReading(directory)) {
            AlarmTable.Raised first = reader.alarms().all().getFirst();
            assertEquals(EXCHANGE, first.about());
            assertEquals(1_000, first.due().orElseThrow());
            assertEquals(900, first.since());
        }
        store.close();
        open();
        assertEquals(List.of("StampMismatch"), raised());
        alarms.set(EXCHANGE, List.of());
        assertEquals(List.of("StampMismatch"), raised());
    }

    @Test
    void aPartThatFailsIsToldUntilItWorksAgain() {
        RuntimeException full = new StoreException("no space left");
        alarms.fails("timers", full);
        alarms.fails("timers", full);
        assertEquals(1, told.size());
        assertTrue(told.getFirst().contains("\"timers\" fails: no space left"), told.toString());
        alarms.fails("effects", new IllegalStateException("a mistake"));
        assertTrue(told.getLast().contains("IllegalStateException: a mistake"), told.toString());
        // Looks at the chain in between take none of them back.
        alarms.set(Optional.empty(), List.of(LOST));
        alarms.set(Optional.empty(), List.of());
        assertEquals(List.of("PartFails", "PartFails"), raised());
        alarms.works("timers");
        assertEquals("alarm PartFails is over: \"timers\" fails: no space left", told.getLast());
        assertEquals(List.of("PartFails"), raised());
        alarms.works("timers");
        assertEquals(5, told.size(), told.toString());
        assertEquals(List.of(), troubles);
    }

    @Test
    void aJournalThatFailsKeepsNoAlarmBack() {
        store.close();
        alarms.fails("timers", new StoreException("the disk is gone"));
        assertEquals(1, troubles.size(), troubles.toString());
        assertTrue(troubles.getFirst().contains("\"timers\" fails: the disk is gone"));
        assertEquals(List.of(), told);
    }

    @Test
    void timersThatFailGoOnWithTheAlarm() throws Exception {
        Optional<SessionKey> about = EXCHANGE;
        CountDownLatch raisedOne = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        Alarms own =
                new Alarms(
                        store,
                        clock,
                        new EventSink() {
                            @Override
                            public void on(NodeEvent event) {}

                            @Override
                            public void alarm(AlarmNews news) {
                                (news.raised() ? raisedOne : over).countDown();
                            }
                        });
        store.timers().set(about.orElseThrow(), "a timer", now);
        try (Timers timers =
                new Timers(
                        store,
                        DelegationRoles.PROVIDER,
                        () -> now,
                        _ -> {
                            if (raisedOne.getCount() > 0) {
                                throw new IllegalStateException("a mistake");
                            }
                        },
                        own)) {
            timers.start();
            assertTrue(raisedOne.await(10, TimeUnit.MINUTES));
            assertTrue(over.await(10, TimeUnit.MINUTES));
        }
        assertEquals(List.of(), store.timers().all());
    }

    @Test
    void timersOfOneRoleThatWorkSayNothingOfThoseOfAnother() throws Exception {
        CountDownLatch failing = new CountDownLatch(1);
        CountDownLatch rangTwice = new CountDownLatch(2);
        CountDownLatch over = new CountDownLatch(1);
        Alarms own =
                new Alarms(
                        store,
                        clock,
                        new EventSink() {
                            @Override
                            public void on(NodeEvent event) {}

                            @Override
                            public void alarm(AlarmNews news) {
                                (news.raised() ? failing : over).countDown();
                            }
                        });
        SessionKey other = new SessionKey(DelegationRoles.STAMPER, Bytes32.ZERO);
        store.timers().set(EXCHANGE.orElseThrow(), "a timer", now);
        try (Timers fail =
                        new Timers(
                                store,
                                DelegationRoles.PROVIDER,
                                () -> now,
                                _ -> {
                                    throw new IllegalStateException("a mistake");
                                },
                                own);
                Timers work =
                        new Timers(
                                store,
                                other.role(),
                                () -> now,
                                ring -> {
                                    if (ring.kind().equals("first")) {
                                        store.timers().set(other, "second", now);
                                    }
                                    rangTwice.countDown();
                                },
                                own)) {
            fail.start();
            assertTrue(failing.await(10, TimeUnit.MINUTES));
            store.timers().set(other, "first", now);
            work.start();
            assertTrue(rangTwice.await(10, TimeUnit.MINUTES));
            assertEquals(List.of("PartFails"), raised());
            assertEquals(1, over.getCount(), "the alarm was over for a moment");
        }
    }

    @Test
    void timeIsWrittenInItsTwoLargestUnits() {
        assertEquals("no time", TimeLeft.text(-1));
        assertEquals("119 s", TimeLeft.text(119));
        assertEquals("2 min", TimeLeft.text(120));
        assertEquals("1 h 1 min", TimeLeft.text(3_661));
        assertEquals("2 d 3 h", TimeLeft.text(2 * 86_400 + 3 * 3_600));
    }
}
