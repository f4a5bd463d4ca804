package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.Shell;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.node.store.Store;
import io.evenhand.node.transport.PeerException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `evenhand resume`: sees every open exchange through that no server goes on with.
@Command(
        name = "resume",
        description = {
            "Go on with the exchanges that an earlier command left open here, until all are over.",
            "What was paid for a delegation and nobody claims comes back by itself at its deadline."
        },
        footer = {
            "",
            "Examples:",
            "  evenhand resume",
            "  evenhand resume 3f2a91c0 --node @other.invite"
        })
public final class ResumeCommand implements Callable<Integer> {
    private final Shell shell;
    private final PartyHooks hooks;
    private final List<CliProtocol> protocols;

    @Mixin private final KeyOptions keys = new KeyOptions();

    @Parameters(
            paramLabel = "REF",
            arity = "0..1",
            description =
                    "Go on with this one only, named by its reference or xid, or 4 digits or more of"
                            + " one.")
    private Optional<String> name = Optional.empty();

    @Option(
            names = "--node",
            paramLabel = "@FILE",
            description =
                    "Go on at this server instead of the one that does not answer, where a protocol"
                            + " can move.")
    private Optional<String> node = Optional.empty();

    /// @param hooks what is put around the parties
    public ResumeCommand(Shell shell, PartyHooks hooks, List<CliProtocol> protocols) {
        this.shell = shell;
        this.hooks = hooks;
        this.protocols = List.copyOf(protocols);
    }

    @Override
    public Integer call() throws IOException, PeerException, InterruptedException {
        if (node.isPresent()) {
            StoredExchange exchange = exchange();
            return exchange.protocol().resumeAt(shell, hooks, keys, exchange, node.get());
        }
        Map<CliProtocol, List<Bytes32>> open = open();
        if (open.isEmpty()) {
            shell.output().summary(Map.of("exchanges", 0), "no exchange is open");
        }
        if (name.isPresent()) {
            StoredExchange exchange = exchange();
            Bytes32 ref = exchange.stored().key().ref();
            if (!open.getOrDefault(exchange.protocol(), List.of()).contains(ref)) {
                throw new CliException(
                        ExitCode.FAILED, "this exchange does not wait to be gone on with here");
            }
            return exchange.protocol().resume(shell, hooks, keys, List.of(ref));
        }
        int worst = ExitCode.OK.code();
        for (Map.Entry<CliProtocol, List<Bytes32>> each : open.entrySet()) {
            worst = Math.max(worst, each.getKey().resume(shell, hooks, keys, each.getValue()));
        }
        return worst;
    }

    private StoredExchange exchange() {
        try (Store store = Store.openForReading(shell.home().directory())) {
            return StoredExchange.find(
                    protocols,
                    store,
                    shell.home(),
                    name.orElseThrow(() ->
                            CliException.usage("--node: name the exchange that it goes on with")));
        }
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
