package io.evenhand.protocols.metered.requester;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.Fault;
import io.evenhand.protocols.metered.message.Provisioning;
import io.evenhand.protocols.metered.message.StreamMessage;
import java.util.Optional;

/// What may happen to a requester's session.
public sealed interface RequesterInput {
    /// From the node, on the newest connection.
    record Heard(StreamMessage message) implements RequesterInput {}

    /// The opening is on disk.
    record OpeningKept() implements RequesterInput {}

    /// The evidence meets the policy of the Terms; a psk was drawn and sealed to the enclave's key.
    record EvidenceHolds(Provisioning header, KeyId psk, StreamMessage.Provision bytes)
            implements RequesterInput {}

    record EvidenceFails(Fault why) implements RequesterInput {}

    /// Hello, psk and provision are on disk.
    record ProvisionKept() implements RequesterInput {}

    /// What {@link RequesterEffect.KeepRounds} named is on disk.
    record RoundsKept(int round) implements RequesterInput {}

    /// The user wants so many further rounds of c cycles each.
    ///
    /// @param begin if the rounds do not go on from the last state; the first ones never do
    record Want(int rounds, long c, Optional<Begin> begin) implements RequesterInput {}

    /// A state, and the same sealed to the enclave.
    record Begin(Octets state, StreamMessage.SealedState sealed) {}

    /// The user wants no more.
    record Stop() implements RequesterInput {}

    /// The connection is a new one: everything is said again.
    record Reconnected() implements RequesterInput {}

    /// More was put in, and is final.
    record Deposit(Wei wei) implements RequesterInput {}

    /// The channel was closed on chain, which published this key.
    record Closed(Bytes32 k) implements RequesterInput {}

    /// Nothing came for too long: this side moves on.
    record Silence() implements RequesterInput {}
}
