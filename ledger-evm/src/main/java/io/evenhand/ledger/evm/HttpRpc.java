package io.evenhand.ledger.evm;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.kit.process.Cost;
import io.evenhand.kit.process.Fatal;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// JSON-RPC over HTTP POST. Redirects are not followed: a node is who the user named.
final class HttpRpc implements JsonRpc {
    /// Too many requests, and a gateway without its node: another moment or endpoint may do.
    private static final Set<Integer> BUSY = Set.of(429, 502, 503, 504);

    static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;

    private final Endpoint endpoint;
    private final Duration timeout;
    private final HttpClient client;
    private final AtomicLong lastId = new AtomicLong();

    HttpRpc(Endpoint endpoint, Duration timeout) {
        this.endpoint = endpoint;
        this.timeout = timeout;
        // Many nodes speak only HTTP/1.1, and asking for an upgrade confuses some.
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        // Shorter, so that it is known whether a request was sent.
                        .connectTimeout(timeout.dividedBy(2))
                        .build();
    }

    @Override
    public RpcResult call(String method, List<?> params) {
        long id = lastId.incrementAndGet();
        Cost.RPC_CALLS.add(1);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(endpoint.uri())
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        Messages.request(id, method, params)));
        endpoint.authorization().ifPresent(value -> request.header("Authorization", value));
        HttpResponse<byte[]> response = send(request.build(), method);
        if (response.statusCode() / 100 != 2) {
            throw failure(method, id, response);
        }
        JsonNode message = Messages.parse(endpoint, ContentCoding.plain(endpoint, response));
        return Messages.result(endpoint, method, id, message);
    }

    /// The request's own timeout ends with the headers; this one covers a body that trickles too.
    private HttpResponse<byte[]> send(HttpRequest request, String method) {
        CompletableFuture<HttpResponse<byte[]>> pending =
                client.sendAsync(
                        request,
                        HttpResponse.BodyHandlers.limiting(
                                HttpResponse.BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
        try {
            return pending.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            pending.cancel(true);
            throw LedgerException.unreachable(
                    endpoint
                            + " did not answer "
                            + method
                            + " within "
                            + timeout.toMillis()
                            + " ms");
        } catch (InterruptedException e) {
            pending.cancel(true);
            Thread.currentThread().interrupt();
            throw LedgerException.unreachable("interrupted while waiting for " + endpoint);
        } catch (ExecutionException e) {
            Fatal.endIfError(e);
            Throwable cause = e.getCause();
            throw failure(method, cause == null ? e : cause);
        }
    }

    private LedgerException failure(String method, Throwable cause) {
        if (cause instanceof IOException
                && String.valueOf(cause.getMessage()).contains("exceeds capacity")) {
            return LedgerException.malformed(
                    endpoint + " answers " + method + " with more than 16 MiB");
        }
        String why = cause.getMessage() == null ? "no connection" : cause.getMessage();
        String line =
                endpoint + " is not reachable (" + endpoint.clean(why) + "): is the node running?";
        boolean notSent =
                cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException;
        return notSent ? LedgerException.notSent(line) : LedgerException.unreachable(line);
    }

    /// Some nodes send JSON-RPC errors with an HTTP error status: prefer what they say.
    private LedgerException failure(String method, long id, HttpResponse<byte[]> response) {
        Optional<Duration> pause = RetryAfter.read(response.headers(), Instant.now());
        int status = response.statusCode();
        if (status == TOO_MANY || (status == UNAVAILABLE && pause.isPresent())) {
            return LedgerException.limited(
                    true,
                    pause,
                    endpoint + " limits how often it may be asked (HTTP status " + status + ")");
        }
        if (!BUSY.contains(response.statusCode())) {
            try {
                Messages.result(
                        endpoint,
                        method,
                        id,
                        Messages.parse(endpoint, ContentCoding.plain(endpoint, response)));
            } catch (LedgerException e) {
                if (e.isRefusal()) {
                    return e;
                }
            }
        }
        return LedgerException.unreachable(
                endpoint
                        + " answers "
                        + method
                        + " with HTTP status "
                        + response.statusCode()
                        + (response.statusCode() / 100 == 3 ? ": name where it leads to" : ""));
    }

    @Override
    public boolean subscribe(List<?> topic, Consumer<RpcResult> sink) {
        return false;
    }

    @Override
    public String name() {
        return endpoint.toString();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    @Override
    public String toString() {
        return name();
    }
}
