package io.evenhand.node.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InviteTest {
    private static final Bytes32 TOKEN = new Bytes32(0x1111, 0x2222, 0x3333, 0x4444);
    private static final Invite INVITE =
            new Invite(
                    "provider.example",
                    7443,
                    TestNode.identity(1).party(),
                    "PROVIDER",
                    "digits",
                    TOKEN);

    private static String refusal(String text) {
        MalformedException e = assertThrows(MalformedException.class, () -> Invite.parse(text));
        String line = String.valueOf(e.getMessage());
        assertFalse(line.contains("\n"));
        return line;
    }

    @Test
    @DisplayName("an invite survives its text, with white space around it")
    void roundTrip() {
        assertTrue(INVITE.text().startsWith("evenhand:provider:1:"));
        assertEquals(INVITE, Invite.parse("  " + INVITE.text() + "\n"));
    }

    @Test
    @DisplayName("the text of an invite stays what it is; one without its word is read too")
    void golden() {
        Invite invite =
                new Invite(
                        "provider.example",
                        7443,
                        new PartyId(new Bytes32(1, 2, 3, 4)),
                        "PROVIDER",
                        "digits",
                        new Bytes32(5, 6, 7, 8));
        String text =
                "evenhand:provider:1:hnBwcm92aWRlci5leGFtcGxlGR0TgVggAAAAAAAAAAEAAAAAAAAAAgAAAAAAAAADAAAAAA"
                        + "AAAARoUFJPVklERVJmZGlnaXRzWCAAAAAAAAAABQAAAAAAAAAGAAAAAAAAAAcAAAAAAAAACA";
        assertEquals(text, invite.text());
        assertEquals(invite, Invite.parse(text.replace("provider:", "")));
        assertTrue(refusal(text.replace("provider:", "stamper:")).contains("damaged"));
    }

    @Test
    @DisplayName("any protocol names its service by a word")
    void services() {
        for (String service : new String[] {"", "Provider", "A/B", "A".repeat(17)}) {
            assertThrows(
                    MalformedException.class,
                    () -> new Invite("h", 1, INVITE.server(), service, "n", TOKEN));
        }
        Invite other = new Invite("h", 1, INVITE.server(), "SELLER", "n", TOKEN);
        assertTrue(other.text().startsWith("evenhand:seller:1:"));
        assertEquals(other, Invite.parse(other.text()));
    }

    @Test
    @DisplayName("printing an invite does not give its token away")
    void tokenIsNotPrinted() {
        assertFalse(INVITE.toString().contains(TOKEN.toString()));
        assertTrue(INVITE.toString().contains("provider.example:7443"));
    }

    @Test
    @DisplayName("what is no invite, damaged or too long is refused in one line")
    void damaged() {
        String text = INVITE.text();
        assertTrue(refusal("https://example").contains("this is no invite"));
        assertTrue(refusal(text.replace(":1:", ":2:")).contains("this is no invite"));
        assertTrue(refusal(text.replace("provider", "Provider")).contains("this is no invite"));
        assertTrue(refusal(text.substring(0, text.length() - 3)).contains("damaged"));
        assertTrue(refusal(text + "AAAA").contains("damaged"));
        assertTrue(refusal(text.substring(0, 30) + "*" + text.substring(31)).contains("damaged"));
        assertTrue(refusal(text + "=".repeat(700)).contains("longer than 640"));
    }

    @Test
    @DisplayName("quotes, blanks and line breaks are called by their name")
    void pastedBadly() {
        String text = INVITE.text();
        for (String quotes : new String[] {"\"\"", "''", "\u201c\u201d", "``"}) {
            assertTrue(
                    refusal(quotes.charAt(0) + text + quotes.charAt(1))
                            .contains("stands in quotes"));
        }
        for (String blank : new String[] {" ", "\n", "\r\n", "\t", "\u00a0", "\u2028"}) {
            String broken = text.substring(0, 60) + blank + text.substring(60);
            assertTrue(refusal(broken).contains("a blank or line break is in it"));
            assertTrue(refusal(text + blank + text).contains("a blank or line break is in it"));
        }
        for (String hidden : new String[] {"\u200b", "\u202e", "\ufeff", "\u0007"}) {
            String broken = text.substring(0, 60) + hidden + text.substring(60);
            assertTrue(refusal(broken).contains("damaged"));
            assertTrue(refusal(hidden + text).contains("this is no invite"));
        }
    }

    @Test
    @DisplayName("one invite has one text: other bits at the end of base64 are refused")
    void canonical() {
        String text = INVITE.text();
        int spare = text.substring("evenhand:provider:1:".length()).length() % 4;
        assertTrue(spare != 0, "this invite has no spare bits");
        char last = text.charAt(text.length() - 1);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        char other = alphabet.charAt(alphabet.indexOf(last) ^ 1);
        assertTrue(refusal(text.substring(0, text.length() - 1) + other).contains("canonical"));
    }

    @Test
    @DisplayName("hosts, ports and names outside their limits are refused")
    void limits() {
        var server = INVITE.server();
        for (String host : new String[] {"", "a/b", "a@b", "h ost", "x".repeat(254)}) {
            assertThrows(
                    MalformedException.class,
                    () -> new Invite(host, 1, server, "STAMPER", "n", TOKEN));
        }
        for (int port : new int[] {0, -1, 65_536}) {
            assertThrows(
                    MalformedException.class,
                    () -> new Invite("h", port, server, "STAMPER", "n", TOKEN));
        }
        for (String name : new String[] {"", "a\u001b[2J", "n".repeat(65)}) {
            assertThrows(
                    MalformedException.class,
                    () -> new Invite("h", 1, server, "STAMPER", name, TOKEN));
        }
    }

    /// The same components with a port that {@link Invite} would not take.
    record Unchecked(
            String host, int port, PartyId server, String service, String name, Bytes32 token) {}

    @Test
    @DisplayName("limits also hold for what was pasted")
    void pastedLimits() {
        byte[] body = Records.encode(new Unchecked("h", 0, INVITE.server(), "STAMPER", "n", TOKEN));
        String text =
                "evenhand:stamper:1:"
                        + new String(
                                Base64.getUrlEncoder().withoutPadding().encode(body),
                                StandardCharsets.US_ASCII);
        assertTrue(refusal(text).contains("port 0 is not between"));
    }
}
