package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.Shell;
import io.evenhand.node.store.Store;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `evenhand refund`: ends an exchange as early as the rules allow.
@Command(
        name = "refund",
        description = {
            "Give an exchange up and take back what was paid.",
            "Before its deposit a delegation simply ends; after it the wage comes back at the deadline,",
            "unless the provider claims it first: then you get the work."
        },
        footer = {"", "Examples:", "  evenhand refund 3f2a91c0 --wait", "  evenhand refund --lost"})
public final class RefundCommand implements Callable<Integer> {
    private final Shell shell;
    private final List<CliProtocol> protocols;

    @Mixin private final KeyOptions keys = new KeyOptions();

    @Parameters(
            paramLabel = "XID",
            arity = "0..1",
            description = "Name the exchange by its reference or xid, or 4 digits or more of one.")
    private Optional<String> name = Optional.empty();

    @Option(
            names = "--lost",
            description =
                    "Look on the chain for deposits of your account that this data directory does"
                            + " not know, as after an old backup, and take back what is due.")
    private boolean lost;

    @Option(names = "--wait", description = "Wait for the deadline if it is still to come.")
    private boolean wait;

    public RefundCommand(Shell shell, List<CliProtocol> protocols) {
        this.shell = shell;
        this.protocols = List.copyOf(protocols);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (lost) {
            return lost();
        }
        StoredExchange exchange = exchange();
        return exchange.protocol().refund(shell, keys, exchange, wait);
    }

    private int lost() throws IOException, InterruptedException {
        OptionalInt worst = OptionalInt.empty();
        for (CliProtocol protocol : protocols) {
            OptionalInt exit = protocol.refundLost(shell, keys, wait);
            if (exit.isPresent()) {
                worst = OptionalInt.of(Math.max(worst.orElse(0), exit.getAsInt()));
            }
        }
        return worst.orElseThrow(
                () -> CliException.usage("--lost: no protocol of this program makes deposits"));
    }

    private StoredExchange exchange() {
        try (Store store = Store.openForReading(shell.home().directory())) {
            return StoredExchange.find(
                    protocols,
                    store,
                    shell.home(),
                    name.orElseThrow(() ->
                            CliException.usage(
                                    "name the exchange, or look for deposits with --lost")));
        }
    }
}
