package io.evenhand.demo.stage;

import io.evenhand.cli.Config;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.file.PrivateFiles;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/// What is set up before the parties start: a chain with the contract on it, and a data directory
/// for each.
///
/// @param folder holds all of it, and the results of the demo
public record DemoSetup(LocalChain chain, Rail rail, Path folder) {
    /// Puts the contract on a new chain, which makes a block each second from then on.
    static DemoSetup on(LocalChain chain, Path folder) {
        Rail rail = LocalEscrow.deploy(chain);
        chain.setMining(new LocalChain.Mining.Every(1));
        return new DemoSetup(chain, rail, folder);
    }

    public Path home(Role role) {
        return folder.resolve(role.text());
    }

    /// Makes a party's data directory, with keys.
    ///
    /// @param account of the local chain, whose coins the party has
    public void furnish(Role role, Optional<Integer> account) throws IOException {
        PrivateFiles.directory(home(role));
        Path file = DataDirectory.identityFile(home(role));
        SecureRandom random = new SecureRandom();
        NodeKeys _ =
                account.isPresent()
                        ? NodeKeys.create(
                                file, LocalChain.key(account.get()), Optional.empty(), random)
                        : NodeKeys.create(file, Optional.empty(), random);
        configure(role, List.of(chain.httpUrl()));
    }

    /// Writes the configuration of a party.
    ///
    /// @param endpoints the nodes through which it sees the chain
    public void configure(Role role, List<String> endpoints) {
        Config.Chain on =
                new Config.Chain(
                        endpoints,
                        LocalChain.CHAIN_ID,
                        Optional.of(rail.contract()),
                        Config.Pace.LOCAL);
        new Config(Optional.of(on)).save(home(role).resolve("config.yaml"));
    }

    public NodeKeys keys(Role role) {
        return NodeKeys.load(DataDirectory.identityFile(home(role)), Optional.empty());
    }
}
