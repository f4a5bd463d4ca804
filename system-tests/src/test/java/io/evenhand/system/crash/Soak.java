package io.evenhand.system.crash;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.process.Loop;
import io.evenhand.ledger.evm.LocalChain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// `make soak`: exchanges whose processes die.
///
/// The arguments are `COUNT SEED PARTS [FIRST]`. Each kill has a seed of its own, one more than the
/// one before, so `make soak COUNT=1 SEED=n PARTS=kills` plays a single one again. The parts are
/// `kills`, `backups`, `errors`, `machines` (what {@link Ordeal} lists, from number FIRST on) and,
/// for every journal write and every effect from number FIRST on, `customer`, `provider` and
/// `stamper`.
public final class Soak {
    /// Exchanges at the same time: they wait for blocks most of the time.
    static final int SIDE_BY_SIDE = 3;

    private final Path folder;
    private final List<String> failures = new ArrayList<>();
    private int good;

    Soak(Path folder) {
        this.folder = folder;
    }

    /// Exits with 1 if one exchange was not fair or did not end as it had to.
    public static void main(String[] arguments) throws Exception {
        int count = Integer.parseInt(arguments[0]);
        long seed = Long.parseLong(arguments[1]);
        List<String> parts = List.of(arguments[2].split(",", -1));
        Path folder = Files.createTempDirectory("evenhand-soak");
        Soak soak = new Soak(folder);
        // Whoever stops the soak stops its processes too.
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() ->
                                ProcessHandle.current()
                                        .descendants()
                                        .forEach(ProcessHandle::destroyForcibly)));
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("type", "summary");
        summary.put("seed", seed);
        try (LocalChain chain = LocalChain.start(new LocalChain.Mining.Instant())) {
            Rail rail = Actors.deploy(chain);
            int first = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 1;
            if (parts.contains("kills")) {
                soak.kills(chain, rail, count, seed);
                summary.put("kills", count);
            }
            if (parts.contains("backups")) {
                soak.backups(chain, rail);
                summary.put("backups", Backup.FEW.size() + Backup.MORE.size());
            }
            if (parts.contains("errors")) {
                summary.put("errors", soak.errors(chain, rail));
            }
            if (parts.contains("machines")) {
                summary.put("machines", soak.machines(first, count, seed));
            }
            for (String role : List.of("customer", "provider", "stamper")) {
                if (parts.contains(role)) {
                    Path own = folder.resolve(role);
                    try (CrashPointSweep sweep =
                            new CrashPointSweep(
                                    new DelegationExchanges(chain, rail, own, role), own, role)) {
                        summary.put(role + "CrashPointSweep", sweep.all(first, soak::note));
                    }
                }
            }
        }
        summary.put("good", soak.good);
        summary.put("failures", soak.failures);
        System.out.println(new ObjectMapper().writeValueAsString(summary));
        if (soak.failures.isEmpty()) {
            delete(folder);
        } else {
            System.out.println("the data directories are kept in " + folder);
        }
        System.exit(soak.failures.isEmpty() ? 0 : 1);
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    /// Kills in as many exchanges.
    void kills(LocalChain chain, Rail rail, int count, long seed) throws Exception {
        System.out.printf("%d kills, first seed %d%n", count, seed);
        try (CrashTestbed testbed = new CrashTestbed(chain, rail, folder.resolve("kills"), count);
                ExecutorService threads = Executors.newFixedThreadPool(SIDE_BY_SIDE)) {
            List<Callable<String>> all = new ArrayList<>();
            for (long at = seed; at < seed + count; at++) {
                long own = at;
                all.add(() -> {
                    note(kill(testbed, own));
                    return "";
                });
            }
            for (Future<String> one : threads.invokeAll(all)) {
                String _ = one.get();
            }
        }
    }

    /// One after the other: they put the servers back that all share.
    private void backups(LocalChain chain, Rail rail) throws Exception {
        List<Backup> all = new ArrayList<>(Backup.FEW);
        all.addAll(Backup.MORE);
        try (CrashTestbed testbed =
                new CrashTestbed(chain, rail, folder.resolve("backups"), all.size())) {
            for (Backup backup : all) {
                note(backup.play(testbed));
            }
        }
    }

    /// Every loop that serves, struck by every error: each in an exchange of its own.
    private int errors(LocalChain chain, Rail rail) throws Exception {
        List<Loop> loops =
                Stream.of(Loop.values()).filter(loop -> Strikes.seat(loop).isPresent()).toList();
        int count = Strikes.ERRORS.size() * loops.size();
        Path own = folder.resolve("errors");
        try (CrashTestbed testbed = new CrashTestbed(chain, rail, own, count)) {
            Strikes strikes = new Strikes(testbed, own);
            for (String error : Strikes.ERRORS) {
                for (Loop loop : loops) {
                    note(strike(strikes, loop, error));
                }
            }
        }
        return count;
    }

    private static Ended strike(Strikes strikes, Loop loop, String error) {
        long started = System.nanoTime();
        String what = error + " in " + loop.text();
        try {
            String name = (loop + error).replace('.', '-');
            Outcome outcome =
                    loop == Loop.DELIVERY
                            ? strikes.customer(name, loop, error)
                            : strikes.provider(name, error, List.of(loop));
            return new Ended(what, outcome.good(), outcome, started);
        } catch (Exception | AssertionError e) {
            return new Ended(what + ": " + e, false, null, started);
        }
    }

    /// At most so many ordeals from `first` on; returns how many there were. Two at a time: each
    /// has processes of its own.
    private int machines(int first, int count, long seed) throws Exception {
        Optional<String> missing = Machines.missing();
        if (missing.isPresent()) {
            System.out.println(missing.get());
            failures.add(missing.get());
            return 0;
        }
        List<Ordeal> all = Ordeal.all(seed);
        int last = Math.min(all.size(), first - 1 + count);
        Machines machines = new Machines(folder);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Callable<String>> plays = new ArrayList<>();
            for (int at = first; at <= last; at++) {
                int number = at;
                plays.add(() -> {
                    note(machines.play(number, all.get(number - 1)));
                    return "";
                });
            }
            for (Future<String> one : threads.invokeAll(plays)) {
                String _ = one.get();
            }
        }
        return last - first + 1;
    }

    private static Ended kill(CrashTestbed testbed, long seed) {
        Kill kill = Kill.of(seed);
        long started = System.nanoTime();
        String what = "seed " + seed + ": " + kill;
        try {
            Outcome outcome = new ExchangeRun(testbed, "customer-" + seed).with(kill);
            return new Ended(what, outcome.good(), outcome, started);
        } catch (Exception | AssertionError e) {
            return new Ended(what + ": " + e, false, null, started);
        }
    }

    /// One exchange is over.
    public record Ended(
            String what, boolean good, CrashedExchanges.@Nullable Ending end, long started) {
        @Override
        public String toString() {
            return "%s %s -> %s (%.1f s)"
                    .formatted(
                            good ? "good" : "BAD ",
                            what,
                            end == null ? "no end" : end,
                            (System.nanoTime() - started) / 1e9);
        }
    }

    private synchronized void note(Ended ended) {
        System.out.println(ended);
        if (ended.good()) {
            good++;
        } else {
            failures.add(ended.what());
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }
}
