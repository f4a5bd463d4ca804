package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.Shell;
import io.evenhand.kit.evidence.Bundle;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
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
            "Write the evidence of one exchange as a bundle, whether it is over or not.",
            "What has happened on the chain so far is taken from the configured node. The bundle holds no",
            "secrets and no work."
        },
        footer = {
            "",
            "Examples:",
            "  evenhand evidence 3f2a91c0",
            "  evenhand evidence 3f2a91c0 --output case.asice --with-work case-work --hidden hidden.csv",
            "",
            "To make room: evenhand evidence prune --help"
        })
public final class EvidenceCommand implements Callable<Integer> {
    private final Shell shell;
    private final List<CliProtocol> protocols;

    @Mixin private final KeyOptions keys = new KeyOptions();

    @Parameters(
            arity = "0..1",
            paramLabel = "XID",
            description = "Name the exchange by its reference or xid, or 4 digits or more of one.")
    private String name = "";

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Write the bundle to this file (default: evidence-XID.asice here).")
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
                    "Take this file of hidden data, unchanged, for --with-work: the node erases its own"
                            + " copy when an exchange ends.")
    private Optional<Path> hidden = Optional.empty();

    public EvidenceCommand(Shell shell, List<CliProtocol> protocols) {
        this.shell = shell;
        this.protocols = List.copyOf(protocols);
    }

    /// With its own subcommand.
    public static LazyCommand command(Shell shell, List<CliProtocol> protocols) {
        return LazyCommand.of(
                        "evidence",
                        EvidenceCommand.class,
                        () -> new EvidenceCommand(shell, protocols))
                .and(() -> new PruneCommand(shell, protocols));
    }

    @Override
    public Integer call() throws IOException {
        if (name.isEmpty()) {
            throw CliException.usage("XID is missing; \"evenhand list\" shows the exchanges");
        }
        NodeKeys nodeKeys = keys.load(shell.home());
        try (Store store = Store.openForReading(shell.home().directory(), nodeKeys)) {
            StoredExchange exchange = StoredExchange.find(protocols, store, shell.home(), name);
            SessionKey session = exchange.stored().key();
            EvidenceSource source =
                    exchange.protocol()
                            .evidence()
                            .orElseThrow(() ->
                                    new CliException(
                                            ExitCode.FAILED,
                                            "exchanges of \""
                                                    + exchange.protocol().name()
                                                    + "\" leave no evidence"));
            EvidenceSource.Made made =
                    source.make(shell, nodeKeys, store, session)
                            .orElseThrow(() ->
                                    new CliException(
                                            ExitCode.FAILED,
                                            "nothing was ever ordered in this exchange: there is"
                                                    + " nothing to show"));
            Path file = output.orElseGet(() -> Path.of("evidence-" + brief(exchange) + ".asice"));
            OutputFile.check("--output", file, source::isBundle);
            if (work.isPresent()) {
                source.work(shell, nodeKeys, store, session, work.get(), hidden);
            }
            write(made.bundle(), file);
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("bundle", file.toString());
            work.ifPresent(folder -> fields.put("work", folder.toString()));
            fields.put("proved", made.proved());
            shell.output()
                    .summary(
                            fields,
                            "evidence  "
                                    + file
                                    + work.map(folder -> "\nwork      " + folder).orElse(""));
        }
        return ExitCode.OK.code();
    }

    private static void write(Bundle bundle, Path file) {
        try {
            bundle.write(file);
        } catch (IOException e) {
            throw OutputFile.failed("--output", e);
        }
    }

    private static String brief(StoredExchange exchange) {
        return exchange.stored()
                .xid()
                .map(Object::toString)
                .orElse(exchange.stored().key().ref().toString())
                .substring(0, 16);
    }
}
