package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Main;
import io.evenhand.cli.Output;
import io.evenhand.cli.Shell;
import io.evenhand.cli.evidence.EvidenceReport;
import io.evenhand.cli.evidence.HtmlPage;
import io.evenhand.cli.evidence.JsonForm;
import io.evenhand.cli.evidence.Plain;
import io.evenhand.cli.evidence.Reading;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.evidence.Bundle;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.ledger.evm.JsonRpc;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `evenhand verify`: what bundles prove.
@Command(
        name = "verify",
        description = {
            "Say what evidence bundles prove, what they do not, and who is to blame.",
            "Needs no keys and no configuration, and no network unless --rpc is given. Several bundles of",
            "one exchange are read together: only then it shows whether a party told two sides two things.",
            "What happened on a chain is proved only if the named block is on that chain; with --rpc a",
            "node of the chain is asked.",
            "",
            "Exit code 0: everything holds. 1: refused as forged, or denied by the chain. 3: the chain",
            "could not be asked, so nothing is decided. 4: a file is no bundle, or cannot be read."
        },
        footer = {
            "",
            "Examples:",
            "  evenhand verify labels.csv.asice",
            "  evenhand verify customer.asice provider.asice --rpc http://127.0.0.1:8545",
            "  evenhand verify labels.csv.asice --html report.html",
            "  evenhand verify case.asice --work case-work"
        })
public final class VerifyCommand implements Callable<Integer> {
    private final Shell shell;
    private final List<EvidenceReport<?>> reports;

    @Parameters(
            arity = "1..*",
            paramLabel = "BUNDLE",
            description = "Read this evidence of a party.")
    private List<Path> files = List.of();

    @Option(
            names = "--rpc",
            paramLabel = "URL",
            description =
                    "Ask this JSON-RPC node whether the blocks are on the chain; @FILE or - if its"
                            + " URL holds a key.")
    private Optional<String> rpc = Optional.empty();

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Also write the report as a page that can be printed.")
    private Optional<Path> html = Optional.empty();

    @Option(
            names = "--work",
            paramLabel = "DIR",
            description =
                    "Open and judge the work itself: a folder that its customer made with"
                            + " \"evenhand evidence --with-work\".")
    private Optional<Path> work = Optional.empty();

    /// @param reports the protocols whose evidence can be verified
    public VerifyCommand(Shell shell, List<EvidenceReport<?>> reports) {
        this.shell = shell;
        this.reports = reports;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        for (Path file : files) {
            if (!Bundle.isOne(InputFile.check("the bundle", file))) {
                throw new CliException(
                        ExitCode.STORAGE,
                        file
                                + ": not a bundle; name a file that \"evenhand evidence\" or"
                                + " \"evenhand delegate\" wrote (NAME.asice)");
            }
        }
        if (html.isPresent()) {
            OutputFile.check("--html", html.get(), VerifyCommand::isPage);
        }
        if (work.isPresent() && !Files.isDirectory(work.get())) {
            throw new CliException(
                    ExitCode.STORAGE,
                    "--work \""
                            + work.get()
                            + "\" is no folder that \"evenhand evidence --with-work\" made");
        }
        Reading reading = read();
        if (html.isPresent()) {
            String page = HtmlPage.of(reading, Instant.now(), Main.versionText());
            OutputFile.write("--html", html.get(), page);
        }
        Output output = shell.output();
        if (output.json()) {
            JsonForm.events(reading, (type, fields) -> output.event(type, fields, ""));
        } else {
            Plain.lines(reading).forEach(output::say);
        }
        output.summary(JsonForm.summary(reading), JsonForm.closing(reading));
        if (reading.refused().isPresent()) {
            throw new CliException(ExitCode.FAILED, reading.refused().get());
        }
        return (reading.valid() ? ExitCode.OK : ExitCode.FAILED).code();
    }

    /// An earlier report is replaced, nothing else is.
    private static boolean isPage(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(HtmlPage.START.length());
            return start.length == 0
                    || new String(start, StandardCharsets.UTF_8).equals(HtmlPage.START);
        }
    }

    private Reading read() throws IOException, InterruptedException {
        if (rpc.isEmpty()) {
            return Reading.of(reports, verifier(), files, Optional.empty(), work);
        }
        try (JsonRpc node = node(rpc.get())) {
            return Reading.of(reports, verifier(), files, Optional.of(node), work);
        }
    }

    private static JsonRpc node(String named) throws IOException {
        try {
            return JsonRpc.open(NamedText.URL.read("--rpc", named).orElse(named));
        } catch (MalformedException e) {
            throw CliException.usage("--rpc: " + e.getMessage());
        }
    }

    /// Verifying uses no key: an identity for this call, and no secrets.
    private static RealCrypto verifier() {
        return new RealCrypto(
                new Ed25519Identity(Secret32.random(new SecureRandom())),
                handle -> {
                    throw new IllegalStateException(handle + ": a verifier holds no secrets");
                });
    }
}
