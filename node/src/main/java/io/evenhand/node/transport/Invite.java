package io.evenhand.node.transport;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a server's operator hands to a new peer: where the server is, which key it has, what it
/// offers, and a token that lets one key in, once.
///
/// As text it is `evenhand:`, the service in small letters, `:1:` and base64url of canonical CBOR,
/// so that people and programs see what it is for. Older ones, `evenhand:1:...`, are read too. It
/// holds the server's key itself rather than a hash of it: both are 32 bytes, and with the key the
/// peer can check signatures before it has ever connected.
///
/// @param host name or address of the server
/// @param server the key to pin
/// @param service what the server does: a word that its protocol declares, in capital letters
/// @param name what the service calls itself, for people
/// @param token a secret: whoever shows it first is let in
public record Invite(
        String host, int port, PartyId server, String service, String name, Bytes32 token) {
    /// How each invite begins.
    public static final String PREFIX = "evenhand:";

    private static final String VERSION = "1:";

    /// Longest text: the longest host, name and service, a key, a token, and a third more for
    /// base64.
    public static final int MAX_TEXT = 640;

    /// The longest host name DNS knows.
    private static final int MAX_HOST = 253;

    /// Names of services are labels on a screen.
    private static final int MAX_NAME = 64;

    /// Host names and addresses, without the characters that mean something in a URL.
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:-]{1,253}");

    private static final Pattern WORD = Pattern.compile("[A-Z]{1,16}");

    private static final Pattern TEXT =
            Pattern.compile(PREFIX + "(?:[a-z]{1,16}:)?" + VERSION + "(.*)", Pattern.DOTALL);

    /// The quotes of keyboards and of text processors.
    private static final Pattern QUOTE = Pattern.compile("[\"'`\\u00ab\\u00bb\\u2018-\\u201f]");

    private static final Pattern BLANK = Pattern.compile("[\\s\\u00a0\\u2028\\u2029]");

    private static final Pattern PRINTABLE = Pattern.compile("[\\x20-\\x7e]{1,64}");

    /// Whether peers can be told to reach us under it.
    public static boolean isHost(String text) {
        return HOST.matcher(text).matches();
    }

    public Invite {
        if (!isHost(host)) {
            throw new MalformedException(
                    "invite: the host is not a name or address of 1 to "
                            + MAX_HOST
                            + " characters");
        }
        if (port < 1 || port > 65_535) {
            throw new MalformedException("invite: port " + port + " is not between 1 and 65535");
        }
        if (!WORD.matcher(service).matches()) {
            throw new MalformedException(
                    "invite: the service is not a word of 1 to 16 capital letters");
        }
        if (!PRINTABLE.matcher(name).matches()) {
            throw new MalformedException(
                    "invite: the name is not 1 to " + MAX_NAME + " printable ASCII characters");
        }
    }

    /// Reads an invite that somebody pasted; white space around it is ignored.
    public static Invite parse(String pasted) {
        String text = pasted.strip();
        if (text.length() > MAX_TEXT) {
            throw new MalformedException("invite: longer than " + MAX_TEXT + " characters");
        }
        if (QUOTE.matcher(text).find()) {
            throw new MalformedException("invite: it stands in quotes; take them away");
        }
        if (BLANK.matcher(text).find()) {
            throw new MalformedException(
                    "invite: a blank or line break is in it; it is one line without blanks: join"
                            + " it again, or keep each invite in a file of its own");
        }
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new MalformedException(
                    "this is no invite: none starts like that, but like \"evenhand:provider:1:\"");
        }
        byte[] body;
        try {
            body = Base64.getUrlDecoder().decode(parts.group(1));
        } catch (IllegalArgumentException _) {
            throw damaged("not base64url");
        }
        Invite invite;
        try {
            invite = Records.decode(Invite.class, body);
        } catch (MalformedException e) {
            throw damaged(String.valueOf(e.getMessage()));
        }
        if (!invite.text().equals(text) && !(PREFIX + VERSION + invite.body()).equals(text)) {
            throw damaged("not the canonical text");
        }
        return invite;
    }

    private static MalformedException damaged(String why) {
        return new MalformedException(
                "invite: damaged (" + why + "); copy it again, whole, or ask for a new one");
    }

    /// The invite as text, with its token: for the person it is meant for, never for a log.
    public String text() {
        return PREFIX + word() + ":" + VERSION + body();
    }

    private String body() {
        byte[] base64 = Base64.getUrlEncoder().withoutPadding().encode(Records.encode(this));
        return new String(base64, StandardCharsets.US_ASCII);
    }

    /// What the server does, as people write it.
    public String word() {
        return service.toLowerCase(Locale.ROOT);
    }

    /// Without the token.
    @Override
    public String toString() {
        return "invite to " + service + " \"" + name + "\" " + server + " at " + host + ":" + port;
    }
}
