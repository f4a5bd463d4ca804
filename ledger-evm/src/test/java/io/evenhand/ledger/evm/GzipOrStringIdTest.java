package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Gateways that answer correctly in a form that nobody asked for.
class GzipOrStringIdTest {
    private static final String GOOD = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x7a69\"}";

    private HttpServer server;
    private volatile int status = 200;
    private volatile String coding = "";
    private volatile byte[] body = new byte[0];

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] _ = exchange.getRequestBody().readAllBytes();
        if (!coding.isEmpty()) {
            exchange.getResponseHeaders().add("Content-Encoding", coding);
        }
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private long ask() {
        try (JsonRpc rpc =
                JsonRpc.open("http://127.0.0.1:" + server.getAddress().getPort() + "/")) {
            return rpc.call("eth_chainId").quantity();
        }
    }

    private void refused(String words) {
        LedgerException e = assertThrows(LedgerException.class, this::ask);
        assertInstanceOf(LedgerException.Kind.Malformed.class, e.kind());
        assertTrue(String.valueOf(e.getMessage()).contains(words), e.getMessage());
    }

    private static byte[] packed(String how, byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out =
                how.equals("gzip")
                        ? new GZIPOutputStream(bytes)
                        : new DeflaterOutputStream(
                                bytes, new Deflater(Deflater.BEST_SPEED, how.equals("bare")))) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({
        "gzip, gzip",
        "x-gzip, gzip",
        "'', gzip",
        "deflate, zlib",
        "deflate, bare",
        "GZIP, gzip"
    })
    void compressedAnswersAreUnpacked(String header, String how) throws IOException {
        coding = header;
        body = packed(how, GOOD.getBytes(StandardCharsets.UTF_8));
        assertEquals(31_337, ask());
    }

    @Test
    void aHeaderWithoutCompressionIsNoMatter() {
        coding = "gzip";
        body = GOOD.getBytes(StandardCharsets.UTF_8);
        assertEquals(31_337, ask());
    }

    @Test
    void whatUnpacksToMoreThanAnAnswerIsRefused() throws IOException {
        coding = "gzip";
        body = packed("gzip", new byte[JsonRpc.MAX_ANSWER_BYTES + 1]);
        refused("more than 16 MiB once unpacked");
    }

    @Test
    void aBrokenOrUnknownCompressionIsNamed() throws IOException {
        coding = "gzip";
        byte[] whole = packed("gzip", GOOD.getBytes(StandardCharsets.UTF_8));
        body = java.util.Arrays.copyOf(whole, whole.length / 2);
        refused("broken compression");
        coding = "br";
        refused("broken compression");
        body = new byte[] {1, 2, 3};
        refused("Content-Encoding \"br\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"1\"", "1.0", "1e0", "1"})
    void theIdMayComeBackAsTextOrFloat(String id) {
        body = GOOD.replace("\"id\":1", "\"id\":" + id).getBytes(StandardCharsets.UTF_8);
        assertEquals(31_337, ask());
    }

    @Test
    void anErrorBesideTheResultMayBeNull() {
        body = GOOD.replace("}", ",\"error\":null,\"more\":{}}").getBytes(StandardCharsets.UTF_8);
        assertEquals(31_337, ask());
    }

    @Test
    void anErrorMayBeABareText() {
        body = "{\"id\":1,\"error\":\"not today\"}".getBytes(StandardCharsets.UTF_8);
        LedgerException e = assertThrows(LedgerException.class, this::ask);
        assertTrue(e.isRefusal());
        assertTrue(String.valueOf(e.getMessage()).contains("not today"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16BE", "UTF-16LE"})
    void aByteOrderMarkAndSpaceAroundAreNoMatter(String charset) {
        body = ("\ufeff\r\n " + GOOD + "\n\n").getBytes(Charset.forName(charset));
        assertEquals(31_337, ask());
    }

    @ParameterizedTest
    @CsvSource({"201, true", "202, true", "204, false", "301, false", "308, false"})
    void anyGoodStatusWithAnAnswerIsGood(int answered, boolean good) {
        status = answered;
        body = good ? GOOD.getBytes(StandardCharsets.UTF_8) : new byte[0];
        if (good) {
            assertEquals(31_337, ask());
        } else {
            LedgerException e = assertThrows(LedgerException.class, this::ask);
            assertTrue(e.isOfEndpoint());
            assertEquals(
                    answered >= 300, String.valueOf(e.getMessage()).contains("where it leads to"));
        }
    }
}
