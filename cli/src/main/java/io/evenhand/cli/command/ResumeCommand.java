package io.evenhand.cli.command;

import io.evenhand.cli.ExitCode;
import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.Shell;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.node.store.Store;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `evenhand resume`: sees every open exchange through that no server goes on with.
@Command(
        name = "resume",
        description = {
            "Go on with the exchanges that an earlier command left open here, until all are over.",
            "What was paid for a delegation and nobody claims comes back by itself at its deadline."
        },
        footer = {"", "Example:", "  evenhand resume"})
public final class ResumeCommand implements Callable<Integer> {
    private final Shell shell;
    private final PartyHooks hooks;
    private final List<CliProtocol> protocols;

    @Mixin private final KeyOptions keys = new KeyOptions();

    /// @param hooks what is put around the parties
    public ResumeCommand(Shell shell, PartyHooks hooks, List<CliProtocol> protocols) {
        this.shell = shell;
        this.hooks = hooks;
        this.protocols = List.copyOf(protocols);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<CliProtocol, List<Bytes32>> open = open();
        if (open.isEmpty()) {
            shell.output().summary(Map.of("exchanges", 0), "no exchange is open");
        }
        int worst = ExitCode.OK.code();
        for (Map.Entry<CliProtocol, List<Bytes32>> each : open.entrySet()) {
            worst = Math.max(worst, each.getKey().resume(shell, hooks, keys, each.getValue()));
        }
        return worst;
    }

    private Map<CliProtocol, List<Bytes32>> open() throws IOException {
        Map<CliProtocol, List<Bytes32>> open = new LinkedHashMap<>();
        if (ListCommand.isNew(shell.home())) {
            return open;
        }
        try (Store store = Store.openForReading(shell.home().directory())) {
            for (CliProtocol protocol : protocols) {
                List<Bytes32> refs = protocol.resumable(store, shell.home());
                if (!refs.isEmpty()) {
                    open.put(protocol, refs);
                }
            }
        }
        return open;
    }
}
