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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `evenhand deploy`: the contracts on a chain, and the chain in the configuration.
@Command(
        name = "deploy",
        description = {
            "Put escrow and meter on a chain, or take those that are there, and remember them.",
            "They serve everybody on a chain; their code hashes are checked before they are used.",
            "Once an address is given, nothing is created."
        },
        footer = {
            "",
            "Examples:",
            "  evenhand deploy --rpc http://127.0.0.1:8545",
            "  evenhand deploy --rpc @node.url --contract 0x5fb... --meter 0xe7f...",
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
            description = "Take the escrow that stands there, on which work is delegated.")
    private Optional<String> contract = Optional.empty();

    @Option(
            names = "--meter",
            paramLabel = "ADDRESS",
            description = "Take the meter that stands there, on which computing is paid for.")
    private Optional<String> meter = Optional.empty();

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
            description = "Pay at most this for creating each (default ${DEFAULT-VALUE}).")
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
        Optional<Address> escrow = contract.map(text -> address("--contract", text));
        Optional<Address> counter = meter.map(text -> address("--meter", text));
        NodeKeys nodeKeys = keys.load(home);
        Address wallet = new Wallet(nodeKeys.wallet()).address();
        try (DataDirectory _ = DataDirectory.hold(home.directory());
                JsonRpc rpc = open(endpoints.getFirst())) {
            long id = rpc.call("eth_chainId").quantity();
            Optional<Config.Chain> before = config.chain().filter(known -> known.id() == id);
            Config.Pace chosen = pace.orElseGet(() -> Config.Pace.of(id));
            Config.Chain chain =
                    new Config.Chain(endpoints, id, Optional.empty(), chosen, finality);
            probe(chain, wallet, escrow.or(() -> counter).orElse(wallet));
            ChainWatcher.Settings settings =
                    new ChainWatcher.Settings(
                            chain.finalityPolicy(), chosen.poll(), Duration.ofSeconds(10));
            try (ChainWatcher watcher = ChainWatcher.start(rpc, settings, InstantSource.system())) {
                Deploying deploying =
                        new Deploying(watcher, id, new Wallet(nodeKeys.wallet()), home.directory());
                Optional<Standing> one =
                        stand(
                                deploying,
                                KnownCode.ESCROW,
                                escrow,
                                before.flatMap(Config.Chain::contract));
                if (one.isPresent()) {
                    chain = chain.with(one.get().rail().contract());
                    config.with(chain).save(home.configFile());
                    DeploymentFile.of(home.directory(), KnownCode.ESCROW, id).forget();
                }
                Optional<Standing> other =
                        stand(
                                deploying,
                                KnownCode.METER,
                                counter,
                                before.flatMap(Config.Chain::meter));
                if (other.isPresent()) {
                    chain = chain.withMeter(other.get().rail().contract());
                    config.with(chain).save(home.configFile());
                    DeploymentFile.of(home.directory(), KnownCode.METER, id).forget();
                }
                report(chain, one, other, !config.chain().equals(Optional.of(chain)));
            }
        }
        return ExitCode.OK.code();
    }

    /// What a contract is created with.
    private record Deploying(ChainWatcher watcher, long id, Wallet wallet, Path home) {}

    /// A contract that can be used.
    ///
    /// @param receipt of its creation, if it was created now
    private record Standing(Rail rail, Optional<Receipt> receipt) {}

    /// The one that is named, or the configured one if it stands, or a new one if none is named.
    private Optional<Standing> stand(
            Deploying on, KnownCode code, Optional<Address> named, Optional<Address> configured)
            throws IOException, InterruptedException {
        if (named.isPresent()) {
            Rail rail = code.rail(on.id(), named.get());
            code.check(on.watcher(), rail);
            return Optional.of(new Standing(rail, Optional.empty()));
        }
        Optional<Rail> known =
                configured
                        .filter(address -> code.standsAt(on.watcher().rpc(), address))
                        .map(address -> code.rail(on.id(), address));
        if (known.isPresent()) {
            return Optional.of(new Standing(known.get(), Optional.empty()));
        }
        return contract.isPresent() || meter.isPresent()
                ? Optional.empty()
                : Optional.of(create(on, code));
    }

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

    private static JsonRpc open(String url) {
        try {
            return JsonRpc.open(url);
        } catch (MalformedException e) {
            throw CliException.usage("--rpc: " + e.getMessage());
        }
    }

    private static Address address(String option, String text) {
        try {
            return Eip55.parse(text);
        } catch (MalformedException e) {
            throw CliException.usage(option + ": " + e.getMessage());
        }
    }

    private Standing create(Deploying on, KnownCode code) throws IOException, InterruptedException {
        ChainWatcher watcher = on.watcher();
        Address account = on.wallet().address();
        ChainSnapshot _ = watcher.refresh();
        Wei balance =
                new Wei(
                        watcher.rpc()
                                .call("eth_getBalance", account.toString(), "latest")
                                .number());
        if (balance.equals(Wei.ZERO)) {
            throw new CliException(
                    ExitCode.UNREACHABLE,
                    "the wallet "
                            + account
                            + " has no coins on chain "
                            + on.id()
                            + ": send it some for gas");
        }
        String key = code.key(on.id());
        DeploymentFile journal = DeploymentFile.of(on.home(), code, on.id());
        if (journal.find(key).isPresent()) {
            tell("", "note", "the deployment that was begun before is gone on with");
        }
        try (TransactionManager manager =
                TransactionManager.start(
                        watcher, on.id(), on.wallet(), journal, FeePolicy.standard())) {
            Rail rail = code.deploy(watcher, manager, key, maxFee, LIMIT);
            return new Standing(
                    rail, manager.find(key).flatMap(record -> record.status().inBlock()));
        } catch (LedgerException e) {
            if (e.kind() instanceof LedgerException.Kind.Refused) {
                journal.forget();
            }
            throw e;
        }
    }

    private void report(
            Config.Chain chain,
            Optional<Standing> escrow,
            Optional<Standing> counter,
            boolean changed) {
        Map<String, Object> fields = new LinkedHashMap<>();
        List<String> lines = new ArrayList<>();
        fields.put("chainId", chain.id());
        escrow.ifPresent(it -> {
            fields.put("contract", it.rail().contract().toString());
            fields.put("codeHash", "0x" + it.rail().codeHash());
            it.receipt()
                    .ifPresent(receipt -> {
                        fields.put("transaction", "0x" + receipt.transaction());
                        fields.put("gas", receipt.gasUsed());
                    });
            lines.add(line(KnownCode.ESCROW, it));
        });
        counter.ifPresent(it -> {
            fields.put("meter", it.rail().contract().toString());
            fields.put("meterCodeHash", "0x" + it.rail().codeHash());
            it.receipt()
                    .ifPresent(receipt -> {
                        fields.put("meterTransaction", "0x" + receipt.transaction());
                        fields.put("meterGas", receipt.gasUsed());
                    });
            lines.add(line(KnownCode.METER, it));
        });
        fields.put("pace", chain.pace().name().toLowerCase(Locale.ROOT));
        fields.put("changed", changed);
        lines.add("margins for pace \"%s\" (change with --pace)".formatted(fields.get("pace")));
        shell.output().summary(fields, String.join(System.lineSeparator(), lines));
    }

    private static String line(KnownCode code, Standing standing) {
        return "%s %s on chain %d%s"
                .formatted(
                        code.word(),
                        standing.rail().contract(),
                        standing.rail().chainId(),
                        standing.receipt()
                                .map(r -> ", created for %,d gas".formatted(r.gasUsed()))
                                .orElse(", code as expected"));
    }
}
