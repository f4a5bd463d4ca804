package io.evenhand.node.transport;

import io.evenhand.kit.value.PartyId;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Requests to one server, and what their failures mean.
final class Exchange implements AutoCloseable {
    private static final int MAX_REQUESTS = 6;

    /// A server drops a connection without a request a little later.
    private static final Duration KEPT = Duration.ofSeconds(30);

    private final HttpClient http;
    private final SSLContext tls;
    private final String host;
    private final int port;
    private final PeerClientOptions options;
    private final Watchdog watchdog;

    /// All that are open, and those that rest, the latest last.
    private final Set<Pipeline> pipelines = new HashSet<>();

    private final Deque<Pipeline> resting = new ArrayDeque<>();
    private boolean closed;

    /// Requests at a time, besides long polls: below what a server takes of one peer, so that many
    /// exchanges of ours wait for each other here instead of being sent away there.
    private final Semaphore slots = new Semaphore(MAX_REQUESTS, true);

    Exchange(TlsIdentity me, String host, int port, PartyId server, PeerClientOptions options) {
        this.host = host;
        this.port = port;
        this.options = options;
        this.watchdog = new Watchdog(options.stall());
        this.tls = me.clientContext(server);
        this.http =
                HttpClient.newBuilder()
                        // Uploads over the JDK's HTTP/2 are many times slower.
                        .version(HttpClient.Version.HTTP_1_1)
                        .sslContext(tls)
                        .sslParameters(TlsIdentity.parameters())
                        .followRedirects(HttpClient.Redirect.NEVER)
                        // TLS ends at the peer: no proxy from the environment.
                        .proxy(HttpClient.Builder.NO_PROXY)
                        .connectTimeout(options.connect())
                        .build();
    }

    /// Waits for the right to send one more request, and holds it until closed.
    Slot slot() throws InterruptedException {
        slots.acquire();
        return slots::release;
    }

    /// Whether others wait for it, so that who has it for long should let them.
    boolean slotWanted() {
        return slots.hasQueuedThreads();
    }

    /// See {@link #slot}.
    interface Slot extends AutoCloseable {
        @Override
        void close();
    }

    /// Does something over a pipeline, which is kept for the next one if it went well.
    void pipeline(String file, Transfer transfer)
            throws PeerException, IOException, InterruptedException {
        try (Slot _ = slot()) {
            Pipeline line = pipeline();
            line.load(file);
            boolean well = false;
            try {
                transfer.over(line);
                well = true;
            } finally {
                rest(line, well);
            }
        }
    }

    /// See {@link #pipeline}.
    @FunctionalInterface
    interface Transfer {
        void over(Pipeline line) throws PeerException, IOException, InterruptedException;
    }

    private Pipeline pipeline() throws PeerException, IOException, InterruptedException {
        synchronized (pipelines) {
            dropOld(KEPT);
            if (!resting.isEmpty()) {
                return resting.removeLast();
            }
        }
        var fresh = new Pipeline(this, options, watchdog, tls, new InetSocketAddress(host, port));
        synchronized (pipelines) {
            if (closed) {
                fresh.abort();
                throw failure(new IOException("this client is closed"));
            }
            pipelines.add(fresh);
        }
        return fresh;
    }

    private void rest(Pipeline line, boolean well) {
        synchronized (pipelines) {
            if (well && !closed) {
                line.rest();
                resting.addLast(line);
                return;
            }
            line.abort();
            pipelines.remove(line);
            // They may all be of a server that is not there any more.
            dropOld(Duration.ZERO);
        }
    }

    private void dropOld(Duration age) {
        while (!resting.isEmpty() && resting.getFirst().restsLongerThan(age)) {
            Pipeline old = resting.removeFirst();
            old.abort();
            pipelines.remove(old);
        }
    }

    HttpRequest.Builder request(String path, @Nullable String query) {
        try {
            return HttpRequest.newBuilder(new URI("https", null, host, port, path, query, null));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("no address: " + host + ":" + port, e);
        }
    }

    /// Sends a small request and returns its answer if it is a success. Once more if a kept
    /// connection turns out to be dead: every request here may be repeated.
    HttpResponse<byte[]> call(HttpRequest request) throws PeerException, InterruptedException {
        try {
            return good(once(request));
        } catch (PeerException first) {
            if (first.kind() != PeerException.Kind.UNREACHABLE
                    || first.getCause() instanceof ConnectException
                    || first.getCause() instanceof HttpTimeoutException) {
                throw first;
            }
        }
        return good(once(request));
    }

    private HttpResponse<byte[]> once(HttpRequest request)
            throws PeerException, InterruptedException {
        // A request's own limit ends with the head of the answer; this one covers a body that
        // trickles.
        Duration limit = request.timeout().orElse(options.answer()).plus(options.stall());
        var pending = http.sendAsync(request, limited());
        try {
            return pending.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            pending.cancel(true);
            throw failure(new HttpTimeoutException("the answer trickles"));
        } catch (InterruptedException e) {
            pending.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            throw failure(e.getCause() instanceof IOException io ? io : new IOException(e));
        }
    }

    static HttpResponse.BodyHandler<byte[]> limited() {
        return HttpResponse.BodyHandlers.limiting(
                HttpResponse.BodyHandlers.ofByteArray(), Wire.MAX_ANSWER_BYTES);
    }

    /// The answer itself if it is a success.
    HttpResponse<byte[]> good(HttpResponse<byte[]> response) throws PeerException {
        if (response.statusCode() / 100 == 2) {
            return response;
        }
        throw refusal(response, response.body());
    }

    private PeerException refusal(HttpResponse<?> response, byte[] body) {
        return refusal(response.statusCode(), body, response.headers()::firstValue);
    }

    PeerException refusal(AnswerHead head, byte[] body) {
        return refusal(head.status(), body, head::header);
    }

    private PeerException refusal(
            int status, byte[] body, Function<String, Optional<String>> header) {
        String said = new String(body, StandardCharsets.ISO_8859_1);
        String reason = Wire.oneLine(said);
        if (reason.isEmpty()) {
            reason = Wire.oneLine(header.apply(Wire.REASON).orElse(""));
        }
        if (reason.isEmpty()) {
            reason = "no reason given";
        }
        boolean moved = status == 409 && header.apply(Wire.UPLOAD_OFFSET).isPresent();
        PeerException.Kind kind =
                status == 429 || status >= 500 || moved
                        ? PeerException.Kind.BUSY
                        : status >= 400 ? PeerException.Kind.REFUSED : PeerException.Kind.MALFORMED;
        return new PeerException(kind, status, this + " answered " + status + ": " + reason);
    }

    PeerException malformed(String what) {
        return new PeerException(PeerException.Kind.MALFORMED, 0, this + ": " + what);
    }

    /// What an earlier run left of a file on our disk is not what it was.
    PeerException torn(String file) {
        return new PeerException(
                PeerException.Kind.BUSY, 0, "a chunk of " + file + " was torn and comes again");
    }

    PeerException stalled(String what) {
        return new PeerException(
                PeerException.Kind.UNREACHABLE,
                0,
                this + ": no byte of " + what + " moved for " + options.stall().toSeconds() + " s");
    }

    /// What a failed request means.
    PeerException failure(IOException e) {
        return PeerException.of(toString(), e);
    }

    @Override
    public void close() {
        http.shutdownNow();
        synchronized (pipelines) {
            closed = true;
            pipelines.forEach(Pipeline::abort);
        }
        watchdog.close();
    }

    @Override
    public String toString() {
        return "peer " + host + ":" + port;
    }
}
