package io.evenhand.enclave.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.enclave.metered.EnclaveFrame;
import io.evenhand.enclave.metered.EnclaveFrames;
import io.evenhand.enclave.metered.SandboxPrograms;
import io.evenhand.enclave.sandbox.FileResult;
import io.evenhand.enclave.sandbox.Guest.Engine;
import io.evenhand.enclave.sandbox.GuestAborted;
import io.evenhand.enclave.sandbox.Program;
import io.evenhand.enclave.sandbox.ProgramInstance;
import io.evenhand.enclave.sandbox.TestPrograms;
import io.evenhand.kit.value.Octets;
import io.evenhand.protocols.metered.message.End;
import io.evenhand.protocols.metered.message.Limits;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/// Metered sessions whose enclave is a process of its own.
///
/// Alone, as it looks at all enclaves of this process.
@Isolated
class EnclaveProcessTest {
    /// No round of these tests needs so long.
    private static final int LONG = 3600;

    private static final Octets ZERO = counter(0);

    @TempDir Path directory;
    private EnclaveProcesses processes;
    private final Ear ear = new Ear();

    @BeforeEach
    void start() throws Exception {
        processes = new EnclaveProcesses(directory, 2, EnclaveProcesses.HEAP_MIB);
    }

    @AfterEach
    void end() throws Exception {
        processes.close();
        for (ProcessHandle host : running()) {
            ProcessHandle _ = host.onExit().get();
        }
    }

    private static Octets counter(long value) {
        return new Octets(
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    }

    private static TestSession counting(int roundSeconds) {
        byte[] module = TestPrograms.counter();
        return new TestSession(
                module,
                new Limits(
                        100_000_000_000L, 10_000, 4096, module.length, 64, 64, 100, roundSeconds),
                8);
    }

    private static List<ProcessHandle> running() {
        return ProcessHandle.current()
                .children()
                .filter(child ->
                        child.info()
                                .commandLine()
                                .filter(c -> c.contains("EnclaveHost"))
                                .isPresent())
                .toList();
    }

    private EnclaveProcess started(TestSession session) {
        return assertInstanceOf(
                        EnclaveProcesses.Started.class, processes.start(session.begin(), ear))
                .process();
    }

    /// An enclave that waits for its first round.
    private EnclaveProcess ready(TestSession session) throws Exception {
        EnclaveProcess enclave = started(session);
        enclave.say(session.provision(ear.next(EnclaveFrame.Keys.class)));
        assertTrue(ear.next(EnclaveFrame.Ready.class).needProgram());
        enclave.say(session.program());
        assertFalse(ear.next(EnclaveFrame.Ready.class).needProgram());
        return enclave;
    }

    /// One round, paid and opened.
    private TestSession.Opened round(
            EnclaveProcess enclave, TestSession session, EnclaveFrame.Run run) throws Exception {
        enclave.say(run);
        EnclaveFrame.Answer answer = ear.next(EnclaveFrame.Answer.class);
        enclave.say(session.pay(answer));
        return session.open(run.c(), answer, ear.next(EnclaveFrame.Released.class));
    }

    @Test
    @DisplayName("Game of Life in an enclave gives what it gives here, paid round by round")
    void life() throws Exception {
        byte[] module = Files.readAllBytes(Path.of("../programs/src/guest/life/life.wasm"));
        Limits limits = new Limits(1_000_000, 100_000_000, 64, module.length, 4096, 64, 1000, LONG);
        ProgramInstance here =
                Program.of(module, SandboxPrograms.limits(limits)).start(Engine.COMPILED);
        Octets state = imported(here);
        TestSession session = new TestSession(module, limits, 8);
        EnclaveProcess enclave = ready(session);
        for (int round = 1; round <= 20; round++) {
            EnclaveFrame.Run run = round == 1 ? session.run(1, 7, state) : session.run(round, 7);
            TestSession.Opened opened = round(enclave, session, run);
            state = here.round(state, 7).state();
            assertEquals(state, opened.state());
            assertEquals(End.MORE, opened.statement().end());
        }
    }

    private static Octets imported(ProgramInstance life) throws GuestAborted {
        String glider = "x = 40, y = 40, rule = B3/S23\nbob$2bo$3o!\n";
        return assertInstanceOf(
                        FileResult.Made.class,
                        life.importFile(new Octets(glider.getBytes(StandardCharsets.US_ASCII))))
                .bytes();
    }

    @Test
    @DisplayName("an update is answered while a round runs")
    void paidMeanwhile() throws Exception {
        TestSession session = counting(LONG);
        EnclaveProcess enclave = ready(session);
        enclave.say(session.run(1, 1, ZERO));
        EnclaveFrame.Answer answer = ear.next(EnclaveFrame.Answer.class);
        enclave.say(session.run(2, TestPrograms.ENDLESS));
        enclave.say(session.pay(answer));
        TestSession.Opened opened = session.open(1, answer, ear.next(EnclaveFrame.Released.class));
        assertEquals(counter(1), opened.state());
    }

    @Test
    @DisplayName("a round that takes longer than the Terms allow ends its enclave")
    void overdue() throws Exception {
        TestSession session = counting(1);
        EnclaveProcess enclave = ready(session);
        enclave.say(session.run(1, TestPrograms.ENDLESS, ZERO));
        ear.gone(EnclaveEnd.OVERDUE, "in the middle of round 1");
    }

    @Test
    @DisplayName("what is unpaid after the program's own fault can still be paid")
    void fault() throws Exception {
        TestSession session = counting(LONG);
        EnclaveProcess enclave = ready(session);
        enclave.say(session.run(1, TestPrograms.TRAP, ZERO));
        EnclaveFrame.Answer answer = ear.next(EnclaveFrame.Answer.class);
        assertEquals(End.TRAP, answer.result().end());
        assertFalse(ear.next(EnclaveFrame.Over.class).broken());
        enclave.say(session.pay(answer));
        TestSession.Opened opened =
                session.open(TestPrograms.TRAP, answer, ear.next(EnclaveFrame.Released.class));
        assertEquals(ZERO, opened.state());
    }

    private enum Phase {
        GREETED,
        PROVISIONED,
        READY,
        RUNNING,
        EXECUTED
    }

    @Test
    @DisplayName("an enclave that is killed is gone, whatever it was doing")
    void killed() throws Exception {
        for (Phase phase : Phase.values()) {
            TestSession session = counting(LONG);
            EnclaveProcess enclave = started(session);
            EnclaveFrame.Keys keys = ear.next(EnclaveFrame.Keys.class);
            if (phase.compareTo(Phase.PROVISIONED) >= 0) {
                enclave.say(session.provision(keys));
                EnclaveFrame.Ready _ = ear.next(EnclaveFrame.Ready.class);
            }
            if (phase.compareTo(Phase.READY) >= 0) {
                enclave.say(session.program());
                EnclaveFrame.Ready _ = ear.next(EnclaveFrame.Ready.class);
            }
            if (phase.compareTo(Phase.RUNNING) >= 0) {
                enclave.say(session.run(1, 1, ZERO));
                EnclaveFrame.Answer _ = ear.next(EnclaveFrame.Answer.class);
            }
            if (phase == Phase.RUNNING) {
                enclave.say(session.run(2, TestPrograms.ENDLESS));
            }
            assertTrue(running().getFirst().destroyForcibly());
            ear.gone(EnclaveEnd.DIED, phase.name());
            assertEquals(List.of(), running());
        }
    }

    @Test
    @DisplayName("an enclave that runs out of memory ends, and says so")
    void outOfMemory() throws Exception {
        TestSession session = counting(LONG);
        EnclaveProcess enclave =
                new EnclaveProcess(
                        EnclaveCommand.start(48, NativeLibrary.unpack(directory)),
                        session.begin(),
                        ear,
                        _ -> {});
        enclave.start();
        enclave.say(session.provision(ear.next(EnclaveFrame.Keys.class)));
        EnclaveFrame.Ready _ = ear.next(EnclaveFrame.Ready.class);
        enclave.say(session.program());
        EnclaveFrame.Ready _ = ear.next(EnclaveFrame.Ready.class);
        enclave.say(session.run(1, TestPrograms.GREEDY, ZERO));
        ear.gone(EnclaveEnd.OUT_OF_MEMORY, "while its memory grows");
    }

    @Test
    @DisplayName("the memory that the Terms allow is there")
    void allMemory() throws Exception {
        TestSession session = counting(LONG);
        EnclaveProcess enclave = ready(session);
        TestSession.Opened opened =
                round(enclave, session, session.run(1, TestPrograms.GREEDY, ZERO));
        assertEquals(End.MORE, opened.statement().end());
        assertEquals(counter(TestPrograms.GREEDY), opened.state());
    }

    @Test
    @DisplayName("an enclave whose program or psk is another one is refused, once and for all")
    void another() throws Exception {
        TestSession session = counting(LONG);
        TestSession stranger = counting(LONG);
        EnclaveProcess enclave = started(session);
        EnclaveFrame.Keys keys = ear.next(EnclaveFrame.Keys.class);
        enclave.say(stranger.provision(keys));
        EnclaveFrame.Refused psk = ear.next(EnclaveFrame.Refused.class);
        assertTrue(psk.over());
        assertEquals("PROVISION", psk.rule());
        enclave.end();
        enclave = started(session);
        enclave.say(session.provision(ear.next(EnclaveFrame.Keys.class)));
        EnclaveFrame.Ready _ = ear.next(EnclaveFrame.Ready.class);
        enclave.say(stranger.program());
        EnclaveFrame.Refused program = ear.next(EnclaveFrame.Refused.class);
        assertTrue(program.over());
        assertEquals("PROGRAM", program.rule());
    }

    @Test
    @DisplayName("no more enclaves than may, none above the node's memory, none after its end")
    void places() throws Exception {
        TestSession session = counting(LONG);
        EnclaveProcess first = started(session);
        EnclaveProcess _ = started(session);
        assertEquals(EnclaveProcesses.Reason.BUSY, refused(session));
        first.end();
        EnclaveProcess _ = started(session);
        try (EnclaveProcesses small = new EnclaveProcesses(directory, 2, 64)) {
            assertFalse(small.fits(session.terms));
            EnclaveProcesses.NotStarted large =
                    assertInstanceOf(
                            EnclaveProcesses.NotStarted.class, small.start(session.begin(), ear));
            assertEquals(EnclaveProcesses.Reason.TOO_LARGE, large.reason());
        }
        processes.close();
        assertEquals(EnclaveProcesses.Reason.MACHINE, refused(session));
    }

    private EnclaveProcesses.Reason refused(TestSession session) {
        return assertInstanceOf(
                        EnclaveProcesses.NotStarted.class, processes.start(session.begin(), ear))
                .reason();
    }

    @Test
    @DisplayName("what is no enclave is ended at its first word")
    void junk() throws Exception {
        TestSession session = counting(LONG);
        for (String said : List.of("hello, world", "\\000\\000\\000\\001\\200", "\\177\\377")) {
            Process process =
                    new ProcessBuilder("/bin/sh", "-c", "printf '" + said + "'; exec cat").start();
            EnclaveProcess enclave = new EnclaveProcess(process, session.begin(), ear, _ -> {});
            enclave.start();
            ear.gone(EnclaveEnd.MALFORMED, said);
        }
    }

    @Test
    @DisplayName("what does not read what it is told is ended")
    void deaf() throws Exception {
        TestSession session = counting(LONG);
        Process process = new ProcessBuilder("sleep", "3600").start();
        EnclaveProcess enclave = new EnclaveProcess(process, session.begin(), ear, _ -> {});
        enclave.start();
        // More than its pipe and its queue hold.
        for (int i = 0; i < 100_000; i++) {
            enclave.say(new EnclaveFrame.Sign(1));
        }
        ear.gone(EnclaveEnd.DEAF, "after many frames");
    }

    @Test
    @DisplayName("an enclave ends with its node, also in the middle of a round")
    void nodeGone() throws Exception {
        TestSession session = counting(LONG);
        Process process = EnclaveCommand.start(640, NativeLibrary.unpack(directory));
        int most = EnclaveFrames.mostToNode(session.terms.limits());
        DataOutputStream out = new DataOutputStream(process.getOutputStream());
        DataInputStream in = new DataInputStream(process.getInputStream());
        EnclaveFrames.write(out, session.begin());
        EnclaveFrame.Keys keys =
                assertInstanceOf(
                        EnclaveFrame.Keys.class, EnclaveFrames.toNode(in, most).orElseThrow());
        EnclaveFrames.write(out, session.provision(keys));
        EnclaveFrame.ToNode _ = EnclaveFrames.toNode(in, most).orElseThrow();
        EnclaveFrames.write(out, session.program());
        EnclaveFrame.ToNode _ = EnclaveFrames.toNode(in, most).orElseThrow();
        EnclaveFrames.write(out, session.run(1, TestPrograms.ENDLESS, ZERO));
        // Its end is all that a pipe tells of a node that was killed.
        out.close();
        assertEquals(0, process.waitFor());
        assertEquals(Optional.empty(), EnclaveFrames.toNode(in, most));
    }

    @Test
    @DisplayName("no secret of a session is in its enclave's command or environment, or is printed")
    void secrets() throws Exception {
        TestSession session = counting(LONG);
        EnclaveProcess enclave = ready(session);
        enclave.say(session.run(1, 1, ZERO));
        EnclaveFrame.Answer answer = ear.next(EnclaveFrame.Answer.class);
        enclave.say(session.pay(answer));
        EnclaveFrame.Released released = ear.next(EnclaveFrame.Released.class);
        String k = released.k().toString();
        assertFalse(released.toString().contains(k));
        byte[] exposed = session.psk.expose();
        Path proc = Path.of("/proc", Long.toString(running().getFirst().pid()));
        String command = Files.readString(proc.resolve("cmdline"));
        assertTrue(command.contains("EnclaveHost"));
        assertFalse(command.contains(HexFormat.of().formatHex(exposed)));
        assertFalse(command.contains(k));
        assertFalse(command.contains(session.begin().opening().xid().toString()));
        assertEquals("LC_ALL=C.UTF-8\0", Files.readString(proc.resolve("environ")));
    }

    @Test
    @DisplayName("an enclave has two pipes, its jars and library, no socket, and may write nowhere")
    void fenced() throws Exception {
        EnclaveProcess _ = ready(counting(LONG));
        Path proc = Path.of("/proc", Long.toString(running().getFirst().pid()));
        Set<String> jars = EnclaveCommand.classPath();
        String java = Path.of(System.getProperty("java.home")).toRealPath().toString();
        try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
            for (Path descriptor : open.toList()) {
                String target = Files.readSymbolicLink(descriptor).toString();
                boolean known =
                        target.startsWith("pipe:")
                                || List.of("/dev/null", "/dev/random", "/dev/urandom")
                                        .contains(target)
                                || jars.contains(target)
                                || target.startsWith(java);
                assertTrue(known, target);
            }
        }
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
            assertTrue(
                    limits.lines().anyMatch(l -> l.matches("Max core file size +0 +0 .*")), limits);
        }
    }

    @Test
    @DisplayName("an enclave's class path holds what a session needs and nothing else")
    void classPath() {
        Set<String> names =
                EnclaveCommand.classPath().stream()
                        .map(HostsTest::part)
                        .collect(Collectors.toSet());
        assertEquals(
                Set.of(
                        "enclave",
                        "kit",
                        "metered",
                        "wasm",
                        "runtime",
                        "compiler",
                        "asm",
                        "asm-commons",
                        "asm-tree",
                        "asm-analysis",
                        "asm-util",
                        "bcprov-jdk18on",
                        "secp256k1-kmp-jvm",
                        "secp256k1-kmp-jni-common",
                        "secp256k1-kmp-jni-jvm-extract",
                        "kotlin-stdlib"),
                names);
    }

    @Test
    @DisplayName("the native library is put where it belongs once, and mended")
    void library() throws Exception {
        Path file = NativeLibrary.unpack(directory).resolve("libsecp256k1-jni.so");
        byte[] library = Files.readAllBytes(file);
        Files.write(file, new byte[] {1, 2, 3});
        assertEquals(file.getParent(), NativeLibrary.unpack(directory));
        assertArrayEquals(library, Files.readAllBytes(file));
    }
}
