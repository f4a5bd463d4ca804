package io.evenhand.node.transport;

/// The server does not do what a peer asks for: the kind becomes the status, the one line the body
/// of the answer. The peer reads that line, so it holds nothing secret.
public final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    /// Why, in the words of HTTP.
    public enum Kind {
        MALFORMED(400),
        UNAUTHENTICATED(401),
        FORBIDDEN(403),
        /// The server has no place for it: not to be tried again without a change.
        FULL(403),
        UNKNOWN(404),
        CONFLICT(409),
        TOO_LARGE(413),
        /// The peer may try again later.
        BUSY(429),
        /// The server cannot at the moment; the peer may try again later.
        UNAVAILABLE(503);

        private final int status;

        Kind(int status) {
            this.status = status;
        }

        public int status() {
            return status;
        }

        /// Whether the same request may succeed later.
        public boolean again() {
            return this == BUSY || this == UNAVAILABLE;
        }
    }

    private final Kind kind;

    public Refused(Kind kind, String reason) {
        super(reason);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /// The line the peer gets to read.
    public String reason() {
        return String.valueOf(getMessage());
    }
}
