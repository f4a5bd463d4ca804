package io.evenhand.system.crash;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.cli.ExitCode;
import io.evenhand.kit.deal.Rail;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.system.whole.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// Exchanges on machines that misbehave: a clock that jumps, little memory, a process that stands
/// still. Each has a chain and servers of its own.
final class Machines {
    /// Debian's package `faketime`.
    private static final Path FAKETIME =
            Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1");

    /// More than the deadline of an exchange and all that may follow it.
    private static final Duration PAST = Duration.ofHours(2);

    /// Above it a node says that its clock is off.
    private static final Duration CLOCK_GAP = Duration.ofMinutes(15);

    /// An exchange takes ten seconds, and twice that on a busy machine.
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    /// More than a block, what follows it, and a call to a peer that is given up take.
    private static final Duration STILL = Duration.ofSeconds(12);

    private final Path folder;

    Machines(Path folder) {
        this.folder = folder;
    }

    /// What is missing on this machine, if anything.
    static Optional<String> missing() {
        return Files.exists(FAKETIME)
                ? Optional.empty()
                : Optional.of("machines: " + FAKETIME + " is missing: apt-get install faketime");
    }

    /// One exchange: good if it ended, the judge calls it fair, and the chain holds no deposit.
    Soak.Ended play(int number, Ordeal ordeal) {
        long started = System.nanoTime();
        String what = "machine " + number + ": " + ordeal;
        try (LocalChain chain = LocalChain.start(new LocalChain.Mining.Instant())) {
            Rail rail = Actors.deploy(chain);
            try (Yard yard = new Yard(chain, rail, folder.resolve("machine-" + number), 1)) {
                Errand errand = new Errand(yard, "customer");
                List<String> faults = new ArrayList<>();
                Fate fate =
                        switch (ordeal) {
                            case Ordeal.Heap heap -> heap(yard, errand, heap, faults);
                            case Ordeal.Jump jump -> jump(yard, errand, jump, faults);
                            case Ordeal.Halt halt -> halt(yard, errand, halt, faults);
                        };
                if (!over(fate)) {
                    faults.add("not fair, or a deposit is left");
                }
                boolean good = faults.isEmpty();
                return new Soak.Ended(good ? what : what + " " + faults, good, fate, started);
            }
        } catch (Exception | AssertionError e) {
            return new Soak.Ended(what + ": " + e, false, null, started);
        }
    }

    /// A deposit is paid to the provider, who gave the work, or it is back; or there was none.
    private static boolean over(Fate fate) {
        return fate.fair()
                && switch (fate.outcome()) {
                    case "settled" -> fate.opens() == 1 && fate.claims() == 1 && fate.hasWork();
                    case "refunded" -> fate.opens() == 1 && fate.claims() == 0 && !fate.hasWork();
                    default -> fate.opens() == 0 && !fate.hasWork();
                };
    }

    /// Either it works as always, or the process says in one line why it ends.
    private static Fate heap(Yard yard, Errand errand, Ordeal.Heap heap, List<String> faults)
            throws Exception {
        String options = "-Xmx" + heap.megabytes() + "m";
        Customer customer = errand.customer();
        switch (heap.victim()) {
            case "provider" -> {
                yard.provider().program().kill();
                yard.startProvider(options, 0);
            }
            case "stamper" -> {
                yard.stamper().program().kill();
                yard.startStamper(options, 0);
            }
            default -> {}
        }
        Program delegate =
                customer.delegate(heap.victim().equals("customer") ? options : "", Errand.DEADLINE);
        Program victim = actor(yard, customer, heap.victim()).program();
        boolean _ = wait(PATIENCE, () -> delegate.runs() && victim.runs());
        if (!heap.victim().equals("customer") && !victim.runs()) {
            said(victim, faults);
            if (heap.victim().equals("provider")) {
                yard.startProvider("", 0);
            } else {
                yard.startStamper("", 0);
            }
        } else if (!delegate.runs()) {
            said(delegate, faults);
        }
        return end(yard, errand);
    }

    /// A documented exit code, and no stack trace.
    private static void said(Program program, List<String> faults) throws Exception {
        int code = program.exit(Program.LIMIT);
        boolean documented = Stream.of(ExitCode.values()).anyMatch(exit -> exit.code() == code);
        if (!documented || program.trouble().contains("\tat ")) {
            faults.add("ended with " + code + program.trouble());
        }
    }

    private static Fate jump(Yard yard, Errand errand, Ordeal.Jump jump, List<String> faults)
            throws Exception {
        Path offset = yard.file("clock");
        Customer customer = errand.customer();
        governed(yard, customer, offset, List.of(jump.victim()));
        Program delegate = reach(yard, customer, jump.role(), jump.state());
        set(offset, jump.by());
        boolean alarm = jump.by().abs().compareTo(CLOCK_GAP) > 0 && delegate.runs();
        // A stamper has no chain; a customer may be done before it looks again.
        if (alarm
                && jump.victim().equals("provider")
                && yard.board()
                        .await(
                                said ->
                                        said.actor().equals(jump.victim())
                                                && said.line().toString().contains("ClockOff"),
                                () -> true,
                                PATIENCE.toSeconds())
                        .isEmpty()) {
            faults.add("nobody said that the clock is off");
        }
        return end(yard, errand);
    }

    /// The wall clocks of these parties follow a file from now on.
    private static void governed(Yard yard, Customer customer, Path offset, List<String> parties)
            throws Exception {
        set(offset, Duration.ZERO);
        for (String party : parties) {
            actor(yard, customer, party)
                    .under(
                            Map.of(
                                    "LD_PRELOAD", FAKETIME.toString(),
                                    "FAKETIME_TIMESTAMP_FILE", offset.toString(),
                                    "FAKETIME_CACHE_DURATION", "1",
                                    // Or else every timed wait of Java returns at once.
                                    "FAKETIME_FORCE_MONOTONIC_FIX", "0",
                                    "FAKETIME_DONT_FAKE_MONOTONIC", "1"));
        }
        if (parties.contains("stamper")) {
            yard.stamper().program().kill();
            yard.startStamper("", 0);
        }
        if (parties.contains("provider")) {
            yard.provider().program().kill();
            yard.startProvider("", 0);
        }
    }

    /// Time passes for everybody: for the chain and for the parties.
    private static void pass(Yard yard) throws IOException {
        yard.chain().warp(PAST);
        set(yard.file("clock"), PAST);
    }

    /// Whole or not at all: a process reads it at any time.
    private static void set(Path offset, Duration by) throws IOException {
        Path next = offset.resolveSibling("clock.next");
        Files.writeString(next, "%+d\n".formatted(by.toSeconds()));
        Path _ = Files.move(next, offset, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Fate halt(Yard yard, Errand errand, Ordeal.Halt halt, List<String> faults)
            throws Exception {
        Customer customer = errand.customer();
        governed(yard, customer, yard.file("clock"), Ordeal.ROLES);
        Program delegate = reach(yard, customer, halt.role(), halt.state());
        List<Long> still = processes(yard, customer, halt.victim());
        if (still.isEmpty()) {
            faults.add("there is nothing to stop");
        }
        signal(still, "STOP");
        // Whoever runs does what it can first: blocks come in time, whatever stands still.
        quiet(yard, delegate);
        if (halt.victim().equals("chain")) {
            signal(still, "CONT");
            quiet(yard, delegate);
        }
        pass(yard);
        quiet(yard, delegate);
        signal(still, "CONT");
        return end(yard, errand);
    }

    /// Waits until nobody has said anything for a while; at once if the customer has ended.
    private static boolean quiet(Yard yard, Program delegate) throws InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        int before = -1;
        while (delegate.runs() && before != yard.board().size() && System.nanoTime() < until) {
            before = yard.board().size();
            int seen = before;
            boolean _ = wait(STILL, () -> delegate.runs() && seen == yard.board().size());
        }
        return delegate.runs();
    }

    private static List<Long> processes(Yard yard, Customer customer, String victim) {
        return switch (victim) {
            case "chain" -> List.of(yard.chain().processId());
            case "host" ->
                    yard.stamper().program().descendants().stream()
                            .map(ProcessHandle::pid)
                            .toList();
            default -> List.of(actor(yard, customer, victim).program().processId());
        };
    }

    private static void signal(List<Long> processes, String name) throws Exception {
        for (long process : processes) {
            int _ =
                    new ProcessBuilder("kill", "-" + name, Long.toString(process))
                            .start()
                            .waitFor();
        }
    }

    /// Begins the exchange and waits for a state of it, or for its end.
    private static Program reach(Yard yard, Customer customer, String role, String state)
            throws Exception {
        Program delegate = customer.delegate("", Errand.DEADLINE);
        Optional<String> ref = customer.ref();
        if (ref.isPresent()) {
            Optional<JsonNode> _ =
                    yard.board()
                            .await(
                                    Board.entered(role, ref.get(), state),
                                    delegate::runs,
                                    Errand.LIMIT.toSeconds());
        }
        return delegate;
    }

    /// Lets it end by itself, or else moves the chain past the deadlines; then both sides end.
    private static Fate end(Yard yard, Errand errand) throws Exception {
        Program delegate = errand.customer().actor().program();
        if (quiet(yard, delegate)) {
            yard.chain().warp(PAST);
        }
        Fate fate = errand.end();
        errand.awaitProviderEnd();
        return fate;
    }

    /// Waits while something holds; false if it still does at the limit.
    private static boolean wait(Duration limit, BooleanSupplier holds) throws InterruptedException {
        long until = System.nanoTime() + limit.toNanos();
        while (holds.getAsBoolean()) {
            if (System.nanoTime() >= until) {
                return false;
            }
            boolean _ = new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
        }
        return true;
    }

    private static Actor actor(Yard yard, Customer customer, String victim) {
        return switch (victim) {
            case "customer" -> customer.actor();
            case "provider" -> yard.provider();
            default -> yard.stamper();
        };
    }
}
