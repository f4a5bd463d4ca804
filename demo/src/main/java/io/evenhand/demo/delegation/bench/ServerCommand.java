package io.evenhand.demo.delegation.bench;

import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.Shell;
import io.evenhand.cli.command.Chains;
import io.evenhand.cli.command.InviteArgument;
import io.evenhand.cli.command.Invites;
import io.evenhand.cli.command.Running;
import io.evenhand.cli.delegation.DelegationProtocol;
import io.evenhand.kit.process.Loop;
import io.evenhand.node.Capacity;
import io.evenhand.node.delegation.AcceptedStamper;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.delegation.provider.ProviderConfig;
import io.evenhand.node.delegation.provider.ProviderDaemon;
import io.evenhand.node.delegation.provider.ServiceConfig;
import io.evenhand.node.delegation.stamper.StamperConfig;
import io.evenhand.node.delegation.stamper.StamperDaemon;
import io.evenhand.node.peer.AdmissionPolicy;
import io.evenhand.node.store.Role;
import io.evenhand.node.transport.Invite;
import io.evenhand.node.transport.PeerException;
import io.evenhand.programs.attest.SoftwareAttester;
import io.evenhand.protocols.delegation.message.StamperRef.Operator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// A server of a benchmark: the same as `evenhand stamper` or `evenhand provider`, but it prints
/// none of its events.
public abstract class ServerCommand implements Callable<Integer> {
    private static final String HOST = "127.0.0.1";

    final Shell shell;

    @Mixin private final Invites invites = new Invites();

    ServerCommand(Shell shell) {
        this.shell = shell;
    }

    /// @param port where it listens
    /// @param close ends it in order
    record Served(Role role, int port, Invites.Maker invites, Runnable close) {}

    abstract Served start(Quiet sink) throws IOException, PeerException, InterruptedException;

    @Override
    public Integer call() throws IOException, PeerException, InterruptedException {
        Quiet quiet = new Quiet(shell.output());
        Served served = start(quiet);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("role", served.role().text());
        fields.put("port", served.port());
        invites.announce(
                shell, fields, "listening", () -> served.invites().invite(HOST, Invites.VALIDITY));
        Loop.BENCH.thread("asked", () -> quiet.answer(_ -> {})).start();
        return Running.untilStopped(shell, new DelegationProtocol(), served.role(), served.close());
    }

    /// `evenhand bench stamper`.
    @Command(name = "stamper", hidden = true, description = "The stamper of a benchmark.")
    public static final class OfStamper extends ServerCommand {
        /// It keeps each exchange open until its `tWork`.
        private static final int OPEN = 100_000;

        private static final long SPOOL = 1L << 40;

        public OfStamper(Shell shell) {
            super(shell);
        }

        @Override
        Served start(Quiet sink) throws IOException {
            StamperDaemon daemon =
                    StamperDaemon.start(
                            shell.home().directory(),
                            new KeyOptions().load(shell.home()),
                            new StamperConfig(
                                    "stamper",
                                    HOST,
                                    0,
                                    new AdmissionPolicy.KnownKeys(),
                                    Capacity.DEFAULT.withKept(OPEN, OPEN, SPOOL, SPOOL)),
                            new SoftwareAttester(),
                            InstantSource.system(),
                            sink);
            return new Served(
                    DelegationRoles.STAMPER, daemon.port(), daemon::invite, daemon::close);
        }
    }

    /// `evenhand bench provider`.
    @Command(name = "provider", hidden = true, description = "The provider of a benchmark.")
    public static final class OfProvider extends ServerCommand {
        @Parameters(description = "What is served.")
        private Path service = Path.of("");

        @Option(names = "--stamper", required = true, description = "@FILE.")
        private String stamper = "";

        public OfProvider(Shell shell) {
            super(shell);
        }

        @Override
        Served start(Quiet sink) throws IOException, PeerException, InterruptedException {
            Invite invite = Invite.parse(InviteArgument.read(shell, "--stamper", stamper));
            ProviderDaemon daemon =
                    ProviderDaemon.start(
                            shell.home().directory(),
                            new KeyOptions().load(shell.home()),
                            new ProviderConfig(
                                    ServiceConfig.read(service),
                                    service.toAbsolutePath().resolveSibling(""),
                                    HOST,
                                    0,
                                    List.of(
                                            new AcceptedStamper(
                                                    invite, Operator.THIRD, "software")),
                                    Chains.configured(shell.home())),
                            InstantSource.system(),
                            sink,
                            (_, _, _, _) -> {});
            return new Served(
                    DelegationRoles.PROVIDER, daemon.port(), daemon::invite, daemon::close);
        }
    }
}
