package io.evenhand.protocols.delegation;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.machine.PointLocks;
import io.evenhand.kit.machine.Seals;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.seal.SealLabel;
import io.evenhand.kit.seal.Suite;
import io.evenhand.kit.stamp.Stamp;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Nonce16;
import io.evenhand.kit.value.SealId;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.message.Terms;
import java.util.Optional;

/// What follows from the Terms alone. Each party computes it for itself and compares with what it
/// is sent.
public final class Expected {
    /// Sixty days: longer plans belong into several exchanges; a wage should not be locked nor a
    /// stamp key kept for longer.
    public static final long MAX_HORIZON_SECONDS = 60L * 86_400;

    /// No seal holds more, so a larger limit says nothing; it would overflow.
    private static final long MOST_SEALED = (long) SealHeader.CHUNK_SIZE * SealHeader.MAX_CHUNKS;

    private static final Nonce16 NO_NONCE = new Nonce16(0, 0);

    private Expected() {}

    /// The label of the seal of one attempt, all but its nonce, which the provider's seed gives.
    public static SealLabel label(Seals seals, Terms terms, Xid xid, int attempt) {
        return new SealLabel(
                Suite.SECP256K1,
                xid,
                attempt,
                NO_NONCE,
                seals.fingerprint(terms.workKey()),
                terms.order().pskId());
    }

    /// A label as {@link #label} gives it, whatever its nonce.
    public static SealLabel withoutNonce(SealLabel label) {
        return label.withNonce(NO_NONCE);
    }

    /// The only stamp that fits the Terms, an attempt and a seal (16c).
    public static Stamp stamp(PointLocks locks, Terms terms, Xid xid, int attempt, SealId sealId) {
        Order order = terms.order();
        return new Stamp(
                xid,
                attempt,
                sealId,
                Suite.SECP256K1,
                locks.lock(terms.workKey()),
                order.pskId(),
                order.policyHash(),
                order.inputHash(),
                order.hiddenCommit(),
                order.stamper().key(),
                order.stamper().profile(),
                attempt,
                order.deadlines().tFund());
    }

    /// The deal the customer opens: it follows from the Terms, so a restored customer finds its
    /// earlier deal again (10b, 12).
    public static Deal deal(PointLocks locks, Terms terms, Xid xid) {
        Order order = terms.order();
        return new Deal(
                order.payer(),
                terms.payee(),
                Address.ZERO,
                order.wage(),
                order.deadlines().claimBy(),
                terms.dealSalt(),
                Deal.POINT_LOCK,
                locks.lock(terms.workKey()),
                xid.value());
    }

    /// What keeps a deal from being the one these Terms ask for: it may give more wage and more
    /// time, and is the agreed one in everything else (D17).
    public static Optional<Fault> dealFault(PointLocks locks, Terms terms, Xid xid, Deal deal) {
        Order order = terms.order();
        if (!deal.termsHash().equals(xid.value())) {
            return Optional.of(
                    Rule.DEPOSIT_EXCHANGE.because("the deposit is for another exchange"));
        }
        if (!deal.payee().equals(terms.payee())) {
            return Optional.of(
                    Rule.DEPOSIT_ACCOUNT.because("the payee is not the one in the Terms"));
        }
        if (!deal.payer().equals(order.payer())) {
            return Optional.of(
                    Rule.DEPOSIT_ACCOUNT.because("the payer is not the one in the Terms"));
        }
        if (deal.lockKind() != Deal.POINT_LOCK
                || !deal.lock().equals(locks.lock(terms.workKey()))) {
            return Optional.of(Rule.DEPOSIT_LOCK.because("the lock is not for the work key"));
        }
        if (!deal.salt().equals(terms.dealSalt())) {
            return Optional.of(Rule.DEPOSIT_SALT.because("the salt is not the one in the Terms"));
        }
        if (!deal.token().equals(Address.ZERO)) {
            return Optional.of(Rule.DEPOSIT_COIN.because("the token is not the native coin"));
        }
        if (deal.amount().compareTo(order.wage()) < 0) {
            return Optional.of(
                    Rule.DEPOSIT_AMOUNT.because(
                            "the deposit is " + deal.amount() + ", the wage is " + order.wage()));
        }
        if (deal.claimBy() < 0 || deal.claimBy() < order.deadlines().claimBy()) {
            return Optional.of(Rule.DEPOSIT_TIME.because("claimBy is earlier than agreed"));
        }
        return Optional.empty();
    }

    /// The largest padded plaintext for a body of `bytes`: 8 bytes of length and Padmé's 12 % at
    /// most (S8).
    public static long maxPadded(long bytes) {
        long body = Math.min(bytes, MOST_SEALED);
        return body + body / 8 + 64;
    }
}
