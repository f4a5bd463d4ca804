package io.evenhand.node.runtime;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.evenhand.ledger.evm.LocalChain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A real HTTP server in front of a chain that answers as some gateways do.
final class QuirkyNode implements AutoCloseable {
    private static final Pattern RANGE =
            Pattern.compile("\"(fromBlock|toBlock)\":\"0x([0-9a-f]+)\"");

    /// Said in place of the chain's answer.
    private record Refusal(int status, String text) {}

    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Deque<Long> served = new ArrayDeque<>();
    private final HttpServer server;
    private final URI truth;
    final AtomicInteger refused = new AtomicInteger();

    /// At most so many requests in any such time; said by status 429 or in an ordinary answer.
    private volatile int most = Integer.MAX_VALUE;

    private volatile Duration window = Duration.ofSeconds(1);
    volatile boolean limitInBody;

    /// Logs of at most so many blocks at once.
    volatile long logRange = Long.MAX_VALUE;

    QuirkyNode(LocalChain chain) throws IOException {
        truth = URI.create(chain.httpUrl());
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void limit(int requests, Duration in) {
        most = requests;
        window = in;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String request =
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Optional<Refusal> refusal = refusal(request);
            int status = refusal.map(Refusal::status).orElse(200);
            String text = refusal.isPresent() ? refusal.get().text() : forward(request);
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            if (status == 429) {
                exchange.getResponseHeaders().add("Retry-After", "" + window.toSeconds());
            }
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private synchronized Optional<Refusal> refusal(String request) {
        long now = System.nanoTime();
        served.removeIf(at -> now - at > window.toNanos());
        if (served.size() >= most) {
            refused.incrementAndGet();
            return Optional.of(
                    limitInBody
                            ? new Refusal(200, error(-32007, "request limit reached"))
                            : new Refusal(429, error(429, "too many compute units")));
        }
        served.add(now);
        if (request.contains("\"eth_getLogs\"") && width(request) > logRange) {
            refused.incrementAndGet();
            return Optional.of(new Refusal(200, error(-32600, "ask for fewer blocks")));
        }
        return Optional.empty();
    }

    private static String error(int code, String message) {
        return "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":%d,\"message\":\"%s\"}}"
                .formatted(code, message);
    }

    private static long width(String request) {
        long from = 0;
        long to = 0;
        for (Matcher bounds = RANGE.matcher(request); bounds.find(); ) {
            long number = Long.parseLong(bounds.group(2), 16);
            from = bounds.group(1).equals("fromBlock") ? number : from;
            to = bounds.group(1).equals("toBlock") ? number : to;
        }
        return to - from + 1;
    }

    private String forward(String request) throws IOException {
        try {
            return client.send(
                            HttpRequest.newBuilder(truth)
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(request))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
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
