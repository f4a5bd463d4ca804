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
            try (CrashTestbed testbed =
                    new CrashTestbed(chain, rail, folder.resolve("machine-" + number), 1)) {
                ExchangeRun run = new ExchangeRun(testbed, "customer");
                List<String> faults = new ArrayList<>();
                Outcome outcome =
                        switch (ordeal) {
                            case Ordeal.Heap heap -> heap(testbed, run, heap, faults);
                            case Ordeal.Jump jump -> jump(testbed, run, jump, faults);
                            case Ordeal.Halt halt -> halt(testbed, run, halt, faults);
                        };
                if (!over(outcome)) {
                    faults.add("not fair, or a deposit is left");
                }
                boolean good = faults.isEmpty();
                return new Soak.Ended(good ? what : what + " " + faults, good, outcome, started);
            }
        } catch (Exception | AssertionError e) {
            return new Soak.Ended(what + ": " + e, false, null, started);
        }
    }

    /// A deposit is paid to the provider, who gave the work, or it is back; or there was none.
    private static boolean over(Outcome outcome) {
        return outcome.fair()
                && switch (outcome.kind()) {
                    case "settled" ->
                            outcome.opens() == 1 && outcome.claims() == 1 && outcome.hasWork();
                    case "refunded" ->
                            outcome.opens() == 1 && outcome.claims() == 0 && !outcome.hasWork();
                    default -> outcome.opens() == 0 && !outcome.hasWork();
                };
    }

    /// Either it works as always, or the process says in one line why it ends.
    private static Outcome heap(
            CrashTestbed testbed, ExchangeRun run, Ordeal.Heap heap, List<String> faults)
            throws Exception {
        String options = "-Xmx" + heap.megabytes() + "m";
        Customer customer = run.customer();
        switch (heap.victim()) {
            case "provider" -> {
                testbed.provider().program().kill();
                testbed.startProvider(options, 0);
            }
            case "stamper" -> {
                testbed.stamper().program().kill();
                testbed.startStamper(options, 0);
            }
            default -> {}
        }
        Program delegate =
                customer.delegate(
                        heap.victim().equals("customer") ? options : "", ExchangeRun.DEADLINE);
        Program victim = actor(testbed, customer, heap.victim()).program();
        boolean _ = wait(PATIENCE, () -> delegate.runs() && victim.runs());
        if (!heap.victim().equals("customer") && !victim.runs()) {
            said(victim, faults);
            if (heap.victim().equals("provider")) {
                testbed.startProvider("", 0);
            } else {
                testbed.startStamper("", 0);
            }
        } else if (!delegate.runs()) {
            said(delegate, faults);
        }
        return end(testbed, run);
    }

    /// A documented exit code, and no stack trace.
    private static void said(Program program, List<String> faults) throws Exception {
        int code = program.exit(Program.LIMIT);
        boolean documented = Stream.of(ExitCode.values()).anyMatch(exit -> exit.code() == code);
        if (!documented || program.trouble().contains("\tat ")) {
            faults.add("ended with " + code + program.trouble());
        }
    }

    private static Outcome jump(
            CrashTestbed testbed, ExchangeRun run, Ordeal.Jump jump, List<String> faults)
            throws Exception {
        Path offset = testbed.file("clock");
        Customer customer = run.customer();
        governed(testbed, customer, offset, List.of(jump.victim()));
        Program delegate = reach(testbed, customer, jump.role(), jump.state());
        set(offset, jump.by());
        boolean alarm = jump.by().abs().compareTo(CLOCK_GAP) > 0 && delegate.runs();
        // A stamper has no chain; a customer may be done before it looks again.
        if (alarm
                && jump.victim().equals("provider")
                && testbed.log()
                        .await(
                                said ->
                                        said.actor().equals(jump.victim())
                                                && said.line().toString().contains("ClockOff"),
                                () -> true,
                                PATIENCE.toSeconds())
                        .isEmpty()) {
            faults.add("nobody said that the clock is off");
        }
        return end(testbed, run);
    }

    /// The wall clocks of these parties follow a file from now on.
    private static void governed(
            CrashTestbed testbed, Customer customer, Path offset, List<String> parties)
            throws Exception {
        set(offset, Duration.ZERO);
        for (String party : parties) {
            actor(testbed, customer, party)
                    .under(
                            Map.of(
                                    "LD_PRELOAD", FAKETIME.toString(),
                                    "FAKETIME_TIMESTAMP_FILE", offset.toString(),
                                    "FAKETIME_CACHE_DURATION", "1",
                                    // Without these two every timed wait of Java returns at once.
                                    "FAKETIME_FORCE_MONOTONIC_FIX", "0",
                                    "FAKETIME_DONT_FAKE_MONOTONIC", "1"));
        }
        if (parties.contains("stamper")) {
            testbed.stamper().program().kill();
            testbed.startStamper("", 0);
        }
        if (parties.contains("provider")) {
            testbed.provider().program().kill();
            testbed.startProvider("", 0);
        }
    }

    /// Time passes for everybody: for the chain and for the parties.
    private static void pass(CrashTestbed testbed) throws IOException {
        testbed.chain().warp(PAST);
        set(testbed.file("clock"), PAST);
    }

    /// Whole or not at all: a process reads it at any time.
    private static void set(Path offset, Duration by) throws IOException {
        Path next = offset.resolveSibling("clock.next");
        Files.writeString(next, "%+d\n".formatted(by.toSeconds()));
        Path _ = Files.move(next, offset, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Outcome halt(
            CrashTestbed testbed, ExchangeRun run, Ordeal.Halt halt, List<String> faults)
            throws Exception {
        Customer customer = run.customer();
        governed(testbed, customer, testbed.file("clock"), Ordeal.ROLES);
        Program delegate = reach(testbed, customer, halt.role(), halt.state());
        List<Long> still = processes(testbed, customer, halt.victim());
        if (still.isEmpty()) {
            faults.add("there is nothing to stop");
        }
        signal(still, "STOP");
        // Those that run do first what they can: blocks come in time, whichever process stands
        // still.
        quiet(testbed, delegate);
        if (halt.victim().equals("chain")) {
            signal(still, "CONT");
            quiet(testbed, delegate);
        }
        pass(testbed);
        quiet(testbed, delegate);
        signal(still, "CONT");
        return end(testbed, run);
    }

    /// Waits until nobody has said anything for a while; at once if the customer has ended.
    private static boolean quiet(CrashTestbed testbed, Program delegate)
            throws InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        int before = -1;
        while (delegate.runs() && before != testbed.log().size() && System.nanoTime() < until) {
            before = testbed.log().size();
            int seen = before;
            boolean _ = wait(STILL, () -> delegate.runs() && seen == testbed.log().size());
        }
        return delegate.runs();
    }

    private static List<Long> processes(CrashTestbed testbed, Customer customer, String victim) {
        return switch (victim) {
            case "chain" -> List.of(testbed.chain().processId());
            case "host" ->
                    testbed.stamper().program().descendants().stream()
                            .map(ProcessHandle::pid)
                            .toList();
            default -> List.of(actor(testbed, customer, victim).program().processId());
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
    private static Program reach(CrashTestbed testbed, Customer customer, String role, String state)
            throws Exception {
        Program delegate = customer.delegate("", ExchangeRun.DEADLINE);
        Optional<String> ref = customer.ref();
        if (ref.isPresent()) {
            Optional<JsonNode> _ =
                    testbed.log()
                            .await(
                                    ProcessLog.entered(role, ref.get(), state),
                                    delegate::runs,
                                    ExchangeRun.LIMIT.toSeconds());
        }
        return delegate;
    }

    /// Lets it end by itself, or else moves the chain past the deadlines; then both sides end.
    private static Outcome end(CrashTestbed testbed, ExchangeRun run) throws Exception {
        Program delegate = run.customer().actor().program();
        if (quiet(testbed, delegate)) {
            testbed.chain().warp(PAST);
        }
        Outcome outcome = run.end();
        run.awaitProviderEnd();
        return outcome;
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

    private static Actor actor(CrashTestbed testbed, Customer customer, String victim) {
        return switch (victim) {
            case "customer" -> customer.actor();
            case "provider" -> testbed.provider();
            default -> testbed.stamper();
        };
    }
}
