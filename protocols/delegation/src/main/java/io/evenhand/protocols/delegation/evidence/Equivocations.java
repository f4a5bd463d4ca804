package io.evenhand.protocols.delegation.evidence;

import static io.evenhand.protocols.delegation.evidence.Party.CUSTOMER;
import static io.evenhand.protocols.delegation.evidence.Party.PROVIDER;
import static io.evenhand.protocols.delegation.evidence.Party.STAMPER;

import io.evenhand.kit.evidence.Finding;
import io.evenhand.kit.text.ShortIds;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.message.Terms;
import java.util.ArrayList;
import java.util.List;

/// What shows only when two exchanges lie side by side: two Terms under one nonce (D22), one stamp
/// key for two exchanges (decisions 1).
final class Equivocations {
    private Equivocations() {}

    static List<Verdict> add(List<Verdict> verdicts) {
        return verdicts.stream()
                .map(one -> {
                    List<Finding> more = new ArrayList<>();
                    verdicts.stream()
                            .filter(other -> !other.equals(one))
                            .forEach(other -> compare(one, other, more));
                    return more.isEmpty() ? one : one.with(more);
                })
                .toList();
    }

    private static void compare(Verdict one, Verdict other, List<Finding> findings) {
        Evidence a = one.evidence();
        Evidence b = other.evidence();
        if (a.terms().isEmpty() || b.terms().isEmpty()) {
            return;
        }
        Terms terms = a.terms().get();
        Terms others = b.terms().get();
        Order order = terms.order();
        if (order.customerNonce().equals(others.order().customerNonce())
                && order.customer().equals(others.order().customer())) {
            terms(one, other, findings);
        }
        if (terms.stampKey().equals(others.stampKey())
                && a.ready().isPresent()
                && b.ready().isPresent()
                && order.stamper().key().equals(others.order().stamper().key())) {
            findings.add(twice("exchanges ready with one stamp key", STAMPER, order, other));
        }
    }

    /// Who is to blame follows from what differs. The customer writes the order, and an honest one
    /// writes one for each of its nonces, also after a backup was put back. The provider adds the
    /// rest but the stamp key, always the same to the same offer; it may well sign two offers under
    /// one nonce if it was put back in between, and so may a customer two stamp keys.
    private static void terms(Verdict one, Verdict other, List<Finding> findings) {
        Evidence a = one.evidence();
        Evidence b = other.evidence();
        Terms terms = a.terms().orElseThrow();
        Terms others = b.terms().orElseThrow();
        Order order = terms.order();
        boolean isSameOrder = order.equals(others.order());
        if (!isSameOrder && a.customer().isPresent() && b.customer().isPresent()) {
            findings.add(twice("different orders under one nonce", CUSTOMER, order, other));
        }
        if (isSameOrder
                && terms.stampKey().equals(others.stampKey())
                && !terms.equals(others)
                && a.provider().isPresent()
                && b.provider().isPresent()) {
            findings.add(twice("different Terms for one offer", PROVIDER, order, other));
        }
    }

    private static Finding twice(String what, Party party, Order order, Verdict other) {
        return Finding.blaming(
                Proven.EQUIVOCATION,
                "The "
                        + party.title()
                        + " signed two "
                        + what
                        + " (the other is exchange "
                        + ShortIds.of(other.xid().orElseThrow())
                        + "), and an honest one signs one. To blame: "
                        + party.the()
                        + " "
                        + party.id(order)
                        + ".",
                "signatures of " + party.the(),
                Party.titles(party));
    }
}
