package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.Shell;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.evidence.Bundle;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.ledger.evm.ChainWatcher;
import io.evenhand.ledger.evm.Escrow;
import io.evenhand.ledger.evm.JsonRpc;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.delegation.EvidenceMaker;
import io.evenhand.node.delegation.WorkFolder;
import io.evenhand.node.evm.ChainConfig;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.evidence.Evidence;
import io.evenhand.protocols.delegation.evidence.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `evenhand evidence`: a bundle on demand.
@Command(
        name = "evidence",
        description = {
            "Write the evidence of one exchange as a bundle, whether it is over or not. What has happened",
            "on the chain so far is taken from the configured node. The bundle holds no secrets and no work."
        },
        footer = {
            "",
            "Examples:",
            "  evenhand evidence 3f2a91c0",
            "  evenhand evidence 3f2a91c0 --output case.asice --with-work case-work --hidden hidden.csv"
        })
public final class EvidenceCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin private final KeyOptions keys = new KeyOptions();

    @Parameters(
            paramLabel = "XID",
            description = "The exchange: its xid or reference, or the beginning of one.")
    private String name = "";

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Where the bundle goes (default: evidence-XID.asice here).")
    private Optional<Path> output = Optional.empty();

    @Option(
            names = "--with-work",
            paramLabel = "DIR",
            description =
                    "Also fill a new folder with the sealed work, the pre-shared secret and the hidden"
                            + " data, for somebody who shall judge the work. Whoever has it can read"
                            + " the work.")
    private Optional<Path> work = Optional.empty();

    @Option(
            names = "--hidden",
            paramLabel = "FILE",
            description =
                    "Your file of the hidden data, unchanged, for --with-work: the node erases its own"
                            + " copy when an exchange ends.")
    private Optional<Path> hidden = Optional.empty();

    public EvidenceCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException {
        NodeKeys nodeKeys = keys.load(shell.home());
        try (Store store = Store.openForReading(shell.home().directory(), nodeKeys)) {
            Exchange exchange = Exchange.find(store, shell.home(), name);
            SessionKey session = exchange.stored().key();
            RealCrypto crypto =
                    new RealCrypto(nodeKeys.identity(), handle -> store.keys().secret(handle));
            Evidence evidence =
                    written(store, crypto, session)
                            .or(() -> make(store, nodeKeys, crypto, session))
                            .orElseThrow(() ->
                                    new CliException(
                                            ExitCode.FAILED,
                                            "nothing was ever ordered in this exchange: there is"
                                                    + " nothing to show"));
            Verdict verdict = Verdict.of(crypto, evidence);
            Path file = output.orElseGet(() -> Path.of("evidence-" + brief(exchange) + ".asice"));
            OutputFile.check("--output", file, EvidenceCommand::isBundle);
            if (work.isPresent()) {
                work(store, nodeKeys, session, work.get());
            }
            write(evidence, file);
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("bundle", file.toString());
            work.ifPresent(folder -> fields.put("work", folder.toString()));
            fields.put("proved", verdict.findings().stream().map(c -> c.kind().name()).toList());
            shell.output()
                    .summary(
                            fields,
                            "evidence  "
                                    + file
                                    + work.map(folder -> "\nwork      " + folder).orElse(""));
        }
        return ExitCode.OK.code();
    }

    /// Evidence of an earlier moment is replaced, nothing else is.
    private static boolean isBundle(Path file) throws IOException {
        try {
            Evidence _ = Evidence.FORMAT.read(Bundle.read(file));
            return true;
        } catch (MalformedException e) {
            return false;
        }
    }

    private static void write(Evidence evidence, Path file) {
        try {
            Evidence.FORMAT.bundle(evidence).write(file);
        } catch (IOException e) {
            throw OutputFile.failed("--output", e);
        }
    }

    private static String brief(Exchange exchange) {
        return exchange.stored()
                .xid()
                .map(Object::toString)
                .orElse(exchange.stored().key().ref().toString())
                .substring(0, 16);
    }

    private void work(Store store, NodeKeys nodeKeys, SessionKey session, Path folder)
            throws IOException {
        if (!session.role().equals(DelegationRoles.CUSTOMER)) {
            throw CliException.usage("--with-work: only the customer can open the work");
        }
        if (folder.toString().isBlank()) {
            throw CliException.usage("--with-work is empty; name a new folder");
        }
        OutputFile.checkFolder("--with-work", folder);
        Optional<Path> own = hidden.map(file -> InputFile.check("the hidden data", file));
        if (WorkFolder.write(
                        store, nodeKeys.identity(), shell.home().directory(), session, folder, own)
                .isEmpty()) {
            throw new CliException(
                    ExitCode.FAILED, "--with-work: the sealed work never came, so there is none");
        }
    }

    /// What the node wrote when the exchange ended; then no chain has to answer.
    private Optional<Evidence> written(Store store, RealCrypto crypto, SessionKey session) {
        Path file = EvidenceMaker.file(shell.home().directory(), store, crypto, session);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Evidence.FORMAT.read(Bundle.read(file)));
        } catch (MalformedException e) {
            // Somebody damaged it: it is made again from the journal.
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A stamper watches no chain, and a party needs one only once there is a deposit.
    private Optional<Evidence> make(
            Store store, NodeKeys nodeKeys, RealCrypto crypto, SessionKey session) {
        InstantSource clock = InstantSource.system();
        EvidenceMaker.Chain chain =
                session.role().equals(DelegationRoles.STAMPER)
                        ? EvidenceMaker.Chain.none()
                        : (from, rail, deal) -> {
                            ChainConfig config = Chains.configured(shell.home());
                            try (JsonRpc rpc = JsonRpc.open(config.endpoint());
                                    ChainWatcher watcher =
                                            ChainWatcher.start(
                                                    rpc,
                                                    ChainWatcher.Settings.of(config.finality()),
                                                    clock)) {
                                return new Escrow(watcher, Optional.empty())
                                        .history(rail, deal, from);
                            }
                        };
        return new EvidenceMaker(store, nodeKeys.identity(), crypto, chain)
                .make(session, clock.instant());
    }
}
