package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.Config;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Home;
import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.Shell;
import io.evenhand.kit.alarm.Alarm;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.sign.Eip55;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.ChainAlarm;
import io.evenhand.ledger.evm.ChainSnapshot;
import io.evenhand.ledger.evm.ChainWatcher;
import io.evenhand.ledger.evm.Escrow;
import io.evenhand.ledger.evm.EscrowCode;
import io.evenhand.ledger.evm.FeePolicy;
import io.evenhand.ledger.evm.JsonRpc;
import io.evenhand.ledger.evm.LedgerException;
import io.evenhand.ledger.evm.Probe;
import io.evenhand.ledger.evm.TransactionManager;
import io.evenhand.ledger.evm.TransactionStatus.Receipt;
import io.evenhand.ledger.evm.Wallet;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
            "  evenhand deploy --rpc @node.url --contract 0x5fb...",
            "",
            "The URL may hold a key, and every user of this machine can read the arguments of its",
            "processes: name a file that holds it (@FILE), or - for a line of standard input. It is",
            "kept in config.yaml, for you only, and never shown."
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
                    "Ask this JSON-RPC node, http or ws; @FILE or - if its URL holds a key. Given twice,"
                            + " both must agree on what is final.")
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
                    "Say how slow the chain is: ethereum (finality tag, wide margins) or local (3"
                            + " confirmations; the default for chain 31337 and 1337).")
    private Optional<Config.Pace> pace = Optional.empty();

    @Option(
            names = "--finality",
            paramLabel = "N",
            description = {
                "Take a block as final once N blocks stand on it, on a chain without the tag",
                "\"finalized\" (1 to 200). A deeper reorg can cost a wage."
            })
    private Optional<Integer> finality = Optional.empty();

    @Option(
            names = "--max-fee",
            paramLabel = "AMOUNT",
            defaultValue = "0.05 eth",
            description = "Pay at most this for creating it (default ${DEFAULT-VALUE}).")
    private Wei maxFee = Wei.ZERO;

    public DeployCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Home home = shell.home();
        Config config = home.config();
        endpoints = Config.checkEndpoints(NamedText.URL.all("--rpc", endpoints), "--rpc");
        finality.ifPresent(n -> {
            int _ = Config.checkFinality(n, "--finality");
        });
        Optional<Address> there = contract.map(DeployCommand::address);
        NodeKeys nodeKeys = keys.load(home);
        Address wallet = new Wallet(nodeKeys.wallet()).address();
        try (DataDirectory _ = DataDirectory.hold(home.directory());
                JsonRpc rpc = open(endpoints.getFirst())) {
            long id = rpc.call("eth_chainId").quantity();
            Config.Pace chosen = pace.orElseGet(() -> Config.Pace.of(id));
            Config.Chain chain =
                    new Config.Chain(endpoints, id, Optional.empty(), chosen, finality);
            probe(chain, wallet, there.orElse(wallet));
            ChainWatcher.Settings settings =
                    new ChainWatcher.Settings(
                            chain.finalityPolicy(), chosen.poll(), Duration.ofSeconds(10));
            try (ChainWatcher watcher = ChainWatcher.start(rpc, settings, InstantSource.system())) {
                Optional<Address> known = there.or(() -> standing(config, id, rpc));
                Created created =
                        known.isPresent()
                                ? existing(watcher, id, known.get())
                                : create(
                                        watcher,
                                        id,
                                        new Wallet(nodeKeys.wallet()),
                                        home.directory());
                Config.Chain done = chain.with(created.rail().contract());
                config.with(done).save(home.configFile());
                DeploymentFile.of(home.directory(), id).forget();
                report(created, chosen, !config.chain().equals(Optional.of(done)));
            }
        }
        return ExitCode.OK.code();
    }

    private record Created(Rail rail, Optional<Receipt> receipt) {}

    /// Everything that will be needed of the endpoints, asked for before anything is signed.
    private void probe(Config.Chain chain, Address wallet, Address asked) {
        for (String url : endpoints) {
            try (JsonRpc rpc = open(url)) {
                Probe.Report report = Probe.ask(rpc, chain.finalityPolicy(), wallet, asked);
                if (report.chainId() != chain.id()) {
                    throw LedgerException.mismatch(
                            "%s serves chain %d, the other endpoint serves chain %d: name two of one chain"
                                    .formatted(rpc.name(), report.chainId(), chain.id()));
                }
                for (Probe.Result result : report.results()) {
                    if (result.level() != Probe.Level.FINE) {
                        tell(report.endpoint(), result.level().name(), result.line());
                    }
                }
                report.requireAll();
            }
        }
        if (finality.isPresent() && chain.pace() != Config.Pace.LOCAL) {
            Alarm own = new ChainAlarm.OwnFinality(finality.get());
            tell("", "WARNING", own.line() + "; " + own.wayOut());
        }
    }

    private void tell(String endpoint, String level, String line) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("endpoint", endpoint);
        fields.put("level", level.toLowerCase(Locale.ROOT));
        fields.put("text", line);
        shell.output().event("endpoint", fields, (endpoint + " " + line).strip());
    }

    /// The escrow that is configured already, if it stands on this chain.
    private static Optional<Address> standing(Config config, long id, JsonRpc rpc) {
        return config.chain()
                .filter(chain -> chain.id() == id)
                .flatMap(Config.Chain::contract)
                .filter(address -> EscrowCode.standsAt(rpc, address));
    }

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

    private Created create(ChainWatcher watcher, long id, Wallet wallet, Path home)
            throws IOException, InterruptedException {
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
        String key = "deploy:" + id;
        DeploymentFile journal = DeploymentFile.of(home, id);
        if (journal.find(key).isPresent()) {
            tell("", "note", "the deployment that was begun before is gone on with");
        }
        try (TransactionManager manager =
                TransactionManager.start(watcher, id, wallet, journal, FeePolicy.standard())) {
            Rail rail =
                    new Escrow(watcher, Optional.of(manager)).deploy(manager, key, maxFee, LIMIT);
            return new Created(
                    rail, manager.find(key).flatMap(record -> record.status().inBlock()));
        } catch (LedgerException e) {
            if (e.kind() instanceof LedgerException.Kind.Refused) {
                journal.forget();
            }
            throw e;
        }
    }

    private void report(Created created, Config.Pace chosen, boolean changed) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("chainId", created.rail().chainId());
        fields.put("contract", created.rail().contract().toString());
        fields.put("codeHash", "0x" + created.rail().codeHash());
        fields.put("pace", chosen.name().toLowerCase(Locale.ROOT));
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
