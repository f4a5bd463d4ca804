package io.evenhand.system.crash;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.cli.Config;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.Answer;
import io.evenhand.ledger.evm.EscrowCalls;
import io.evenhand.ledger.evm.EscrowCode;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.ledger.evm.TransactionStatus;
import io.evenhand.ledger.evm.Wallet;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.system.whole.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// A chain, one stamper and one provider that may die and come back, and a customer with an account
/// of its own for each exchange.
final class Yard implements AutoCloseable {
    /// What an exchange is about: work that is quick to make and easy to compare.
    static final String WAGE = "0.01 eth";

    private static final String SERVICE =
            """
            name: copy
            about: gives back what it got
            price: 0.001 eth
            command: ["cp", "-v", "{input}", "{output}"]
            limits: { inputBytes: 1048576, workBytes: 1048576, seconds: 60, attempts: 3 }
            policies: [size]
            """;

    private static final String POLICY = "policy: size\natLeast: 1\natMost: 1048576\n";

    /// A short life is not worth compiling for.
    private static final String JAVA = "-XX:TieredStopAtLevel=1";

    private final LocalChain chain;
    private final Rail rail;
    private final Path folder;
    private final Board board = new Board();
    private final int stamperPort;
    private final int providerPort;
    private final Actor stamper;
    private final Actor provider;
    private final List<Actor> customers = new ArrayList<>();
    private final Deque<String> stamperInvites = new ArrayDeque<>();
    private final Deque<String> providerInvites = new ArrayDeque<>();
    private final String stamperInvite;

    /// @param invites how many customers will come
    Yard(LocalChain chain, Rail rail, Path folder, int invites) throws Exception {
        this.chain = chain;
        this.rail = rail;
        this.folder = Files.createDirectories(folder);
        this.stamperPort = freePort();
        this.providerPort = freePort();
        Files.writeString(folder.resolve("service.yaml"), SERVICE);
        Files.writeString(policy(), POLICY);
        this.stamper = actor("stamper");
        this.provider = actor("provider");
        startStamper("", invites + 1);
        this.stamperInvite = stamperInvites.removeFirst();
        startProvider("", invites);
    }

    /// A contract on a fresh chain, with blocks of a second from then on.
    static Rail deploy(LocalChain chain) {
        TransactionStatus.Receipt receipt =
                chain.execute(
                        LocalChain.wallet(0),
                        EscrowCalls.deploy("crash:deploy", Wei.parse("1 eth")));
        chain.setMining(new LocalChain.Mining.Every(1));
        return new Rail(LocalChain.CHAIN_ID, receipt.created().orElseThrow(), EscrowCode.hash());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// A data directory with keys, a funded wallet and a configuration.
    private Actor actor(String name) throws IOException {
        Path home = Files.createDirectories(folder.resolve(name));
        NodeKeys keys =
                NodeKeys.create(
                        DataDirectory.identityFile(home), Optional.empty(), new SecureRandom());
        Answer _ =
                chain.rpc()
                        .call(
                                "anvil_setBalance",
                                new Wallet(keys.wallet()).address().toString(),
                                "0x" + Wei.parse("1 eth").value().toString(16));
        Config.Chain on =
                new Config.Chain(
                        List.of(chain.httpUrl()),
                        LocalChain.CHAIN_ID,
                        Optional.of(rail.contract()),
                        Config.Pace.LOCAL);
        new Config(Optional.of(on)).save(home.resolve("config.yaml"));
        return new Actor(name, home, JAVA, board);
    }

    LocalChain chain() {
        return chain;
    }

    Rail rail() {
        return rail;
    }

    Board board() {
        return board;
    }

    Path policy() {
        return folder.resolve("policy.yaml");
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    Actor stamper() {
        return stamper;
    }

    Actor provider() {
        return provider;
    }

    NodeKeys keys(Actor actor) {
        return NodeKeys.load(DataDirectory.identityFile(actor.home()), Optional.empty());
    }

    Address account(Actor actor) {
        return new Wallet(keys(actor).wallet()).address();
    }

    /// Starts the stamper once; what it says when it listens may never come if it is doomed.
    Program launchStamper(String javaOptions, int count) throws IOException {
        return stamper.start(
                javaOptions,
                List.of(
                        "stamper",
                        "--listen",
                        "127.0.0.1:" + stamperPort,
                        "--invites",
                        Integer.toString(count)));
    }

    Program launchProvider(String javaOptions, int count) throws IOException {
        return provider.start(
                javaOptions,
                List.of(
                        "provider",
                        folder.resolve("service.yaml").toString(),
                        "--listen",
                        "127.0.0.1:" + providerPort,
                        "--directory",
                        folder.toString(),
                        "--stamper",
                        "@" + Files.writeString(file("stamper.invite"), stamperInvite),
                        "--invites",
                        Integer.toString(count),
                        "--metrics",
                        "127.0.0.1:0"));
    }

    /// Starts the stamper and waits until it listens.
    void startStamper(String javaOptions, int count) throws Exception {
        JsonNode says = launchStamper(javaOptions, count).listening();
        synchronized (this) {
            says.path("invites").forEach(invite -> stamperInvites.add(invite.asText()));
        }
    }

    /// Starts the provider and waits until it listens.
    void startProvider(String javaOptions, int count) throws Exception {
        JsonNode says = launchProvider(javaOptions, count).listening();
        synchronized (this) {
            says.path("invites").forEach(invite -> providerInvites.add(invite.asText()));
        }
    }

    /// A new customer with coins.
    synchronized Customer customer(String name) throws IOException {
        Actor actor = actor(name);
        customers.add(actor);
        return new Customer(
                this, actor, providerInvites.removeFirst(), stamperInvites.removeFirst());
    }

    @Override
    public void close() throws IOException {
        for (Actor actor : customers) {
            actor.close();
        }
        provider.close();
        stamper.close();
    }
}
