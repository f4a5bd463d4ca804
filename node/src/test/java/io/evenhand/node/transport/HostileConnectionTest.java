package io.evenhand.node.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/// Connections that are not what the port is for: each ends cleanly, and the node says nothing
/// about it that looks like a fault of its own.
///
/// Alone, as it reads the log of this process.
@Isolated
class HostileConnectionTest {
    private static final TlsIdentity SERVER = TestNode.identity(1);
    private static final TlsIdentity PEER = TestNode.identity(2);

    @TempDir Path directory;

    /// What a log would show with a stack trace.
    private static final class Traces extends Handler {
        private final List<String> found = new CopyOnWriteArrayList<>();

        @Override
        public void publish(LogRecord record) {
            if (record.getThrown() != null && record.getLevel().intValue() > 800) {
                found.add(record.getLoggerName() + ": " + record.getThrown());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    /// What a plain connection gets back before the server closes it.
    private static String plain(int port, byte[] bytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (SocketException e) {
            return "";
        }
    }

    private static String request(int port, String text) throws Exception {
        try (RawTls raw = new RawTls(PEER.clientContext(SERVER.party()), port)) {
            raw.write(text);
            return raw.answer();
        } catch (SSLException | SocketException e) {
            return "closed";
        }
    }

    @Test
    @DisplayName("plaintext, noise, HTTP/2, huge and broken headers, unknown routes: no trace")
    void refused() throws Exception {
        TestNode node = new TestNode(directory);
        node.known.add(PEER.party());
        Traces traces = new Traces();
        Logger.getLogger("").addHandler(traces);
        try (PeerServer server = node.serve(SERVER)) {
            int port = server.port();
            byte[] noise = new byte[3_000];
            new Random(3).nextBytes(noise);
            String get = "GET /v1/outbox?after=0 HTTP/1.1\r\nHost: x\r\n\r\n";
            for (byte[] bytes :
                    List.of(
                            get.getBytes(StandardCharsets.US_ASCII),
                            noise,
                            new byte[0],
                            new byte[] {0x16, 3, 1, 0x40, 0})) {
                assertFalse(plain(port, bytes).contains("HTTP/1.1 200"));
            }
            for (String text :
                    List.of(
                            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                            "GET /v1/outbox HTTP/9.9\r\nHost: x\r\n\r\n",
                            "GET /" + "a".repeat(5_000) + " HTTP/1.1\r\nHost: x\r\n\r\n",
                            "GET /v1/outbox HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(9_000),
                            "GET /v1/outbox HTTP/1.1\r\nHost: x\r\nbroken header\r\n\r\n",
                            "GET /v1/blobs/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
                            "GET /v1/blobs/"
                                    + "0".repeat(64)
                                    + "/%2e%2e HTTP/1.1\r\nHost: x\r\n\r\n",
                            "DELETE /v1/messages HTTP/1.1\r\nHost: x\r\n\r\n",
                            "POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                            "POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999999999999\r\n\r\n",
                            "\u0000\u0001\u0002\r\n\r\n")) {
                String answer = request(port, text);
                assertTrue(
                        answer.isEmpty()
                                || answer.equals("closed")
                                || answer.matches("(?s)HTTP/1.1 (4|5)\\d\\d .*"),
                        text + " -> " + answer);
                assertFalse(answer.contains("\tat "), answer);
                assertFalse(answer.contains("Exception"), answer);
            }
            assertTrue(request(port, get).startsWith("HTTP/1.1 200 "), "an honest one is served");
        } finally {
            Logger.getLogger("").removeHandler(traces);
        }
        assertEquals(List.of(), traces.found);
        assertTrue(node.delivered.isEmpty());
    }

    @Test
    @DisplayName("a message is judged by what it is, not by what its Content-Type says")
    void contentType() throws Exception {
        TestNode node = new TestNode(directory);
        node.known.add(PEER.party());
        try (PeerServer server = node.serve(SERVER)) {
            String answer =
                    request(
                            server.port(),
                            "POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Type: text/html\r\n"
                                    + "Content-Length: 6\r\n\r\n<html>");
            assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
            assertEquals(0, node.delivered.size());
        }
    }
}
