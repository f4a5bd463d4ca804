package io.evenhand.ledger.evm;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/// A real HTTP server in front of a chain that answers truthfully except where told to lie. It
/// remembers every request.
final class LyingNode implements AutoCloseable {
    final List<String> requests = new CopyOnWriteArrayList<>();

    /// How it answers in place of the chain's answer; tests block and break connections here.
    interface Sickness {
        void answer(HttpExchange exchange, String truth) throws IOException;
    }

    volatile Optional<Sickness> sickness = Optional.empty();
    private final Map<String, UnaryOperator<String>> lies = new ConcurrentHashMap<>();
    private final Set<String> hung = ConcurrentHashMap.newKeySet();
    private final Set<String> swallowed = ConcurrentHashMap.newKeySet();
    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpServer server;
    private final URI truth;

    LyingNode(LocalChain chain) throws IOException {
        truth = URI.create(chain.httpUrl());
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// From now on this method's whole answer goes through `lie`.
    void lie(String method, UnaryOperator<String> lie) {
        lies.put(method, lie);
    }

    /// The chain never hears of this method's calls any more; what is answered is this error.
    void swallow(String method, String error) {
        swallowed.add(method);
        lie(method, _ -> "{\"id\":1,\"error\":{\"code\":-32000,\"message\":\"" + error + "\"}}");
    }

    /// Requests with this text in them get no answer.
    void hang(String part) {
        hung.add(part);
    }

    /// Answers with this JSON as result.
    void result(String method, String json) {
        lie(method, truth -> truth.replaceFirst("\"result\":.*$", "\"result\":" + json + "}"));
    }

    void tellTheTruth() {
        sickness = Optional.empty();
        lies.clear();
        swallowed.clear();
        hung.clear();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String request =
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(request);
        if (hung.stream().anyMatch(request::contains)) {
            // The connection stays open and silent until somebody gives up.
            return;
        }
        boolean lost =
                swallowed.stream().anyMatch(method -> request.contains("\"" + method + "\""));
        String response = lost ? "" : forward(request);
        for (Map.Entry<String, UnaryOperator<String>> lie : lies.entrySet()) {
            if (request.contains("\"" + lie.getKey() + "\"")) {
                response = lie.getValue().apply(response);
            }
        }
        if (sickness.isPresent()) {
            sickness.get().answer(exchange, response);
        } else {
            send(exchange, 200, response);
        }
    }

    static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
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
    }
}
