package io.evenhand.node.transport;

import io.evenhand.kit.process.Fatal;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
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

    /// What a failure of a connection means. The chain of causes is searched, as the JDK wraps them
    /// in several ways.
    ///
    /// @param peer with whom
    static PeerException of(String peer, IOException e) {
        Fatal.endIfError(e);
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof CertificateException c) {
                return new PeerException(
                        Kind.UNTRUSTED,
                        peer + " is not the peer that was expected: " + c.getMessage(),
                        e);
            }
        }
        for (Throwable t = e; t != null; t = t.getCause()) {
            String said = String.valueOf(t.getMessage());
            if (t instanceof SSLException && said.contains("alert")) {
                // An alert of the handshake: unknown, bad or missing certificate, old version.
                return new PeerException(
                        Kind.UNTRUSTED,
                        peer + " does not accept our certificate (" + said + ")",
                        e);
            }
        }
        String what =
                switch (e) {
                    case HttpConnectTimeoutException _ -> "does not answer; is it running?";
                    case ConnectException _ ->
                            "cannot be reached; is it running, is the address right?";
                    case HttpTimeoutException _ -> "took too long to answer";
                    case UnknownHostException _ -> "has no address; is its name right?";
                    default -> broken(e);
                };
        return new PeerException(Kind.UNREACHABLE, peer + " " + what, e);
    }

    private static String broken(IOException e) {
        return String.valueOf(e.getMessage()).contains("received no bytes")
                ? "closed the connection without an answer; it was stopped, or it does not accept"
                        + " our certificate"
                : "broke the connection (" + Wire.oneLine(e.toString()) + ")";
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
