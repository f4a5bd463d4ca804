package io.evenhand.protocols.delegation.provider;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.machine.Verification;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.delegation.Expected;
import io.evenhand.protocols.delegation.Fault;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.message.Deadlines;
import io.evenhand.protocols.delegation.message.Message.Offer;
import io.evenhand.protocols.delegation.message.Order;
import java.util.Optional;

/// T1: whether this provider takes an offer. The reason goes to the customer, so it names the
/// limit.
public final class OfferCheck {
    /// A year: a provider's disk is no archive.
    static final long MAX_RETENTION_SECONDS = 366L * 86_400;

    /// An accepted offer waits so long for its start. Until then the customer has done nothing for
    /// the place it holds; an hour is ample for T3 and T4, as it is at the stamper.
    static final long START_SECONDS = 3600;

    private OfferCheck() {}

    /// When an accepted offer must have been started.
    static long startBy(Order order, ChainTime now) {
        return Math.min(order.deadlines().tWork(), now.now() + START_SECONDS);
    }

    public static Optional<Fault> fault(
            Verification verification, ProviderRules rules, Offer offer, ChainTime now) {
        Order order = offer.order();
        if (!order.provider().equals(rules.self())) {
            return Optional.of(Rule.OTHER_PROVIDER.because("the offer is for another provider"));
        }
        if (!rules.services().contains(order.service())) {
            return Optional.of(
                    Rule.SERVICE.because(
                            "no service \""
                                    + order.service()
                                    + "\" here; we offer "
                                    + rules.services()));
        }
        if (!rules.rails().contains(order.rail())) {
            return Optional.of(Rule.RAIL.because("this chain or contract is not one we accept"));
        }
        if (order.wage().compareTo(rules.price()) < 0) {
            return Optional.of(
                    Rule.WAGE.because(
                            "the wage " + order.wage() + " is below our price " + rules.price()));
        }
        if (order.wage().equals(Wei.ZERO)) {
            return Optional.of(Rule.WAGE.because("no wage is offered"));
        }
        if (order.payer().isReserved() || order.payer().equals(order.rail().contract())) {
            return Optional.of(Rule.ACCOUNT.because("no deposit can come from " + order.payer()));
        }
        if (order.stamper().key().equals(order.customer())) {
            return Optional.of(
                    Rule.OWN_STAMPER.because(
                            "the customer cannot be its own stamper: it would see the work before paying"));
        }
        if (!rules.stampers().contains(order.stamper().key())) {
            return Optional.of(
                    Rule.STAMPER.because(
                            "the stamper " + order.stamper().key() + " is not one we accept"));
        }
        String policy = offer.policy().split("/", 2)[0];
        if (!rules.policies().contains(policy)) {
            return Optional.of(
                    Rule.POLICY.because(
                            "no policy \"" + policy + "\" here; we accept " + rules.policies()));
        }
        if (!order.policyHash()
                .equals(
                        verification.commit(
                                "fx/policy",
                                offer.policySalt(),
                                verification.digest(offer.policy())))) {
            return Optional.of(
                    Rule.POLICY_HASH.because("the policy is not the one the offer commits to"));
        }
        return limits(rules, order).or(() -> times(rules, order.deadlines(), now));
    }

    private static Optional<Fault> limits(ProviderRules rules, Order order) {
        if (order.inputBytes() < 0 || order.inputBytes() > rules.maxInputBytes()) {
            return Optional.of(
                    Rule.INPUT_SIZE.because(
                            "an input of "
                                    + order.inputBytes()
                                    + " bytes, limit "
                                    + rules.maxInputBytes()));
        }
        if (order.maxWorkBytes() < 1 || order.maxWorkBytes() > rules.maxWorkBytes()) {
            return Optional.of(
                    Rule.WORK_SIZE.because(
                            "a work of up to "
                                    + order.maxWorkBytes()
                                    + " bytes, limit "
                                    + rules.maxWorkBytes()));
        }
        if (order.attempts() < 1) {
            return Optional.of(Rule.ATTEMPTS.because("no attempt is allowed"));
        }
        return Optional.empty();
    }

    /// D9: shorter windows than the margins need are refused. The order of the times comes first:
    /// without it a difference of two of them may overflow.
    private static Optional<Fault> times(ProviderRules rules, Deadlines times, ChainTime now) {
        if (times.tWork() <= now.now()
                || times.tFund() <= times.tWork()
                || times.claimBy() <= times.tFund()) {
            return Optional.of(
                    Rule.DEADLINES.because("the deadlines must be now < tWork < tFund < claimBy"));
        }
        if (times.claimBy() - now.now() > Expected.MAX_HORIZON_SECONDS) {
            return Optional.of(Rule.HORIZON.because("claimBy is more than 60 days away"));
        }
        long window = times.claimBy() - times.tFund();
        if (window < rules.timing().minClaimWindow()) {
            return Optional.of(
                    Rule.WINDOW.because(
                            "a claim window of "
                                    + window
                                    + " s, at least "
                                    + rules.timing().minClaimWindow()
                                    + " s needed"));
        }
        if (times.retentionSeconds() < 0 || times.retentionSeconds() > MAX_RETENTION_SECONDS) {
            return Optional.of(
                    Rule.RETENTION.because(
                            "a retention of " + times.retentionSeconds() + " s, limit a year"));
        }
        return Optional.empty();
    }
}
