package io.evenhand.node.metered;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.node.NodeEffect;

/// What a node keeps of one channel. Each call returns at once; `then` is called when what it names
/// is on disk, and never if it is not.
public interface NodeRecords {
    /// A session's number, base and pair, in one transaction (G5).
    void keepSession(Bytes32 channel, NodeEffect.KeepSession session, Runnable then);

    void keepHello(Bytes32 channel, NodeEffect.KeepHello hello, Runnable then);

    /// The update and its key, in one transaction (A-I13).
    void keepPair(Bytes32 channel, NodeEffect.KeepPair pair, Runnable then);

    void keepDebt(Bytes32 channel, int number, Wei owed);
}
