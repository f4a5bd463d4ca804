package io.evenhand.system.crash;

import io.evenhand.kit.deal.Rail;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.system.whole.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// One role dies exactly before or after each of its journal writes and effects, one exchange for
/// each point, until there is none left.
final class Points implements AutoCloseable {
    /// More than any exchange has; the count of invites.
    private static final int MAX = 600;

    private final Yard yard;
    private final Path folder;
    private final String role;
    private final Path jar;

    Points(LocalChain chain, Rail rail, Path folder, String role) throws Exception {
        this.folder = Files.createDirectories(folder);
        this.role = role;
        this.jar = Doom.jar(folder, Doom.class);
        this.yard = new Yard(chain, rail, folder, MAX);
    }

    /// Every point from `first` on; returns the last one.
    int all(int first, Consumer<Soak.Ended> note) throws InterruptedException {
        // A customer dies alone; a server takes everybody's exchanges down with it.
        int sideBySide = role.equals("customer") ? Soak.SIDE_BY_SIDE : 1;
        try (ExecutorService threads = Executors.newFixedThreadPool(sideBySide)) {
            AtomicInteger next = new AtomicInteger(first);
            AtomicInteger last = new AtomicInteger();
            List<Callable<Boolean>> lanes = new ArrayList<>();
            for (int lane = 0; lane < sideBySide; lane++) {
                lanes.add(() -> {
                    int point = next.getAndIncrement();
                    while (point < MAX && at(point, note)) {
                        last.accumulateAndGet(point, Math::max);
                        point = next.getAndIncrement();
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
        Path log = folder.resolve(role + "-" + point + ".log");
        String what = role + " point " + point;
        try {
            Errand errand = new Errand(yard, role + "-" + point);
            Fate fate = run(errand, Doom.options(jar, point, log));
            List<String> reached = Files.readAllLines(log);
            boolean died = reached.size() == point;
            what += died ? ": " + reached.getLast() : ": not reached";
            note.accept(new Soak.Ended(what, fate.settled(), fate, started));
            return died;
        } catch (Exception | AssertionError e) {
            note.accept(new Soak.Ended(what + ": " + e, false, null, started));
            return true;
        }
    }

    private Fate run(Errand errand, String doom) throws Exception {
        if (role.equals("customer")) {
            return errand.doomed(doom);
        }
        Actor server = role.equals("provider") ? yard.provider() : yard.stamper();
        server.program().kill();
        Program doomed = launch(doom);
        CompletableFuture<Boolean> back = new CompletableFuture<>();
        Thread _ = Thread.ofVirtual().start(() -> comeBack(doomed, back));
        try {
            if (!doomed.comesUp()) {
                boolean _ = back.get();
            }
            Program _ = errand.begin();
            Fate fate = errand.end();
            errand.awaitProviderEnd();
            return fate;
        } finally {
            if (doomed.runs()) {
                doomed.kill();
            }
            boolean _ = back.get();
        }
    }

    /// Starts the server again when it has died, as an init system does.
    private void comeBack(Program doomed, CompletableFuture<Boolean> back) {
        try {
            int _ = doomed.exit(Errand.LIMIT);
            Program again = launch("");
            back.complete(again.listening().isObject());
        } catch (Exception | AssertionError e) {
            back.completeExceptionally(e);
        }
    }

    private Program launch(String doom) throws IOException {
        return role.equals("provider") ? yard.launchProvider(doom, 0) : yard.launchStamper(doom, 0);
    }

    @Override
    public void close() throws IOException {
        yard.close();
    }
}
