package io.evenhand.node.metered;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.protocols.metered.requester.RequesterEffect;

/// What a requester keeps of one channel. Each call returns at once; `then` is called when what it
/// names is on disk, and never if it is not.
public interface RequesterRecords {
    void keepOpening(Bytes32 channel, RequesterEffect.KeepOpening opening, Runnable then);

    void keepProvision(Bytes32 channel, RequesterEffect.KeepProvision provision, Runnable then);

    /// Statements, ciphertexts and the update that pays for them, in one transaction (G10).
    void keepRounds(Bytes32 channel, RequesterEffect.KeepRounds rounds, Runnable then);
}
