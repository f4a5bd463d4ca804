package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.Config;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Home;
import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.RamJournal;
import io.evenhand.cli.Shell;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.sign.Eip55;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.ChainSnapshot;
import io.evenhand.ledger.evm.ChainWatcher;
import io.evenhand.ledger.evm.Escrow;
import io.evenhand.ledger.evm.EscrowCode;
import io.evenhand.ledger.evm.FeePolicy;
import io.evenhand.ledger.evm.JsonRpc;
import io.evenhand.ledger.evm.TransactionManager;
import io.evenhand.ledger.evm.TransactionStatus.Receipt;
import io.evenhand.ledger.evm.Wallet;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `evenhand deploy`: the escrow contract on a chain, and the chain in the configuration.
@Command(
        name = "deploy",
        description = {
            "Put the escrow contract on a chain, or take the one that is there, and remember it.",
            "One contract serves everybody on a chain; its code hash is checked before it is used."
        },
        footer = {
            "",
            "Examples:",
            "  evenhand deploy --rpc http://127.0.0.1:8545",
            "  evenhand deploy --rpc https://node.example/KEY --contract 0x5fb...",
            "",
            "The URL may hold a key: it is kept in config.yaml, for you only, and never shown."
        })
public final class DeployCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final Shell shell;

    @Mixin private final KeyOptions keys = new KeyOptions();

    @Option(
            names = "--rpc",
            paramLabel = "URL",
            arity = "1",
            required = true,
            description =
                    "A JSON-RPC node, http or ws. Given twice, both must agree on what is final.")
    private List<String> endpoints = List.of();

    @Option(
            names = "--contract",
            paramLabel = "ADDRESS",
            description = "Take the escrow that stands there instead of creating one.")
    private Optional<String> contract = Optional.empty();

    @Option(
            names = "--pace",
            paramLabel = "PACE",
            description =
                    "How slow the chain is: ethereum (finality tag, wide margins) or local (3"
                            + " confirmations). Default: local for chain 31337 and 1337.")
    private Optional<Config.Pace> pace = Optional.empty();

    @Option(
            names = "--max-fee",
            paramLabel = "AMOUNT",
            defaultValue = "0.05 eth",
            description = "The most that creating it may cost (default ${DEFAULT-VALUE}).")
    private Wei maxFee = Wei.ZERO;

    public DeployCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws InterruptedException {
        Home home = shell.home();
        Config config = home.config();
        List<String> _ = Config.checkEndpoints(endpoints, "--rpc");
        Optional<Address> there = contract.map(DeployCommand::address);
        NodeKeys nodeKeys = keys.load(home);
        try (DataDirectory _ = DataDirectory.hold(home.directory());
                JsonRpc rpc = open(endpoints.getFirst())) {
            long id = rpc.call("eth_chainId").quantity();
            Config.Pace chosen = pace.orElseGet(() -> Config.Pace.of(id));
            ChainWatcher.Settings settings =
                    new ChainWatcher.Settings(
                            chosen.finality(), chosen.poll(), Duration.ofSeconds(10));
            try (ChainWatcher watcher = ChainWatcher.start(rpc, settings, InstantSource.system())) {
                Created created =
                        there.isPresent()
                                ? existing(watcher, id, there.get())
                                : create(watcher, id, new Wallet(nodeKeys.wallet()));
                Config.Chain chain =
                        new Config.Chain(
                                endpoints, id, Optional.of(created.rail().contract()), chosen);
                new Config(Optional.of(chain)).save(home.configFile());
                report(created, chosen, !config.chain().equals(Optional.of(chain)));
            }
        }
        return ExitCode.OK.code();
    }

    private record Created(Rail rail, Optional<Receipt> receipt) {}

    private static JsonRpc open(String url) {
        try {
            return JsonRpc.open(url);
        } catch (MalformedException e) {
            throw CliException.usage("--rpc: " + e.getMessage());
        }
    }

    private static Address address(String text) {
        try {
            return Eip55.parse(text);
        } catch (MalformedException e) {
            throw CliException.usage("--contract: " + e.getMessage());
        }
    }

    private static Created existing(ChainWatcher watcher, long id, Address address) {
        Rail rail = new Rail(id, address, EscrowCode.hash());
        new Escrow(watcher, Optional.empty()).check(rail);
        return new Created(rail, Optional.empty());
    }

    private Created create(ChainWatcher watcher, long id, Wallet wallet)
            throws InterruptedException {
        ChainSnapshot _ = watcher.refresh();
        Wei balance =
                new Wei(
                        watcher.rpc()
                                .call("eth_getBalance", wallet.address().toString(), "latest")
                                .number());
        if (balance.equals(Wei.ZERO)) {
            throw new CliException(
                    ExitCode.UNREACHABLE,
                    "the wallet "
                            + wallet.address()
                            + " has no coins on chain "
                            + id
                            + ": send it some for gas");
        }
        try (TransactionManager manager =
                TransactionManager.start(
                        watcher, id, wallet, new RamJournal(), FeePolicy.standard())) {
            Rail rail =
                    new Escrow(watcher, Optional.of(manager))
                            .deploy(manager, "deploy", maxFee, LIMIT);
            return new Created(
                    rail, manager.find("deploy").flatMap(record -> record.status().inBlock()));
        }
    }

    private void report(Created created, Config.Pace chosen, boolean changed) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("chainId", created.rail().chainId());
        fields.put("contract", created.rail().contract().toString());
        fields.put("codeHash", "0x" + created.rail().codeHash());
        fields.put("pace", chosen.name().toLowerCase(java.util.Locale.ROOT));
        fields.put("changed", changed);
        created.receipt()
                .ifPresent(receipt -> {
                    fields.put("transaction", "0x" + receipt.transaction());
                    fields.put("gas", receipt.gasUsed());
                });
        shell.output()
                .summary(
                        fields,
                        "escrow %s on chain %d%s%nmargins for pace \"%s\" (change with --pace)"
                                .formatted(
                                        created.rail().contract(),
                                        created.rail().chainId(),
                                        created.receipt()
                                                .map(r ->
                                                        ", created for %,d gas"
                                                                .formatted(r.gasUsed()))
                                                .orElse(", code as expected"),
                                        fields.get("pace")));
    }
}
