package io.evenhand.ledger.evm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.evenhand.kit.process.Loop;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/// A real HTTP server in front of a local chain, for the demo and for tests: it answers as the
/// chain does, until it is told to be as other endpoints are, to lie or to be silent.
public final class ChainProxy implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// What was asked.
    public record Call(String text, JsonNode id, String method, JsonNode params) {
        static Call asking(String text) throws IOException {
            JsonNode json = JSON.readTree(text);
            return new Call(
                    text, json.path("id"), json.path("method").asText(), json.path("params"));
        }
    }

    /// What is answered.
    public record Reply(int status, Map<String, String> headers, String text) {
        public static Reply of(int status, String text) {
            return new Reply(status, Map.of(), text);
        }

        /// A result that is text, or null.
        static Reply result(Call call, Optional<String> result) {
            ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
            answer.set("id", call.id());
            return of(200, answer.put("result", result.orElse(null)).toString());
        }

        /// An error as JSON-RPC has it.
        public static Reply error(int code, String message) {
            ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0").putNull("id");
            answer.putObject("error").put("code", code).put("message", message);
            return of(200, answer.toString());
        }

        /// The text as an object; an empty one if it is none.
        public ObjectNode json() {
            try {
                return JSON.readTree(text) instanceof ObjectNode object
                        ? object
                        : JSON.createObjectNode();
            } catch (JsonProcessingException e) {
                return JSON.createObjectNode();
            }
        }
    }

    /// Who knows the answer.
    @FunctionalInterface
    public interface Source {
        Reply answer(Call call) throws IOException;
    }

    /// How an endpoint is: it answers as `chain` does, or in its own way.
    @FunctionalInterface
    public interface Manner {
        Reply answer(Call call, Source chain) throws IOException;
    }

    /// How it lies: the method, and the answer of the chain, which it may change.
    @FunctionalInterface
    public interface Lie {
        /// True if the answer was changed.
        boolean tell(String method, ObjectNode answer);
    }

    /// How it answers in place of the chain's answer; tests block and break connections here.
    interface Sickness {
        void answer(HttpExchange exchange, String truth) throws IOException;
    }

    final List<String> requests = new CopyOnWriteArrayList<>();
    volatile Optional<Sickness> sickness = Optional.empty();
    private final List<String> hung = new CopyOnWriteArrayList<>();
    private final Map<String, Manner> byText = new ConcurrentHashMap<>();
    private volatile List<Manner> manners = List.of();
    private final AtomicInteger told = new AtomicInteger();

    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Loop.PROXY.tasks();
    private final HttpServer server;
    private final URI truth;

    public ChainProxy(LocalChain chain) throws IOException {
        truth = URI.create(chain.httpUrl());
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// From now on it is so, and in no other way; the first is the one nearest to the chain.
    public void be(List<Manner> how) {
        manners = List.copyOf(how);
    }

    public void be(Manner how) {
        be(List.of(how));
    }

    /// From now on it lies so.
    public void lie(Lie how) {
        be((call, chain) -> {
            Reply reply = chain.answer(call);
            ObjectNode answer = reply.json();
            if (!how.tell(call.method(), answer)) {
                return reply;
            }
            told.incrementAndGet();
            return Reply.of(reply.status(), answer.toString());
        });
    }

    /// Takes calls and does not answer them, until it tells the truth again.
    public void fallSilent() {
        be((_, _) -> Reply.of(503, ""));
    }

    /// How many requests came so far.
    public int asked() {
        return requests.size();
    }

    /// How many answers were lies so far.
    public int told() {
        return told.get();
    }

    /// From now on answers to requests with this name in quotes go through `lie`.
    void lie(String name, UnaryOperator<String> lie) {
        byText.put(name, (call, chain) -> Reply.of(200, lie.apply(chain.answer(call).text())));
    }

    /// The chain never hears of this method's calls any more; what is answered is this error.
    void swallow(String method, String error) {
        byText.put(method, (_, _) -> Reply.error(-32_000, error));
    }

    /// Requests with this text in them get no answer.
    void hang(String part) {
        hung.add(part);
    }

    /// Answers with this JSON as result.
    void result(String name, String json) {
        lie(name, truth -> truth.replaceFirst("\"result\":.*$", "\"result\":" + json + "}"));
    }

    public void tellTheTruth() {
        sickness = Optional.empty();
        be(List.of());
        byText.clear();
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
        Source source = this::forward;
        for (Map.Entry<String, Manner> lie : byText.entrySet()) {
            if (request.contains("\"" + lie.getKey() + "\"")) {
                source = after(source, lie.getValue());
            }
        }
        for (Manner manner : manners) {
            source = after(source, manner);
        }
        Reply reply = source.answer(Call.asking(request));
        if (sickness.isPresent()) {
            sickness.get().answer(exchange, reply.text());
        } else {
            send(exchange, reply);
        }
    }

    private static Source after(Source source, Manner manner) {
        return call -> manner.answer(call, source);
    }

    static void send(HttpExchange exchange, int status, String text) throws IOException {
        send(exchange, Reply.of(status, text));
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        reply.headers().forEach(exchange.getResponseHeaders()::add);
        byte[] body = reply.text().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(reply.status(), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private Reply forward(Call call) throws IOException {
        try {
            return Reply.of(
                    200,
                    client.send(
                                    HttpRequest.newBuilder(truth)
                                            .header("Content-Type", "application/json")
                                            .POST(HttpRequest.BodyPublishers.ofString(call.text()))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .body());
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
