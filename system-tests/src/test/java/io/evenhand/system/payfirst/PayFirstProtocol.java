package io.evenhand.system.payfirst;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Home;
import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.LineSchema;
import io.evenhand.cli.Shell;
import io.evenhand.cli.Story;
import io.evenhand.cli.command.CliProtocol;
import io.evenhand.cli.command.EvidenceSource;
import io.evenhand.cli.command.LazyCommand;
import io.evenhand.cli.command.PartyHooks;
import io.evenhand.cli.command.StoredExchange;
import io.evenhand.cli.command.Summary;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.node.NextDeadline;
import io.evenhand.node.exchange.StateCodec;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.Store;
import io.evenhand.simulation.Model;
import io.evenhand.system.payfirst.PayFirst.State;
import java.io.IOException;
import java.net.URL;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Pay first in the command line: its line in {@link PayFirstMain} is all that registers it.
final class PayFirstProtocol implements CliProtocol {
    @Override
    public String name() {
        return PayFirstBinding.BUYER.protocol();
    }

    @Override
    public List<Role> roles() {
        return List.of(PayFirstBinding.BUYER, PayFirstBinding.SELLER);
    }

    @Override
    public List<LazyCommand> commands(Shell shell, PartyHooks hooks) {
        return List.of(
                LazyCommand.of("sell", SellCommand.class, () -> new SellCommand(shell)),
                LazyCommand.of("buy", BuyCommand.class, () -> new BuyCommand(shell)));
    }

    private static State state(SessionTable.Stored session) {
        return new StateCodec<>(State.class).decode(session.state());
    }

    @Override
    public Summary summary(Store store, SessionTable.Stored session) {
        return switch (state(session)) {
            case State.Idle(Deal deal, var _) -> of("Idle", "", Optional.of(deal), 0, false);
            case State.Buying(Deal deal, var _, int round) ->
                    of("Buying", "", Optional.of(deal), round, true);
            case State.Bought(int rounds) -> of("Bought", "", Optional.empty(), rounds, true);
            case State.GaveUp(String reason) -> of("GaveUp", reason, Optional.empty(), 0, true);
            case State.Waiting _ -> of("Waiting", "", Optional.empty(), 0, false);
            case State.Selling(var _, Deal deal, int round, boolean paid) ->
                    of("Selling", paid ? "paid" : "", Optional.of(deal), round, paid);
        };
    }

    private static Summary of(
            String state, String detail, Optional<Deal> deal, int round, boolean deposited) {
        Map<String, Object> shown = new LinkedHashMap<>();
        deal.ifPresent(d -> shown.put("purchase", d.amount() + " to " + d.payee()));
        return new Summary(
                state,
                detail,
                "round " + round + deal.map(d -> " for " + d.amount()).orElse(""),
                deal.map(d -> d.amount() + " for all rounds").orElse("nothing"),
                deposited,
                Map.of("round", round),
                shown);
    }

    @Override
    public Optional<NextDeadline> next(SessionTable.Stored session, Timing timing) {
        return state(session) instanceof State.Buying(Deal deal, var _, int _)
                ? Optional.of(new NextDeadline("the goods", deal.claimBy(), true))
                : Optional.empty();
    }

    @Override
    public Story story(Home home) {
        return new PayFirstStory();
    }

    @Override
    public List<Bytes32> resumable(Store store, Home home) {
        return store.sessions().open(PayFirstBinding.BUYER).stream()
                .map(session -> session.key().ref())
                .toList();
    }

    @Override
    public int resume(Shell shell, PartyHooks hooks, KeyOptions keys, List<Bytes32> open)
            throws IOException, InterruptedException {
        int worst = ExitCode.OK.code();
        try (Purchases purchases = Purchases.start(shell, keys)) {
            for (Bytes32 ref : open) {
                worst = Math.max(worst, purchases.await(ref));
            }
        }
        return worst;
    }

    @Override
    public int refund(Shell shell, KeyOptions keys, StoredExchange exchange, boolean patient) {
        throw new CliException(ExitCode.FAILED, "what is paid first does not come back");
    }

    @Override
    public OptionalInt refundLost(Shell shell, KeyOptions keys, boolean patient) {
        return OptionalInt.empty();
    }

    @Override
    public Optional<EvidenceSource> evidence() {
        return Optional.empty();
    }

    @Override
    public URL lines() {
        return LineSchema.file(PayFirstProtocol.class);
    }

    @Override
    public Optional<Model> model() {
        return Optional.empty();
    }
}
