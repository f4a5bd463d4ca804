package io.evenhand.demo.stage;

import io.evenhand.cli.Config;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.file.PrivateFiles;
import io.evenhand.kit.value.Address;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.programs.digits.DigitsTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/// Everything the parties find when they come: a chain with the contract on it, a home for each,
/// and the task.
///
/// @param folder holds all of it; the customer's result ends up here too
public record DemoSetup(LocalChain chain, Rail rail, Path folder, DigitsTask task, Path policy) {
    static final int PROVIDER_ACCOUNT = 1;
    static final int CUSTOMER_ACCOUNT = 2;

    static DemoSetup set(Path root, Path folder) throws IOException {
        LocalChain chain = LocalChain.start(new LocalChain.Mining.Instant());
        Rail rail = LocalEscrow.deploy(chain);
        chain.setMining(new LocalChain.Mining.Every(1));
        DigitsTask task =
                DigitsTask.prepare(
                        root.resolve("examples/digits/digits.csv.gz"), folder, new SecureRandom());
        Path policy = folder.resolve("policy.yaml");
        Files.writeString(
                policy,
                "policy: accuracy\natLeast: 0.95\nhidden: " + task.hidden().getFileName() + "\n");
        DemoSetup setup = new DemoSetup(chain, rail, folder, task, policy);
        for (String name : List.of("stamper", "provider", "customer")) {
            setup.furnish(name);
        }
        return setup;
    }

    public Address provider() {
        return LocalChain.wallet(PROVIDER_ACCOUNT).address();
    }

    public Address customer() {
        return LocalChain.wallet(CUSTOMER_ACCOUNT).address();
    }

    public Path home(String name) {
        return folder.resolve(name);
    }

    /// Makes a data directory with keys; the wallets of provider and customer have coins.
    private void furnish(String name) throws IOException {
        Path home = folder.resolve(name);
        PrivateFiles.directory(home);
        SecureRandom random = new SecureRandom();
        Path file = DataDirectory.identityFile(home);
        switch (name) {
            case "provider" -> wallet(file, PROVIDER_ACCOUNT, random);
            case "customer" -> wallet(file, CUSTOMER_ACCOUNT, random);
            default -> {
                NodeKeys _ = NodeKeys.create(file, Optional.empty(), random);
            }
        }
        configure(name, List.of(chain.httpUrl()));
    }

    /// Writes the configuration of a party.
    ///
    /// @param endpoints the nodes through which it sees the chain
    void configure(String name, List<String> endpoints) {
        Config.Chain on =
                new Config.Chain(
                        endpoints,
                        LocalChain.CHAIN_ID,
                        Optional.of(rail.contract()),
                        Config.Pace.LOCAL);
        new Config(Optional.of(on)).save(home(name).resolve("config.yaml"));
    }

    private static void wallet(Path file, int account, SecureRandom random) {
        NodeKeys _ = NodeKeys.create(file, LocalChain.key(account), Optional.empty(), random);
    }

    public NodeKeys keys(String name) {
        return NodeKeys.load(DataDirectory.identityFile(folder.resolve(name)), Optional.empty());
    }
}
