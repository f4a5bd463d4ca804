package io.evenhand.node.transport;

import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import org.jspecify.annotations.Nullable;

/// A request to a peer that did not succeed: one line that names the peer, what happened and the
/// way out.
public final class PeerException extends Exception {
    private static final long serialVersionUID = 1L;

    /// What kind of failure it is, which says what to do next.
    public enum Kind {
        /// No answer, or the connection broke: try again later.
        UNREACHABLE,
        /// The peer answered that it cannot at the moment: try again later.
        BUSY,
        /// The peer answered no, with a reason: the same request will fail again.
        REFUSED,
        /// The other end is not the peer we look for, or it does not accept our certificate.
        UNTRUSTED,
        /// The answer breaks the rules of this transport, or a chunk is not what it should be.
        MALFORMED
    }

    private final Kind kind;
    private final int status;

    PeerException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.status = 0;
    }

    PeerException(Kind kind, int status, String message) {
        super(message);
        this.kind = kind;
        this.status = status;
    }

    public Kind kind() {
        return kind;
    }

    /// The HTTP status of an answer, 0 if there was none.
    public int status() {
        return status;
    }

    /// Whether the same request may succeed later.
    public boolean again() {
        return kind == Kind.UNREACHABLE || kind == Kind.BUSY;
    }

    /// Whether not even a connection came about: a wrong address, or nothing runs there.
    public boolean nobodyThere() {
        return getCause() instanceof ConnectException
                || getCause() instanceof HttpConnectTimeoutException;
    }
}
