package io.evenhand.protocols.metered.channel;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.deal.ChannelView;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.message.ChannelMessage;
import io.evenhand.protocols.metered.message.Pair;
import java.util.Optional;

/// What may happen to either side of a channel. Every input brings the time.
public sealed interface ChannelInput {
    ChainTime now();

    /// Starts a fresh state.
    record Begin(ChainTime now) implements ChannelInput {}

    /// A message from an authenticated peer.
    record Received(PartyId from, ChannelMessage message, ChainTime now) implements ChannelInput {}

    /// A new snapshot of the channel that {@link ChannelEffect.Watch} asked for.
    record Observed(ChannelView view, ChainTime now) implements ChannelInput {}

    record Woke(Timer timer, ChainTime now) implements ChannelInput {}

    /// The process started again: whatever the state still needs is asked for anew.
    record Restarted(ChainTime now) implements ChannelInput {}

    /// Payer: the user adds to the deposit.
    ///
    /// @param number of this top-up, from 1
    record TopUp(int number, Wei more, ChainTime now) implements ChannelInput {}

    /// No more rounds are wanted: the payer waits for the close, the payee closes.
    record Enough(ChainTime now) implements ChannelInput {}

    /// Payee: rounds have stopped for good, and this is what it can close with.
    ///
    /// @param pair empty if there is nothing that is worth closing for
    record Stopped(Optional<Pair> pair, ChainTime now) implements ChannelInput {}
}
