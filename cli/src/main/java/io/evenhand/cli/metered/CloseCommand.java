package io.evenhand.cli.metered;

import io.evenhand.cli.CliException;
import io.evenhand.cli.Control;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.Shell;
import io.evenhand.cli.command.PartyHooks;
import io.evenhand.cli.command.StoredExchange;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.node.metered.MeteredRoles;
import io.evenhand.node.store.Store;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `evenhand close`: ends a channel before its timeout.
@Command(
        name = "close",
        description = {
            "End a channel of metered computing: no more rounds, the node closes.",
            "Who pays asks the node; at a running node its owner closes with what it earned."
        },
        footer = {"", "Example:", "  evenhand close 3f2a91c0"})
final class CloseCommand implements Callable<Integer> {
    private final Shell shell;
    private final PartyHooks hooks;

    @Mixin private final KeyOptions keys = new KeyOptions();

    @Parameters(
            paramLabel = "REF",
            description = "Name the channel by its reference or xid, or 4 digits or more of one.")
    private String name = "";

    CloseCommand(Shell shell, PartyHooks hooks) {
        this.shell = shell;
        this.hooks = hooks;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        StoredExchange exchange = exchange();
        Bytes32 ref = exchange.stored().key().ref();
        if (!exchange.stored().key().role().equals(MeteredRoles.NODE)) {
            return new OpenChannels(shell, keys).close(hooks, exchange);
        }
        if (exchange.stored().ended()) {
            throw new CliException(
                    ExitCode.FAILED, "the channel is over: " + exchange.summary().detail());
        }
        String answer = Control.ask(shell.home(), NodeCommand.CLOSE, ref.toString());
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("exchange", ref.toString());
        fields.put("outcome", "closing");
        shell.output().summary(fields, answer);
        return ExitCode.OK.code();
    }

    private StoredExchange exchange() {
        try (Store store = Store.openForReading(shell.home().directory())) {
            return StoredExchange.find(List.of(new MeteredProtocol()), store, shell.home(), name);
        }
    }
}
