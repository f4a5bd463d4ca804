package io.evenhand.node.transport;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.PartyId;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One request of a peer on its way through the server. Everything that can block on the peer's
/// socket goes through here, under the watch.
final class Call {
    private final PartyId peer;
    private final Visit visit;
    private final ServerRequest request;
    private final ServerResponse response;
    private final Watchdog.Watch watch;

    /// The body, which Helidon hands out once.
    private @Nullable InputStream body;

    Call(
            PartyId peer,
            Visit visit,
            ServerRequest request,
            ServerResponse response,
            Watchdog.Watch watch) {
        this.peer = peer;
        this.visit = visit;
        this.request = request;
        this.response = response;
        this.watch = watch;
    }

    PartyId peer() {
        return peer;
    }

    Visit visit() {
        return visit;
    }

    ServerRequest request() {
        return request;
    }

    ServerResponse response() {
        return response;
    }

    Watchdog.Watch watch() {
        return watch;
    }

    /// The whole body, which must say its length and not be larger than `limit`.
    byte[] body(int limit) throws Refused {
        long length = contentLength();
        if (length > limit) {
            throw new Refused(
                    Refused.Kind.TOO_LARGE, "body of " + length + " bytes, limit " + limit);
        }
        byte[] body = new byte[(int) length];
        // Armed once for the whole body: it is small, and a peer that trickles is slow as well.
        watch.arm();
        int at = 0;
        while (at < body.length) {
            int n = readArmed(body, at, body.length - at);
            if (n < 0) {
                throw new CloseConnectionException("the body ended early");
            }
            at += n;
        }
        watch.disarm();
        return body;
    }

    long contentLength() throws Refused {
        return request.headers()
                .contentLength()
                .orElseThrow(() ->
                        new Refused(
                                Refused.Kind.MALFORMED,
                                "the request does not say its Content-Length"));
    }

    /// Reads some bytes of the body: at least one, or -1 at its end.
    int read(byte[] into) {
        watch.goOn();
        int n = readArmed(into, 0, into.length);
        watch.disarm();
        watch.moved(n);
        return n;
    }

    private int readArmed(byte[] into, int at, int length) {
        try {
            InputStream in = body;
            if (in == null) {
                in = request.content().inputStream();
                body = in;
            }
            return in.read(into, at, length);
        } catch (IOException | RuntimeException e) {
            // Whatever it is called, the connection is gone and there is nobody to answer to.
            throw new CloseConnectionException("the connection broke", e);
        }
    }

    /// A header the request must have.
    String header(String name) {
        return request.headers()
                .first(HeaderNames.create(name))
                .orElseThrow(() -> new MalformedException("the header " + name + " is missing"));
    }

    /// A whole number in a header or a parameter: digits only, at most 18 of them.
    static long number(String what, String digits) {
        if (!digits.matches("\\d{1,18}")) {
            throw new MalformedException(what + " is not a number");
        }
        return Long.parseLong(digits);
    }

    void answer(int status) {
        answer(status, new byte[0]);
    }

    void answer(int status, byte[] body) {
        watch.arm();
        try {
            response.status(status);
            if (body.length == 0) {
                response.send();
            } else {
                response.send(body);
            }
        } catch (RuntimeException e) {
            throw new CloseConnectionException("the connection broke", e);
        }
        watch.disarm();
    }

    /// Answers with a reason. Who was not let in is closed then: it has no place here. A body that
    /// was not read is not worth reading: the connection closes then too, unless the rest is small.
    void refuse(int status, String reason) {
        String line = Wire.oneLine(reason);
        response.header(Wire.REASON, line);
        boolean close = !drained() || visit.key().isEmpty();
        if (close) {
            response.header("Connection", "close");
        }
        boolean head = request.prologue().method().text().equals("HEAD");
        byte[] body = (line + "\n").getBytes(StandardCharsets.US_ASCII);
        response.header("Content-Type", "text/plain");
        answer(status, head ? new byte[0] : body);
        if (close) {
            // Helidon would go on and take the unread body for the next request.
            throw new CloseConnectionException("it was refused");
        }
    }

    /// Reads what is left of a small body, as closing a socket with unread bytes may take the
    /// answer with it.
    private boolean drained() {
        if (!request.content().hasEntity() || request.content().consumed()) {
            return true;
        }
        long length = request.headers().contentLength().orElse(Long.MAX_VALUE);
        if (length > Wire.MAX_ANSWER_BYTES) {
            return false;
        }
        byte[] unread = new byte[Wire.BUFFER_BYTES];
        int n;
        watch.arm();
        do {
            n = readArmed(unread, 0, unread.length);
        } while (n >= 0);
        watch.disarm();
        return true;
    }
}
