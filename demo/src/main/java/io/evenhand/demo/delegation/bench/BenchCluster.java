package io.evenhand.demo.delegation.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.cli.Config;
import io.evenhand.cli.command.InviteArgument;
import io.evenhand.demo.stage.LocalEscrow;
import io.evenhand.demo.stage.Party;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.file.PrivateFiles;
import io.evenhand.kit.process.Loop;
import io.evenhand.kit.value.Wei;
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
    private final boolean quiet;
    private final Config.Pace pace;
    private final List<Party> parties = new ArrayList<>();
    private final List<String> invites = new ArrayList<>();
    private final List<String> stamperInvites = new ArrayList<>();

    private BenchCluster(
            Path folder,
            LocalChain chain,
            Config.Pace pace,
            boolean quiet,
            BiConsumer<String, JsonNode> listener) {
        this.pace = pace;
        this.quiet = quiet;
        this.listener = listener;
        this.folder = folder;
        this.chain = chain;
        this.rail = LocalEscrow.deploy(chain);
    }

    /// Starts chain, stamper and provider as their users do.
    ///
    /// @param service the provider's YAML
    /// @param listener gets every line of every party
    static BenchCluster start(String service, int customers, BiConsumer<String, JsonNode> listener)
            throws IOException, InterruptedException {
        return start(service, customers, seconds(), Config.Pace.LOCAL, false, listener);
    }

    /// The same with parties that say only what they are asked; customers keep their exchanges open
    /// until they are told to finish.
    static BenchCluster quiet(String service, int customers)
            throws IOException, InterruptedException {
        return start(service, customers, seconds(), Config.Pace.LOCAL, true, (_, _) -> {});
    }

    /// The same at the pace of a public chain, on one that makes several blocks a second.
    static BenchCluster fast(String service, int customers, double blockSeconds)
            throws IOException, InterruptedException {
        LocalChain chain = LocalChain.start(new LocalChain.Mining.Fast(blockSeconds));
        return start(service, customers, chain, Config.Pace.ETHEREUM, true, (_, _) -> {});
    }

    private static LocalChain seconds() throws IOException {
        LocalChain chain = LocalChain.start(new LocalChain.Mining.Instant());
        chain.setMining(new LocalChain.Mining.Every(BLOCK_SECONDS));
        return chain;
    }

    private static BenchCluster start(
            String service,
            int customers,
            LocalChain chain,
            Config.Pace pace,
            boolean quiet,
            BiConsumer<String, JsonNode> listener)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("evenhand-bench-");
        BenchCluster cluster = new BenchCluster(folder, chain, pace, quiet, listener);
        Runtime.getRuntime().addShutdownHook(Loop.atExit(cluster::close));
        Path yaml = folder.resolve("service.yaml");
        Files.writeString(yaml, service);
        Party stamper = cluster.stamper(customers + 1);
        stamper.listening().path("invites").forEach(i -> cluster.stamperInvites.add(i.asText()));
        Party provider = cluster.provider(yaml, customers);
        provider.listening().path("invites").forEach(i -> cluster.invites.add(i.asText()));
        return cluster;
    }

    private Party stamper(int invites) throws IOException {
        List<String> command =
                quiet ? List.of("bench", "stamper") : List.of("stamper", "--listen", "127.0.0.1:0");
        return party("stamper", 0, with(command, "--invites", "" + invites));
    }

    private Party provider(Path yaml, int invites) throws IOException {
        List<String> command =
                quiet
                        ? List.of("bench", "provider")
                        : List.of(
                                "provider",
                                "--listen",
                                "127.0.0.1:0",
                                "--directory",
                                folder + "",
                                "--operator",
                                "third");
        return party(
                "provider",
                1,
                with(
                        command,
                        yaml + "",
                        "--invites",
                        "" + invites,
                        "--stamper",
                        keep("stamper", stamperInvites.removeFirst())));
    }

    private static List<String> with(List<String> command, String... more) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(more));
        return all;
    }

    private String keep(String name, String invite) throws IOException {
        return InviteArgument.keep(folder.resolve(name + ".invite"), invite);
    }

    /// Starts the next customer, which waits for a line before it begins `count` exchanges.
    Party customer(int number, int count, Path input, String policy)
            throws IOException, InterruptedException {
        Path file = folder.resolve("policy.yaml");
        Files.writeString(file, policy);
        List<String> command =
                with(
                        List.of("bench", "customer"),
                        "--provider",
                        keep(number + "-provider", invites.removeFirst()),
                        "--stamper",
                        keep(number + "-stamper", stamperInvites.removeFirst()),
                        "--input",
                        input.toString(),
                        "--policy",
                        file.toString(),
                        "--count",
                        "" + count);
        return party(
                "customer-" + number, 1 + number, quiet ? with(command, "--kept-open") : command);
    }

    Path folder() {
        return folder;
    }

    /// The data directory of a party.
    Path home(String party) {
        return folder.resolve(party);
    }

    long chainProcess() {
        return chain.processId();
    }

    /// What lies in the escrow contract.
    Wei locked() {
        return chain.balance(rail.contract());
    }

    List<Party> parties() {
        return List.copyOf(parties);
    }

    /// @param account which of the chain's accounts pays and is paid
    private Party party(String name, int account, List<String> command) throws IOException {
        Path home = home(name);
        PrivateFiles.directory(home);
        NodeKeys _ =
                NodeKeys.create(
                        DataDirectory.identityFile(home),
                        LocalChain.key(account),
                        Optional.empty(),
                        new SecureRandom());
        Config.Chain on =
                new Config.Chain(
                        List.of(chain.wsUrl()),
                        LocalChain.CHAIN_ID,
                        Optional.of(rail.contract()),
                        pace);
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
