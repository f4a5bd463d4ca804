package io.evenhand.ledger.evm;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.kit.process.Cost;
import io.evenhand.kit.process.Fatal;
import io.evenhand.kit.process.Loop;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// JSON-RPC over WebSocket. A call finds a live connection or makes one; after a failure it waits
/// out a pause that doubles, so a dead node is not hammered.
final class SocketRpc implements JsonRpc {
    private static final long FIRST_PAUSE_MILLIS = 250;
    private static final long LONGEST_PAUSE_MILLIS = 15_000;

    /// Requests in flight at once; more means that the node answers none of them.
    private static final int MAX_PENDING = 1_024;

    private record Subscription(List<?> topic, Consumer<RpcResult> sink) {}

    private final Endpoint endpoint;
    private final Duration timeout;
    private final HttpClient client;
    private final AtomicLong lastId = new AtomicLong();
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private final Object connecting = new Object();

    private volatile Optional<Connection> live = Optional.empty();
    private volatile boolean closed;
    private long pauseMillis;
    private long notBeforeNanos;

    SocketRpc(Endpoint endpoint, Duration timeout) {
        this.endpoint = endpoint;
        this.timeout = timeout;
        this.client = HttpClient.newBuilder().connectTimeout(timeout).build();
    }

    @Override
    public RpcResult call(String method, List<?> params) {
        return connection().call(method, params);
    }

    @Override
    public boolean subscribe(List<?> topic, Consumer<RpcResult> sink) {
        Subscription subscription = new Subscription(topic, sink);
        subscriptions.add(subscription);
        Optional<Connection> now = live.filter(Connection::isOpen);
        now.ifPresent(connection -> connection.start(subscription));
        return true;
    }

    private Connection connection() {
        Optional<Connection> present = live.filter(Connection::isOpen);
        if (present.isPresent()) {
            return present.get();
        }
        synchronized (connecting) {
            present = live.filter(Connection::isOpen);
            if (present.isPresent()) {
                return present.get();
            }
            if (closed) {
                throw LedgerException.notSent(endpoint + " was closed");
            }
            if (pauseMillis > 0 && System.nanoTime() - notBeforeNanos < 0) {
                throw LedgerException.notSent(
                        endpoint + " is not reachable: next attempt within " + pauseMillis + " ms");
            }
            pauseMillis = Math.clamp(2 * pauseMillis, FIRST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS);
            notBeforeNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMillis);
            Connection connection = new Connection();
            connection.open();
            live = Optional.of(connection);
            subscriptions.forEach(connection::start);
            pauseMillis = 0;
            return connection;
        }
    }

    @Override
    public String name() {
        return endpoint.toString();
    }

    @Override
    public void close() {
        closed = true;
        live.ifPresent(connection -> connection.fail("was closed"));
        client.shutdownNow();
    }

    @Override
    public String toString() {
        return name();
    }

    /// One life of the socket; everything that waits on it fails when it ends.
    private final class Connection implements WebSocket.Listener {
        private final Map<Long, CompletableFuture<JsonNode>> pending = new ConcurrentHashMap<>();
        private final Map<String, Consumer<RpcResult>> sinks = new ConcurrentHashMap<>();
        private final StringBuilder partial = new StringBuilder();
        private final Object sending = new Object();
        private volatile Optional<LedgerException> end = Optional.empty();
        private volatile Optional<WebSocket> socket = Optional.empty();

        boolean isOpen() {
            return end.isEmpty();
        }

        void open() {
            WebSocket.Builder builder = client.newWebSocketBuilder().connectTimeout(timeout);
            endpoint.authorization().ifPresent(value -> builder.header("Authorization", value));
            try {
                socket = Optional.of(await(builder.buildAsync(endpoint.uri(), this), "to connect"));
            } catch (LedgerException e) {
                if (e.kind() instanceof LedgerException.Kind.Limited) {
                    throw e;
                }
                throw LedgerException.notSent(String.valueOf(e.getMessage()));
            }
        }

        RpcResult call(String method, List<?> params) {
            long id = lastId.incrementAndGet();
            CompletableFuture<JsonNode> response = new CompletableFuture<>();
            if (pending.size() >= MAX_PENDING) {
                throw LedgerException.unreachable(
                        endpoint + " leaves " + MAX_PENDING + " requests unanswered");
            }
            pending.put(id, response);
            try {
                send(Messages.request(id, method, params));
                return Messages.result(endpoint, method, id, await(response, method));
            } finally {
                pending.remove(id);
            }
        }

        /// Asks for a subscription without waiting: pushes are a convenience, never relied upon.
        void start(Subscription subscription) {
            long id = lastId.incrementAndGet();
            CompletableFuture<JsonNode> response = new CompletableFuture<>();
            pending.put(id, response);
            var _ =
                    response.whenComplete((message, _) -> {
                        pending.remove(id);
                        if (message != null && message.path("result").isTextual()) {
                            sinks.put(message.path("result").textValue(), subscription.sink());
                        }
                    });
            send(Messages.request(id, "eth_subscribe", subscription.topic()));
        }

        private void send(String text) {
            Cost.RPC_CALLS.add(1);
            if (end.isPresent()) {
                throw end.get();
            }
            WebSocket out = socket.orElseThrow();
            // The JDK allows one send at a time.
            synchronized (sending) {
                await(out.sendText(text, true), "a request");
            }
        }

        private <T> T await(CompletableFuture<T> future, String what) {
            try {
                return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                fail("answers too late");
                throw LedgerException.unreachable(
                        endpoint
                                + " did not answer "
                                + what
                                + " within "
                                + timeout.toMillis()
                                + " ms");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw LedgerException.unreachable("interrupted while waiting for " + endpoint);
            } catch (ExecutionException e) {
                Fatal.endIfError(e);
                // What ended the connection says more than what that did to this request.
                if (end.isPresent()) {
                    throw end.get();
                }
                if (e.getCause() instanceof WebSocketHandshakeException refused
                        && refused.getResponse().statusCode() == HttpRpc.TOO_MANY) {
                    fail("allows no more connections now");
                    throw LedgerException.limited(
                            false,
                            RetryAfter.read(refused.getResponse().headers(), Instant.now()),
                            endpoint + " limits how often it may be asked (HTTP status 429)");
                }
                String why = why(e);
                fail("failed");
                throw LedgerException.unreachable(
                        endpoint
                                + " is not reachable ("
                                + endpoint.clean(why)
                                + "): is the node running?");
            }
        }

        /// Not the name of a class, which is what these exceptions say.
        private static String why(ExecutionException e) {
            Throwable cause =
                    e.getCause() instanceof CompletionException c ? c.getCause() : e.getCause();
            if (cause instanceof WebSocketHandshakeException refused) {
                int status = refused.getResponse().statusCode();
                return "no WebSocket: HTTP status " + status;
            }
            return cause == null || cause.getMessage() == null
                    ? "no connection"
                    : cause.getMessage();
        }

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            if (partial.length() + data.length() > MAX_ANSWER_BYTES) {
                fail(LedgerException.malformed(endpoint + " sends more than 16 MiB at once"));
                webSocket.abort();
                return CompletableFuture.completedStage(null);
            }
            partial.append(data);
            if (last) {
                Loop.SOCKET.guard(this::message);
            }
            webSocket.request(1);
            return CompletableFuture.completedStage(null);
        }

        private void message() {
            byte[] message = partial.toString().getBytes(StandardCharsets.UTF_8);
            partial.setLength(0);
            try {
                receive(Messages.parse(endpoint, message));
            } catch (LedgerException e) {
                fail(e);
            }
        }

        private void receive(JsonNode message) {
            if (message.path("method").asText("").equals("eth_subscription")) {
                JsonNode params = message.path("params");
                Consumer<RpcResult> sink = sinks.get(params.path("subscription").asText(""));
                if (sink != null) {
                    sink.accept(new RpcResult("eth_subscription", params.path("result")));
                }
                return;
            }
            CompletableFuture<JsonNode> waiting = pending.get(message.path("id").asLong(-1));
            if (waiting == null) {
                // Nobody can tell which request this belongs to; a late answer is one too.
                return;
            }
            waiting.complete(message);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket webSocket, int status, String reason) {
            fail("closed the connection");
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            Fatal.endIfError(error);
            fail("broke the connection (" + endpoint.clean(String.valueOf(error)) + ")");
        }

        void fail(String how) {
            fail(LedgerException.unreachable(endpoint + " " + how));
        }

        private void fail(LedgerException why) {
            if (end.isEmpty()) {
                end = Optional.of(why);
            }
            pending.values().forEach(waiting -> waiting.completeExceptionally(why));
            socket.ifPresent(WebSocket::abort);
        }
    }
}
