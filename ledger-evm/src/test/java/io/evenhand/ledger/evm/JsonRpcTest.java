package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.evenhand.kit.codec.MalformedException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The client against a real HTTP server that answers badly in every way.
class JsonRpcTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(500);
    private static final String SECRET =
            "c0ffee11c0ffee22c0ffee33c0ffee44c0ffee55c0ffee66c0ffee77c0ffee88";

    private interface Reply {
        void write(OutputStream out) throws IOException;
    }

    private HttpServer server;
    private final CountDownLatch release = new CountDownLatch(1);
    private volatile int status = 200;
    private volatile Reply reply = out -> {};
    private volatile String authorization = "";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext(
                "/",
                exchange -> {
                    exchange.getRequestBody().readAllBytes();
                    authorization =
                            String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
                    exchange.sendResponseHeaders(status, 0);
                    try (OutputStream out = exchange.getResponseBody()) {
                        reply.write(out);
                    }
                });
        server.start();
    }

    @AfterEach
    void stop() {
        release.countDown();
        server.stop(0);
    }

    private String url(String rest) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + rest;
    }

    private LedgerException failure(String url) {
        return failure(url, PATIENCE);
    }

    private static LedgerException failure(String url, Duration patience) {
        try (JsonRpc rpc = JsonRpc.open(url, patience)) {
            return assertThrows(LedgerException.class, () -> rpc.call("eth_chainId"));
        }
    }

    private void answer(String text) {
        reply = out -> out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertOneLine(LedgerException e) {
        assertFalse(String.valueOf(e.getMessage()).contains("\n"), e.getMessage());
        assertTrue(String.valueOf(e.getMessage()).length() < 400, e.getMessage());
    }

    @Test
    void anAnswerIsRead() {
        answer("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x7a69\"}");
        try (JsonRpc rpc = JsonRpc.open(url("/"), PATIENCE)) {
            assertEquals(31_337, rpc.call("eth_chainId").quantity());
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "",
                "hello",
                "[]",
                "null",
                "17",
                "{\"jsonrpc\":\"2.0\",\"id\":1}",
                "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":\"0x1\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"one\",\"result\":\"0x1\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"result\":\"0x1\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1e999,\"result\":\"0x1\"}",
                "[{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x1\"}]",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":1,\"result\":\"0x1\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x1\"} trailing",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x1\"",
            })
    void whatIsNoAnswerIsMalformed(String body) {
        answer(body);
        LedgerException e = failure(url("/"));
        assertInstanceOf(LedgerException.Kind.Malformed.class, e.kind());
        assertOneLine(e);
    }

    @Test
    void deepNestingIsMalformed() {
        answer("{\"id\":1,\"result\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}");
        assertInstanceOf(LedgerException.Kind.Malformed.class, failure(url("/")).kind());
    }

    private static String hostile(String kind) {
        return switch (kind) {
            case "deep" -> "{\"id\":1,\"x\":" + "{\"a\":".repeat(100_000);
            case "long number" -> "{\"id\":1,\"result\":" + "9".repeat(1_000_000) + "}";
            case "long exponent" -> "{\"id\":1,\"result\":1e" + "9".repeat(1_000) + "}";
            case "long name" -> "{\"id\":1,\"" + "n".repeat(1_000_000) + "\":1}";
            case "a name twice" -> "{\"id\":1,\"result\":{\"hash\":\"0x1\",\"hash\":\"0x2\"}}";
            case "a result twice" -> "{\"id\":1,\"result\":\"0x1\",\"result\":\"0x2\"}";
            default -> throw new IllegalArgumentException(kind);
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "deep",
                "long number",
                "long exponent",
                "long name",
                "a name twice",
                "a result twice"
            })
    void hostileJsonIsMalformed(String kind) {
        answer(hostile(kind));
        LedgerException e = failure(url("/"));
        assertInstanceOf(LedgerException.Kind.Malformed.class, e.kind());
        assertOneLine(e);
    }

    @Test
    void aRefusalIsQuotedInPart() {
        answer("{\"id\":1,\"error\":{\"code\":1,\"message\":\"" + "x".repeat(1 << 20) + "\"}}");
        LedgerException e = failure(url("/"));
        assertInstanceOf(LedgerException.Kind.Refused.class, e.kind());
        assertTrue(String.valueOf(e.getMessage()).length() < 400, "one short line");
    }

    @Test
    void anAnswerAbove16MiBIsCutOff() {
        byte[] block = "a".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
        reply =
                out -> {
                    for (int i = 0; i < 20; i++) {
                        out.write(block);
                    }
                };
        try (JsonRpc rpc = JsonRpc.open(url("/"), PATIENCE)) {
            LedgerException e = assertThrows(LedgerException.class, () -> rpc.call("eth_chainId"));
            assertInstanceOf(LedgerException.Kind.Malformed.class, e.kind());
            assertTrue(String.valueOf(e.getMessage()).contains("16 MiB"), e.getMessage());
        }
    }

    @Test
    @DisplayName("A body that never ends is late, although its headers came in time")
    void aLateBodyIsUnreachable() {
        reply =
                out -> {
                    out.write('{');
                    out.flush();
                    awaitRelease();
                };
        LedgerException e = failure(url("/"), SHORT);
        assertInstanceOf(LedgerException.Kind.Unreachable.class, e.kind());
        assertTrue(String.valueOf(e.getMessage()).contains("within 500 ms"), e.getMessage());
    }

    private void awaitRelease() throws IOException {
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void nobodyThereIsUnreachable() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        for (String scheme : List.of("http", "ws")) {
            LedgerException e = failure(scheme + "://127.0.0.1:" + port + "/v3/0123456789abcdef");
            assertInstanceOf(LedgerException.Kind.Unreachable.class, e.kind());
            assertTrue(String.valueOf(e.getMessage()).contains("is the node running?"));
            assertFalse(String.valueOf(e.getMessage()).contains("0123456789abcdef"));
            assertOneLine(e);
        }
    }

    @Test
    void anErrorOfTheNodeIsARefusal() {
        answer("{\"id\":1,\"error\":{\"code\":-32601,\"message\":\"no such\\nmethod\"}}");
        LedgerException e = failure(url("/"));
        LedgerException.Kind.Refused refused =
                assertInstanceOf(LedgerException.Kind.Refused.class, e.kind());
        assertEquals(-32_601, refused.code());
        assertEquals("no such method", refused.message());
        assertOneLine(e);
    }

    @ParameterizedTest
    @CsvSource({"429,HTTP status 429", "500,HTTP status 500", "302,HTTP status 302"})
    void anHttpErrorPasses(int code, String expected) {
        status = code;
        answer("<html>busy</html>");
        // A 429 is tried again for as long as there is time.
        LedgerException e = failure(url("/"), Duration.ofSeconds(5));
        assertTrue(e.isPassing(), e.kind().toString());
        assertTrue(String.valueOf(e.getMessage()).contains(expected), e.getMessage());
    }

    @Test
    void anErrorInsideAnHttpErrorIsARefusal() {
        status = 400;
        answer("{\"id\":1,\"error\":{\"code\":3,\"message\":\"no\"}}");
        assertInstanceOf(LedgerException.Kind.Refused.class, failure(url("/")).kind());
    }

    @Test
    @DisplayName("Keys of the endpoint and echoed secrets never reach a message")
    void secretsAreRemoved() {
        answer(
                "{\"id\":1,\"error\":{\"code\":1,\"message\":\"key my-api-key-1 of user hunter22 token="
                        + "sesame99 cannot decode 0x02f8"
                        + SECRET
                        + " sk="
                        + SECRET
                        + "\"}}");
        String at = url("/v3/my-api-key-1?token=sesame99").replace("://", "://hunter22:pass-word@");
        String message = String.valueOf(failure(at).getMessage());
        for (String secret : List.of("my-api-key-1", "hunter22", "sesame99", "pass-word", SECRET)) {
            assertFalse(message.contains(secret), message);
        }
        assertTrue(message.contains("cannot decode (hex)"), message);
        assertEquals("Basic aHVudGVyMjI6cGFzcy13b3Jk", authorization);
        try (JsonRpc rpc = JsonRpc.open(at)) {
            assertEquals(url(""), rpc.name());
            assertEquals(url(""), rpc.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://host", "host:8545", "http://", "http://a b/key-key-key", "x"})
    void aBadUrlIsRefusedWithoutRepeatingIt(String url) {
        MalformedException e = assertThrows(MalformedException.class, () -> JsonRpc.open(url));
        assertFalse(String.valueOf(e.getMessage()).contains("key-key"), e.getMessage());
    }
}
