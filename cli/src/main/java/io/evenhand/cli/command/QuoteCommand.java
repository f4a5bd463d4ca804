package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.Shell;
import io.evenhand.node.store.Journal;
import io.evenhand.node.store.ServerTable;
import io.evenhand.node.store.Store;
import io.evenhand.node.transport.Invite;
import io.evenhand.node.transport.PeerException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `evenhand quote`: what a server offers, before anybody signs or pays.
@Command(
        name = "quote",
        description = {
            "Ask a provider what it offers, before anything is signed or paid.",
            "An invite that is used for it lets this node in for good: \"delegate\" takes the same"
                    + " file afterwards."
        },
        footer = {"", "Example:", "  evenhand quote @provider.invite"})
public final class QuoteCommand implements Callable<Integer> {
    private static final String ARGUMENT = "the argument";

    private final Shell shell;
    private final List<CliProtocol> protocols;

    @Mixin private final KeyOptions keys = new KeyOptions();

    @Parameters(
            paramLabel = "@FILE",
            description =
                    "Name a file with the server's invite, or - for a line of standard input; or"
                            + " give its identity once the invite was used.")
    private String server = "";

    public QuoteCommand(Shell shell, List<CliProtocol> protocols) {
        this.shell = shell;
        this.protocols = List.copyOf(protocols);
    }

    @Override
    public Integer call() throws IOException, PeerException, InterruptedException {
        PeerArgument peer = PeerArgument.read(shell, ARGUMENT, server);
        String kind = peer.invite().map(Invite::word).orElseGet(() -> known(peer));
        Optional<CliProtocol.Quoter> quoter =
                protocols.stream().flatMap(each -> each.quoter(kind).stream()).findFirst();
        if (quoter.isEmpty()) {
            throw CliException.usage(
                    "this is a " + kind + "'s invite or identity; a " + kind + " gives no quote");
        }
        return quoter.get().ask(shell, keys, peer);
    }

    private String known(PeerArgument peer) {
        Optional<ServerTable.Server> found = Optional.empty();
        if (Journal.isIn(shell.home().directory())) {
            try (Store store = Store.openForReading(shell.home().directory())) {
                found = store.servers().find(peer.party());
            }
        }
        return found.map(ServerTable.Server::service)
                .orElseThrow(() ->
                        CliException.usage(
                                "no address is known for "
                                        + peer.party()
                                        + ": name it once by its invite"));
    }
}
