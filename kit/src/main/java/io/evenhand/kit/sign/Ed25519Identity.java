package io.evenhand.kit.sign;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Signature;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/// A party's identity: the Ed25519 key pair of a 32-byte seed (RFC 8032), which is also the key of
/// its TLS certificate (decisions 1).
public final class Ed25519Identity {
    private final Secret32 seed;
    private final PartyId party;

    public Ed25519Identity(Secret32 seed) {
        this.seed = seed;
        byte[] exposed = seed.expose();
        byte[] key = new byte[32];
        Ed25519.generatePublicKey(exposed, 0, key, 0);
        Arrays.fill(exposed, (byte) 0);
        this.party = new PartyId(Bytes32.of(key));
    }

    /// The public key, under which others know this party.
    public PartyId party() {
        return party;
    }

    /// The seed itself, for making the TLS key from it.
    public Secret32 seed() {
        return seed;
    }

    public Signature sign(Statement statement) {
        return sign(Signable.bytes(statement));
    }

    /// Signs bytes that already say what they are for.
    public Signature sign(byte[] message) {
        byte[] exposed = seed.expose();
        byte[] key = party.value().toByteArray();
        byte[] signature = new byte[64];
        Ed25519.sign(exposed, 0, key, 0, message, 0, message.length, signature, 0);
        Arrays.fill(exposed, (byte) 0);
        return Signature.of(signature);
    }

    @Override
    public String toString() {
        return "identity " + party;
    }
}
