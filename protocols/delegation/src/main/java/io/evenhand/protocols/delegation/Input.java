package io.evenhand.protocols.delegation;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.value.PartyId;
import io.evenhand.protocols.delegation.message.Message;

/// What may happen to a role. Every input brings the time.
public sealed interface Input {
    ChainTime now();

    /// Starts a fresh state: the customer wants the exchange.
    record Begin(ChainTime now) implements Input {}

    /// A message from an authenticated peer.
    record Received(PartyId from, Message message, ChainTime now) implements Input {}

    /// A job that a {@link Effect.Run} asked for is over.
    record Done(JobResult result, ChainTime now) implements Input {}

    /// A new snapshot of the deal that a {@link Effect.Watch} asked for.
    record Observed(DealView view, ChainTime now) implements Input {}

    record Woke(Timer timer, ChainTime now) implements Input {}

    /// The process started again: whatever the state still needs is asked for anew.
    record Restarted(ChainTime now) implements Input {}

    /// The user gives the exchange up, as far as that is still possible.
    record GivenUp(ChainTime now) implements Input {}
}
