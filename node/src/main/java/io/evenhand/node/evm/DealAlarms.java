package io.evenhand.node.evm;

import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.store.SessionKey;

/// What a role says about its deals: how much money they need, and what may go wrong with them.
public interface DealAlarms {
    /// What calls cost at the present fees.
    record Prices(Wei open, Wei claim) {}

    /// The newest view of a deal.
    ///
    /// @param slot which of the session's deals
    void seen(SessionKey session, int slot, DealView view);

    void forget(SessionKey session);

    /// What our account should hold for them.
    Wei needed(Prices prices);

    /// Sets the alarms of every open exchange.
    ///
    /// @param now seconds since 1970, by the later of the two clocks
    /// @param answering whether a node of the chain answers
    void look(long now, boolean answering);
}
