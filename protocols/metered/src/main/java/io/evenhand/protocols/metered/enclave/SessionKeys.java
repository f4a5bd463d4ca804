package io.evenhand.protocols.metered.enclave;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Signature;
import io.evenhand.protocols.metered.message.RoundStatement;

/// The secrets of one session, which never leave the enclave's memory but one by one.
public interface SessionKeys {
    /// k of a round: the chain is drawn when the session begins (A7).
    Bytes32 key(int round);

    /// Signs with the session's key.
    Signature sign(RoundStatement statement);
}
