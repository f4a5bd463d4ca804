package io.evenhand.system.payfirst;

import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.Screen;
import io.evenhand.cli.Shell;
import io.evenhand.cli.command.Chains;
import io.evenhand.cli.command.Invites;
import io.evenhand.cli.command.Listen;
import io.evenhand.cli.command.Running;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sell`: serves whoever pays first.
@Command(name = "sell", description = "Deliver to whoever has paid.")
final class SellCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin private final KeyOptions keys = new KeyOptions();

    @Mixin private final Invites invites = new Invites();

    @Option(names = "--listen", required = true, description = "Where to listen.")
    private String listen = "";

    SellCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException {
        Listen address = Listen.parse("--listen", listen);
        PayFirstNode node =
                PayFirstNode.start(
                        shell.home().directory(),
                        keys.load(shell.home()),
                        Chains.configured(shell.home()),
                        PayFirstBinding.SELLER,
                        new Screen(shell, new PayFirstStory(), true),
                        address.port());
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("role", "seller");
        fields.put("port", node.port());
        fields.put("payee", node.account().address().toString());
        invites.announce(shell, fields, "sells", node::invite);
        return Running.untilStopped(
                shell, new PayFirstProtocol(), PayFirstBinding.SELLER, node::close);
    }
}
