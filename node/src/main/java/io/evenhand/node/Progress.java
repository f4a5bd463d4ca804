package io.evenhand.node;

import io.evenhand.node.store.SessionKey;

/// How far a long piece of work is, in bytes.
public interface Progress {
    /// @param phase what is being done, such as `sending input`
    void at(SessionKey session, String phase, long done, long total);
}
