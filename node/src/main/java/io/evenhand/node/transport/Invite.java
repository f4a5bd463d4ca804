package io.evenhand.node.transport;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

/// What a server's operator hands to a new peer: where the server is, which key it has, what it
/// offers, and a token that lets one key in, once.
///
/// As text it is `evenhand:1:` and base64url of canonical CBOR. It holds the server's key itself
/// rather than a hash of it: both are 32 bytes, and with the key the peer can check signatures
/// before it has ever connected.
///
/// @param host name or address of the server
/// @param server the key to pin
/// @param service what the server does: a word that its protocol declares, in capital letters
/// @param name what the service calls itself, for people
/// @param token a secret: whoever shows it first is let in
public record Invite(
        String host, int port, PartyId server, String service, String name, Bytes32 token) {
    public static final String PREFIX = "evenhand:1:";

    /// Longest text: the longest host and name, a key, a token, and a third more for base64.
    public static final int MAX_TEXT = 640;

    /// The longest host name DNS knows.
    private static final int MAX_HOST = 253;

    /// Names of services are labels on a screen.
    private static final int MAX_NAME = 64;

    /// Host names and addresses, without the characters that mean something in a URL.
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:-]{1,253}");

    private static final Pattern WORD = Pattern.compile("[A-Z]{1,16}");

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
        if (!text.startsWith(PREFIX)) {
            throw new MalformedException(
                    "this is no invite: it does not start with \"" + PREFIX + "\"");
        }
        if (text.length() > MAX_TEXT) {
            throw new MalformedException("invite: longer than " + MAX_TEXT + " characters");
        }
        byte[] body;
        try {
            body = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()));
        } catch (IllegalArgumentException _) {
            throw damaged("not base64url");
        }
        Invite invite;
        try {
            invite = Records.decode(Invite.class, body);
        } catch (MalformedException e) {
            throw damaged(String.valueOf(e.getMessage()));
        }
        if (!invite.text().equals(text)) {
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
        byte[] base64 = Base64.getUrlEncoder().withoutPadding().encode(Records.encode(this));
        return PREFIX + new String(base64, StandardCharsets.US_ASCII);
    }

    /// Without the token.
    @Override
    public String toString() {
        return "invite to " + service + " \"" + name + "\" " + server + " at " + host + ":" + port;
    }
}
