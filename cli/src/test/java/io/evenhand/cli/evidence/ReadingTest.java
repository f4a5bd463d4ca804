package io.evenhand.cli.evidence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.cli.Main;
import io.evenhand.cli.Shell;
import io.evenhand.cli.evidence.delegation.DelegationReport;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.evidence.Bundle;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.evidence.Ending;
import io.evenhand.protocols.delegation.evidence.Evidence;
import io.evenhand.protocols.delegation.evidence.EvidenceCollector;
import io.evenhand.protocols.delegation.message.Deadlines;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.message.StamperRef;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Files of strangers: only what a program of ours wrote is read, and a peer's text stays text.
class ReadingTest {
    private static final String HOSTILE =
            "</td><script>alert('x')</script><img src=\"http://evil.example/a\"> & \"quoted\"";

    private final Ed25519Identity customer = identity(1);
    private final Ed25519Identity provider = identity(2);
    private final RealCrypto crypto =
            new RealCrypto(
                    customer,
                    handle -> {
                        throw new IllegalStateException(handle + ": no secrets here");
                    });

    @TempDir Path folder = Path.of("");

    private static Ed25519Identity identity(int seed) {
        byte[] bytes = new byte[Secret32.SIZE];
        bytes[0] = (byte) seed;
        return new Ed25519Identity(Secret32.of(bytes));
    }

    /// The customer's bundle of an offer that was refused.
    private Evidence evidence() {
        Bytes32 some = new Bytes32(1, 2, 3, 4);
        Order order =
                new Order(
                        customer.party(),
                        provider.party(),
                        new StamperRef(
                                identity(3).party(),
                                StamperRef.Operator.THIRD,
                                "software",
                                "localhost:1"),
                        HOSTILE,
                        some,
                        some,
                        some,
                        10,
                        some,
                        Wei.parse("0.01 eth"),
                        new Rail(1, Address.parse("0x" + "11".repeat(20)), some),
                        Address.parse("0x" + "22".repeat(20)),
                        new Deadlines(1_800_000_000L, 1_800_000_100L, 1_800_000_200L, 60),
                        1,
                        1024,
                        some);
        Ending.Words words =
                Ending.of(
                        new CustomerState.Aborted(
                                Rule.PROVIDER_REFUSED.because("they said: " + HOSTILE)));
        Ending ending =
                new Ending(
                        order, Optional.empty(), words.outcome(), words.reason(), 1_800_000_000L);
        return EvidenceCollector.from(
                crypto,
                customer.party(),
                List.of(),
                List.of(),
                List.of(new Evidence.Ended(ending, customer.party(), customer.sign(ending))));
    }

    private Bundle bundle() {
        return Evidence.FORMAT.bundle(evidence());
    }

    private Reading read(byte[] bytes) throws IOException, InterruptedException {
        Path file = Files.write(folder.resolve("some.asice"), bytes);
        return Reading.of(
                List.of(new DelegationReport()),
                crypto,
                List.of(file),
                Optional.empty(),
                Optional.empty());
    }

    private void refused(String why, byte[] bytes) throws IOException, InterruptedException {
        Reading reading = read(bytes);
        assertFalse(reading.valid());
        assertTrue(reading.exchanges().isEmpty());
        assertTrue(reading.refused().orElse("").contains(why), reading.refused().toString());
        String page = HtmlPage.of(reading, Instant.EPOCH, "Evenhand");
        assertTrue(page.contains("<strong>Refused</strong>"));
    }

    @Test
    @DisplayName("what a peer wrote stays text on the page, which loads and runs nothing")
    void escaped() throws IOException, InterruptedException {
        Reading reading = read(bundle().toByteArray());
        assertTrue(reading.valid(), reading.refused().toString());
        String page = HtmlPage.of(reading, Instant.EPOCH, "Evenhand");
        assertTrue(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
        assertFalse(page.contains("<script") || page.contains("<img"));
        assertEquals(1, page.split("<title>", -1).length - 1);
        assertTrue(page.contains("default-src 'none'"));
        assertTrue(page.endsWith("</html>\n"));
    }

    @Test
    @DisplayName("characters that hide or turn text are shown by their number")
    void hidden() {
        assertEquals("a\\u{202e}b\\u{1b}[2J", Plain.shown("a\u202eb\u001b[2J"));
    }

    @Test
    @DisplayName("every line for a terminal is short and holds no control character")
    void plain() throws IOException, InterruptedException {
        for (String line : Plain.lines(read(bundle().toByteArray()))) {
            assertFalse(line.codePoints().anyMatch(Character::isISOControl), line);
        }
    }

    @Test
    @DisplayName("D-I9: a container with any byte changed is refused")
    void flipped() throws IOException, InterruptedException {
        byte[] genuine = bundle().toByteArray();
        for (int at = 0; at < genuine.length; at += 3) {
            byte[] forged = genuine.clone();
            forged[at] ^= (byte) (1 << (at % 8));
            Reading reading = read(forged);
            assertTrue(reading.exchanges().isEmpty(), "byte " + at);
        }
    }

    @Test
    @DisplayName("a file that nobody signed beside the evidence refuses the bundle")
    void extra() throws IOException, InterruptedException {
        byte[] note = "the work never came".getBytes(StandardCharsets.US_ASCII);
        refused(
                "signed by nobody",
                Bundle.of(
                                Map.of(
                                        Evidence.FORMAT.entry(),
                                        Records.encode(evidence()),
                                        "note.txt",
                                        note))
                        .toByteArray());
    }

    @Test
    @DisplayName("evidence of another version of the program is refused by its name")
    void otherVersion() throws IOException, InterruptedException {
        refused(
                "another version",
                Bundle.of(Map.of("evidence/delegation-1.cbor", Records.encode(evidence())))
                        .toByteArray());
        refused("has no entry", Bundle.of(Map.of()).toByteArray());
        refused(
                "has no entry",
                Bundle.of(Map.of("other.cbor", Records.encode(evidence()))).toByteArray());
    }

    @Test
    @DisplayName("two bundles in one, something before or after one, and other zips are refused")
    void containers() throws IOException, InterruptedException {
        byte[] genuine = bundle().toByteArray();
        refused("", concat(genuine, genuine));
        refused("", concat(new byte[] {0}, genuine));
        refused("", concat(genuine, new byte[] {0}));
        refused("", new byte[0]);
        refused("", zip(false, Evidence.FORMAT.entry()));
        refused("", zip(true, Evidence.FORMAT.entry()));
        refused("", zip(false, Evidence.FORMAT.entry(), "evidence/DELEGATION-2.cbor"));
        refused("", zip(false, "../" + Evidence.FORMAT.entry()));
    }

    private String verify(int exit, String... options) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        Shell shell = new Shell(nowhere, new PrintStream(err), Map.of());
        List<String> line = new ArrayList<>(List.of("verify", "" + folder.resolve("good.asice")));
        line.addAll(List.of(options));
        assertEquals(exit, Main.run(shell, line.toArray(String[]::new)), err::toString);
        String said = err.toString(StandardCharsets.UTF_8);
        assertTrue(said.lines().count() <= 1, said);
        assertFalse(said.contains("Exception"), said);
        return said;
    }

    @Test
    @DisplayName(
            "verify writes a report where it may, and over an earlier one; nothing else is lost")
    void report() throws IOException {
        byte[] genuine = bundle().toByteArray();
        Path good = Files.write(folder.resolve("good.asice"), genuine);
        Path other = Files.writeString(folder.resolve("other"), "somebody's");
        assertTrue(verify(4, "--html", "" + good).contains("exists already"));
        assertTrue(verify(4, "--html", "" + other).contains("exists already"));
        assertTrue(verify(4, "--html", "" + folder).contains("is a directory"));
        assertTrue(verify(4, "--html", "/dev/full").contains("exists already"));
        assertTrue(verify(4, "--html", folder + "/none/a.html").contains("is no directory"));
        assertTrue(verify(4, "--html", other + "/a.html").contains("is no directory"));
        assertTrue(verify(2, "--html", "").contains("--html is empty"));
        assertArrayEquals(genuine, Files.readAllBytes(good));
        assertEquals("somebody's", Files.readString(other));
        String page = folder + "/page.html";
        verify(0, "--html", page);
        verify(0, "--html", page);
        assertTrue(Files.readString(Path.of(page)).startsWith("<!DOCTYPE html>"));
        assertTrue(verify(4, "--work", folder + "/none").contains("--with-work"));
        assertTrue(verify(4, "--work", "" + other).contains("--with-work"));
        try (Stream<Path> all = Files.list(folder)) {
            assertEquals(3, all.count(), "no half files");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 200 OK;;Content-Length: 5;;;;hello | is not JSON",
                "HTTP/1.1 200 OK;;Content-Length: 2;;;;[] | not an object",
                "HTTP/1.1 500 No;;Content-Length: 0;;;; | status 500",
                "HTTP/1.1 302 No;;Location: http://127.0.0.1:1/;;Content-Length: 0;;;; | status 302",
                "SSH-2.0-server;;;; | is not reachable",
                "HTTP/1.1 200 OK;;Content-Length: 38;;;;{'jsonrpc':'2.0','id':1,'result':null}"
                        + " | eth_chainId: a quantity expected, got null",
                "HTTP/1.1 200 OK;;Content-Length: 99;;;;{'jsonrpc | is not reachable",
            })
    @DisplayName("verify --rpc: a server that is no node is named, and nothing is decided")
    void garbage(String answer, String why) throws IOException {
        Files.write(folder.resolve("good.asice"), bundle().toByteArray());
        byte[] bytes =
                answer.replace(";;", "\r\n").replace('\'', '"').getBytes(StandardCharsets.US_ASCII);
        try (ServerSocket server = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> serve(server, bytes));
            String node = "127.0.0.1:" + server.getLocalPort();
            String said = verify(3, "--rpc", "http://" + node);
            assertTrue(said.contains(node) && said.contains(why), said);
            said = verify(3, "--rpc", "ws://" + node);
            assertTrue(said.contains(node) && said.contains("is not reachable"), said);
        }
    }

    private static void serve(ServerSocket server, byte[] answer) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                int _ = socket.getInputStream().read(new byte[8_192]);
                socket.getOutputStream().write(answer);
                socket.shutdownOutput();
                // Closed with bytes unread, it would be reset, and the answer lost.
                long _ = socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                // The client has heard enough, or the test is over.
            }
        }
    }

    private static byte[] concat(byte[] a, byte[] b) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(a);
        out.write(b);
        return out.toByteArray();
    }

    /// A ZIP of another tool: compressed, with today's date, perhaps with a comment.
    private byte[] zip(boolean comment, String... names) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            if (comment) {
                zip.setComment("genuine");
            }
            zip.putNextEntry(new ZipEntry("mimetype"));
            zip.write(Bundle.MIME_TYPE.getBytes(StandardCharsets.US_ASCII));
            zip.closeEntry();
            for (String name : names) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(Records.encode(evidence()));
                zip.closeEntry();
            }
        }
        return out.toByteArray();
    }
}
