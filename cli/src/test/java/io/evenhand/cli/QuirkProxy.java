package io.evenhand.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A gateway in front of a chain with one quirk.
final class QuirkProxy implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// What the gateway makes of a request.
    interface Quirk {
        /// An error instead of asking the chain, or nothing.
        default String refuses(String method, JsonNode params) {
            return "";
        }

        /// Changes what the chain answered.
        default void changes(String method, ObjectNode answer) {}
    }

    volatile Quirk quirk = new Quirk() {};

    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private final URI truth;

    QuirkProxy(LocalChain chain) throws IOException {
        truth = URI.create(chain.httpUrl());
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            JsonNode request = JSON.readTree(body);
            String method = request.path("method").asText();
            String error = quirk.refuses(method, request.path("params"));
            ObjectNode answer;
            if (error.isEmpty()) {
                answer = (ObjectNode) JSON.readTree(forward(body));
                quirk.changes(method, answer);
            } else {
                answer = JSON.createObjectNode();
                answer.set("id", request.path("id"));
                answer.putObject("error").put("code", -32_602).put("message", error);
            }
            byte[] response = JSON.writeValueAsBytes(answer);
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
                                    .POST(HttpRequest.BodyPublishers.ofByteArray(request))
                                    .build(),
                            HttpResponse.BodyHandlers.ofByteArray())
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
