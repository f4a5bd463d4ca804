package io.evenhand.kit.seal;

import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.sign.SecretNames;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Nonce16;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Xid;
import java.util.Arrays;
import java.util.Optional;

/// What a seal is made for: the exchange, the attempt and the key that opens it.
public record SealTarget(Suite suite, Xid xid, int slot, PublicKey opener) {
    /// The label of the seal that this seed makes; the nonce in it comes from the seed.
    public SealLabel label(Secret32 seed, Optional<Secret32> psk) {
        byte[] exposed = seed.expose();
        byte[] nonce = Hashes.hkdfExpand(exposed, Hashes.ascii("fx/seal/nonce"), 16);
        Arrays.fill(exposed, (byte) 0);
        return label(Nonce16.of(nonce), psk.map(SecretNames::pskId).orElse(Bytes32.ZERO));
    }

    /// The label with a nonce from elsewhere, as a receiver rebuilds it from its own Terms.
    public SealLabel label(Nonce16 nonce, Bytes32 pskId) {
        return new SealLabel(suite, xid, slot, nonce, SecretNames.fingerprint(opener), pskId);
    }
}
