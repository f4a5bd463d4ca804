package io.evenhand.enclave.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.enclave.policy.Wasm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/// Policies judged in processes of their own, and what happens to those processes.
///
/// Alone, as it looks at all guest hosts of this process.
@Isolated
class HostsTest {
    private static final String ACCURACY = "accuracy/1 atLeast=0.7500";

    /// No policy of these tests needs so long.
    private static final Duration LONG = Duration.ofSeconds(250);

    private final Hosts hosts = new Hosts();

    @TempDir Path folder;
    private Path work;
    private Path hidden;

    @BeforeEach
    void files() throws Exception {
        work = Files.writeString(folder.resolve("work"), "row,label\n1,a\n2,b\n3,c\n4,x\n");
        hidden = Files.writeString(folder.resolve("hidden"), "row,label\n1,a\n2,b\n3,c\n4,d\n");
    }

    @AfterEach
    void end() throws Exception {
        hosts.close();
        // The next test must not take one that is about to end for its own.
        for (ProcessHandle host : running()) {
            assertGone(host);
        }
    }

    private Outcome judge(Object customer, String policy) throws Exception {
        return hosts.judge(customer, Assignment.of(policy, work, hidden), TimeLimits.STAMPER);
    }

    private static String module(String name) throws IOException {
        byte[] module = Files.readAllBytes(Path.of("../examples/policies", name));
        return Wasm.of("100000000000", module).canonical();
    }

    /// Asks for a verdict that does not come by itself.
    private FutureTask<Outcome> endless(Hosts of, TimeLimits limits) throws Exception {
        Assignment job = Assignment.of(module("hostile/endless.wasm"), work, hidden);
        FutureTask<Outcome> task = new FutureTask<>(() -> of.judge("endless", job, limits));
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    /// The host of this test, once it is there and has begun to judge.
    private static ProcessHandle atWork() throws Exception {
        while (true) {
            for (ProcessHandle host : running()) {
                boolean begun =
                        host.info()
                                .totalCpuDuration()
                                .filter(used -> used.compareTo(Duration.ofSeconds(1)) > 0)
                                .isPresent();
                if (begun) {
                    return host;
                }
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    private static List<ProcessHandle> running() {
        return ProcessHandle.current()
                .children()
                .filter(child ->
                        child.info().commandLine().filter(c -> c.contains("GuestHost")).isPresent())
                .toList();
    }

    private static void assertGone(ProcessHandle host) throws Exception {
        host.onExit().get();
    }

    private static void assertVerdict(boolean passed, Outcome outcome) {
        assertEquals(passed, assertInstanceOf(Outcome.Judged.class, outcome).verdict().passed());
    }

    @Test
    @DisplayName("built-in policies and modules give their verdicts from another process")
    void verdicts() throws Exception {
        assertVerdict(true, judge("a", ACCURACY));
        assertVerdict(false, judge("a", "accuracy/1 atLeast=0.7501"));
        assertVerdict(true, judge("a", "size/1 atLeast=1 atMost=99"));
        Files.write(hidden, new byte[0]);
        assertVerdict(false, judge("a", module("wasm-sorted/sorted.wasm")));
        Files.writeString(work, "a\nb\n");
        assertVerdict(true, judge("a", module("wasm-sorted/sorted.wasm")));
    }

    @Test
    @DisplayName("a host serves one customer, and only as long as it gives verdicts")
    void ofOneCustomer() throws Exception {
        assertVerdict(true, judge("a", ACCURACY));
        ProcessHandle first = running().getFirst();
        assertVerdict(true, judge("a", ACCURACY));
        assertEquals(List.of(first), running());
        assertVerdict(true, judge("b", ACCURACY));
        Set<ProcessHandle> both = Set.copyOf(running());
        assertEquals(2, both.size());
        Files.writeString(hidden, "row,label\n1,secret,word\n");
        Outcome malformed = judge("a", ACCURACY);
        assertEquals("Unjudged", assertInstanceOf(Outcome.Unjudged.class, malformed).toString());
        assertGone(first);
        hosts.close();
        for (ProcessHandle host : both) {
            assertGone(host);
        }
        assertInstanceOf(Outcome.Failed.class, judge("a", ACCURACY));
    }

    @Test
    @DisplayName("who is stopped while a host starts leaves none behind")
    void stoppedAtStart() throws Exception {
        // The start is held back until its caller is gone: else it may be there before.
        CountDownLatch stopped = new CountDownLatch(1);
        Future<Void> held =
                HostCommand.STARTER.submit(() -> {
                    stopped.await();
                    return null;
                });
        Thread.currentThread().interrupt();
        assertThrows(IOException.class, () -> HostCommand.start(HostCommand.HEAP_MIB));
        assertTrue(Thread.interrupted());
        stopped.countDown();
        held.get();
        // Starts are in order: once the second is there, the first has been, and is being ended.
        Process second = HostCommand.start(HostCommand.HEAP_MIB);
        try {
            List<ProcessHandle> others =
                    running().stream().filter(one -> one.pid() != second.pid()).toList();
            for (ProcessHandle one : others) {
                assertGone(one);
            }
        } finally {
            second.destroyForcibly();
        }
    }

    @Test
    @DisplayName("no more hosts wait than may: the one that has waited longest makes room")
    void neverMore() throws Exception {
        for (int customer = 0; customer < Hosts.MOST_IDLE; customer++) {
            assertVerdict(true, judge("customer " + customer, ACCURACY));
            assertEquals(customer + 1, hosts.living());
        }
        Set<ProcessHandle> waiting = Set.copyOf(running());
        assertVerdict(true, judge("customer 1", ACCURACY));
        assertEquals(waiting, Set.copyOf(running()), "it has a host already");
        assertVerdict(true, judge("one more", ACCURACY));
        assertEquals(Hosts.MOST_IDLE, hosts.living());
        assertVerdict(true, judge("customer 1", ACCURACY));
        assertEquals(Hosts.MOST_IDLE, hosts.living(), "the first customer's has gone");
    }

    @Test
    @DisplayName("16b: the host notices a work that is not the one of the root")
    void changed() throws Exception {
        Assignment before = Assignment.of(ACCURACY, work, hidden);
        Files.writeString(work, "row,label\n1,a\n2,b\n3,c\n4,y\n");
        assertEquals(new Outcome.WorkChanged(), hosts.judge("a", before, TimeLimits.STAMPER));
        Files.writeString(work, "row,label\n1,a\n");
        assertEquals(new Outcome.WorkChanged(), hosts.judge("a", before, TimeLimits.STAMPER));
    }

    @Test
    @DisplayName("a host that is killed in the middle reaches nobody else")
    void killed() throws Exception {
        FutureTask<Outcome> victim = endless(hosts, TimeLimits.STAMPER);
        ProcessHandle host = atWork();
        assertVerdict(true, judge("honest", ACCURACY));
        assertTrue(host.destroyForcibly());
        assertInstanceOf(Outcome.Failed.class, victim.get());
        assertVerdict(true, judge("honest", ACCURACY));
    }

    @Test
    @DisplayName("a host that runs out of memory ends alone, and says so")
    void outOfMemory() throws Exception {
        Assignment bomb = Assignment.of(module("hostile/bomb.wasm"), work, hidden);
        try (Hosts small = new Hosts(24)) {
            Outcome outcome = small.judge("greedy", bomb, TimeLimits.STAMPER);
            assertEquals(new Outcome.Failed("the guest host ran out of memory"), outcome);
            assertVerdict(true, judge("honest", ACCURACY));
        }
    }

    @Test
    @DisplayName("a host that hangs is the machine's failure, used up processor time the policy's")
    void limits() throws Exception {
        TimeLimits hurried = new TimeLimits(Duration.ofSeconds(1), LONG);
        FutureTask<Outcome> busy = endless(hosts, hurried);
        assertInstanceOf(Outcome.Unjudged.class, busy.get());
        for (ProcessHandle host : running()) {
            assertGone(host);
        }
        FutureTask<Outcome> hung = endless(hosts, new TimeLimits(LONG, Duration.ofSeconds(2)));
        assertInstanceOf(Outcome.Failed.class, hung.get());
    }

    @Test
    @DisplayName("a stopped caller stops the policy")
    void interrupted() throws Exception {
        Assignment job = Assignment.of(module("hostile/endless.wasm"), work, hidden);
        FutureTask<Outcome> task =
                new FutureTask<>(() -> hosts.judge("a", job, TimeLimits.STAMPER));
        Thread caller = Thread.ofPlatform().daemon().start(task);
        ProcessHandle host = atWork();
        caller.interrupt();
        assertGone(host);
        Exception e = assertThrows(Exception.class, task::get);
        assertInstanceOf(InterruptedException.class, e.getCause());
    }

    @Test
    @DisplayName("a host ends with its node, however that one went")
    void parentKilled() throws Exception {
        Process node =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                HostParent.class.getName(),
                                module("hostile/endless.wasm"),
                                work.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (var out = node.inputReader()) {
            long pid = Long.parseLong(String.valueOf(out.readLine()));
            ProcessHandle host = ProcessHandle.of(pid).orElseThrow();
            assertTrue(host.isAlive());
            node.toHandle().destroyForcibly();
            assertGone(host);
        } finally {
            node.destroyForcibly();
        }
    }

    @Test
    @DisplayName("a host at work has two pipes, its jars, no socket and nothing it may write to")
    void fenced() throws Exception {
        FutureTask<Outcome> task = endless(hosts, TimeLimits.STAMPER);
        Path proc = Path.of("/proc", Long.toString(atWork().pid()));
        Set<String> jars = HostCommand.classPath();
        String java = Path.of(System.getProperty("java.home")).toRealPath().toString();
        try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
            for (Path descriptor : open.toList()) {
                String target = Files.readSymbolicLink(descriptor).toString();
                String info =
                        Files.readString(proc.resolve("fdinfo").resolve(descriptor.getFileName()));
                boolean reads = info.lines().anyMatch(l -> l.matches("flags:\\s+[0-7]*0"));
                boolean known =
                        target.startsWith("pipe:")
                                || List.of("/dev/null", "/dev/random", "/dev/urandom")
                                        .contains(target)
                                || (reads && (jars.contains(target) || target.startsWith(java)));
                assertTrue(known, target + "\n" + info);
            }
        }
        assertEquals("LC_ALL=C.UTF-8\0", Files.readString(proc.resolve("environ")));
        Fences fences = Fences.here();
        if (fences.network()) {
            List<String> devices = Files.readAllLines(proc.resolve("net/dev"));
            assertEquals(3, devices.size(), () -> "only lo: " + devices);
        }
        if (fences.privileges()) {
            String status = Files.readString(proc.resolve("status"));
            assertTrue(status.contains("NoNewPrivs:\t1"), status);
        }
        if (fences.files()) {
            String limits = Files.readString(proc.resolve("limits"));
            assertTrue(limits.lines().anyMatch(l -> l.matches("Max file size +0 +0 .*")), limits);
        }
        hosts.close();
        assertTrue(task.cancel(true));
    }

    @Test
    @DisplayName("a host's class path holds what judging needs and nothing else")
    void classPath() {
        Set<String> names =
                HostCommand.classPath().stream().map(HostsTest::part).collect(Collectors.toSet());
        assertEquals(
                Set.of(
                        "enclave",
                        "kit",
                        "wasm",
                        "runtime",
                        "compiler",
                        "asm",
                        "asm-commons",
                        "asm-tree",
                        "asm-analysis",
                        "asm-util"),
                names);
    }

    /// `enclave/target/classes` or `runtime-1.0.0.jar`.
    static String part(String place) {
        return place.replaceFirst("/target/classes$", "")
                .replaceFirst("-[0-9][^/]*[.]jar$", "")
                .replaceFirst("^.*/", "");
    }
}
