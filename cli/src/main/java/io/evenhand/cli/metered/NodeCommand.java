package io.evenhand.cli.metered;

import io.evenhand.cli.CliException;
import io.evenhand.cli.Control;
import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.Screen;
import io.evenhand.cli.Shell;
import io.evenhand.cli.command.Chains;
import io.evenhand.cli.command.Invites;
import io.evenhand.cli.command.Listen;
import io.evenhand.cli.command.MetricsOption;
import io.evenhand.cli.command.PartyHooks;
import io.evenhand.cli.command.Running;
import io.evenhand.enclave.client.EnclaveProcesses;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.metered.MeteredRoles;
import io.evenhand.node.metered.NodeConfig;
import io.evenhand.node.metered.NodeDaemon;
import io.evenhand.node.metered.Pricing;
import io.evenhand.node.metered.ProcessEnclaves;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `evenhand node`: computes for others, and is paid round by round.
@Command(
        name = "node",
        description = {
            "Compute for others round by round, for what the program's fuel costs.",
            "What is earned is taken by one close for each channel, in time and by itself."
        },
        footer = {
            "",
            "Example:",
            "  evenhand node --listen 0.0.0.0:7301 --advertise compute.example.org \\",
            "      --price \"0.001 eth\"",
            "",
            "10^9 units of fuel are about half a second of one processor."
        })
final class NodeCommand implements Callable<Integer> {
    /// What the owner's own command asks a running node for.
    static final String CLOSE = "close";

    private final Shell shell;
    private final PartyHooks hooks;

    @Mixin private final KeyOptions keys = new KeyOptions();

    @Mixin private final Invites invites = new Invites();

    @Mixin private final MetricsOption metrics = new MetricsOption(MeteredRoles.ALARMS);

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:7301",
            description = "Listen there (default ${DEFAULT-VALUE}).")
    private String listen = "";

    @Option(
            names = "--rounds",
            paramLabel = "HOST:PORT",
            description =
                    "Serve rounds there, on the same host (default: the port after that of"
                            + " --listen).")
    private Optional<String> rounds = Optional.empty();

    @Option(
            names = "--price",
            paramLabel = "AMOUNT",
            defaultValue = "0.001 eth",
            description = "Ask this for 10^9 units of fuel (default ${DEFAULT-VALUE}).")
    private Wei price = Wei.ZERO;

    @Option(
            names = "--program",
            paramLabel = "FILE",
            arity = "1",
            description = "Run this program only, and others that are named so (default: any).")
    private List<Path> programs = List.of();

    @Option(
            names = "--first",
            paramLabel = "AMOUNT",
            description =
                    "Compute so much for a stranger before anything is paid (default: a second).")
    private Optional<Wei> first = Optional.empty();

    @Option(
            names = "--cap",
            paramLabel = "AMOUNT",
            description =
                    "Compute so much at most for anybody before it is paid (default: 64 times"
                            + " --first).")
    private Optional<Wei> cap = Optional.empty();

    /// @param hooks what is put around the party
    NodeCommand(Shell shell, PartyHooks hooks) {
        this.shell = shell;
        this.hooks = hooks;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        invites.check();
        metrics.check();
        Listen address = Listen.parse("--listen", listen);
        String host = invites.host(address);
        NodeConfig config = config(address);
        Screen screen = MeteredProtocol.screen(shell, true);
        ProcessEnclaves enclaves =
                new ProcessEnclaves(
                        new EnclaveProcesses(
                                shell.home().directory(),
                                config.sessions(),
                                EnclaveProcesses.HEAP_MIB),
                        line -> shell.output().note("evenhand: " + line));
        NodeDaemon daemon =
                NodeDaemon.start(
                        shell.home().directory(),
                        keys.load(shell.home()),
                        config,
                        hooks.clock(MeteredRoles.NODE),
                        screen.and(metrics.sink()),
                        screen,
                        enclaves,
                        hooks.around(MeteredRoles.NODE, shell));
        Control control = Control.listen(shell.home(), words -> answer(words, host, daemon));
        MetricsOption.Running served = metrics.serve(daemon::status);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("role", MeteredRoles.NODE.part());
        fields.put("host", host);
        fields.put("port", daemon.port());
        fields.put("roundsPort", daemon.roundsPort());
        fields.put("identity", daemon.party().toString());
        fields.put("gigafuel", config.pricing().gigafuel());
        fields.put("first", config.first());
        fields.put("cap", config.cap());
        fields.put("payee", daemon.payee().toString());
        served.describe(fields);
        invites.announce(shell, fields, text(config, daemon, host), () -> invite(daemon, host));
        return Running.untilStopped(
                shell,
                new MeteredProtocol(),
                MeteredRoles.NODE,
                () -> {
                    control.close();
                    served.close();
                    daemon.close();
                    enclaves.close();
                });
    }

    private static io.evenhand.node.transport.Invite invite(NodeDaemon daemon, String host) {
        return daemon.invite(host, Invites.VALIDITY);
    }

    private static String answer(List<String> words, String host, NodeDaemon daemon) {
        if (words.size() == 2 && words.getFirst().equals(CLOSE)) {
            daemon.closeChannel(Bytes32.parse(words.get(1)));
            return "the node closes this channel: no round runs any more, and what it earned is taken";
        }
        return Invites.answer(words, host, daemon::invite);
    }

    private NodeConfig config(Listen address) throws IOException {
        if (price.equals(Wei.ZERO)) {
            throw CliException.usage("--price is above 0");
        }
        NodeConfig usual =
                NodeConfig.of(
                        address.host(),
                        address.port(),
                        roundsPort(address),
                        Chains.metered(shell.home()),
                        new Pricing(price));
        Wei trusted = first.orElse(usual.first());
        Wei most = cap.orElseGet(() -> trusted.times(64));
        if (trusted.equals(Wei.ZERO) || most.compareTo(trusted) < 0) {
            throw CliException.usage("--first is above 0, and --cap not below it");
        }
        return new NodeConfig(
                usual.host(),
                usual.port(),
                usual.roundsPort(),
                usual.chain(),
                hashes(),
                usual.pricing(),
                trusted,
                most,
                trusted.times(16),
                usual.sessions());
    }

    private int roundsPort(Listen address) {
        if (rounds.isEmpty()) {
            return address.port() == 0 ? 0 : address.port() + 1;
        }
        Listen other = Listen.parse("--rounds", rounds.get());
        if (!other.host().equals(address.host())) {
            throw new MalformedException(
                    "--rounds is on the host of --listen, "
                            + address.host()
                            + ": an invite names one");
        }
        return other.port();
    }

    private Set<Bytes32> hashes() throws IOException {
        Set<Bytes32> hashes = new HashSet<>();
        for (Path file : programs) {
            hashes.add(ProgramFile.read(file).program().hash());
        }
        return hashes;
    }

    /// Where it listens, what it asks for, and what it risks.
    private static String text(NodeConfig config, NodeDaemon daemon, String host) {
        return """
        node %s on %s:%d, rounds on %d; wages to %s
        price     %s for 10^9 units of fuel, so about %s for a second of one processor
        programs  %s
        risk      a stranger gets %s of computing before it pays, all strangers together %s, nobody more than %s; \
        each of them can leave without paying it\
        """
                .formatted(
                        daemon.party().toString().substring(0, 8),
                        host,
                        daemon.port(),
                        daemon.roundsPort(),
                        daemon.payee(),
                        config.pricing().gigafuel(),
                        config.pricing().second(),
                        config.programs().isEmpty()
                                ? "any that the sandbox takes"
                                : "the " + config.programs().size() + " that are named",
                        config.first(),
                        config.strangers(),
                        config.cap());
    }
}
