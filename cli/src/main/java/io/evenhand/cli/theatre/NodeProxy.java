package io.evenhand.cli.theatre;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.evenhand.kit.process.Loop;
import io.evenhand.ledger.evm.LocalChain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/// A node that a cheat controls: it answers as the chain does, until it is told to lie or to be
/// silent.
public final class NodeProxy implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// How it lies: the method, and the answer of the chain, which it may change.
    @FunctionalInterface
    public interface Lie {
        /// True if the answer was changed.
        boolean tell(String method, ObjectNode answer);
    }

    private static final Lie NONE = (_, _) -> false;

    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Loop.PROXY.tasks();
    private final AtomicInteger told = new AtomicInteger();
    private final HttpServer server;
    private final URI truth;
    private volatile Lie lie = NONE;
    private volatile boolean silent;
    private volatile int mostPerSecond = Integer.MAX_VALUE;
    private final AtomicInteger refused = new AtomicInteger();
    private final Deque<Long> served = new ArrayDeque<>();

    public NodeProxy(LocalChain chain) throws IOException {
        truth = URI.create(chain.httpUrl());
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public void lie(Lie how) {
        lie = how;
    }

    public void tellTheTruth() {
        lie = NONE;
    }

    /// Takes calls and does not answer them.
    public void silent(boolean how) {
        silent = how;
    }

    /// Serves this many requests in any second, and refuses others with HTTP status 429.
    public void limit(int perSecond) {
        mostPerSecond = perSecond;
    }

    /// How many requests were more than it allows.
    public int refused() {
        return refused.get();
    }

    private synchronized boolean isTooMany() {
        long now = System.nanoTime();
        served.removeIf(at -> now - at > 1_000_000_000);
        if (served.size() >= mostPerSecond) {
            refused.incrementAndGet();
            return true;
        }
        served.add(now);
        return false;
    }

    /// How many answers were lies so far.
    public int told() {
        return told.get();
    }

    /// Removes objects from every list in an answer.
    public static boolean hide(JsonNode answer, Predicate<JsonNode> what) {
        boolean changed = false;
        if (answer instanceof ArrayNode list) {
            for (Iterator<JsonNode> each = list.iterator(); each.hasNext(); ) {
                if (what.test(each.next())) {
                    each.remove();
                    changed = true;
                }
            }
        }
        if (answer instanceof ObjectNode object) {
            for (Iterator<JsonNode> each = object.elements(); each.hasNext(); ) {
                JsonNode value = each.next();
                if (value.isObject() && what.test(value)) {
                    each.remove();
                    changed = true;
                }
            }
        }
        for (JsonNode child : answer) {
            changed |= hide(child, what);
        }
        return changed;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] request = exchange.getRequestBody().readAllBytes();
            if (silent) {
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            if (isTooMany()) {
                exchange.getResponseHeaders().add("Retry-After", "1");
                exchange.sendResponseHeaders(429, -1);
                return;
            }
            byte[] response = forward(request);
            JsonNode asked = JSON.readTree(request);
            if (JSON.readTree(response) instanceof ObjectNode object
                    && lie.tell(asked.path("method").asText(), object)) {
                told.incrementAndGet();
                response = JSON.writeValueAsBytes(object);
            }
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, response.length);
            exchange.getResponseBody().write(response);
        }
    }

    private byte[] forward(byte[] request) throws IOException {
        try {
            return client.send(
                            HttpRequest.newBuilder(truth)
                                    .header("Content-Type", "application/json")
                                    .POST(BodyPublishers.ofByteArray(request))
                                    .build(),
                            BodyHandlers.ofByteArray())
                    .body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        client.shutdownNow();
        threads.shutdownNow();
    }
}
