package io.evenhand.node.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.process.ChildProcess;
import io.evenhand.kit.process.Fatal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Servers that stop listening, for real.
class ListenerCheckTest {
    private static final Duration PERIOD = Duration.ofMillis(20);

    private static final int FEW_CALLERS = 1;

    /// A server that listens at first and then, for good, does not; nothing else would end it.
    public static void main(String[] host) throws Exception {
        Fatal.install();
        InetAddress address = InetAddress.getByName(host[0]);
        ServerSocket server = new ServerSocket(0, 0, address);
        try (ListenerCheck _ = ListenerCheck.start(address, server.getLocalPort(), PERIOD)) {
            // It was looked at twice and found well.
            server.accept().close();
            server.accept().close();
            System.out.println("listens");
            server.close();
            new CountDownLatch(1).await();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "0.0.0.0"})
    @DisplayName("a server that does not listen any more ends its process, in one line")
    void deaf(String host) throws Exception {
        Process process =
                ChildProcess.start(
                        new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ListenerCheckTest.class.getName(),
                                host));
        String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(Fatal.EXIT, process.waitFor(), said);
        assertEquals(
                "listens",
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                        .strip());
        assertEquals(1, said.lines().count(), said);
        assertTrue(said.contains("in \"listener check\""), said);
    }

    @Test
    @DisplayName("a server that is too busy to accept is not taken for one that does not listen")
    void busy() throws IOException {
        InetAddress address = InetAddress.getLoopbackAddress();
        List<Socket> callers = new ArrayList<>();
        try (ServerSocket server = new ServerSocket(0, FEW_CALLERS, address)) {
            InetSocketAddress at = new InetSocketAddress(address, server.getLocalPort());
            // The kernel keeps one more than it is asked for.
            for (int i = 0; i <= FEW_CALLERS; i++) {
                Socket caller = new Socket();
                callers.add(caller);
                caller.connect(at);
            }
            assertFalse(ListenerCheck.isDeaf(at));
        } finally {
            for (Socket caller : callers) {
                caller.close();
            }
        }
    }
}
