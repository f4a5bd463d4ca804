package io.evenhand.protocols.metered.channel;

import io.evenhand.kit.codec.Kind;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.message.ChannelMessage;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.Terms;

/// Work that a step names and never does. It is stored with the new state before it is carried out,
/// and carried out again after a crash, so every effect may happen more than once.
public sealed interface ChannelEffect {
    @Kind("Send")
    record Send(PartyId to, ChannelMessage message) implements ChannelEffect {}

    /// A transaction; asking for it again makes no second one.
    @Kind("Publish")
    record Publish(Transaction transaction) implements ChannelEffect {}

    /// Send a {@link ChannelInput.Observed} now and after every new block.
    @Kind("Watch")
    record Watch(Terms terms) implements ChannelEffect {}

    @Kind("WakeAt")
    record WakeAt(Timer timer, long epochSecond) implements ChannelEffect {}

    /// Sessions may run, with this deposit.
    @Kind("Serve")
    record Serve(Terms terms, Wei deposit) implements ChannelEffect {}

    /// Payee: no further round and no further key; then {@link ChannelInput.Stopped} with the
    /// newest pair (A8).
    @Kind("Stop")
    record Stop(Terms terms) implements ChannelEffect {}

    /// What a side does on the chain.
    sealed interface Transaction {
        Terms terms();

        /// @param handOverBy seconds: a deposit that a crash held back longer is not made
        @Kind("Open")
        record Open(Terms terms, long handOverBy) implements Transaction {}

        /// @param deposit what it shall be after it
        @Kind("TopUp")
        record TopUp(Terms terms, int number, Wei more, Wei deposit) implements Transaction {}

        /// @param notAfter seconds: it is handed to a node for the first time before then
        @Kind("Close")
        record Close(Terms terms, Pair pair, long notAfter) implements Transaction {}

        @Kind("Refund")
        record Refund(Terms terms) implements Transaction {}
    }
}
