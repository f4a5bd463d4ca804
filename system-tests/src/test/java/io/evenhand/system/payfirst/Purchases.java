package io.evenhand.system.payfirst;

import io.evenhand.cli.ExitCode;
import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.Screen;
import io.evenhand.cli.Shell;
import io.evenhand.cli.command.Chains;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.transport.Invite;
import io.evenhand.system.payfirst.PayFirst.State;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/// A buyer's node while a command waits for what it buys.
record Purchases(Shell shell, PayFirstNode node, Map<Bytes32, CompletableFuture<Boolean>> ends)
        implements AutoCloseable {
    /// Longer than any test.
    private static final int HOUR_SECONDS = 3600;

    static Purchases start(Shell shell, KeyOptions keys) throws IOException {
        Map<Bytes32, CompletableFuture<Boolean>> ends = new ConcurrentHashMap<>();
        PayFirstNode node =
                PayFirstNode.start(
                        shell.home().directory(),
                        keys.load(shell.home()),
                        Chains.configured(shell.home()),
                        PayFirstBinding.BUYER,
                        new Screen(shell, new PayFirstStory(), false)
                                .and(event -> {
                                    if (event instanceof NodeEvent.Ended ended) {
                                        boolean _ = end(ends, ended.session().ref()).complete(true);
                                    }
                                }),
                        0);
        return new Purchases(shell, node, ends);
    }

    private static CompletableFuture<Boolean> end(
            Map<Bytes32, CompletableFuture<Boolean>> ends, Bytes32 ref) {
        return ends.computeIfAbsent(ref, _ -> new CompletableFuture<>());
    }

    /// A name that was used before is that of the same exchange, which goes on.
    void begin(Bytes32 ref, Invite seller, Address payee, Wei price) throws Exception {
        // The node has looked at the chain then.
        long _ = node.account().finalBlock();
        Deal deal =
                new Deal(
                        node.account().address(),
                        payee,
                        Address.ZERO,
                        price,
                        node.account().newest() + HOUR_SECONDS,
                        Deal.salt(1),
                        Deal.POINT_LOCK,
                        node.lock(),
                        ref);
        node.buy(ref, seller, deal);
    }

    /// Waits for the end, says it, and gives the exit code.
    int await(Bytes32 ref) throws InterruptedException {
        CompletableFuture<Boolean> end = end(ends, ref);
        if (!node.isOver(ref)) {
            boolean _ = end.join();
        }
        State state = node.sessions.state(ref).orElseThrow();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("exchange", ref.toString());
        fields.put("outcome", state.getClass().getSimpleName());
        shell.output().summary(fields, "ended: " + state);
        return (state instanceof State.Bought ? ExitCode.OK : ExitCode.FAILED).code();
    }

    @Override
    public void close() {
        node.close();
    }
}
