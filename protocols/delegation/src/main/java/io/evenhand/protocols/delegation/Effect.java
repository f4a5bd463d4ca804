package io.evenhand.protocols.delegation;

import io.evenhand.kit.codec.Kind;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.PartyId;
import io.evenhand.protocols.delegation.message.Message;

/// Work that a step names and never does. It is stored with the new state before it is carried out,
/// and carried out again after a crash, so every effect may happen more than once. The node's
/// `DelegationBinding` says how each is carried out.
public sealed interface Effect {
    @Kind("Send")
    record Send(PartyId to, Message message) implements Effect {}

    @Kind("Run")
    record Run(Job job) implements Effect {}

    /// A transaction, at most one of each kind for one deal.
    @Kind("Publish")
    record Publish(Transaction transaction) implements Effect {}

    /// Send an {@link Input.Observed} now and after every new block.
    @Kind("Watch")
    record Watch(Rail rail, Deal deal) implements Effect {}

    @Kind("WakeAt")
    record WakeAt(Timer timer, long epochSecond) implements Effect {}

    /// Erase a secret that has done its work.
    @Kind("Burn")
    record Burn(KeyId key) implements Effect {}

    /// What a role does on the chain.
    sealed interface Transaction {
        Rail rail();

        Deal deal();

        @Kind("Open")
        record Open(Rail rail, Deal deal) implements Transaction {}

        /// Publishes the secret of the work key; there is no way back (R3).
        ///
        /// @param notAfter seconds: whoever carries this out hands it to a node for the first time
        ///   before then (R2, 10a)
        @Kind("Claim")
        record Claim(Rail rail, Deal deal, KeyId workKey, long notAfter) implements Transaction {}

        @Kind("Refund")
        record Refund(Rail rail, Deal deal) implements Transaction {}

        @Kind("Release")
        record Release(Rail rail, Deal deal) implements Transaction {}
    }
}
