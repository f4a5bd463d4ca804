package io.evenhand.delegation;

import io.evenhand.delegation.message.Order;
import io.evenhand.delegation.message.Terms;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.kit.seal.SealLabel;
import io.evenhand.kit.seal.Suite;
import io.evenhand.kit.stamp.Stamp;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Nonce16;
import io.evenhand.kit.value.SealId;
import io.evenhand.kit.value.Xid;

/// What follows from the Terms alone. Each party computes it for itself and compares with what it
/// is sent.
public final class Expected {
    private static final Nonce16 NO_NONCE = new Nonce16(0, 0);

    private Expected() {}

    /// The label of the seal of one attempt, all but its nonce, which the provider's seed gives.
    public static SealLabel label(Crypto crypto, Terms terms, Xid xid, int attempt) {
        return new SealLabel(
                Suite.SECP256K1,
                xid,
                attempt,
                NO_NONCE,
                crypto.fingerprint(terms.workKey()),
                terms.order().pskId());
    }

    /// The only stamp that fits the Terms, an attempt and a seal (16c).
    public static Stamp stamp(Crypto crypto, Terms terms, Xid xid, int attempt, SealId sealId) {
        Order order = terms.order();
        return new Stamp(
                xid,
                attempt,
                sealId,
                Suite.SECP256K1,
                crypto.lock(terms.workKey()),
                order.pskId(),
                order.policyHash(),
                order.inputHash(),
                order.hiddenCommit(),
                order.stamper().key(),
                order.stamper().profile(),
                attempt,
                order.deadlines().tFund());
    }

    /// The deal the customer opens: everything but the salt follows from the Terms, so a restored
    /// customer finds its earlier deal again (10b, 12).
    public static Deal deal(Crypto crypto, Terms terms, Xid xid, Bytes32 salt) {
        Order order = terms.order();
        return new Deal(
                order.payer(),
                terms.payee(),
                Address.ZERO,
                order.wage(),
                order.deadlines().claimBy(),
                salt,
                Deal.POINT_LOCK,
                crypto.lock(terms.workKey()),
                xid.value());
    }

    /// The largest padded plaintext for a body of `bytes`: 8 bytes of length and Padmé's 12 % at
    /// most (S8).
    public static long maxPadded(long bytes) {
        return bytes + bytes / 8 + 64;
    }
}
