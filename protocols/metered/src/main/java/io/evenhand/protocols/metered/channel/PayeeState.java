package io.evenhand.protocols.metered.channel;

import io.evenhand.kit.codec.Kind;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.metered.Fault;
import io.evenhand.protocols.metered.message.Draft;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.Terms;
import java.util.Optional;

/// A channel of a node.
public sealed interface PayeeState {
    /// S1 came, and the node's own rules let it pass.
    @Kind("Asked")
    record Asked(Draft draft) implements PayeeState {}

    /// What is agreed.
    ///
    /// @param node this side's signature on the Terms
    /// @param requester the other one's, once it came
    record Deal(Terms terms, Xid xid, Signature node, Optional<Signature> requester) {}

    /// S2 was said; waits for a final deposit.
    @Kind("Agreed")
    record Agreed(Deal deal) implements PayeeState {}

    /// Sessions may run.
    @Kind("Open")
    record Open(Deal deal, Wei deposit) implements PayeeState {}

    /// No round runs any more; what it can close with is being looked up.
    @Kind("Stopping")
    record Stopping(Deal deal, Wei deposit) implements PayeeState {}

    /// The close was journalled (A8).
    @Kind("Closing")
    record Closing(Deal deal, Pair pair) implements PayeeState {}

    sealed interface Final extends PayeeState {}

    @Kind("Closed")
    record Closed(Deal deal, Wei total) implements Final {}

    /// It ended without a close: there was nothing to close for, or it came too late.
    @Kind("Expired")
    record Expired(Deal deal, boolean funded) implements Final {}

    @Kind("Refused")
    record Refused(Fault why) implements Final {}
}
