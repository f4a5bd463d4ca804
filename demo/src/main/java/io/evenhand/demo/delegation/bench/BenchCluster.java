package io.evenhand.demo.delegation.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.cli.Config;
import io.evenhand.cli.command.InviteArgument;
import io.evenhand.demo.stage.LocalEscrow;
import io.evenhand.demo.stage.Party;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.file.PrivateFiles;
import io.evenhand.kit.process.Loop;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/// A chain with one-second blocks, a stamper, a provider and customers, each a process of its own,
/// in a folder that is deleted at the end.
final class BenchCluster implements AutoCloseable {
    static final int BLOCK_SECONDS = 1;

    /// The chain's funded accounts, less that of the deployment and the provider's.
    static final int MAX_CUSTOMERS = LocalChain.ACCOUNTS - 2;

    private final Path folder;
    private final LocalChain chain;
    private final Rail rail;
    private final BiConsumer<String, JsonNode> listener;
    private final List<Party> parties = new ArrayList<>();
    private final List<String> invites = new ArrayList<>();
    private final List<String> stamperInvites = new ArrayList<>();

    private BenchCluster(Path folder, LocalChain chain, BiConsumer<String, JsonNode> listener) {
        this.listener = listener;
        this.folder = folder;
        this.chain = chain;
        this.rail = LocalEscrow.deploy(chain);
        chain.setMining(new LocalChain.Mining.Every(BLOCK_SECONDS));
    }

    /// Starts chain, stamper and provider.
    ///
    /// @param service the provider's YAML
    /// @param listener gets every line of every party
    static BenchCluster start(String service, int customers, BiConsumer<String, JsonNode> listener)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("evenhand-bench-");
        BenchCluster cluster =
                new BenchCluster(
                        folder, LocalChain.start(new LocalChain.Mining.Instant()), listener);
        Runtime.getRuntime().addShutdownHook(Loop.atExit(cluster::close));
        Path yaml = folder.resolve("service.yaml");
        Files.writeString(yaml, service);
        Party stamper =
                cluster.party(
                        "stamper",
                        0,
                        List.of(
                                "stamper",
                                "--listen",
                                "127.0.0.1:0",
                                "--invites",
                                "" + (customers + 1)));
        stamper.listening().path("invites").forEach(i -> cluster.stamperInvites.add(i.asText()));
        Party provider =
                cluster.party(
                        "provider",
                        1,
                        List.of(
                                "provider",
                                yaml.toString(),
                                "--listen",
                                "127.0.0.1:0",
                                "--directory",
                                folder.toString(),
                                "--invites",
                                "" + customers,
                                "--stamper",
                                InviteArgument.keep(
                                        folder.resolve("stamper.invite"),
                                        cluster.stamperInvites.removeFirst())));
        provider.listening().path("invites").forEach(i -> cluster.invites.add(i.asText()));
        return cluster;
    }

    private String keep(String name, String invite) throws IOException {
        return InviteArgument.keep(folder.resolve(name + ".invite"), invite);
    }

    /// Starts the next customer, which waits for a line before it begins `count` exchanges.
    Party customer(int number, int count, Path input, String policy)
            throws IOException, InterruptedException {
        Path file = folder.resolve("policy.yaml");
        Files.writeString(file, policy);
        Party customer =
                party(
                        "customer-" + number,
                        1 + number,
                        List.of(
                                "bench",
                                "customer",
                                "--provider",
                                keep(number + "-provider", invites.removeFirst()),
                                "--stamper",
                                keep(number + "-stamper", stamperInvites.removeFirst()),
                                "--input",
                                input.toString(),
                                "--policy",
                                file.toString(),
                                "--count",
                                "" + count));
        return customer;
    }

    Path folder() {
        return folder;
    }

    List<Party> parties() {
        return List.copyOf(parties);
    }

    /// @param account which of the chain's accounts pays and is paid
    private Party party(String name, int account, List<String> command) throws IOException {
        Path home = folder.resolve(name);
        PrivateFiles.directory(home);
        NodeKeys _ =
                NodeKeys.create(
                        DataDirectory.identityFile(home),
                        LocalChain.key(account),
                        Optional.empty(),
                        new SecureRandom());
        Config.Chain on =
                new Config.Chain(
                        List.of(chain.httpUrl()),
                        LocalChain.CHAIN_ID,
                        Optional.of(rail.contract()),
                        Config.Pace.LOCAL);
        new Config(Optional.of(on)).save(home.resolve("config.yaml"));
        Party party = Party.start(name, home, List.of(), listener, command);
        synchronized (parties) {
            parties.add(party);
        }
        return party;
    }

    @Override
    public void close() {
        List<Party> all;
        synchronized (parties) {
            all = List.copyOf(parties);
            parties.clear();
        }
        all.reversed().forEach(Party::close);
        chain.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // Deleted already, or left to the temporary directory's own cleaning.
        }
    }
}
