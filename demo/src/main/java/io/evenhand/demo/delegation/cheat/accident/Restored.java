package io.evenhand.demo.delegation.cheat.accident;

import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.CheatTools;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.judge.ChainFacts;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.kit.machine.Machine;
import io.evenhand.node.store.Role;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.provider.ProviderState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A party's data directory comes back from a backup made just before its most expensive step, when
/// that step is already on the chain.
///
/// @param crash makes the backup's instant: the step is decided and not flushed
/// @param kind the transaction after which the backup comes back
/// @param call what must have succeeded once, and no more
public record Restored(CheatDescription description, Crash crash, String kind, ChainFacts.Call call)
        implements Cheat {
    private static Restored of(
            String title,
            String about,
            String stoppedBy,
            Crash crash,
            String kind,
            ChainFacts.Call call) {
        return new Restored(
                new CheatDescription(title, Cheater.NOBODY, about, stoppedBy, Outcome.SETTLED),
                crash,
                kind,
                call);
    }

    /// 10b, 12.
    public static Restored customer() {
        return of(
                "double-funding-after-restore",
                "the customer's disk comes back from a backup that knows nothing of the deposit it has"
                        + " made since",
                "before it pays, a customer asks the chain for any deal of this exchange (10b, 12), and"
                        + " its deal follows from the Terms, so it finds its own again",
                Crash.customerBeforeDeposit(),
                "open",
                ChainFacts.Call.OPEN);
    }

    /// R3, 12.
    public static Restored provider() {
        return of(
                "provider-restored-before-reveal",
                "the provider's disk comes back from a backup in which it never showed its key",
                "after a start the provider looks at the chain again (12): the key is public, so it sees"
                        + " the claim through (R3)",
                Crash.providerBeforeReveal(),
                "claim",
                ChainFacts.Call.CLAIM);
    }

    @Override
    public Machine<CustomerState, Input, Effect> customer(
            Machine<CustomerState, Input, Effect> honest, CheatTools tools) {
        return crash.customer(honest, tools);
    }

    @Override
    public Machine<ProviderState, Input, Effect> provider(
            Machine<ProviderState, Input, Effect> honest, CheatTools tools) {
        return crash.provider(honest, tools);
    }

    @Override
    public void play(DelegationNet net) throws IOException, InterruptedException {
        Role role = crash.role();
        int _ = net.parties().of(role).exit(DelegationNet.STEP_LIMIT);
        Path home = net.setup().home(role);
        Path backup = home.resolveSibling(role.text() + "-backup");
        copy(home, backup);
        net.say("a backup of the " + role.text() + "'s data directory is made");
        var _ = net.restart(role);
        var _ =
                net.parties()
                        .await(
                                role,
                                DelegationNet.transaction("TransactionIncluded", kind),
                                "get its " + kind + " mined");
        net.parties().kill(role);
        delete(home);
        copy(backup, home);
        net.cheated("the " + role.text() + "'s backup from before its " + kind + " is restored");
        var again = net.restart(role);
        var _ =
                again.await(
                        event -> event.path("event").asText().equals("Ended"),
                        DelegationNet.STEP_LIMIT,
                        "come to an end");
        long made =
                ChainFacts.read(net.chain().rpc(), 0, net.rail().contract()).calls().stream()
                        .filter(c -> c.call() == call)
                        .count();
        if (made == 1) {
            net.stopped("the chain shows one " + kind + " of this exchange, and no second one");
        }
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(
                        file,
                        to.resolve(from.relativize(file)),
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    static void delete(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }
}
