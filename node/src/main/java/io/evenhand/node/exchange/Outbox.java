package io.evenhand.node.exchange;

import io.evenhand.kit.value.PartyId;
import io.evenhand.node.store.SessionKey;

/// Where messages wait for peers that call in: a part of the journal, so a message is put there in
/// the transaction of the step that says it.
public interface Outbox<M> {
    /// Stores a message as a part of the caller's transaction.
    void put(SessionKey session, PartyId to, M message);

    /// The same. What cannot be put now, such as a message whose secret is missing, keeps nothing
    /// else of the transaction from being stored.
    default boolean isPut(SessionKey session, PartyId to, M message) {
        try {
            put(session, to, message);
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    /// To be called once what was put there is stored.
    void wake(PartyId to);
}
