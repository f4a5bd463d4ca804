package io.evenhand.protocols.metered.node;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.message.Hello;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.StreamMessage;
import java.util.Optional;

/// What a node does for a channel.
public sealed interface NodeEffect {
    record Say(StreamMessage message) implements NodeEffect {}

    /// Flush a session's number, the hash of what asked for it and its base, in one transaction
    /// with the pair it brought (G5).
    ///
    /// @param pair what the node can close with from now on
    /// @param owed debt of the sessions before
    record KeepSession(int number, Bytes32 opening, Wei base, Optional<Pair> pair, Wei owed)
            implements NodeEffect {}

    /// Flush the bytes of a hello before they are said (G5).
    record KeepHello(StreamMessage.SignedHello hello) implements NodeEffect {}

    /// Flush an update and its key in one transaction (A-I13).
    record KeepPair(int number, int round, Pair pair) implements NodeEffect {}

    /// Flush what a session left unpaid (G4).
    record KeepDebt(int number, Wei owed) implements NodeEffect {}

    /// Start the one enclave of this channel; one that lives is ended.
    record Start(Opening opening, Wei base) implements NodeEffect {}

    /// Sign with the node's identity.
    record Sign(Hello hello) implements NodeEffect {}

    /// Give the enclave the psk, with the hello that it belongs to.
    record Provision(StreamMessage.SignedHello hello, StreamMessage.Provision provision)
            implements NodeEffect {}

    record Load(StreamMessage.Program program) implements NodeEffect {}

    /// Ask the identity's account for the price of a session or of a round (G2).
    ///
    /// @param most what it may cost
    /// @param unpaid of this channel, rounds executed and not durable
    record Reserve(int number, Wei most, int unpaid) implements NodeEffect {}

    /// A session was begun or a round executed: what it cost, instead of what was reserved.
    record Charge(Wei price) implements NodeEffect {}

    /// An update is on disk: the account has been paid up to a higher total.
    record Credit(Wei from, Wei to) implements NodeEffect {}

    /// What was executed and can never be paid any more, since its keys are gone: nobody owes it.
    /// If a call of the program ended the enclave, the account counts it all the same (G3).
    record StrikeOff(Wei unpaid) implements NodeEffect {}

    /// @param last of what was asked for: its statement is signed
    record Execute(
            int number, int round, long c, Optional<StreamMessage.SealedState> state, boolean last)
            implements NodeEffect {}

    record Pay(StreamMessage.Update update) implements NodeEffect {}

    record AskSignature(int number, int round) implements NodeEffect {}

    /// End the enclave.
    record EndEnclave(int number) implements NodeEffect {}

    /// Nothing more will be paid here: close with what there is.
    record Close() implements NodeEffect {}
}
