package io.evenhand.node.transport;

import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.value.Bytes32;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/// The names and limits both ends agree on.
final class Wire {
    static final String JOIN = "/v1/join";
    static final String MESSAGES = "/v1/messages";
    static final String OUTBOX = "/v1/outbox";
    static final String BLOBS = "/v1/blobs/";

    /// Bytes of the whole file, in a HEAD that asks how much of an upload is held.
    static final String UPLOAD_LENGTH = "Upload-Length";

    /// Bytes of an upload that are held.
    static final String UPLOAD_OFFSET = "Upload-Offset";

    /// The one line of a refusal, for answers without a body.
    static final String REASON = "Evenhand-Reason";

    /// A blob's name: one lower-case word, so it can be a file name.
    static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    /// A protocol, as in an envelope.
    static final Pattern PROTOCOL = Pattern.compile("[a-z]{1," + Envelope.MAX_PROTOCOL + "}");

    /// Longest long poll: below the idle timeouts of NAT boxes and firewalls.
    static final Duration MAX_WAIT = Duration.ofSeconds(30);

    /// Most entries in one answer of the outbox: a peer with more asks again.
    static final int MAX_PAGE_ITEMS = 64;

    /// An answer of the outbox takes no further entry above this size.
    static final int PAGE_BYTES = 512 * 1024;

    /// Largest answer a client reads into memory: a full page, one more envelope, and heads.
    static final int MAX_ANSWER_BYTES = PAGE_BYTES + Envelope.MAX_BYTES + 4096;

    /// A token and the heads around it.
    static final int MAX_JOIN_BYTES = 64;

    /// Longest reason: a line on a screen, not a document.
    static final int MAX_REASON = 300;

    /// Most bytes of a file that are under way, asked for or sent and not answered, and so the most
    /// that a broken connection moves twice: what a node has sent may be lost in buffers on the
    /// way, whose size nobody knows. A chunk of a sealed file has no fewer.
    static final int WINDOW_BYTES = 1 << 20;

    /// Bytes of a file in one request: some of them fill the window, so that one end sends while
    /// the other works.
    static final int PIECE_BYTES = WINDOW_BYTES / 4;

    /// Bytes moved between file and socket at a time.
    static final int BUFFER_BYTES = 64 * 1024;

    private Wire() {}

    /// The body of a join.
    record Join(Bytes32 token) {
        @Override
        public String toString() {
            return "join";
        }
    }

    /// The body of an answer of the outbox.
    record Page(@Limit(MAX_PAGE_ITEMS) List<Outgoing> items) {}

    /// One printable ASCII line of what somebody else wrote: it may end up on a terminal.
    static String oneLine(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints()
                .limit(MAX_REASON)
                .forEach(c -> line.append(c >= 0x20 && c < 0x7f ? (char) c : ' '));
        return line.toString().strip();
    }
}
