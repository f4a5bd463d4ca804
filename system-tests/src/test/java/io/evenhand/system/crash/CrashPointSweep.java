package io.evenhand.system.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// One party dies exactly before or after each of its journal writes and effects, one exchange for
/// each point, until there is none left.
public final class CrashPointSweep implements AutoCloseable {
    /// More than any exchange has.
    private static final int MAX = 600;

    private final CrashedExchanges exchanges;
    private final Path folder;
    private final String party;
    private final Path jar;

    /// @param party who dies, for people
    public CrashPointSweep(CrashedExchanges exchanges, Path folder, String party)
            throws IOException {
        this.exchanges = exchanges;
        this.folder = Files.createDirectories(folder);
        this.party = party;
        this.jar = CrashAgent.jar(folder, CrashAgent.class);
    }

    /// Every point from `first` on; returns the last one.
    int all(int first, Consumer<Soak.Ended> note) throws InterruptedException {
        return some(first, 1, note);
    }

    /// Every so many points; returns the last one.
    public int some(int first, int every, Consumer<Soak.Ended> note) throws InterruptedException {
        try (ExecutorService threads = Executors.newFixedThreadPool(exchanges.sideBySide())) {
            AtomicInteger next = new AtomicInteger(first);
            AtomicInteger last = new AtomicInteger();
            List<Callable<Boolean>> lanes = new ArrayList<>();
            for (int lane = 0; lane < exchanges.sideBySide(); lane++) {
                lanes.add(() -> {
                    int point = next.getAndAdd(every);
                    while (point < MAX && at(point, note)) {
                        last.accumulateAndGet(point, Math::max);
                        point = next.getAndAdd(every);
                    }
                    return true;
                });
            }
            var _ = threads.invokeAll(lanes);
            return last.get();
        }
    }

    /// Dies at one point; false if the exchange has no such point.
    boolean at(int point, Consumer<Soak.Ended> note) {
        long started = System.nanoTime();
        Path log = folder.resolve(party + "-" + point + ".log");
        String what = party + " point " + point;
        try {
            CrashedExchanges.Ending end =
                    exchanges.play(party + "-" + point, CrashAgent.options(jar, point, log));
            List<String> reached = Files.readAllLines(log);
            boolean died = reached.size() == point;
            what += died ? ": " + reached.getLast() : ": not reached";
            note.accept(new Soak.Ended(what, end.good(), end, started));
            return died;
        } catch (Exception | AssertionError e) {
            note.accept(new Soak.Ended(what + ": " + e, false, null, started));
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        exchanges.close();
    }
}
