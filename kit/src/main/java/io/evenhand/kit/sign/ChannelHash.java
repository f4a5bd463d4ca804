package io.evenhand.kit.sign;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;

/// The names of a payment channel and what is signed for it, as `Meter.sol` computes them
/// (spec-metered F1, H). Hashes are keccak-256 of `abi.encode`; signatures are EIP-712 with the
/// domain `{name "Evenhand Meter", chainId, verifyingContract}`.
public final class ChannelHash {
    private static final byte[] DOMAIN =
            keccak("EIP712Domain(string name,uint256 chainId,address verifyingContract)");
    private static final byte[] NAME = keccak("Evenhand Meter");
    private static final byte[] UPDATE =
            keccak("Update(bytes32 channel,uint256 total,bytes32 lock)");
    private static final byte[] CLOSE =
            keccak("Close(bytes32 channel,uint256 total,bytes32 lock,uint256 notBefore)");
    private static final byte[] PREFIX = {0x19, 0x01};

    private ChannelHash() {}

    /// `keccak256(abi.encode(chainid, this, payer, payee, token 0, timeout, xid))`.
    ///
    /// @param timeout unix seconds
    public static Bytes32 channel(
            long chainId, Address meter, Address payer, Address payee, long timeout, Bytes32 xid) {
        return Bytes32.of(
                Hashes.keccak256(
                        Words.uint(chainId, 256),
                        Words.address(meter),
                        Words.address(payer),
                        Words.address(payee),
                        Words.address(Address.ZERO),
                        Words.uint(timeout, 256),
                        xid.toByteArray()));
    }

    /// Where the contract stores the channel's word: 96 bytes are hashed, so that no mapping's slot
    /// is ever the same (F1).
    public static Bytes32 storageKey(Bytes32 channel, Address signer) {
        return Bytes32.of(
                Hashes.keccak256(channel.toByteArray(), Words.address(signer), Words.uint(1, 256)));
    }

    /// What the payer's channel key signs: it owes `total` once the key of `lock` is shown.
    public static Bytes32 update(
            long chainId, Address meter, Bytes32 channel, Wei total, Bytes32 lock) {
        return signed(
                chainId,
                meter,
                Hashes.keccak256(
                        UPDATE,
                        channel.toByteArray(),
                        Words.uint(total.value(), 256),
                        lock.toByteArray()));
    }

    /// What the payee signs so that anybody may close with exactly this update (F8).
    ///
    /// @param notBefore unix seconds
    public static Bytes32 close(
            long chainId, Address meter, Bytes32 channel, Wei total, Bytes32 lock, long notBefore) {
        return signed(
                chainId,
                meter,
                Hashes.keccak256(
                        CLOSE,
                        channel.toByteArray(),
                        Words.uint(total.value(), 256),
                        lock.toByteArray(),
                        Words.uint(notBefore, 256)));
    }

    private static Bytes32 signed(long chainId, Address meter, byte[] struct) {
        byte[] domain =
                Hashes.keccak256(DOMAIN, NAME, Words.uint(chainId, 256), Words.address(meter));
        return Bytes32.of(Hashes.keccak256(PREFIX, domain, struct));
    }

    private static byte[] keccak(String text) {
        return Hashes.keccak256(Hashes.ascii(text));
    }
}
