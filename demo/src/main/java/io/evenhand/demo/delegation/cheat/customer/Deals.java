package io.evenhand.demo.delegation.cheat.customer;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.LockAddresses;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Wei;

/// Deals with one field changed.
final class Deals {
    private Deals() {}

    static Deal payee(Deal d, Address payee) {
        return of(d, payee, d.token(), d.amount(), d.claimBy(), d.lock());
    }

    static Deal token(Deal d, Address token) {
        return of(d, d.payee(), token, d.amount(), d.claimBy(), d.lock());
    }

    static Deal amount(Deal d, Wei amount) {
        return of(d, d.payee(), d.token(), amount, d.claimBy(), d.lock());
    }

    static Deal claimBy(Deal d, long claimBy) {
        return of(d, d.payee(), d.token(), d.amount(), claimBy, d.lock());
    }

    static Deal lock(Deal d, LockAddresses lock) {
        return of(d, d.payee(), d.token(), d.amount(), d.claimBy(), lock);
    }

    private static Deal of(
            Deal d, Address payee, Address token, Wei amount, long claimBy, LockAddresses lock) {
        return new Deal(
                d.payer(),
                payee,
                token,
                amount,
                claimBy,
                d.salt(),
                d.lockKind(),
                lock,
                d.termsHash());
    }
}
