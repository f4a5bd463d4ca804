package io.evenhand.system.crash;

import io.evenhand.cli.Config;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.EscrowCalls;
import io.evenhand.ledger.evm.EscrowCode;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.ledger.evm.RpcResult;
import io.evenhand.ledger.evm.TransactionStatus;
import io.evenhand.ledger.evm.Wallet;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/// Makes the parties that may die, whatever their protocol.
///
/// @param folder where their data directories are
/// @param log gets what their processes say
public record Actors(
        LocalChain chain, Rail rail, Path folder, Actor.Launcher launcher, ProcessLog log) {
    /// What each account begins with.
    public static final Wei PURSE = Wei.parse("1 eth");

    /// A contract on a fresh chain, with one-second blocks from then on.
    public static Rail deploy(LocalChain chain) {
        TransactionStatus.Receipt receipt =
                chain.execute(
                        LocalChain.wallet(0),
                        EscrowCalls.deploy("crash:deploy", Wei.parse("1 eth")));
        chain.setMining(new LocalChain.Mining.Every(1));
        return new Rail(LocalChain.CHAIN_ID, receipt.created().orElseThrow(), EscrowCode.hash());
    }

    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// A data directory with keys, a funded wallet and a configuration.
    public Actor make(String name) throws IOException {
        Path home = Files.createDirectories(folder.resolve(name));
        NodeKeys keys =
                NodeKeys.create(
                        DataDirectory.identityFile(home), Optional.empty(), new SecureRandom());
        RpcResult _ =
                chain.rpc()
                        .call(
                                "anvil_setBalance",
                                new Wallet(keys.wallet()).address().toString(),
                                "0x" + PURSE.value().toString(16));
        Config.Chain on =
                new Config.Chain(
                        List.of(chain.httpUrl()),
                        LocalChain.CHAIN_ID,
                        Optional.of(rail.contract()),
                        Config.Pace.LOCAL);
        new Config(Optional.of(on)).save(home.resolve("config.yaml"));
        return new Actor(name, home, launcher, log);
    }
}
