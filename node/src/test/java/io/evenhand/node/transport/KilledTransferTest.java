package io.evenhand.node.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.process.ChildProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Both ends are processes of their own and are killed with SIGKILL in the middle; the network in
/// between counts bytes.
class KilledTransferTest {
    private static final TlsIdentity SERVER = TestNode.identity(1);
    private static final TlsIdentity CLIENT = TestNode.identity(2);
    private static final int SIZE = 8 * TestFiles.CHUNK + 54_321;

    /// Slow enough to be killed in the middle.
    private static final long PER_SECOND = 6L << 20;

    /// See ResumeTest.
    private static final long WIRE = SIZE + SIZE / 100 + 200_000;

    @TempDir Path directory;
    private final List<Process> processes = new ArrayList<>();

    @BeforeEach
    void files() throws IOException {
        Path _ = TestFiles.write(directory.resolve("file"), SIZE);
    }

    @AfterEach
    void kill() {
        processes.forEach(Process::destroyForcibly);
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.add(KilledTransferTest.class.getName());
        command.add(directory.toString());
        command.addAll(List.of(arguments));
        Process process =
                ChildProcess.start(
                        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD));
        processes.add(process);
        return process;
    }

    private Process serve(int port) throws IOException {
        return start("serve", "" + port);
    }

    /// The one line a process prints.
    private static String said(Process process) throws IOException {
        BufferedReader in = process.inputReader();
        return String.valueOf(in.readLine());
    }

    private static void kill(Process process) throws InterruptedException {
        ChildProcess.kill(process);
        int _ = process.waitFor();
    }

    private static long moved(CuttingProxy network, String what) {
        return what.equals("upload") ? network.up.get() : network.down.get();
    }

    private void check(CuttingProxy network, String what, int kills) throws IOException {
        Path arrived = directory.resolve(what.equals("upload") ? "input" : "target");
        assertArrayEquals(TestFiles.bytes(SIZE), Files.readAllBytes(arrived));
        long most = WIRE + (long) kills * TestFiles.CHUNK;
        assertTrue(moved(network, what) <= most, moved(network, what) + " bytes for " + SIZE);
        assertTrue(moved(network, what) >= SIZE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"upload", "download"})
    @DisplayName("a client is killed twice: what is moved again is at most a chunk each time")
    void client(String what) throws Exception {
        Process server = serve(0);
        int port = Integer.parseInt(said(server));
        try (CuttingProxy network = new CuttingProxy(port, Long.MAX_VALUE, 0)) {
            for (int part = 1; part <= 2; part++) {
                Process client = start(what, "" + network.port());
                long enough = part * (SIZE / 3L) + 300_000;
                Await.until("it is under way", () -> moved(network, what) > enough);
                kill(client);
            }
            Process last = start(what, "" + network.port());
            assertEquals("done", said(last));
            check(network, what, 2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"upload", "download"})
    @DisplayName(
            "a server is killed twice and comes back: at most a chunk is moved again each time")
    void server(String what) throws Exception {
        Process server = serve(0);
        int port = Integer.parseInt(said(server));
        try (CuttingProxy network = new CuttingProxy(port, Long.MAX_VALUE, 0)) {
            Process client = start(what, "" + network.port());
            for (int part = 1; part <= 2; part++) {
                long enough = part * (SIZE / 3L) + 300_000;
                Await.until("it is under way", () -> moved(network, what) > enough);
                kill(server);
                server = serve(port);
                assertEquals("" + port, said(server));
            }
            assertEquals("done", said(client));
            check(network, what, 2);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        Path file = directory.resolve("file");
        int port = Integer.parseInt(arguments[2]);
        if (arguments[1].equals("serve")) {
            TestNode node = new TestNode(directory);
            node.known.add(CLIENT.party());
            node.files.put("sealed", new PeerHandler.BlobSource(file, SIZE));
            PeerServer server =
                    node.serve(
                            SERVER,
                            PeerServerOptions.on("127.0.0.1", port)
                                    .withBytesPerSecond(
                                            OptionalLong.of(PER_SECOND), OptionalLong.empty()));
            System.out.println(server.port());
            new CountDownLatch(1).await();
        }
        try (PeerClient client =
                new PeerClient(
                        CLIENT, "127.0.0.1", port, SERVER.party(), PeerClientOptions.DEFAULT)) {
            if (arguments[1].equals("upload")) {
                client.upload(TestNode.blob("input"), file, Progress.NONE);
            } else {
                var sink = new TestFiles.Checking(Files.readAllBytes(file));
                client.download(
                        TestNode.blob("sealed"),
                        new PeerClient.Fetch(
                                directory.resolve("target"),
                                SIZE,
                                TestFiles.CHUNK,
                                sink,
                                Progress.NONE));
            }
        }
        System.out.println("done");
    }
}
