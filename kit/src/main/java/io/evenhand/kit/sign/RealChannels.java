package io.evenhand.kit.sign;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.machine.Channels;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import java.math.BigInteger;
import java.util.concurrent.ConcurrentHashMap;

/// Updates of payment channels with real keys.
public final class RealChannels implements Channels {
    private static final BigInteger HALF_ORDER = Secp256k1.ORDER.shiftRight(1);

    /// The highest bit of vs is the recovery id (EIP-2098); s has 255 bits.
    private static final long RECOVERY_BIT = Long.MIN_VALUE;

    private final Secrets secrets;
    private final ConcurrentHashMap<KeyId, PublicKey> publicKeys = new ConcurrentHashMap<>();

    public RealChannels(Secrets secrets) {
        this.secrets = secrets;
    }

    @Override
    public Bytes32 channel(
            long chainId, Address meter, Address payer, Address payee, long timeout, Bytes32 xid) {
        return ChannelHash.channel(chainId, meter, payer, payee, timeout, xid);
    }

    @Override
    public Signature signUpdate(
            KeyId signer, long chainId, Address meter, Bytes32 channel, Wei total, Bytes32 lock) {
        byte[] hash = ChannelHash.update(chainId, meter, channel, total, lock).toByteArray();
        Secret32 key = secrets.secret(signer);
        Signature signature = Secp256k1.sign(hash, key);
        PublicKey own = publicKeys.computeIfAbsent(signer, _ -> Secp256k1.publicKey(key));
        // A channel signs thousands of updates: the key is known, and what is not 0 is 1.
        int recId = Secp256k1.recover(hash, signature, 0).equals(own) ? 0 : 1;
        return compact(new RecoverableSignature(signature.r(), signature.s(), recId));
    }

    @Override
    public boolean signedUpdate(
            Address signer,
            long chainId,
            Address meter,
            Bytes32 channel,
            Wei total,
            Bytes32 lock,
            Signature signature) {
        return madeBy(signer, ChannelHash.update(chainId, meter, channel, total, lock), signature);
    }

    /// The form of a signature in calldata: r ‖ vs (EIP-2098).
    public static Signature compact(RecoverableSignature signature) {
        if (signature.recId() > 1) {
            throw new IllegalStateException("r is above the order, which happens to nobody");
        }
        Bytes32 s = signature.s();
        long first = signature.recId() == 1 ? s.a() | RECOVERY_BIT : s.a();
        return new Signature(signature.r(), new Bytes32(first, s.b(), s.c(), s.d()));
    }

    /// Whether ecrecover gives this signer for a hash and r ‖ vs, as the contract asks.
    public static boolean madeBy(Address signer, Bytes32 hash, Signature compact) {
        if (signer.equals(Address.ZERO)) {
            return false;
        }
        Bytes32 vs = compact.s();
        Bytes32 s = new Bytes32(vs.a() & ~RECOVERY_BIT, vs.b(), vs.c(), vs.d());
        if (new BigInteger(1, s.toByteArray()).compareTo(HALF_ORDER) > 0) {
            return false;
        }
        int recId = vs.a() < 0 ? 1 : 0;
        try {
            return Secp256k1.evmAddress(
                            Secp256k1.recover(
                                    hash.toByteArray(), new Signature(compact.r(), s), recId))
                    .equals(signer);
        } catch (MalformedException _) {
            return false;
        }
    }
}
