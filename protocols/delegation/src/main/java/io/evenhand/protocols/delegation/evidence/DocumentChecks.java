package io.evenhand.protocols.delegation.evidence;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.stamp.Stamp;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.delegation.Expected;
import io.evenhand.protocols.delegation.message.Message.Stamped;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.message.Statements;
import io.evenhand.protocols.delegation.message.Terms;
import java.util.List;
import java.util.Optional;

/// Whether one document of an exchange is what it says: each check gives its fault as one line, or
/// nothing. A genuine document may still say something false or not agreed; that is the verdict's
/// business.
record DocumentChecks(Crypto crypto, Terms terms, Xid xid) {
    /// The Terms can be worked with at all.
    static Optional<String> terms(Crypto crypto, Terms terms) {
        if (!crypto.lockable(terms.workKey())) {
            return Optional.of("terms: no lock can be made for the work key");
        }
        return terms.order().rail().chainId() < 0
                ? Optional.of("terms: a negative chain id")
                : Optional.empty();
    }

    Optional<String> policy(Evidence.PolicyText policy) {
        return unless(
                crypto.commit("fx/policy", policy.salt(), crypto.digest(policy.text()))
                        .equals(order().policyHash()),
                "policy: not the one the Terms commit to");
    }

    Optional<String> customer(Signature signature) {
        return unless(
                crypto.verify(order().customer(), terms, signature),
                "terms: the customer's signature is wrong");
    }

    Optional<String> provider(Signature signature) {
        return unless(
                crypto.verify(order().provider(), terms, signature),
                "terms: the provider's signature is wrong");
    }

    Optional<String> possession(Signature signature) {
        return unless(
                crypto.verify(terms.workKey(), new Statements.Possession(xid), signature),
                "possession: the signature is wrong");
    }

    Optional<String> ready(Signature signature) {
        return unless(
                crypto.verify(order().stamper().key(), new Statements.Provisioned(xid), signature),
                "ready: the signature is wrong");
    }

    Optional<String> stamp(Stamped stamped) {
        if (!stamped.stamp().xid().equals(xid)) {
            return Optional.of("stamp: of another exchange");
        }
        return unless(
                crypto.verify(terms.stampKey(), stamped.stamp(), stamped.signature()),
                "stamp: the signature is wrong");
    }

    Optional<String> delivery(Evidence.Delivery delivery) {
        Statements.Delivered statement =
                new Statements.Delivered(
                        xid, crypto.sealId(delivery.header()), delivery.stampHash());
        return unless(
                crypto.verify(order().provider(), statement, delivery.signature()),
                "delivery: the provider's signature is wrong");
    }

    /// The stamp that the Terms allow for a seal, from its header alone.
    Stamp expected(SealHeader header) {
        return Expected.stamp(crypto, terms, xid, header.label().slot(), crypto.sealId(header));
    }

    /// What keeps a signed delivery from being the one agreed.
    Optional<String> wrong(Evidence.Delivery delivery) {
        SealHeader header = delivery.header();
        int attempt = header.label().slot();
        if (attempt < 1
                || attempt > order().attempts()
                || !Expected.withoutNonce(header.label())
                        .equals(Expected.label(crypto, terms, xid, attempt))) {
            return Optional.of("the seal is not one for this exchange and its keys");
        }
        return unless(
                delivery.stampHash().equals(crypto.hash(expected(header))),
                "the stamp it names does not fit this seal and the Terms");
    }

    Optional<String> acknowledgement(Evidence.Acknowledgement receipt) {
        return unless(
                crypto.verify(
                        order().customer(),
                        new Statements.Acknowledged(xid, receipt.sealId()),
                        receipt.signature()),
                "ack: the customer's signature is wrong");
    }

    Optional<String> deposit(Evidence.Deposit deposit) {
        Deal deal = deposit.deal();
        if (deal.claimBy() < 0) {
            return Optional.of("deposit: D9: claimBy is no time");
        }
        Statements.Deposited statement =
                new Statements.Deposited(xid, crypto.dealId(order().rail(), deal), deal);
        return unless(
                crypto.verify(order().customer(), statement, deposit.signature()),
                "deposit: the customer's signature is wrong");
    }

    Optional<String> observation(Evidence.Observed observed, List<Evidence.Deposit> deposits) {
        Observation seen = observed.observation();
        if (Party.of(order(), observed.by()).isEmpty()) {
            return Optional.of("observation: by nobody of the exchange");
        }
        if (!crypto.verify(observed.by(), seen, observed.signature())) {
            return Optional.of("observation: its signature is wrong");
        }
        if (!seen.xid().equals(xid)) {
            return Optional.of("observation: of another exchange");
        }
        if (deposits.isEmpty()) {
            return Optional.of("observation: without a deposit");
        }
        Optional<Deal> deal = deal(seen, deposits);
        if (deal.isEmpty()) {
            return Optional.of("observation: of another deal");
        }
        if (seen.kind() == Observation.Kind.CLAIMED && seen.key().isEmpty()) {
            return Optional.of("observation: a claim without its key");
        }
        return seen.key().isPresent() && !crypto.opens(deal.get().lock(), seen.key().get())
                ? Optional.of("observation: the key does not open the lock")
                : Optional.empty();
    }

    /// The deal that an observation is about.
    Optional<Deal> deal(Observation seen, List<Evidence.Deposit> deposits) {
        return deposits.stream()
                .map(Evidence.Deposit::deal)
                .filter(deal -> crypto.dealId(order().rail(), deal).equals(seen.dealId()))
                .findFirst();
    }

    /// An ending may come from a party that never saw complete Terms.
    Optional<String> ending(Evidence.Ended ended) {
        Ending ending = ended.ending();
        if (!ending.order().equals(order())
                || ending.xid().filter(id -> !id.equals(xid)).isPresent()) {
            return Optional.of("ending: of another exchange");
        }
        return ending(crypto, ended);
    }

    /// The same where no Terms are at hand.
    static Optional<String> ending(Crypto crypto, Evidence.Ended ended) {
        if (Party.of(ended.ending().order(), ended.by()).isEmpty()) {
            return Optional.of("ending: by nobody of the exchange");
        }
        return unless(
                crypto.verify(ended.by(), ended.ending(), ended.signature()),
                "ending: its signature is wrong");
    }

    private Order order() {
        return terms.order();
    }

    private static Optional<String> unless(boolean holds, String fault) {
        return holds ? Optional.empty() : Optional.of(fault);
    }

    static void require(Optional<String> fault) {
        fault.ifPresent(line -> {
            throw new MalformedException("the bundle is refused: " + line);
        });
    }
}
