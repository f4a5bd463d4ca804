package io.evenhand.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.delegation.ServiceCard;
import io.evenhand.node.transport.Invite;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// A buyer sees what it buys, from whom, before it signs or pays.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QuoteTest {
    private Path folder = Path.of("");
    private LocalChain chain;
    private Typed stamper;
    private Typed provider;
    private final List<String> invites = new ArrayList<>();
    private String stamperInvite = "";
    private int files;

    @BeforeAll
    void prepare(@TempDir Path directory) throws Exception {
        folder = directory;
        chain = LocalChain.start(new LocalChain.Mining.Every(1));
        Files.writeString(folder.resolve("input.csv"), "b\na\n");
        Files.writeString(folder.resolve("policy.yaml"), "policy: size\natLeast: 1\natMost: 9\n");
        Files.writeString(
                folder.resolve("service.yaml"),
                """
                name: sort
                about: sorts
                price: 0.01 eth
                command: ["sort", "-o", "{output}", "{input}"]
                limits: { inputBytes: 10, workBytes: 20, seconds: 60, attempts: 3 }
                usualSeconds: 30
                policies: [size]
                """);
        rich(done("provider", "init").path("wallet").asText());
        rich(done("customer", "init").path("wallet").asText());
        JsonNode deployed = done("provider", "deploy", "--rpc", chain.httpUrl());
        String contract = deployed.path("contract").asText();
        JsonNode _ = done("customer", "deploy", "--rpc", chain.httpUrl(), "--contract", contract);
        JsonNode _ = done("stamper", "init");
        stamper = typed("stamper", "stamper", "--listen=127.0.0.1:0", "--invites=2");
        JsonNode stamps = stamper.await("listening");
        stamperInvite = stamps.path("invites").get(1).asText();
        provider =
                typed(
                        "provider",
                        "provider",
                        folder.resolve("service.yaml").toString(),
                        "--listen=127.0.0.1:0",
                        "--invites=9",
                        "--operator=third",
                        "--stamper=" + kept(stamps.path("invite").asText()));
        provider.await("listening").path("invites").forEach(each -> invites.add(each.asText()));
    }

    @AfterAll
    void stop() {
        provider.close();
        stamper.close();
        chain.close();
    }

    private Typed typed(String home, String... words) {
        return new Typed(folder.resolve(home), List.of(words));
    }

    private JsonNode done(String home, String... words) throws Exception {
        try (Typed command = typed(home, words)) {
            assertEquals(0, command.exit(), command.errors());
            return command.await("summary");
        }
    }

    private void rich(String wallet) {
        var _ = chain.rpc().call("anvil_setBalance", wallet, "0xde0b6b3a7640000");
    }

    private String kept(String invite) throws IOException {
        return "@" + Files.writeString(folder.resolve("invite" + files++), invite);
    }

    private void refused(String home, String peer, int exit, String why) throws Exception {
        try (Typed quote = typed(home, "quote", peer)) {
            assertEquals(exit, quote.exit(), quote.errors());
            assertEquals(1, quote.errors().strip().lines().count(), quote.errors());
            assertTrue(quote.errors().contains(why), quote.errors());
        }
    }

    private String newcomer() throws Exception {
        String home = "newcomer" + files++;
        JsonNode _ = done(home, "init");
        return home;
    }

    private static String at(Invite invite, int port) {
        return new Invite(
                        "127.0.0.1",
                        port,
                        invite.server(),
                        invite.service(),
                        invite.name(),
                        invite.token())
                .text();
    }

    @Test
    @DisplayName("an offer with all that matters; delegate takes the same invite afterwards")
    void quoteThenDelegate() throws Exception {
        String invite = kept(invites.removeFirst());
        JsonNode offer = done("customer", "quote", invite);
        assertEquals("0.01 eth", offer.path("price").asText());
        assertEquals("sorts", offer.path("about").asText());
        assertEquals(30, offer.path("usualSeconds").asInt());
        assertEquals(60, offer.path("longestSeconds").asInt());
        assertEquals(3, offer.path("attempts").asInt());
        assertTrue(offer.path("chains").get(0).path("ours").asBoolean());
        JsonNode stamps = offer.path("stampers").get(0);
        assertEquals("third", stamps.path("operator").asText());
        assertTrue(stamps.path("warnings").get(0).asText().contains("loopback"));
        assertEquals(0, offer.path("earlier").size());
        assertEquals(0, done("customer", "list").path("total").asInt());
        try (Typed hasty = delegate(invite, "0.02 eth", "29s")) {
            assertEquals(2, hasty.exit(), hasty.errors());
            assertTrue(hasty.errors().contains("usually takes 30s"), hasty.errors());
        }
        try (Typed delegate = delegate(invite, "0.02 eth", "5m")) {
            assertEquals(0, delegate.exit(), delegate.errors());
            assertTrue(delegate.errors().contains("0.02 eth, which is more"), delegate.errors());
        }
        String identity = offer.path("identity").asText();
        JsonNode again = done("customer", "quote", identity);
        assertEquals(1, again.path("earlier").path("settled").asInt());
        assertTrue(again.path("lastAt").asText().endsWith("Z"));
    }

    private Typed delegate(String invite, String wage, String deadline) throws IOException {
        return typed(
                "customer",
                "delegate",
                "--provider=" + invite,
                "--stamper=" + kept(stamperInvite),
                "--input=" + folder.resolve("input.csv"),
                "--policy=" + folder.resolve("policy.yaml"),
                "--wage=" + wage,
                "--deadline=" + deadline,
                "--output=" + folder.resolve("work"));
    }

    @Test
    @DisplayName("without a chain the offer is told all the same, and whose invite it is")
    void newcomers() throws Exception {
        String invite = kept(invites.removeFirst());
        String one = newcomer();
        JsonNode offer = done(one, "quote", invite);
        assertFalse(offer.path("chains").get(0).path("ours").asBoolean());
        refused(newcomer(), invite, 3, "this invite is unknown, used or expired");
        refused(one, kept(stamperInvite), 2, "this is a stamper's invite");
        refused(one, "7".repeat(64), 2, "name it once by its invite");
        refused(one, "nobody", 2, "neither an invite");
    }

    @Test
    @DisplayName("a provider that is down, silent, breaks off or is somebody else: one line each")
    void unreachable() throws Exception {
        Invite invite = Invite.parse(invites.removeFirst());
        String home = newcomer();
        int nobody;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = closed.getLocalPort();
        }
        refused(home, kept(at(invite, nobody)), 3, "cannot be reached; is it running");
        try (ServerSocket silent = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
            refused(home, kept(at(invite, silent.getLocalPort())), 3, "peer 127.0.0.1");
        }
        try (ServerSocket breaking = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> breakOff(breaking));
            refused(home, kept(at(invite, breaking.getLocalPort())), 3, "peer 127.0.0.1");
        }
        int other = Invite.parse(stamperInvite).port();
        refused(home, kept(at(invite, other)), 3, "is not the peer that was expected");
        assertEquals("sort", done(home, "quote", kept(invite.text())).path("service").asText());
    }

    private static void breakOff(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                server.accept().close();
            } catch (IOException e) {
                return;
            }
        }
    }

    @Test
    @DisplayName("a card that is none, or says what no provider would: one line each")
    void lies() throws Exception {
        Path card = folder.resolve("provider").resolve("card.cbor");
        byte[] honest = Files.readAllBytes(card);
        String invite = kept(invites.removeFirst());
        String home = newcomer();
        try {
            Files.write(card, new byte[ServiceCard.BLOB_BYTES]);
            refused(home, invite, 3, "tells of no service: ");
            Files.write(card, new byte[7]);
            refused(home, invite, 3, "peer 127.0.0.1");
            for (String hidden : List.of("\u001b[2J!", "a\u202eb!", "a\u200bb!", "ab\n!!")) {
                byte[] steering = honest.clone();
                int at = new String(honest, StandardCharsets.ISO_8859_1).indexOf("sorts");
                byte[] said = hidden.getBytes(StandardCharsets.UTF_8);
                System.arraycopy(said, 0, steering, at, 5);
                Files.write(card, steering);
                refused(home, invite, 3, "tells of no service: ");
            }
        } finally {
            Files.write(card, honest);
        }
        assertEquals("sort", done(home, "quote", invite).path("service").asText());
    }
}
