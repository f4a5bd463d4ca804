package io.evenhand.protocols.metered.node;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import java.math.BigInteger;
import java.util.Map;
import java.util.TreeMap;

/// What one identity owes a node and what it is trusted with, over all its channels and sessions
/// (A-I3, spec-metered G2).
///
/// ```
/// owed   = prices of rounds and sessions executed - newest durable totals - struck off
/// credit = sum over channels of max(0, total - 2 x dearest close)
/// limit  = min(cap, first + credit / 4)
/// a round runs iff owed + reserved + its reserve <= limit
/// ```
///
/// @param owed executed and not paid for; negative amounts do not occur: what is paid above it, the
///   perSession of a session in advance, waits in `ahead`
/// @param ahead paid and not executed yet
/// @param reserved of rounds that are at work
/// @param burned reserves of rounds that a fault of this machine ended, until as much was paid
///   again (G3)
/// @param totals newest durable total of each channel
public record Account(Wei owed, Wei ahead, Wei reserved, Wei burned, Map<String, Wei> totals) {
    public static final Account NEW = new Account(Wei.ZERO, Wei.ZERO, Wei.ZERO, Wei.ZERO, Map.of());

    public Account {
        totals = Map.copyOf(totals);
    }

    /// What a node risks for one identity.
    ///
    /// @param first what a stranger is trusted with
    /// @param cap what anybody is trusted with
    /// @param dearestClose price of closing a channel at the dearest: a total counts as credit only
    ///   above twice of it
    public record Risk(Wei first, Wei cap, Wei dearestClose) {}

    public Wei credit(Risk risk) {
        BigInteger least = risk.dearestClose().times(2).value();
        BigInteger sum = BigInteger.ZERO;
        for (Wei total : totals.values()) {
            sum = sum.add(total.value().subtract(least).max(BigInteger.ZERO));
        }
        return new Wei(sum);
    }

    public Wei limit(Risk risk) {
        Wei earned = risk.first().plus(new Wei(credit(risk).value().shiftRight(2)));
        return earned.compareTo(risk.cap()) < 0 ? earned : risk.cap();
    }

    /// All that would be lost if this identity left now.
    public Wei exposed() {
        return owed.plus(reserved).plus(burned);
    }

    public boolean allows(Wei reserve, Risk risk) {
        return exposed().plus(reserve).compareTo(limit(risk)) <= 0;
    }

    public Account reserve(Wei most) {
        return new Account(owed, ahead, reserved.plus(most), burned, totals);
    }

    /// A round was executed for a price, instead of what was reserved.
    public Account charge(Wei most, Wei price) {
        BigInteger debt = owed.value().add(price.value()).subtract(ahead.value());
        return new Account(
                positive(debt), positive(debt.negate()), less(reserved, most), burned, totals);
    }

    /// A round ended by a fault of this machine: nobody owes it, and it counts all the same.
    public Account machineFault(Wei most) {
        return new Account(owed, ahead, less(reserved, most), burned.plus(most), totals);
    }

    /// A channel's newest durable total rose.
    public Account paid(Bytes32 channel, Wei from, Wei to) {
        Wei more = less(to, from);
        Map<String, Wei> next = new TreeMap<>(totals);
        next.put(channel.toString(), to);
        BigInteger debt = owed.value().subtract(more.value()).subtract(ahead.value());
        return new Account(
                positive(debt), positive(debt.negate()), reserved, less(burned, more), next);
    }

    /// What can never be paid any more, because this node lost its keys (F7).
    public Account struckOff(Wei debt) {
        return new Account(less(owed, debt), ahead, reserved, burned, totals);
    }

    private static Wei less(Wei a, Wei b) {
        return positive(a.value().subtract(b.value()));
    }

    private static Wei positive(BigInteger value) {
        return new Wei(value.max(BigInteger.ZERO));
    }
}
