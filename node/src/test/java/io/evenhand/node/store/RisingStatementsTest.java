package io.evenhand.node.store;

import static io.evenhand.node.store.StoreFixture.number;
import static io.evenhand.node.store.StoreFixture.octets;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.sign.Place;
import io.evenhand.kit.value.Bytes32;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Statements that newer ones replace: one row for each output, type and signer, which only rises.
class RisingStatementsTest {
    private static final Bytes32 EXCHANGE = number(1);
    private static final Bytes32 OUTPUT = number(2);

    private static final Comparator<Place.Rising> ORDER =
            Comparator.comparingLong(Place.Rising::number).thenComparingLong(Place.Rising::round);

    @TempDir Path directory;
    private Store store;

    @BeforeEach
    void open() {
        store = StoreFixture.open(directory);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void reopen() {
        store.close();
        store = StoreFixture.open(directory);
    }

    private static StatementTable.Made update(
            Bytes32 output, String signer, long number, long round, long hash) {
        return new StatementTable.Made(
                EXCHANGE,
                new Place.Rising(output, number, round),
                "test/update",
                octets(signer),
                number(hash));
    }

    private static StatementTable.Made update(long number, long round, long hash) {
        return update(OUTPUT, "me", number, round, hash);
    }

    private boolean makes(StatementTable.Made made) {
        try {
            store.statements().make(made);
            return true;
        } catch (StatementTable.ConflictException _) {
            return false;
        }
    }

    private void refuses(StatementTable.Made made) {
        assertThrows(StatementTable.ConflictException.class, () -> store.statements().make(made));
    }

    @Test
    void theNumberRisesAndThenTheRound() {
        store.statements().make(update(5, 3, 1));
        reopen();
        refuses(update(4, 9, 2));
        refuses(update(5, 2, 2));
        assertEquals(List.of(update(5, 3, 1)), store.statements().of(EXCHANGE));
        store.statements().make(update(5, 4, 3));
        store.statements().make(update(6, 0, 4));
        assertEquals(List.of(update(6, 0, 4)), store.statements().of(EXCHANGE), "one row");
    }

    @Test
    void atOneNumberThereIsNeverAnotherOne() {
        store.statements().make(update(5, 3, 1));
        refuses(update(5, 3, 2));
        store.statements().make(update(5, 3, 1));
        reopen();
        refuses(update(5, 3, 2));
        store.statements().make(update(5, 3, 1));
        assertEquals(List.of(update(5, 3, 1)), store.statements().of(EXCHANGE));
    }

    @Test
    void outputsAndSignersRiseByThemselves() {
        store.statements().make(update(number(2), "me", 9, 0, 1));
        store.statements().make(update(number(3), "me", 1, 0, 2));
        store.statements().make(update(number(2), "other", 1, 0, 3));
        assertEquals(3, store.statements().of(EXCHANGE).size());
    }

    @Test
    void aStepThatSignsAnOlderOneIsTakenBackWhole() {
        store.statements().make(update(5, 0, 1));
        assertThrows(
                StatementTable.ConflictException.class,
                () ->
                        store.transact(() -> {
                            store.statements().make(update(6, 0, 2));
                            store.statements().make(update(6, 0, 3));
                        }));
        assertEquals(List.of(update(5, 0, 1)), store.statements().of(EXCHANGE));
    }

    private static StatementTable.Made random(Random random) {
        return update(
                number(random.nextInt(2)),
                random.nextBoolean() ? "me" : "other",
                random.nextInt(6),
                random.nextInt(3),
                random.nextInt(2));
    }

    private record Row(Bytes32 output, String signer) {
        static Row of(StatementTable.Made made) {
            return new Row(rising(made).output(), made.signer().toString());
        }
    }

    private static Place.Rising rising(StatementTable.Made made) {
        return (Place.Rising) made.place();
    }

    @Test
    void manyUpdatesRepeatsAndRestarts() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int run = 0; run < 8; run++) {
            // Another exchange of rows each time, or all of them would soon stand at their highest.
            Bytes32 base = number(100L + run);
            Map<Row, StatementTable.Made> model = new HashMap<>();
            Optional<StatementTable.Made> last = Optional.empty();
            for (int i = 0; i < 60; i++) {
                StatementTable.Made drawn = random(random);
                StatementTable.Made next =
                        last.filter(_ -> random.nextInt(4) == 0)
                                .orElse(
                                        new StatementTable.Made(
                                                base,
                                                drawn.place(),
                                                drawn.type() + run,
                                                drawn.signer(),
                                                drawn.hash()));
                last = Optional.of(next);
                StatementTable.Made old = model.get(Row.of(next));
                boolean wanted =
                        old == null
                                || old.equals(next)
                                || ORDER.compare(rising(next), rising(old)) > 0;
                int step = i;
                assertEquals(
                        wanted,
                        makes(next),
                        () -> "seed %d, step %d: %s after %s".formatted(seed, step, next, old));
                if (wanted) {
                    model.put(Row.of(next), next);
                }
                if (random.nextInt(20) == 0) {
                    reopen();
                }
            }
            assertEquals(
                    Set.copyOf(model.values()),
                    Set.copyOf(store.statements().of(base)),
                    "seed " + seed);
        }
    }

    @Test
    void twoThreadsNeverSignTwoAtOneNumber() throws Exception {
        long seed = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<StatementTable.Made>>> runs = new ArrayList<>();
            for (int thread = 0; thread < 2; thread++) {
                Random random = new Random(seed + thread);
                int own = thread;
                runs.add(
                        threads.submit(() -> {
                            List<StatementTable.Made> made = new ArrayList<>();
                            for (int i = 0; i < 200; i++) {
                                // Both go up side by side, and meet at most numbers.
                                StatementTable.Made next =
                                        update(i / 4, random.nextInt(3), own + 1);
                                if (makes(next)) {
                                    made.add(next);
                                }
                            }
                            return made;
                        }));
            }
            Map<Place, Bytes32> signed = new HashMap<>();
            Optional<Place.Rising> highest = Optional.empty();
            for (Future<List<StatementTable.Made>> run : runs) {
                Place.Rising before = new Place.Rising(OUTPUT, 0, 0);
                for (StatementTable.Made made : run.get()) {
                    Place.Rising now = rising(made);
                    assertTrue(ORDER.compare(before, now) <= 0, "seed " + seed);
                    before = now;
                    Bytes32 other = signed.putIfAbsent(now, made.hash());
                    assertTrue(other == null || other.equals(made.hash()), "seed " + seed);
                    if (highest.isEmpty() || ORDER.compare(highest.get(), now) < 0) {
                        highest = Optional.of(now);
                    }
                }
            }
            assertEquals(
                    highest,
                    Optional.of(rising(store.statements().of(EXCHANGE).getFirst())),
                    "seed " + seed);
        }
    }
}
