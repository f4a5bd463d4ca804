package io.evenhand.kit.deal;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;

/// One deal of the escrow contract, field by field as the contract hashes it (decisions 8).
///
/// `claimBy` is a block timestamp in seconds: claim before it, refund from it on (R5). The random
/// `salt` keeps the terms of a settled deal from being opened again (D13). `termsHash` is the xid.
public record Deal(
        Address payer,
        Address payee,
        Address token,
        Wei amount,
        long claimBy,
        Bytes32 salt,
        int lockKind,
        LockAddresses lock,
        Bytes32 termsHash) {
    /// A scalar of secp256k1 checked against two addresses (D12).
    public static final int POINT_LOCK = 1;

    /// A salt of 64 random bits: enough to keep the deals of one payer apart. The rest is zero,
    /// since a zero byte of calldata costs a quarter of another one.
    public static Bytes32 salt(long random) {
        return new Bytes32(random, 0, 0, 0);
    }
}
