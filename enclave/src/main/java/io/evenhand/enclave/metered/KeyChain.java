package io.evenhand.enclave.metered;

import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.sign.Signable;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Signature;
import io.evenhand.protocols.metered.enclave.SessionKeys;
import io.evenhand.protocols.metered.message.RoundStatement;
import java.security.SecureRandom;

/// The keys of one session: k of the last round is drawn, each one before is SHA-256("fx/chain" ‖
/// k) (A7). Prints nothing of them.
final class KeyChain implements SessionKeys {
    private static final byte[] LABEL = Hashes.ascii("fx/chain");

    private final byte[][] keys;
    private final Secret32 signing;

    KeyChain(int rounds, SecureRandom random) {
        this.keys = new byte[rounds][];
        byte[] k = new byte[32];
        random.nextBytes(k);
        for (int i = rounds - 1; i >= 0; i--) {
            keys[i] = k;
            k = Hashes.sha256(LABEL, k);
        }
        this.signing = Secp256k1.newKey(random);
    }

    PublicKey publicKey() {
        return Secp256k1.publicKey(signing);
    }

    @Override
    public Bytes32 key(int round) {
        return Bytes32.of(keys[round - 1]);
    }

    @Override
    public Signature sign(RoundStatement statement) {
        return Secp256k1.sign(Hashes.sha256(Signable.bytes(statement)), signing);
    }
}
