package io.evenhand.node.metered;

import io.evenhand.protocols.metered.channel.PayeeState;
import io.evenhand.protocols.metered.channel.PayerState;
import io.evenhand.protocols.metered.message.Terms;
import java.util.Optional;

/// What both sides signed of a channel, as its states hold it.
public final class ChannelTerms {
    private ChannelTerms() {}

    /// Empty before they did.
    public static Optional<Terms> of(PayerState state) {
        return agreed(state).map(PayerState.Agreed::terms);
    }

    public static Optional<PayerState.Agreed> agreed(PayerState state) {
        return switch (state) {
            case PayerState.Planned _, PayerState.Proposed _, PayerState.Aborted _ ->
                    Optional.empty();
            case PayerState.Opening it -> Optional.of(it.agreed());
            case PayerState.Open it -> Optional.of(it.agreed());
            case PayerState.Refunding it -> Optional.of(it.agreed());
            case PayerState.Closed it -> Optional.of(it.agreed());
            case PayerState.Refunded it -> Optional.of(it.agreed());
        };
    }

    public static Optional<PayeeState.Deal> deal(PayeeState state) {
        return switch (state) {
            case PayeeState.Asked _, PayeeState.Refused _ -> Optional.empty();
            case PayeeState.Agreed it -> Optional.of(it.deal());
            case PayeeState.Open it -> Optional.of(it.deal());
            case PayeeState.Stopping it -> Optional.of(it.deal());
            case PayeeState.Closing it -> Optional.of(it.deal());
            case PayeeState.Closed it -> Optional.of(it.deal());
            case PayeeState.Expired it -> Optional.of(it.deal());
        };
    }
}
