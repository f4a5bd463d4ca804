package io.evenhand.system.payfirst;

import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.Shell;
import io.evenhand.cli.command.InviteArgument;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.transport.Invite;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `buy`: pays and waits for the goods.
@Command(name = "buy", description = "Pay first and wait for the goods.")
final class BuyCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin private final KeyOptions keys = new KeyOptions();

    @Option(names = "--seller", required = true, description = "The seller's invite.")
    private String seller = "";

    @Option(names = "--payee", required = true, description = "The seller's account.")
    private String payee = "";

    @Option(names = "--price", required = true, description = "For all rounds together.")
    private Wei price = Wei.ZERO;

    @Option(names = "--ref", required = true, description = "A new name for the exchange.")
    private String ref = "";

    BuyCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws Exception {
        Invite invite = Invite.parse(InviteArgument.read(shell, "--seller", seller));
        try (Purchases purchases = Purchases.start(shell, keys)) {
            purchases.begin(Bytes32.parse(ref), invite, Address.parse(payee), price);
            return purchases.await(Bytes32.parse(ref));
        }
    }
}
