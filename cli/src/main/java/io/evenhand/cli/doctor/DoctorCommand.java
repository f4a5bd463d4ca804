package io.evenhand.cli.doctor;

import io.evenhand.cli.CliException;
import io.evenhand.cli.Config;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Home;
import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.Output;
import io.evenhand.cli.Shell;
import io.evenhand.cli.command.CliProtocol;
import io.evenhand.cli.command.InputFile;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Address;
import io.evenhand.ledger.evm.Wallet;
import io.evenhand.node.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `evenhand doctor`: what is not well, and what to do about it.
@Command(
        name = "doctor",
        description = {
            "Look at this machine, the data directory, the chain and the known peers, and say what"
                    + " is not well and what to do about it. Nothing is changed."
        },
        footer = {
            "",
            "Examples:",
            "  evenhand doctor --home ~/.evenhand-provider",
            "  evenhand doctor examples/digits/provider.yaml   # is the price worth its gas?"
        })
public final class DoctorCommand implements Callable<Integer> {
    private final Shell shell;
    private final List<CliProtocol> protocols;

    @Mixin private final KeyOptions keys = new KeyOptions();

    @Parameters(
            paramLabel = "SERVICE.YAML",
            arity = "0..1",
            description = "Look at this service too.")
    private Optional<Path> service = Optional.empty();

    public DoctorCommand(Shell shell, List<CliProtocol> protocols) {
        this.shell = shell;
        this.protocols = List.copyOf(protocols);
    }

    @Override
    public Integer call() throws IOException {
        Home home = shell.home();
        List<Finding> findings = new ArrayList<>(Machine.look());
        findings.addAll(DataHome.look(home, protocols));
        if (!Files.isDirectory(home.directory())) {
            return report(shell.output(), findings);
        }
        Optional<Config.Chain> chain = chain(home, findings);
        // A provider's and a customer's directory has a chain, a stamper's has none.
        findings.addAll(Writable.look(home, chain.isEmpty() && service.isEmpty()));
        Optional<CliProtocol.Service> served = Optional.empty();
        if (service.isPresent()) {
            served = Optional.of(served(InputFile.check("the service", service.get())));
            findings.add(described(served.get()));
        }
        if (chain.isPresent()) {
            findings.addAll(Chain.look(chain.get(), wallet(home, findings), served));
        }
        findings.addAll(Peers.look(home));
        return report(shell.output(), findings);
    }

    private static Finding described(CliProtocol.Service served) {
        String name = "\"" + served.name() + "\" ";
        return served.fault()
                .map(why ->
                        Finding.fail(
                                "service",
                                name + "cannot be served: " + why,
                                "correct its `command:`, or run this in the folder in which the"
                                        + " command runs"))
                .orElseGet(() -> Finding.ok("service", name + "is well described"));
    }

    /// By the first protocol whose file it is; if it is nobody's, the first one says what is wrong.
    private CliProtocol.Service served(Path file) throws IOException {
        List<MalformedException> faults = new ArrayList<>();
        for (CliProtocol protocol : protocols) {
            try {
                Optional<CliProtocol.Service> read = protocol.service(file);
                if (read.isPresent()) {
                    return read.get();
                }
            } catch (MalformedException e) {
                faults.add(e);
            }
        }
        if (faults.isEmpty()) {
            throw CliException.usage("no protocol of this program serves by a file");
        }
        throw faults.getFirst();
    }

    private static Optional<Config.Chain> chain(Home home, List<Finding> findings) {
        try {
            Optional<Config.Chain> chain = home.config().chain();
            if (chain.isEmpty()) {
                findings.add(
                        Finding.warn(
                                "chain",
                                "none is configured; a stamper needs none",
                                "run \"evenhand deploy --rpc URL\""));
            }
            return chain;
        } catch (CliException e) {
            findings.add(
                    Finding.fail(
                            "configuration", String.valueOf(e.getMessage()), "correct the file"));
            return Optional.empty();
        }
    }

    private Optional<Address> wallet(Home home, List<Finding> findings) {
        try {
            return Optional.of(new Wallet(keys.load(home).wallet()).address());
        } catch (CliException | StoreException e) {
            findings.add(
                    Finding.warn(
                            "wallet",
                            "not looked at: " + e.getMessage(),
                            "give the passphrase with --passphrase-fd, from a terminal, or run"
                                    + " \"evenhand init\""));
            return Optional.empty();
        }
    }

    private static int report(Output output, List<Finding> findings) {
        for (Finding finding : findings) {
            output.event("finding", fields(finding), line(finding));
        }
        long warnings = count(findings, Finding.Level.WARN);
        long failures = count(findings, Finding.Level.FAIL);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("checked", findings.size());
        fields.put("warnings", warnings);
        fields.put("failures", failures);
        output.summary(
                fields,
                failures + warnings == 0
                        ? "all is well"
                        : "%d to put right, %d to keep an eye on".formatted(failures, warnings));
        return failures == 0 ? ExitCode.OK.code() : ExitCode.FAILED.code();
    }

    private static long count(List<Finding> findings, Finding.Level level) {
        return findings.stream().filter(finding -> finding.level() == level).count();
    }

    private static Map<String, Object> fields(Finding finding) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("level", finding.level().name().toLowerCase(Locale.ROOT));
        fields.put("what", finding.what());
        fields.put("text", finding.text());
        fields.put("wayOut", finding.wayOut());
        return fields;
    }

    private static String line(Finding finding) {
        String mark =
                switch (finding.level()) {
                    case OK -> "ok  ";
                    case WARN -> "warn";
                    case FAIL -> "FAIL";
                };
        String line = "%s  %-13s %s".formatted(mark, finding.what(), finding.text());
        return finding.wayOut().isEmpty() ? line : line + "\n      -> " + finding.wayOut();
    }
}
