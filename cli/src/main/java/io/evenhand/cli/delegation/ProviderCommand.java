package io.evenhand.cli.delegation;

import io.evenhand.cli.CliException;
import io.evenhand.cli.Control;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.Screen;
import io.evenhand.cli.Shell;
import io.evenhand.cli.command.Chains;
import io.evenhand.cli.command.InputFile;
import io.evenhand.cli.command.Invites;
import io.evenhand.cli.command.LazyCommand;
import io.evenhand.cli.command.Listen;
import io.evenhand.cli.command.MetricsOption;
import io.evenhand.cli.command.PartyHooks;
import io.evenhand.cli.command.PeerArgument;
import io.evenhand.cli.command.Running;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.delegation.AcceptedStamper;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.delegation.provider.ProviderConfig;
import io.evenhand.node.delegation.provider.ProviderDaemon;
import io.evenhand.node.delegation.provider.ServiceCommand;
import io.evenhand.node.delegation.provider.ServiceConfig;
import io.evenhand.node.transport.PeerException;
import io.evenhand.protocols.delegation.message.StamperRef;
import io.evenhand.protocols.delegation.message.StamperRef.Operator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `evenhand provider`: serves what a YAML file describes.
@Command(
        name = "provider",
        customSynopsis = {
            "evenhand provider SERVICE.YAML --stamper=@FILE --operator=WHO [OPTIONS]",
            "       evenhand provider check SERVICE.YAML --try=FILE [--policy=FILE]"
        },
        description = {
            "Serve work for wages: what the YAML file describes (name, price, limits, command).",
            "The command gets the paths {input} and {output} and runs without a shell; \"evenhand"
                    + " provider check\" runs it once."
        },
        footer = {
            "",
            "Example:",
            "  evenhand provider examples/digits/provider.yaml --stamper @stamper.invite \\",
            "      --operator third",
            "",
            "The file:",
            "  name: sort",
            "  about: sorts the lines of a text",
            "  price: 0.01 eth",
            "  command: [\"sort\", \"-o\", \"{output}\", \"{input}\"]",
            "  limits: { inputBytes: 67108864, workBytes: 67108864, seconds: 600, attempts: 1 }",
            "  usualSeconds: 5",
            "  policies: [size]"
        })
final class ProviderCommand implements Callable<Integer> {
    private final Shell shell;
    private final PartyHooks hooks;

    @Mixin private final KeyOptions keys = new KeyOptions();

    @Parameters(
            paramLabel = "SERVICE.YAML",
            arity = "0..1",
            description = "Name the file that says what is served.")
    private Path file = Path.of("");

    @Option(
            names = "--stamper",
            paramLabel = "@FILE",
            description =
                    "Let this stamper see the work before it is paid for: a file with its invite, or"
                            + " - for a line of standard input; or its identity once the invite"
                            + " was used.")
    private List<String> stampers = List.of();

    @Option(
            names = "--operator",
            paramLabel = "WHO",
            description =
                    "Say who owns the stamper's machine: provider if it is yours, third if it is"
                            + " somebody else's, neither yours nor a customer's. Customers read it"
                            + " as your word.")
    private Optional<Operator> operator = Optional.empty();

    @Mixin private final Invites invites = new Invites();

    @Mixin private final MetricsOption metrics = new MetricsOption(DelegationRoles.ALARMS);

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:7201",
            description = "Listen there (default ${DEFAULT-VALUE}).")
    private String listen = "";

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description = "Run the command in this directory (default: here).")
    private Optional<Path> directory = Optional.empty();

    /// @param hooks what is put around the party
    ProviderCommand(Shell shell, PartyHooks hooks) {
        this.shell = shell;
        this.hooks = hooks;
    }

    /// With its own subcommand.
    static LazyCommand lazy(Shell shell, PartyHooks hooks) {
        return LazyCommand.of(
                        "provider", ProviderCommand.class, () -> new ProviderCommand(shell, hooks))
                .and(() -> new ProviderCheckCommand(shell));
    }

    @Override
    public Integer call() throws IOException, PeerException, InterruptedException {
        Operator owner = owner();
        invites.check();
        metrics.check();
        Listen address = Listen.parse("--listen", listen);
        String host = invites.host(address);
        Path where = directory(directory);
        ServiceConfig service = service(file, where);
        ProviderConfig config =
                new ProviderConfig(
                        service,
                        where,
                        address.host(),
                        address.port(),
                        accepted(owner),
                        Chains.configured(shell.home()));
        Screen screen = DelegationProtocol.screen(shell, true);
        ProviderDaemon daemon =
                ProviderDaemon.start(
                        shell.home().directory(),
                        keys.load(shell.home()),
                        config,
                        hooks.clock(DelegationRoles.PROVIDER),
                        screen.and(metrics.sink()),
                        screen,
                        hooks.around(DelegationRoles.PROVIDER, shell));
        checkPrice(service, daemon);
        warn(daemon, host);
        Control control =
                Control.listen(shell.home(), words -> Invites.answer(words, host, daemon::invite));
        MetricsOption.Running served = metrics.serve(daemon::status);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("role", "provider");
        fields.put("host", host);
        fields.put("port", daemon.port());
        fields.put("identity", daemon.party().toString());
        fields.put("service", service.name());
        fields.put("price", service.price());
        fields.put("payee", daemon.payee().toString());
        served.describe(fields);
        invites.announce(
                shell,
                fields,
                "provider %s on %s:%d serves \"%s\" for %s, wages to %s"
                        .formatted(
                                daemon.party().toString().substring(0, 8),
                                host,
                                daemon.port(),
                                service.name(),
                                service.price(),
                                daemon.payee()),
                () -> daemon.invite(host, Invites.VALIDITY));
        return Running.untilStopped(
                shell,
                new DelegationProtocol(),
                DelegationRoles.PROVIDER,
                () -> {
                    control.close();
                    served.close();
                    daemon.close();
                });
    }

    /// What has to be given, each with a sentence that asks for it.
    private Operator owner() {
        if (file.toString().isEmpty() || stampers.isEmpty()) {
            throw CliException.usage(
                    "name the service's file, and with --stamper who checks its work; see"
                            + " \"evenhand provider --help\"");
        }
        return operator.orElseThrow(() ->
                CliException.usage(
                        "say with --operator who owns the stamper's machine: \"provider\" if it is"
                                + " yours, \"third\" if it is somebody else's, neither yours nor a"
                                + " customer's; customers read it as your word"));
    }

    private void warn(ProviderDaemon daemon, String host) {
        for (StamperRef stamper : daemon.stampers()) {
            Stampers.warnings(stamper, daemon.party(), host)
                    .forEach(line -> shell.output().note("evenhand: warning: " + line));
        }
    }

    static Path directory(Optional<Path> named) {
        Path where = named.orElseGet(() -> Path.of("")).toAbsolutePath();
        if (!Files.isDirectory(where)) {
            throw new CliException(ExitCode.STORAGE, "--directory " + where + " is no directory");
        }
        return where;
    }

    /// A service that can be served from this directory.
    static ServiceConfig service(Path file, Path directory) throws IOException {
        ServiceConfig service = ServiceConfig.read(InputFile.check("the service", file));
        Optional<String> fault = ServiceCommand.of(service, directory).fault();
        if (fault.isPresent()) {
            throw CliException.usage(
                    file.getFileName() + ": `command:` cannot run: " + fault.get());
        }
        return service;
    }

    /// 10a. What is open is served on: its wages may yet be claimed.
    private void checkPrice(ServiceConfig service, ProviderDaemon daemon) {
        Optional<Wei> least =
                daemon.leastPrice().filter(amount -> service.price().compareTo(amount) < 0);
        if (least.isEmpty()) {
            return;
        }
        String why =
                "%s: `price:` %s is too little: for less than %s no key is shown at today's fees, and"
                                .formatted(file.getFileName(), service.price(), least.get())
                        + " no wage claimed; ask for more";
        if (daemon.isIdle()) {
            daemon.close();
            throw CliException.usage(why);
        }
        shell.output().note(why + "; what is open is served on");
    }

    private List<AcceptedStamper> accepted(Operator owner) throws IOException {
        List<AcceptedStamper> accepted = new ArrayList<>();
        for (String stamper : stampers) {
            PeerArgument peer =
                    PeerArgument.read(
                            shell,
                            "--stamper",
                            stamper,
                            DelegationRoles.service(DelegationRoles.STAMPER));
            // "software" is the only profile that this version knows.
            accepted.add(new AcceptedStamper(peer.party(), peer.invite(), owner, "software"));
        }
        return accepted;
    }
}
