package io.evenhand.system.crash;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.kit.process.Fatal;
import io.evenhand.kit.process.Loop;
import io.evenhand.system.whole.Program;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Breaks loops of a running provider, and of a customer, in the middle of an exchange.
final class Strikes {
    static final List<String> ERRORS =
            List.of("java.lang.OutOfMemoryError", "java.lang.StackOverflowError");

    private final CrashTestbed testbed;
    private final Path jar;
    private final Path armed;

    Strikes(CrashTestbed testbed, Path folder) throws IOException {
        this.testbed = testbed;
        this.jar = CrashAgent.jar(folder, Strike.class);
        this.armed = folder.resolve("armed");
    }

    /// Where each loop is struck. The compiler sees to it that none is forgotten.
    static Optional<Strike.Seat> seat(Loop loop) {
        String node = "io/evenhand/node/";
        return switch (loop) {
            case CHAIN -> at("io/evenhand/ledger/evm/ChainWatcher", "look");
            case SOCKET -> at("io/evenhand/ledger/evm/SocketRpc$Connection", "message");
            case TIMERS -> at(node + "exchange/Timers", "ringDue");
            case EFFECTS -> at(node + "exchange/EffectRunner", "attempt");
            case LINK -> at(node + "peer/ServerLink", "read");
            case BUNDLES -> at(node + "delegation/BundleWriter", "write");
            case LOST_WAGES -> at(node + "delegation/provider/UnclaimedDeposits", "look");
            case REQUEST -> at(node + "transport/PeerServer", "pass");
            case WATCHDOG -> at(node + "transport/Watchdog$Watch", "look");
            case LISTENER -> at(node + "transport/ListenerCheck", "isDeaf");
            case CONTROL -> at("io/evenhand/cli/Control", "answer");
            case METRICS -> at(node + "metrics/MetricsServer", "gauges");
            case SERVICE_OUTPUT -> at(node + "delegation/provider/ServiceCommand$Tail", "keep");
            case DELIVERY -> at("io/evenhand/cli/delegation/Deliveries", "early");
            case SCREEN -> at("io/evenhand/cli/Outlet", "hand");
            case CHUNKS -> at("io/evenhand/kit/process/Lanes", "work");
            // What a policy or program breaks is its own, and in a process of its own.
            case JUDGE, ENCLAVE -> Optional.empty();
            // No exchange that is struck here opens a stream, or writes without waiting.
            case STREAMS, JOURNAL -> Optional.empty();
            // They serve no exchange of anybody: a demo, a benchmark, the end of a process.
            case CHAIN_OUTPUT, PARTY_OUTPUT, PROXY, BENCH, HOOK, LAST_WORDS -> Optional.empty();
        };
    }

    private static Optional<Strike.Seat> at(String owner, String method) {
        return Optional.of(new Strike.Seat(owner, method));
    }

    private String options(Loop loop, String error) {
        return Strike.options(jar, seat(loop).orElseThrow(), error, armed);
    }

    /// Breaks loops of the provider, one in each of its processes, and sees the exchange through.
    Outcome provider(String customer, String error, List<Loop> loops) throws Exception {
        Path config = testbed.provider().home().resolve("config.yaml");
        String before = Files.readString(config);
        ExchangeRun run = new ExchangeRun(testbed, customer);
        boolean begun = false;
        for (Loop loop : loops) {
            if (loop == Loop.SOCKET) {
                Files.writeString(config, before.replace("http://", "ws://"));
            }
            testbed.provider().program().kill();
            Program struck = testbed.launchProvider(options(loop, error), 0);
            JsonNode listening = struck.listening();
            if (!begun) {
                begin(run);
                begun = true;
            }
            arm();
            provoke(loop, listening);
            assertBroken(struck, loop, error);
            Files.delete(armed);
            Files.writeString(config, before);
        }
        testbed.startProvider("", 0);
        Outcome outcome = run.end();
        run.awaitProviderEnd();
        return outcome;
    }

    /// Breaks a loop of the customer's command, which says how to go on.
    Outcome customer(String name, Loop loop, String error) throws Exception {
        ExchangeRun run = new ExchangeRun(testbed, name);
        Program struck = run.customer().delegate(options(loop, error), ExchangeRun.DEADLINE);
        String ref = run.customer().ref().orElseThrow(() -> new AssertionError(struck.trouble()));
        accepted(ref, struck);
        arm();
        assertBroken(struck, loop, error);
        Files.delete(armed);
        if (!struck.trouble().contains("evenhand resume")) {
            throw new AssertionError("it does not say how to go on" + struck.trouble());
        }
        return run.end();
    }

    private void begin(ExchangeRun run) throws Exception {
        Program delegate = run.begin();
        accepted(
                run.customer().ref().orElseThrow(() -> new AssertionError(delegate.trouble())),
                delegate);
    }

    private void accepted(String ref, Program delegate) throws InterruptedException {
        Optional<JsonNode> _ =
                testbed.log()
                        .await(
                                ProcessLog.entered("provider", ref, "Accepted"),
                                delegate::runs,
                                ExchangeRun.LIMIT.toSeconds());
    }

    private void arm() throws IOException {
        Files.writeString(armed, "");
    }

    /// Two loops do nothing until somebody asks.
    private void provoke(Loop loop, JsonNode listening) throws Exception {
        if (loop == Loop.CONTROL) {
            Program _ =
                    Program.start("", List.of("--home", testbed.provider().home() + "", "invite"));
        }
        if (loop == Loop.METRICS) {
            HttpRequest request =
                    HttpRequest.newBuilder(
                                    URI.create(
                                            "http://127.0.0.1:"
                                                    + listening.path("metricsPort").asInt()
                                                    + "/metrics"))
                            .build();
            try (HttpClient client = HttpClient.newHttpClient()) {
                String _ = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
            } catch (IOException e) {
                // It ended instead of answering.
            }
        }
    }

    private static void assertBroken(Program struck, Loop loop, String error)
            throws InterruptedException {
        int exit = struck.exit(ExchangeRun.LIMIT);
        if (exit != Fatal.EXIT || !struck.trouble().contains(error)) {
            throw new AssertionError(loop + " ended with " + exit + struck.trouble());
        }
    }
}
