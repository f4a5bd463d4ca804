package io.evenhand.ledger.evm;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.sign.ChannelHash;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import java.math.BigInteger;
import java.util.Optional;

/// What the Meter (`contracts/src/Meter.sol`) hashes and checks, computed without a chain: names of
/// channels, what is signed (EIP-712), and whether it would close with an update.
public final class MeterHashes {
    private static final BigInteger HALF_ORDER = Secp256k1.ORDER.shiftRight(1);

    private MeterHashes() {}

    /// The name of a channel, which updates are signed for: keccak-256 of `abi.encode(chainid,
    /// meter, payer, payee, 0, timeout, xid)`. It does not hold the signer.
    public static Bytes32 channel(Rail meter, MeterChannel channel) {
        return ChannelHash.channel(
                meter.chainId(),
                meter.contract(),
                channel.payer(),
                channel.payee(),
                channel.timeout(),
                channel.xid());
    }

    /// Where the contract stores a channel's word, and the topic of its events: keccak-256 of
    /// `abi.encode(channel, signer, 1)` (F1).
    public static Bytes32 key(Bytes32 channel, Address signer) {
        return ChannelHash.storageKey(channel, signer);
    }

    /// The same from all fields of a channel.
    public static Bytes32 key(Rail meter, MeterChannel channel) {
        return key(channel(meter, channel), channel.signer());
    }

    /// The lock that a key opens: its SHA-256.
    public static Bytes32 lock(Bytes32 key) {
        return Bytes32.of(Hashes.sha256(key.toByteArray()));
    }

    /// What the channel's signer signs: the EIP-712 digest of `Update(channel, total, lock)`.
    public static byte[] update(Rail meter, Bytes32 channel, Wei total, Bytes32 lock) {
        return ChannelHash.update(meter.chainId(), meter.contract(), channel, total, lock)
                .toByteArray();
    }

    /// What the payee signs for a tower (F8): the EIP-712 digest of `Close(channel, total, lock,
    /// notBefore)`.
    ///
    /// @param notBefore seconds since 1970 from which on anybody may close with it
    public static byte[] close(
            Rail meter, Bytes32 channel, Wei total, Bytes32 lock, long notBefore) {
        return ChannelHash.close(meter.chainId(), meter.contract(), channel, total, lock, notBefore)
                .toByteArray();
    }

    /// Signs a digest: deterministic (RFC 6979), low s.
    ///
    /// @param own the public key of `key`, which whoever signs often computes once
    public static CompactSignature sign(byte[] digest, Secret32 key, PublicKey own) {
        Signature signature = Secp256k1.sign(digest, key);
        // Ids 2 and 3 stand for an r that nobody will ever find.
        boolean odd = !Secp256k1.recover(digest, signature, 0).equals(own);
        Bytes32 s = signature.s();
        return new CompactSignature(
                signature.r(), odd ? new Bytes32(s.a() | Long.MIN_VALUE, s.b(), s.c(), s.d()) : s);
    }

    /// Who signed a digest, as the contract finds out; nothing if nobody can have, or if s is not
    /// the low one.
    public static Optional<Address> recover(byte[] digest, CompactSignature signature) {
        Bytes32 vs = signature.vs();
        Bytes32 s = new Bytes32(vs.a() & Long.MAX_VALUE, vs.b(), vs.c(), vs.d());
        if (new BigInteger(1, s.toByteArray()).compareTo(HALF_ORDER) > 0) {
            return Optional.empty();
        }
        try {
            PublicKey signer =
                    Secp256k1.recover(digest, new Signature(signature.r(), s), vs.a() < 0 ? 1 : 0);
            return Optional.of(Secp256k1.evmAddress(signer))
                    .filter(address -> !address.equals(Address.ZERO));
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }

    /// Why the contract would not close with this pair before the timeout; nothing if it would.
    ///
    /// @param deposit of the channel, as of the block that counts
    public static Optional<MeterPair.Fault> fault(
            Rail meter, MeterChannel channel, MeterPair pair, Wei deposit) {
        if (pair.total().compareTo(deposit) > 0) {
            return Optional.of(MeterPair.Fault.ABOVE_DEPOSIT);
        }
        if (!lock(pair.key()).equals(pair.lock())) {
            return Optional.of(MeterPair.Fault.WRONG_KEY);
        }
        byte[] digest = update(meter, channel(meter, channel), pair.total(), pair.lock());
        return recover(digest, pair.signature()).filter(channel.signer()::equals).isPresent()
                ? Optional.empty()
                : Optional.of(MeterPair.Fault.WRONG_SIGNER);
    }
}
