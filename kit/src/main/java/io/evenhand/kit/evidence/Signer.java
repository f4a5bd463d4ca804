package io.evenhand.kit.evidence;

import io.evenhand.kit.codec.Kind;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.PublicKey;

/// Who signed, and with what kind of key.
public sealed interface Signer {
    /// A party, with its identity (Ed25519).
    @Kind("Party")
    record Party(PartyId id) implements Signer {}

    /// The holder of a secp256k1 key made for one exchange, such as the stamper's.
    @Kind("Key")
    record Key(PublicKey key) implements Signer {}
}
