package io.evenhand.cli.delegation;

import io.evenhand.cli.CliException;
import io.evenhand.cli.Control;
import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.Shell;
import io.evenhand.cli.command.Invites;
import io.evenhand.cli.command.Listen;
import io.evenhand.cli.command.MetricsOption;
import io.evenhand.cli.command.PartyHooks;
import io.evenhand.cli.command.Running;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.delegation.stamper.StamperConfig;
import io.evenhand.node.delegation.stamper.StamperDaemon;
import io.evenhand.programs.attest.SoftwareAttester;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `evenhand stamper`: the process that judges and stamps.
@Command(
        name = "stamper",
        description = {
            "Run a stamper: it checks work against the customer's policy and stamps what passes.",
            "Its profile is \"software\": that protects nothing against this machine's owner."
        },
        footer = {"", "Example:", "  evenhand stamper --listen 127.0.0.1:7202"})
final class StamperCommand implements Callable<Integer> {
    private final Shell shell;
    private final PartyHooks hooks;

    @Mixin private final KeyOptions keys = new KeyOptions();

    @Mixin private final Invites invites = new Invites();

    @Mixin private final CapacityOptions capacity = new CapacityOptions();

    @Mixin private final MetricsOption metrics = new MetricsOption(DelegationRoles.ALARMS);

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:7202",
            description = "Listen there (default ${DEFAULT-VALUE}).")
    private String listen = "";

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "stamper",
            description = "Call itself this in invites (default ${DEFAULT-VALUE}).")
    private String name = "";

    @Option(
            names = "--open",
            description = {
                "Let anybody ask for a stamp key, not only keys that joined with an invite.",
                "Keys without an invite share a quota (--max-open-guests) that is counted by key"
                        + " and by network too; the rest is for keys with one."
            })
    private boolean open;

    /// @param hooks what is put around the party
    StamperCommand(Shell shell, PartyHooks hooks) {
        this.shell = shell;
        this.hooks = hooks;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        invites.check();
        metrics.check();
        if (!name.matches("[ -~]{1,64}")) {
            throw CliException.usage("--name is 1 to 64 printable ASCII characters");
        }
        Listen address = Listen.parse("--listen", listen);
        String host = invites.host(address);
        SoftwareAttester attester = new SoftwareAttester();
        StamperDaemon daemon =
                StamperDaemon.start(
                        shell.home().directory(),
                        keys.load(shell.home()),
                        new StamperConfig(
                                name,
                                address.host(),
                                address.port(),
                                capacity.admission(open),
                                capacity.capacity()),
                        attester,
                        hooks.clock(DelegationRoles.STAMPER),
                        DelegationProtocol.screen(shell, true).and(metrics.sink()),
                        hooks.around(DelegationRoles.STAMPER, shell));
        Control control =
                Control.listen(shell.home(), words -> Invites.answer(words, host, daemon::invite));
        MetricsOption.Running served = metrics.serve(daemon::status);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("role", "stamper");
        fields.put("host", host);
        fields.put("port", daemon.port());
        fields.put("identity", daemon.party().toString());
        fields.put("profile", attester.profile());
        served.describe(fields);
        invites.announce(
                shell,
                fields,
                "stamper %s on %s:%d%nprofile %s: protects nothing against this machine's owner"
                        .formatted(
                                daemon.party().toString().substring(0, 8),
                                host,
                                daemon.port(),
                                attester.profile()),
                () -> daemon.invite(host, Invites.VALIDITY));
        return Running.untilStopped(
                shell,
                new DelegationProtocol(),
                DelegationRoles.STAMPER,
                () -> {
                    control.close();
                    served.close();
                    daemon.close();
                });
    }
}
