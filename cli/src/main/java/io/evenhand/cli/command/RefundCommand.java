package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.Screen;
import io.evenhand.cli.Shell;
import io.evenhand.cli.Units;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.delegation.customer.CustomerAgent;
import io.evenhand.node.exchange.Sessions;
import io.evenhand.node.store.Store;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `evenhand refund`: ends an exchange as early as the rules allow.
@Command(
        name = "refund",
        description = {
            "Give an exchange up. Before the deposit it simply ends; after it the wage comes back at",
            "the deadline, unless the provider claims it first: then you get the work."
        },
        footer = {"", "Examples:", "  evenhand refund 3f2a91c0 --wait", "  evenhand refund --lost"})
public final class RefundCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin private final KeyOptions keys = new KeyOptions();

    @Parameters(
            paramLabel = "XID",
            arity = "0..1",
            description = "The exchange: its xid or reference, or the beginning of one.")
    private Optional<String> name = Optional.empty();

    @Option(
            names = "--lost",
            description =
                    "Look on the chain for deposits of your account that this data directory does"
                            + " not know, as after an old backup, and take back what is due.")
    private boolean lost;

    @Option(names = "--wait", description = "Wait for the deadline if it is still to come.")
    private boolean wait;

    public RefundCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (lost) {
            return new LostDeposits(shell, keys, wait).takeBack();
        }
        Exchange exchange = exchange();
        long early =
                exchange.deal()
                        .map(deal -> deal.claimBy() - Instant.now().getEpochSecond())
                        .orElse(0L);
        if (early > 0 && !wait) {
            throw new CliException(
                    ExitCode.FAILED,
                    "the deposit can be taken back in "
                            + Units.show(Duration.ofSeconds(early))
                            + ", if the provider has not claimed it by then: run it again, or wait"
                            + " with --wait");
        }
        Bytes32 ref = exchange.stored().key().ref();
        Screen screen = new Screen(shell, false);
        try (CustomerAgent agent =
                CustomerAgent.start(
                        shell.home().directory(),
                        keys.load(shell.home()),
                        Chains.configured(shell.home()),
                        InstantSource.system(),
                        screen,
                        screen)) {
            if (exchange.deal().isEmpty()) {
                Sessions.Reaction _ = agent.giveUp(ref);
            }
            return Outcomes.await(shell, agent, Deliveries.start(shell, agent), ref);
        }
    }

    private Exchange exchange() {
        try (Store store = Store.openForReading(shell.home().directory())) {
            Exchange exchange =
                    Exchange.find(
                            store,
                            shell.home(),
                            name.orElseThrow(() ->
                                    CliException.usage(
                                            "name the exchange, or look for deposits with --lost")));
            if (!exchange.stored().key().role().equals(DelegationRoles.CUSTOMER)) {
                throw CliException.usage(
                        "here this exchange is the "
                                + exchange.stored().key().role().text()
                                + "'s: only its customer can take the wage back");
            }
            if (exchange.stored().ended()) {
                throw new CliException(
                        ExitCode.FAILED, "the exchange is over: " + exchange.state());
            }
            return exchange;
        }
    }
}
