package io.evenhand.node.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.process.ChildProcess;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.exchange.Seats.State;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.StatementTable;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Steps that read and decide inside the writer's transaction.
class DecidesInsideTest {
    private static final int SEATS = 60;
    private static final int KILLS = 4;
    private static final Pattern HAS = Pattern.compile("has (\\d+) ([01])");

    @TempDir Path directory;

    private static boolean has(Seats seats, int seat, int which) {
        return seats.state(seat, which) instanceof State.Has;
    }

    @Test
    @DisplayName("two sessions race for one seat, and one has it")
    void race() throws Exception {
        try (Seats seats = new Seats(directory, () -> new ChainTime(1, 0));
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            CyclicBarrier start = new CyclicBarrier(2);
            for (int seat = 0; seat < SEATS; seat++) {
                seats.want(seat);
                List<Future<State>> ends = new ArrayList<>();
                for (int which = 0; which < 2; which++) {
                    int wanted = seat;
                    int self = which;
                    ends.add(
                            threads.submit(() -> {
                                int _ = start.await();
                                return seats.take(wanted, self);
                            }));
                }
                State one = ends.getFirst().get();
                State other = ends.getLast().get();
                boolean decided =
                        one instanceof State.Has
                                ? other instanceof State.Lost
                                : one instanceof State.Lost && other instanceof State.Has;
                assertTrue(decided, "seat " + seat + ": " + one + ", " + other);
            }
        }
    }

    @Test
    @DisplayName("the time of decisions never goes back, also after a restart")
    void time() {
        AtomicLong clock = new AtomicLong(100);
        try (Seats seats = new Seats(directory, () -> new ChainTime(clock.get(), 0))) {
            seats.want(0);
            seats.want(1);
            assertEquals(new State.Has(0, 100), seats.take(0, 0));
            clock.set(90);
            assertEquals(new State.Lost(0, 100), seats.take(0, 1));
        }
        try (Seats seats = new Seats(directory, () -> new ChainTime(clock.get(), 80))) {
            assertEquals(new State.Has(1, 100), seats.take(1, 1));
            clock.set(101);
            assertEquals(new State.Lost(1, 101), seats.take(1, 0));
        }
    }

    @Test
    @DisplayName("a decision that signs another ticket than before is taken back whole")
    void conflict() {
        AtomicLong clock = new AtomicLong(100);
        try (Seats seats = new Seats(directory, () -> new ChainTime(clock.get(), 0))) {
            seats.want(0);
            seats.want(1);
            State _ = seats.take(0, 0);
            List<StatementTable.Made> signed = seats.store.statements().of(new Bytes32(0, 0, 0, 0));
            StatementTable.Made first = signed.getFirst();
            Bytes32 second = new Bytes32(0, 0, 1, 0);
            StatementTable.Made other =
                    new StatementTable.Made(
                            second, first.place(), first.type(), first.signer(), Bytes32.ZERO);
            seats.store.statements().make(other);
            clock.set(200);
            assertInstanceOf(
                    Sessions.Reaction.Ignored.class,
                    seats.sessions.submit(Seats.ref(1, 0), Seats.Take::new));
            assertEquals(new State.Wants(1), seats.state(1, 0));
            assertEquals(List.of(other), seats.store.statements().of(second));
            clock.set(150);
            seats.want(2);
            assertEquals(new State.Has(2, 150), seats.take(2, 0), "its time is taken back, too");
        }
    }

    @Test
    @DisplayName("a session that cannot go on after a start keeps none of the others from it")
    void restart() {
        List<SessionKey> failed = new ArrayList<>();
        try (Seats seats = new Seats(directory, () -> new ChainTime(1, 0))) {
            // Without the other one, which its machine asks for.
            boolean _ =
                    seats.sessions.create(
                            Seats.ref(0, 0),
                            List.of(new PartyId(Seats.ref(0, 0))),
                            new Octets(new byte[Long.BYTES]),
                            () -> new State.Wants(0));
            seats.want(1);
            seats.sessions.restart((session, _) -> failed.add(session));
            assertEquals(List.of(seats.sessions.key(Seats.ref(0, 0))), failed);
            assertEquals(new State.Wants(0), seats.state(0, 0), "it is taken back whole");
            assertTrue(has(seats, 1, 0));
            assertInstanceOf(State.Lost.class, seats.state(1, 1));
        }
    }

    @Test
    @DisplayName("a killed process leaves no seat with two, and none that was given is lost")
    void killed() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int kill = 0; kill < KILLS; kill++) {
            List<String> given = runAndKill(1 + random.nextInt(60));
            try (Seats seats = new Seats(directory, () -> new ChainTime(1, 0))) {
                for (String line : given) {
                    Matcher has = HAS.matcher(line);
                    assertTrue(has.matches(), line);
                    int seat = Integer.parseInt(has.group(1));
                    int which = Integer.parseInt(has.group(2));
                    String where = "seed " + seed + ": " + line;
                    assertInstanceOf(State.Has.class, seats.state(seat, which), where);
                    assertTrue(!has(seats, seat, 1 - which), where);
                }
                long seatsWanted = seats.store.sessions().all().size() / 2;
                for (int seat = 0; seat < seatsWanted; seat++) {
                    State _ = seats.take(seat, 0);
                    State _ = seats.take(seat, 1);
                    assertTrue(
                            has(seats, seat, 0) != has(seats, seat, 1),
                            "seed " + seed + ", seat " + seat);
                }
            }
        }
    }

    private List<String> runAndKill(int lines) throws Exception {
        List<String> given = new ArrayList<>();
        Process process =
                ChildProcess.start(
                        new ProcessBuilder(
                                        List.of(
                                                Path.of(
                                                                System.getProperty("java.home"),
                                                                "bin",
                                                                "java")
                                                        .toString(),
                                                "--enable-native-access=ALL-UNNAMED",
                                                "-cp",
                                                System.getProperty("java.class.path"),
                                                Seats.class.getName(),
                                                directory.toString()))
                                .redirectError(ProcessBuilder.Redirect.INHERIT));
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertEquals("open", out.readLine());
            for (int i = 0; i < lines; i++) {
                given.add(String.valueOf(out.readLine()));
            }
            // By its handle: killing through Process would close the pipe as well.
            process.toHandle().destroyForcibly();
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                given.add(line);
            }
            return given;
        } finally {
            ChildProcess.kill(process);
            int _ = process.waitFor();
        }
    }
}
