package io.evenhand.protocols.delegation;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.PartyId;
import io.evenhand.protocols.delegation.message.Message;

/// Work that a step names and never does. It is stored with the new state before it is carried out,
/// and carried out again after a crash, so every effect may happen more than once.
public sealed interface Effect {
    record Send(PartyId to, Message message) implements Effect {}

    record Run(Job job) implements Effect {}

    /// A transaction, at most one of each kind for one deal.
    record Publish(Transaction transaction) implements Effect {}

    /// Send an {@link Input.Observed} now and after every new block.
    record Watch(Rail rail, Deal deal) implements Effect {}

    record WakeAt(Timer timer, long epochSecond) implements Effect {}

    /// Erase a secret that has done its work.
    record Burn(KeyId key) implements Effect {}

    /// What a role does on the chain.
    sealed interface Transaction {
        Rail rail();

        Deal deal();

        record Open(Rail rail, Deal deal) implements Transaction {}

        /// Publishes the secret of the work key; there is no way back (R3).
        ///
        /// @param notAfter seconds: whoever carries this out hands it to a node for the first time
        ///   before then (R2, 10a)
        record Claim(Rail rail, Deal deal, KeyId workKey, long notAfter) implements Transaction {}

        record Refund(Rail rail, Deal deal) implements Transaction {}

        record Release(Rail rail, Deal deal) implements Transaction {}
    }
}
