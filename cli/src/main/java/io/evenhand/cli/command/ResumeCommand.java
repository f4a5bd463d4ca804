package io.evenhand.cli.command;

import io.evenhand.cli.ExitCode;
import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.Screen;
import io.evenhand.cli.Shell;
import io.evenhand.kit.process.Fatal;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.delegation.customer.CustomerAgent;
import io.evenhand.node.store.Store;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `evenhand resume`: sees every open exchange of a customer through.
@Command(
        name = "resume",
        description = {
            "Go on with the exchanges that an earlier \"delegate\" left open, until all are over.",
            "A deposit that nobody claims comes back by itself at its deadline."
        },
        footer = {"", "Example:", "  evenhand resume"})
public final class ResumeCommand implements Callable<Integer> {
    private final Shell shell;
    private final PartyHooks hooks;

    @Mixin private final KeyOptions keys = new KeyOptions();

    /// @param hooks what is put around the party
    public ResumeCommand(Shell shell, PartyHooks hooks) {
        this.shell = shell;
        this.hooks = hooks;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Bytes32> open = open(shell);
        if (open.isEmpty()) {
            shell.output().summary(Map.of("exchanges", 0), "no exchange is open");
            return ExitCode.OK.code();
        }
        Fatal.wayOut(Outcomes.goOn(shell));
        Deliveries.writeOpened(shell);
        Screen screen = new Screen(shell, open.size() > 1);
        int worst = ExitCode.OK.code();
        try (CustomerAgent agent =
                CustomerAgent.start(
                        shell.home().directory(),
                        keys.load(shell.home()),
                        Chains.configured(shell.home()),
                        hooks.clock(DelegationRoles.CUSTOMER),
                        screen,
                        screen,
                        hooks.customer(shell))) {
            Deliveries deliveries = Deliveries.start(shell, agent);
            for (Bytes32 ref : open) {
                worst = Math.max(worst, Outcomes.await(shell, agent, deliveries, ref));
            }
        }
        return worst;
    }

    static List<Bytes32> open(Shell shell) throws IOException {
        if (ListCommand.isNew(shell.home())) {
            return List.of();
        }
        try (Store store = Store.openForReading(shell.home().directory())) {
            // An exchange that is over, but whose work was not written out, is to go on with too.
            Set<Bytes32> undelivered = Set.copyOf(Deliveries.pending(shell.home()));
            return store.sessions().all().reversed().stream()
                    .filter(session -> session.key().role().equals(DelegationRoles.CUSTOMER))
                    .filter(s -> !s.ended() || undelivered.contains(s.key().ref()))
                    .map(session -> session.key().ref())
                    .toList();
        }
    }
}
