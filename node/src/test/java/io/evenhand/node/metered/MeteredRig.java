package io.evenhand.node.metered;

import io.evenhand.enclave.metered.SandboxPrograms;
import io.evenhand.enclave.sandbox.FileResult;
import io.evenhand.enclave.sandbox.Guest;
import io.evenhand.enclave.sandbox.GuestAborted;
import io.evenhand.enclave.sandbox.Program;
import io.evenhand.enclave.sandbox.ProgramInstance;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.ChainWatcher;
import io.evenhand.ledger.evm.FeePolicy;
import io.evenhand.ledger.evm.FinalityPolicy;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.ledger.evm.Meter;
import io.evenhand.ledger.evm.TransactionManager;
import io.evenhand.node.evm.ChainConfig;
import io.evenhand.node.exchange.MachineDecorator;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.metered.message.Limits;
import io.evenhand.protocols.metered.message.Prices;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;

/// A chain with a Meter, requesters and nodes in directories of their own, and Game of Life.
final class MeteredRig implements AutoCloseable {
    /// Far above what the tests' rounds cost.
    static final Pricing PRICING = new Pricing(Wei.parse("0.001 eth"));

    private final Path root;
    final LocalChain chain;
    final Rail rail;
    final Octets module;
    final Limits limits;
    final Program program;
    private final ProgramInstance instance;

    MeteredRig(Path root) throws Exception {
        this.root = root;
        this.chain = LocalChain.start(new LocalChain.Mining.Instant());
        this.rail = deploy();
        chain.setMining(new LocalChain.Mining.Every(1));
        this.module = new Octets(Files.readAllBytes(life()));
        this.limits =
                new Limits(100_000, 5_000_000, 64, module.length(), 1 << 16, 1 << 16, 1000, 60);
        this.program = Program.of(module.toByteArray(), SandboxPrograms.limits(limits));
        this.instance = program.start(Guest.Engine.COMPILED);
    }

    private static Path life() {
        // Tests run in the folder of their module.
        return Path.of("../programs/src/guest/life/life.wasm").toAbsolutePath().normalize();
    }

    NodeKeys keys(String party, int account) throws IOException {
        Path file = DataDirectory.identityFile(Files.createDirectories(root.resolve(party)));
        return Files.exists(file)
                ? NodeKeys.load(file, Optional.empty())
                : NodeKeys.create(
                        file, LocalChain.key(account), Optional.empty(), new SecureRandom());
    }

    private Rail deploy() throws IOException, InterruptedException {
        ChainWatcher.Settings settings =
                new ChainWatcher.Settings(
                        FinalityPolicy.depth(0), Duration.ofMillis(50), Duration.ofSeconds(10));
        try (Store store =
                        Store.open(
                                root.resolve("deployer"),
                                keys("deployer", 0),
                                InstantSource.system());
                ChainWatcher watcher =
                        ChainWatcher.start(chain.rpc(), settings, InstantSource.system());
                TransactionManager manager =
                        TransactionManager.start(
                                watcher,
                                LocalChain.CHAIN_ID,
                                LocalChain.wallet(0),
                                store.transactions(),
                                FeePolicy.standard())) {
            return new Meter(watcher)
                    .deploy(manager, "meter", Wei.parse("1 eth"), Duration.ofMinutes(15));
        }
    }

    ChainConfig config() {
        return new ChainConfig(
                chain.httpUrl(),
                Optional.empty(),
                rail,
                FinalityPolicy.depth(2),
                Timing.LOCAL,
                Duration.ofMillis(100));
    }

    NodeDaemon node(String name, int account, ServedChannel.Enclaves enclaves) throws IOException {
        return node(name, account, enclaves, 0, 0);
    }

    NodeDaemon node(String name, int account, ServedChannel.Enclaves enclaves, int port, int rounds)
            throws IOException {
        return NodeDaemon.start(
                root.resolve(name),
                keys(name, account),
                NodeConfig.of("127.0.0.1", port, rounds, config(), PRICING),
                InstantSource.system(),
                _ -> {},
                (_, _, _, _) -> {},
                enclaves,
                MachineDecorator.none());
    }

    RequesterAgent requester(String name, int account) throws IOException {
        return RequesterAgent.start(
                root.resolve(name),
                keys(name, account),
                config(),
                InstantSource.system(),
                _ -> {},
                (_, _, _, _) -> {},
                MachineDecorator.none());
    }

    ComputeRequest request(PartyId node, Octets state, long cycles, long round, long timeout) {
        Prices prices = PRICING.of(limits);
        Wei all =
                prices.perSession()
                        .times(4)
                        .plus(prices.of(2, round).times(cycles / round + 2))
                        .plus(Wei.parse("0.1 eth"));
        return new ComputeRequest(
                node,
                module,
                state,
                new ComputePlan(cycles, round),
                limits,
                prices,
                all,
                timeout,
                8,
                16);
    }

    /// A random grid.
    Octets grid(int size) throws GuestAborted {
        StringBuilder rle =
                new StringBuilder(
                        "x = %d, y = %d, rule = B3/S23:T%d,%d\n".formatted(size, size, size, size));
        Random random = new Random(size);
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                rle.append(random.nextInt(3) == 0 ? 'o' : 'b');
            }
            rle.append('$');
        }
        rle.append('!');
        return ((FileResult.Made)
                        instance.importFile(
                                new Octets(rle.toString().getBytes(StandardCharsets.US_ASCII))))
                .bytes();
    }

    Octets plain(Octets state, long cycles) throws GuestAborted {
        return instance.round(state, cycles).state();
    }

    @Override
    public void close() {
        chain.close();
    }
}
