package io.evenhand.system.crash;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Address;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.system.whole.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// A chain, one stamper and one provider that may die and come back, and a customer with an account
/// of its own for each exchange.
final class CrashTestbed implements AutoCloseable {
    /// What an exchange is about: work that is quick to make and easy to compare.
    static final String WAGE = "0.01 eth";

    private static final String SERVICE =
            """
            name: copy
            about: gives back what it got
            price: 0.005 eth
            command: ["cp", "-v", "{input}", "{output}"]
            limits: { inputBytes: 1048576, workBytes: 1048576, seconds: 60, attempts: 3 }
            policies: [size]
            """;

    private static final String POLICY = "policy: size\natLeast: 1\natMost: 1048576\n";

    private final LocalChain chain;
    private final Rail rail;
    private final Path folder;
    private final Actors actors;
    private final int stamperPort;
    private final int providerPort;
    private final Actor stamper;
    private final Actor provider;
    private final List<Actor> customers = new ArrayList<>();
    private final Deque<String> stamperInvites = new ArrayDeque<>();
    private final Deque<String> providerInvites = new ArrayDeque<>();
    private final String stamperInvite;

    /// @param invites how many customers will come
    CrashTestbed(LocalChain chain, Rail rail, Path folder, int invites) throws Exception {
        this.chain = chain;
        this.rail = rail;
        this.folder = Files.createDirectories(folder);
        this.actors = new Actors(chain, rail, folder, Program::start, new ProcessLog());
        this.stamperPort = Actors.freePort();
        this.providerPort = Actors.freePort();
        Files.writeString(folder.resolve("service.yaml"), SERVICE);
        Files.writeString(policy(), POLICY);
        this.stamper = actors.make("stamper");
        this.provider = actors.make("provider");
        startStamper("", invites + 1);
        this.stamperInvite = stamperInvites.removeFirst();
        startProvider("", invites);
    }

    LocalChain chain() {
        return chain;
    }

    Rail rail() {
        return rail;
    }

    ProcessLog log() {
        return actors.log();
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
        return actor.keys();
    }

    Address account(Actor actor) {
        return actor.account();
    }

    /// Starts the stamper once; if it is to die, it may never say that it listens.
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
                        "--operator",
                        "third",
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
        Actor actor = actors.make(name);
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
