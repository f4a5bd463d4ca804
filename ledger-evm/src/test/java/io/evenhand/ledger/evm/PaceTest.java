package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How fast an endpoint is asked, and what it may say about that.
class PaceTest {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

    private final Pace pace = new Pace();

    private static long end() {
        return System.nanoTime() + PATIENCE.toNanos();
    }

    private static Optional<Duration> pause(long millis) {
        return Optional.of(Duration.ofMillis(millis));
    }

    @Test
    @DisplayName("An urgent request takes the first turn, however many waited before it")
    void anUrgentRequestIsFirst() throws Exception {
        pace.limited(pace.enter(false, end()), Optional.of(PATIENCE.dividedBy(2)), PATIENCE);
        BlockingQueue<String> turns = new LinkedBlockingQueue<>();
        for (String name : List.of("ordinary", "ordinary", "ordinary", "urgent")) {
            int before = pace.waiting();
            Thread _ =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    long _ = pace.enter(name.equals("urgent"), end());
                                    turns.add(name);
                                    pace.restore(1_000);
                                } catch (InterruptedException | TimeoutException e) {
                                    turns.add(e.toString());
                                }
                            });
            while (pace.waiting() == before) {
                Thread.onSpinWait();
            }
        }
        pace.restore(1_000);
        assertEquals("urgent", turns.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        for (int i = 0; i < 3; i++) {
            assertEquals("ordinary", turns.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }
    }

    @Test
    @DisplayName("A year of waiting is not granted: the wait ends with the asker's patience")
    void aYearIsNotGranted() throws Exception {
        Duration most = Duration.ofMillis(50);
        pace.limited(pace.enter(true, end()), Optional.of(Duration.ofDays(365)), most);
        assertTrue(pace.enter(true, end()) > 0);
    }

    @Test
    @DisplayName("Whoever cannot have a turn in time is told so at once")
    void noTurnInTime() throws Exception {
        pace.limited(pace.enter(false, end()), Optional.of(Duration.ofHours(1)), PATIENCE);
        assertThrows(
                TimeoutException.class, () -> pace.enter(false, System.nanoTime() + 1_000_000));
        assertEquals(0, pace.waiting());
    }

    @Test
    @DisplayName("A refusal slows down by a part, answers speed up bit by bit until nothing limits")
    void theSpeedIsLearnt() throws Exception {
        assertTrue(Double.isInfinite(pace.speed()));
        for (int i = 0; i < 10; i++) {
            long _ = pace.enter(false, end());
            pace.answered();
        }
        pace.limited(pace.enter(false, end()), pause(0), PATIENCE);
        double slow = pace.speed();
        assertTrue(slow <= 7, "10 in less than a second were too many: " + slow);
        // One that was under way at the same time tells nothing new.
        pace.limited(System.nanoTime() - PATIENCE.toNanos(), pause(0), PATIENCE);
        assertEquals(slow, pace.speed());
        pace.answered();
        assertTrue(pace.speed() > slow);
        for (int i = 0; i < 1_000_000 && !Double.isInfinite(pace.speed()); i++) {
            pace.answered();
        }
        assertTrue(Double.isInfinite(pace.speed()));
    }

    @Test
    @DisplayName("All of a process that ask one address share its pace")
    void oneAddressOnePace() {
        URI address = URI.create("http://pace.example/key");
        Pace first = Pace.take(address);
        assertSame(first, Pace.take(address));
        Pace.giveBack(address);
        assertSame(first, Pace.take(address));
        Pace.giveBack(address);
        Pace.giveBack(address);
        Pace later = Pace.take(address);
        assertNotSame(first, later);
        Pace.giveBack(address);
    }

    private static Optional<Duration> read(String text) {
        return RetryAfter.read(
                HttpHeaders.of(Map.of("retry-after", List.of(text)), (_, _) -> true), NOW);
    }

    @ParameterizedTest
    @CsvSource({
        "'1', 1",
        "' 120 ', 120",
        "'Sun, 29 Nov 2026 12:00:30 GMT', 30",
        "'Sun, 29 Nov 2026 11:00:00 GMT', 0",
        "'99999999999999999999', 2147483647"
    })
    void aWaitIsSecondsOrADate(String text, long seconds) {
        assertEquals(Optional.of(Duration.ofSeconds(seconds)), read(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-1", "soon", "1.5", "١", "Sun, 29 Nov 2026 12:00:30 Somewhere/Else"})
    void anythingElseIsNoWait(String text) {
        assertEquals(Optional.empty(), read(text));
    }

    @Test
    @DisplayName("The range of logs is halved, kept, and tried anew ever more rarely")
    void theRangeOfLogs() {
        LogRange range = new LogRange();
        int refused = 0;
        int asked = 0;
        for (; asked < 10_000; asked++) {
            if (range.width() > 100) {
                refused++;
                range.refused(range.width());
            } else {
                range.answered(range.width());
            }
        }
        assertTrue(range.width() <= 100 && range.width() > 25, "width " + range.width());
        assertTrue(refused < 25, refused + " of " + asked + " were refused");
    }

    @Test
    void aShortPieceOfTheChainTellsNothing() {
        LogRange range = new LogRange();
        range.refused(LogRange.WIDEST);
        for (int i = 0; i < 100_000; i++) {
            range.answered(5);
        }
        assertEquals(LogRange.WIDEST / 2, range.width());
    }
}
