package io.evenhand.protocols.delegation.evidence;

import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.sign.Statement;
import io.evenhand.kit.text.Line;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.delegation.Fault;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.util.Optional;

/// "For me this exchange stands so", signed by the keeper of a bundle: its word and no more. It
/// also names an exchange that ended before there were Terms.
///
/// @param xid once both nonces are known
/// @param reason one line for people; it may quote the peer
/// @param at seconds since 1970 by the keeper's own clock
public record Ending(
        Order order, Optional<Xid> xid, Outcome outcome, @Limit(MAX_REASON) String reason, long at)
        implements Statement {
    /// Bytes: the longest reason of a state, and who gave it.
    static final int MAX_REASON = 2048;

    public Ending {
        reason = Line.of(reason, MAX_REASON);
    }

    @Override
    public String type() {
        return "deleg/ending";
    }

    @Override
    public Bytes32 exchange() {
        return order.customerNonce();
    }

    /// What a state says about the end; a new final state has to be given its words here.
    public record Words(Outcome outcome, String reason) {}

    public static Words of(CustomerState state) {
        return switch (state) {
            case CustomerState.Settled(var _, boolean passed) ->
                    new Words(
                            Outcome.SETTLED,
                            passed
                                    ? "the work opened and passed the policy again"
                                    : "the work did not open, or failed the policy");
            case CustomerState.Refunded _ -> new Words(Outcome.REFUNDED, "the wage came back");
            case CustomerState.Aborted(Fault why) -> new Words(Outcome.ABORTED, why.line());
            case CustomerState.BeforeDeposit _, CustomerState.AfterDeposit _ -> open(state);
        };
    }

    public static Words of(ProviderState state) {
        return switch (state) {
            case ProviderState.Settled _ -> new Words(Outcome.SETTLED, "the wage is here");
            case ProviderState.Returned _ ->
                    new Words(Outcome.REFUNDED, "the deposit went back; the key was never shown");
            case ProviderState.Lost _ ->
                    new Words(Outcome.LOST, "the key was shown and the deposit went back");
            case ProviderState.Deceived s -> new Words(Outcome.ABORTED, s.why().line());
            case ProviderState.Aborted(Fault why) -> new Words(Outcome.ABORTED, why.line());
            case ProviderState.Idle _,
                    ProviderState.BeforeDeposit _,
                    ProviderState.AfterDeposit _ ->
                    open(state);
        };
    }

    public static Words of(StamperState state) {
        return switch (state) {
            case StamperState.Expired(Fault why) -> new Words(Outcome.EXPIRED, why.line());
            case StamperState.Idle _,
                    StamperState.Keyed _,
                    StamperState.Provisioned _,
                    StamperState.Judging _,
                    StamperState.StampMade _ ->
                    open(state);
        };
    }

    private static Words open(Object state) {
        return new Words(Outcome.OPEN, "it is in the state " + state.getClass().getSimpleName());
    }
}
