package io.evenhand.cli.delegation;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Shell;
import io.evenhand.cli.Units;
import io.evenhand.cli.command.InputFile;
import io.evenhand.enclave.client.Assignment;
import io.evenhand.enclave.client.Hosts;
import io.evenhand.enclave.client.Outcome;
import io.evenhand.enclave.client.TimeLimits;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.PlainText;
import io.evenhand.kit.file.PrivateFiles;
import io.evenhand.node.delegation.provider.ServiceCommand;
import io.evenhand.node.delegation.provider.ServiceConfig;
import io.evenhand.programs.policy.PolicyFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `evenhand provider check`: one run of a service, before anybody is offered it.
@Command(
        name = "check",
        description = {
            "Run a service once on an input, as the provider would, and show what comes of it.",
            "Nobody is asked, nothing is signed, and the files are removed afterwards."
        },
        footer = {
            "",
            "Example:",
            "  evenhand provider check examples/shell/provider.yaml --try README.md \\",
            "      --policy examples/policies/size.yaml"
        })
final class ProviderCheckCommand implements Callable<Integer> {
    /// Of the work and of what the program printed, so much is shown.
    private static final int LINES = 5;

    private static final int COLUMNS = 90;

    private final Shell shell;

    @Parameters(paramLabel = "SERVICE.YAML", description = "Name the file of the service.")
    private Path file = Path.of("");

    @Option(
            names = "--try",
            paramLabel = "FILE",
            required = true,
            description = "Run it on this input.")
    private Path input = Path.of("");

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "Say whether the work would pass this policy file of a customer.")
    private Optional<Path> policy = Optional.empty();

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description = "Run the command there (default: here).")
    private Optional<Path> directory = Optional.empty();

    ProviderCheckCommand(Shell shell) {
        this.shell = shell;
    }

    /// What a policy says of the work.
    private record Said(String policy, boolean passed, String detail) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        ServiceConfig service = ProviderCommand.service(file, ProviderCommand.directory(directory));
        Path _ = InputFile.check("the input", input);
        if (Files.size(input) > service.limits().inputBytes()) {
            throw CliException.usage(
                    "the input has %s, the service takes %s (inputBytes)"
                            .formatted(
                                    Units.showSize(Files.size(input)),
                                    Units.showSize(service.limits().inputBytes())));
        }
        Optional<PolicyFile> judge = Optional.empty();
        if (policy.isPresent()) {
            judge = Optional.of(PolicyFile.read(InputFile.check("the policy", policy.get())));
            if (judge.get().hidden().isPresent()) {
                DelegateCommand.checkHidden(judge.get().spec(), judge.get().hidden().get());
            }
        }
        Path folder = Files.createTempDirectory("evenhand-try");
        try {
            return run(service, judge, folder);
        } finally {
            remove(folder);
        }
    }

    private static void remove(Path folder) throws IOException {
        List<Path> all = new ArrayList<>();
        try (var files = Files.walk(folder)) {
            files.forEach(all::addFirst);
        }
        for (Path each : all) {
            Files.delete(each);
        }
    }

    private int run(ServiceConfig service, Optional<PolicyFile> judge, Path folder)
            throws IOException, InterruptedException {
        // A copy, as that of a customer: the service may not care for it.
        Path copy = folder.resolve("input");
        Path work = folder.resolve("work");
        PrivateFiles.copy(input, copy);
        long begun = System.nanoTime();
        ServiceCommand.Outcome outcome =
                ServiceCommand.of(service, ProviderCommand.directory(directory))
                        .run(copy, work, service.limits().workBytes());
        double seconds = (System.nanoTime() - begun) / 1e9;
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("service", service.name());
        fields.put("inputBytes", Files.size(input));
        fields.put("seconds", Math.round(seconds * 1000) / 1000.0);
        List<String> lines = new ArrayList<>();
        if (!outcome.succeeded()) {
            fields.put("passed", false);
            fields.put("reason", outcome.fault());
            lines.add(outcome.fault());
            if (!outcome.log().isEmpty()) {
                fields.put("printed", outcome.log());
                lines.add("it printed last:");
                List<String> printed = shown(outcome.log());
                lines.addAll(printed.subList(Math.max(0, printed.size() - LINES), printed.size()));
            }
            shell.output().summary(fields, String.join("\n", lines));
            return ExitCode.FAILED.code();
        }
        List<String> head = head(work);
        fields.put("workBytes", Files.size(work));
        fields.put("work", head);
        lines.add(took(service, seconds, Files.size(work)));
        lines.add("its first lines:");
        head.forEach(line -> lines.add("  " + line));
        boolean passed = true;
        if (judge.isPresent()) {
            Said said = judge(service, judge.get(), work, folder);
            passed = said.passed();
            fields.put("policy", said.policy());
            fields.put("verdict", said.detail());
            lines.add(
                    "the policy \"%s\" %s: %s"
                            .formatted(
                                    said.policy(),
                                    passed ? "is satisfied" : "is NOT satisfied",
                                    said.detail()));
        }
        fields.put("passed", passed);
        shell.output().summary(fields, String.join("\n", lines));
        return passed ? ExitCode.OK.code() : ExitCode.FAILED.code();
    }

    private static String took(ServiceConfig service, double seconds, long bytes) {
        String usual =
                service.usualSeconds() == 0
                        ? "; the file does not say what is usual (usualSeconds)"
                        : "; usual by the file: "
                                + Units.show(Duration.ofSeconds(service.usualSeconds()));
        return "\"%s\" worked for %s of at most %s%s%nand wrote %s of at most %s"
                .formatted(
                        service.name(),
                        String.format(Locale.ROOT, "%.1fs", seconds),
                        Units.show(Duration.ofSeconds(service.limits().seconds())),
                        usual,
                        Units.showSize(bytes),
                        Units.showSize(service.limits().workBytes()));
    }

    private static List<String> head(Path work) throws IOException {
        try (InputStream in = Files.newInputStream(work)) {
            String text =
                    new String(
                            in.readNBytes(LINES * COLUMNS * Character.BYTES),
                            StandardCharsets.UTF_8);
            List<String> lines = shown(text);
            return lines.subList(0, Math.min(LINES, lines.size()));
        }
    }

    private static List<String> shown(String text) {
        return text.lines()
                .filter(line -> !line.isBlank())
                .map(line -> PlainText.line(line, COLUMNS))
                .toList();
    }

    private static Said judge(ServiceConfig service, PolicyFile judge, Path work, Path folder)
            throws IOException, InterruptedException {
        String text = judge.spec().canonical();
        String name = text.split("/", 2)[0];
        if (!service.policies().contains(name)) {
            return new Said(
                    name, false, "the service takes " + service.policies() + " (policies) only");
        }
        Optional<String> form = judge.spec().formFault(work);
        if (form.isPresent()) {
            return new Said(name, false, "the work is not of its form: " + form.get());
        }
        Path hidden = folder.resolve("hidden");
        if (judge.hidden().isPresent()) {
            PrivateFiles.copy(judge.hidden().get(), hidden);
        } else {
            PrivateFiles.make(hidden);
        }
        try (Hosts hosts = new Hosts()) {
            return switch (hosts.judge(
                    text, Assignment.of(text, work, hidden), TimeLimits.STAMPER)) {
                case Outcome.Judged(var said) -> new Said(name, said.passed(), said.detail());
                case Outcome.WorkChanged _ ->
                        new Said(name, false, "the work was changed after the service ended");
                case Outcome.Unjudged(String why) -> new Said(name, false, why);
                case Outcome.Failed(String why) ->
                        throw new MalformedException("the policy could not be run: " + why);
            };
        }
    }
}
