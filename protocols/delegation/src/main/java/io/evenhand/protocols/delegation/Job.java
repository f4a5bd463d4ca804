package io.evenhand.protocols.delegation;

import io.evenhand.kit.codec.Kind;
import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.seal.SealLabel;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Terms;

/// Long or bulky work outside the machine; its end comes back as {@link Input.Done}. A repeated job
/// gives the same result.
public sealed interface Job {
    /// Customer, T4: the input goes to the provider.
    @Kind("SendInput")
    record SendInput(Terms terms) implements Job {}

    /// Customer, T7: leaves and chunks are fetched, verified against the root and flushed (D16).
    @Kind("FetchWork")
    record FetchWork(Xid xid, SealHeader header) implements Job {}

    /// Customer, T12: opens the seal and runs the policy once more.
    @Kind("OpenWork")
    record OpenWork(
            Xid xid,
            SealHeader header,
            RevealedKey key,
            KeyId psk,
            @Limit(Message.MAX_POLICY_BYTES) String policy)
            implements Job {}

    /// Provider, T4: done when the whole input is here and its commitment holds.
    @Kind("AwaitInput")
    record AwaitInput(Xid xid, Bytes32 inputSalt, Bytes32 inputHash, long inputBytes)
            implements Job {}

    /// Provider, paper step 3: turns the input into work and flushes it with its root (16b).
    @Kind("DoWork")
    record DoWork(Xid xid, int attempt, String service, long maxWorkBytes) implements Job {}

    /// Provider, T6: seals the work it made in this attempt; the label's nonce follows from the
    /// seed.
    @Kind("SealWork")
    record SealWork(Xid xid, SealLabel label, KeyId seed, KeyId psk, PublicKey opener)
            implements Job {}

    /// Stamper, T5: policy, then the sealing pass over the same bytes.
    @Kind("Judge")
    record Judge(
            Xid xid,
            Bytes32 work,
            @Limit(Message.MAX_POLICY_BYTES) String policy,
            SealLabel label,
            KeyId seed,
            KeyId psk,
            PublicKey opener)
            implements Job {}
}
