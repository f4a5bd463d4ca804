package io.evenhand.protocols.metered.channel;

import io.evenhand.kit.codec.Kind;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.metered.Fault;
import io.evenhand.protocols.metered.message.Draft;
import io.evenhand.protocols.metered.message.Terms;
import java.util.Optional;

/// A channel of a requester.
public sealed interface PayerState {
    /// Nothing was said yet.
    @Kind("Planned")
    record Planned(Draft draft) implements PayerState {}

    /// S1 was said.
    @Kind("Proposed")
    record Proposed(Draft draft) implements PayerState {}

    /// What both signed.
    ///
    /// @param node its signature on the Terms
    /// @param requester this side's
    record Agreed(Terms terms, Xid xid, Signature node, Signature requester) {}

    /// Looks whether this channel was ever opened, then opens it (F11).
    @Kind("Opening")
    record Opening(Agreed agreed, boolean published) implements PayerState {}

    /// Its deposit is final: rounds may run.
    ///
    /// @param deposit with all top-ups that are final
    /// @param enough whether no more rounds are wanted
    @Kind("Open")
    record Open(Agreed agreed, Wei deposit, boolean enough) implements PayerState {}

    /// The timeout has passed: the deposit is being taken back.
    @Kind("Refunding")
    record Refunding(Agreed agreed) implements PayerState {}

    sealed interface Final extends PayerState {}

    /// @param key what the close published
    @Kind("Closed")
    record Closed(Agreed agreed, Optional<Bytes32> key) implements Final {}

    /// The whole deposit is back.
    ///
    /// @param released whether the payee gave it back before the timeout
    @Kind("Refunded")
    record Refunded(Agreed agreed, boolean released) implements Final {}

    /// Nothing was deposited.
    @Kind("Aborted")
    record Aborted(Fault why) implements Final {}
}
