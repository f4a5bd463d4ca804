package io.evenhand.simulation.metered;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.message.Hello;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.StreamMessage;

/// What a step of a party does to the others, or shows of itself.
sealed interface Out {
    record Say(StreamMessage message) implements Out {}

    /// Hands a close to a node of the chain.
    record Submit(Pair pair) implements Out {}

    /// The connection is a new one.
    record Reconnects() implements Out {}

    /// A round is the user's.
    ///
    /// @param right whether its state is the program's
    record Gave(Bytes32 lock, Wei price, long count, boolean right) implements Out {}

    /// Signed an update and let it go.
    ///
    /// @param flushed whether all that it pays for was on disk
    /// @param evidence whether the statement has the signature that it must have
    record Signed(
            int session, int round, Wei total, Bytes32 lock, boolean flushed, boolean evidence)
            implements Out {}

    /// Paid what it owed with a lock of its own.
    record Settled(Wei wei) implements Out {}

    /// An honest node's enclave executed a round.
    ///
    /// @param price what it cost, whatever was charged
    record Made(Bytes32 lock, Bytes32 k, Wei total, Wei price) implements Out {}

    record Greeted(Hello hello) implements Out {}

    /// Said a key or a result while it closes.
    record AfterClosing() implements Out {}

    /// Opened a channel again whose updates are known.
    record OpenedAgain() implements Out {}
}
