package io.evenhand.demo.stage;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.kit.deal.Rail;
import io.evenhand.ledger.evm.ChainProxy;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.ledger.evm.Wallet;
import io.evenhand.node.store.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// What a cheat of any protocol can use: the chain, the parties, and a screen on which it says what
/// it does.
public class DemoNet implements AutoCloseable {
    /// Nothing between two steps of an exchange takes longer, on a busy machine either.
    public static final Duration STEP_LIMIT = Duration.ofMinutes(10);

    private final DemoScreen screen;
    private final Path root;
    private final DemoSetup setup;
    private final Transcript transcript;
    private final PartyProcesses parties;
    private final List<AutoCloseable> open = new ArrayList<>();
    private final Map<Role, ChainProxy> proxies = new HashMap<>();

    /// @param shows which events of the parties show that the cheat was stopped
    protected DemoNet(DemoScreen screen, Path root, Path folder, Predicate<JsonNode> shows)
            throws IOException {
        this.screen = screen;
        this.root = root;
        this.setup = DemoSetup.on(LocalChain.start(new LocalChain.Mining.Instant()), folder);
        this.transcript = new Transcript(screen, shows);
        this.parties = new PartyProcesses(setup, transcript);
        open.add(setup.chain());
    }

    public final DemoSetup setup() {
        return setup;
    }

    public final PartyProcesses parties() {
        return parties;
    }

    public final Transcript transcript() {
        return transcript;
    }

    public final Mempool mempool() {
        return new Mempool(chain());
    }

    /// Where the examples are.
    public final Path root() {
        return root;
    }

    public final LocalChain chain() {
        return setup.chain();
    }

    public final Rail rail() {
        return setup.rail();
    }

    /// The wallet of somebody who is no party.
    public static Wallet stranger() {
        return LocalChain.wallet(LocalChain.ACCOUNTS - 1);
    }

    /// Lets a party see the chain through a node that the cheat controls.
    ///
    /// @param second whether the party also asks a node that tells the truth
    public final ChainProxy proxy(Role role, boolean second) throws IOException {
        ChainProxy proxy = keep(new ChainProxy(chain()));
        proxies.put(role, proxy);
        setup.configure(
                role, second ? List.of(proxy.url(), chain().httpUrl()) : List.of(proxy.url()));
        return proxy;
    }

    /// The node that {@link #proxy(Role, boolean)} made.
    public final ChainProxy proxy(Role role) {
        return Optional.ofNullable(proxies.get(role))
                .orElseThrow(() -> new IllegalStateException(role + " has an honest node"));
    }

    /// Closed with this.
    public final <T extends AutoCloseable> T keep(T resource) {
        synchronized (open) {
            open.add(resource);
        }
        return resource;
    }

    public final void say(String line) {
        transcript.say(line);
    }

    /// The cheat really did this.
    public final void cheated(String what) {
        transcript.cheated(what);
    }

    /// This, seen by somebody honest or by everybody, shows that the cheat was stopped.
    public final void stopped(String what) {
        transcript.stopped(what);
    }

    /// `event` is the kind of event, such as `TransactionSent`, `kind` such as `claim`.
    public static Predicate<JsonNode> transaction(String event, String kind) {
        return e -> e.path("event").asText().equals(event) && e.path("kind").asText().equals(kind);
    }

    /// A free port of the loopback interface, so that a server can be started again on it.
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public final void close() {
        List<AutoCloseable> all;
        synchronized (open) {
            all = new ArrayList<>(open);
            open.clear();
        }
        // The parties go first: nobody is to complain that something is no longer there.
        all.addAll(parties.started());
        for (AutoCloseable resource : all.reversed()) {
            try {
                resource.close();
            } catch (Exception e) {
                screen.say("could not be stopped: " + e.getMessage());
            }
        }
    }
}
