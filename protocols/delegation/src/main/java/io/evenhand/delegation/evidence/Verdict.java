package io.evenhand.delegation.evidence;

import io.evenhand.delegation.Expected;
import io.evenhand.delegation.message.Message.Stamped;
import io.evenhand.delegation.message.Order;
import io.evenhand.delegation.message.StamperRef;
import io.evenhand.delegation.message.Statements;
import io.evenhand.delegation.message.Terms;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.kit.stamp.Stamp;
import io.evenhand.kit.value.DealId;
import io.evenhand.kit.value.SealId;
import io.evenhand.kit.value.Xid;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The deterministic, offline conclusion from a bundle: parties and strangers run the same code.
///
/// One wrong signature or field refuses the bundle whole. What is missing proves nothing; it never
/// proves the opposite.
public record Verdict(Xid xid, List<Claim> claims) {
    public Verdict {
        claims = List.copyOf(claims);
    }

    public boolean proves(Claim.Kind kind) {
        return claims.stream().anyMatch(claim -> claim.kind() == kind);
    }

    /// Checks everything in `evidence` and says what it proves.
    ///
    /// @throws MalformedException naming the first entry that does not hold
    public static Verdict of(Crypto crypto, Evidence evidence) {
        Xid xid = crypto.xid(evidence.terms());
        List<Claim> claims = new ArrayList<>();
        agreement(crypto, evidence, xid, claims);
        stamps(crypto, evidence, xid, claims);
        delivery(crypto, evidence, xid, claims);
        deposit(crypto, evidence, xid, claims);
        observations(crypto, evidence, xid, claims);
        return new Verdict(xid, claims);
    }

    private static void agreement(Crypto crypto, Evidence e, Xid xid, List<Claim> claims) {
        Terms terms = e.terms();
        Order order = terms.order();
        require(
                e.keeper().equals(order.customer()) || e.keeper().equals(order.provider()),
                "keeper: not a party of the Terms");
        require(crypto.lockable(terms.workKey()), "terms: no lock can be made for the work key");
        require(order.rail().chainId() >= 0, "terms: a negative chain id");
        e.customer()
                .ifPresent(s ->
                        require(
                                crypto.verify(order.customer(), terms, s),
                                "terms: the customer's signature is wrong"));
        e.provider()
                .ifPresent(s ->
                        require(
                                crypto.verify(order.provider(), terms, s),
                                "terms: the provider's signature is wrong"));
        if (e.customer().isPresent() && e.provider().isPresent()) {
            claims.add(
                    new Claim(
                            Claim.Kind.AGREED,
                            "Customer "
                                    + order.customer()
                                    + " and provider "
                                    + order.provider()
                                    + " signed the same Terms: \""
                                    + order.service()
                                    + "\" for "
                                    + order.wage()
                                    + ".",
                            ""));
        }
        e.possession()
                .ifPresent(s -> {
                    Statements.Possession statement = new Statements.Possession(xid);
                    require(
                            crypto.verify(terms.workKey(), statement, s),
                            "possession: the signature is wrong");
                    if (e.provider().isPresent()) {
                        claims.add(
                                new Claim(
                                        Claim.Kind.KEY_POSSESSED,
                                        "The provider knew the secret of the work key when it accepted.",
                                        ""));
                    }
                });
        e.ready()
                .ifPresent(s -> {
                    Statements.Provisioned statement = new Statements.Provisioned(xid);
                    require(
                            crypto.verify(order.stamper().key(), statement, s),
                            "ready: the signature is wrong");
                    claims.add(
                            new Claim(
                                    Claim.Kind.PROVISIONED,
                                    "The stamper held policy, hidden data and psk as the Terms commit them.",
                                    ""));
                });
    }

    /// The stamp key stands in the Terms, which anybody can write: only the stamper's Ready says
    /// that the key is its own. Without it a stamp proves nothing.
    private static void stamps(Crypto crypto, Evidence e, Xid xid, List<Claim> claims) {
        Terms terms = e.terms();
        StamperRef stamper = terms.order().stamper();
        for (Stamped stamped : e.stamps()) {
            Stamp stamp = stamped.stamp();
            require(
                    crypto.verify(terms.stampKey(), stamp, stamped.signature()),
                    "stamp: the signature is wrong");
            Stamp expected = Expected.stamp(crypto, terms, xid, stamp.attempt(), stamp.sealId());
            require(stamp.equals(expected), "stamp: does not fit the Terms");
            require(
                    stamp.attempt() >= 1 && stamp.attempt() <= terms.order().attempts(),
                    "stamp: no such attempt was allowed");
            if (e.ready().isPresent()) {
                claims.add(stamped(stamper, stamp));
            }
        }
        long different = e.stamps().stream().map(s -> s.stamp().sealId()).distinct().count();
        if (different > 1 && e.ready().isPresent()) {
            claims.add(
                    new Claim(
                            Claim.Kind.DOUBLE_STAMP,
                            "The stamper "
                                    + stamper.key()
                                    + " signed "
                                    + different
                                    + " different seals for one exchange: it is to blame.",
                            ""));
        }
    }

    private static Claim stamped(StamperRef stamper, Stamp stamp) {
        return new Claim(
                Claim.Kind.STAMPED,
                "The stamper "
                        + stamper.key()
                        + " says that the work in seal "
                        + stamp.sealId()
                        + " passed the policy in attempt "
                        + stamp.attempt()
                        + ".",
                assumption(stamper));
    }

    private static String assumption(StamperRef stamper) {
        return stamper.profile().equals("software")
                ? "the owner of the stamper's machine ("
                        + stamper.operator()
                        + ") is honest: profile software proves nothing"
                : "the attestation profile " + stamper.profile() + " holds";
    }

    private static void delivery(Crypto crypto, Evidence e, Xid xid, List<Claim> claims) {
        Order order = e.terms().order();
        if (e.delivery().isEmpty()) {
            require(e.acknowledged().isEmpty(), "ack: without a delivery");
            return;
        }
        Evidence.Delivery delivery = e.delivery().get();
        SealId sealId = crypto.sealId(delivery.header());
        Optional<Stamped> stamped =
                e.stamps().stream().filter(s -> s.stamp().sealId().equals(sealId)).findFirst();
        require(stamped.isPresent(), "delivery: no stamp for the delivered seal");
        Stamp stamp = stamped.get().stamp();
        require(
                delivery.header()
                        .label()
                        .equals(
                                Expected.label(crypto, e.terms(), xid, stamp.attempt())
                                        .withNonce(delivery.header().label().nonce())),
                "delivery: the seal's label does not fit the Terms");
        Statements.Delivered delivered = new Statements.Delivered(xid, sealId, crypto.hash(stamp));
        require(
                crypto.verify(order.provider(), delivered, delivery.signature()),
                "delivery: the provider's signature is wrong");
        claims.add(
                new Claim(
                        Claim.Kind.DELIVERED,
                        "The provider says it delivered seal " + sealId + " with its stamp.",
                        ""));
        e.acknowledged()
                .ifPresent(s -> {
                    Statements.Acknowledged ack = new Statements.Acknowledged(xid, sealId);
                    require(
                            crypto.verify(order.customer(), ack, s),
                            "ack: the customer's signature is wrong");
                    claims.add(
                            new Claim(
                                    Claim.Kind.ACKNOWLEDGED,
                                    "The customer holds every byte of seal " + sealId + ".",
                                    ""));
                });
    }

    private static void deposit(Crypto crypto, Evidence e, Xid xid, List<Claim> claims) {
        if (e.deposit().isEmpty()) {
            return;
        }
        Evidence.Deposit deposit = e.deposit().get();
        Order order = e.terms().order();
        Deal deal = deposit.deal();
        Optional<String> fault = Expected.dealFault(crypto, e.terms(), xid, deal);
        require(fault.isEmpty(), "deposit: " + fault.orElse(""));
        DealId dealId = crypto.dealId(order.rail(), deal);
        Statements.Deposited statement = new Statements.Deposited(xid, dealId, deal);
        require(
                crypto.verify(order.customer(), statement, deposit.signature()),
                "deposit: the customer's signature is wrong");
        claims.add(
                new Claim(
                        Claim.Kind.FUNDED,
                        "The customer says it opened deal "
                                + dealId
                                + " over "
                                + deal.amount()
                                + ", as the Terms ask.",
                        ""));
    }

    private static void observations(Crypto crypto, Evidence e, Xid xid, List<Claim> claims) {
        Order order = e.terms().order();
        Set<Observation.Kind> kinds = EnumSet.noneOf(Observation.Kind.class);
        for (Evidence.Observed observed : e.observations()) {
            Observation seen = observed.observation();
            require(
                    crypto.verify(e.keeper(), seen, observed.signature()),
                    "observation: the keeper's signature is wrong");
            require(seen.xid().equals(xid), "observation: of another exchange");
            require(e.deposit().isPresent(), "observation: without a deposit");
            Deal deal = e.deposit().get().deal();
            require(
                    seen.dealId().equals(crypto.dealId(order.rail(), deal)),
                    "observation: of another deal");
            require(kinds.add(seen.kind()), "observation: a second " + seen.kind());
            seen.key()
                    .ifPresent(key ->
                            require(
                                    crypto.opens(deal.lock(), key),
                                    "observation: the key does not open the lock"));
            String block = "block " + seen.block() + " is on chain " + order.rail().chainId();
            switch (seen.kind()) {
                case OPENED ->
                        claims.add(
                                new Claim(
                                        Claim.Kind.DEPOSITED,
                                        deal.amount() + " lay in the escrow.",
                                        block));
                case REFUNDED ->
                        claims.add(
                                new Claim(
                                        Claim.Kind.REFUNDED,
                                        deal.amount() + " went back to the customer.",
                                        block));
                case CLAIMED -> claimed(seen, deal, block, claims);
            }
        }
        require(
                !kinds.containsAll(EnumSet.of(Observation.Kind.CLAIMED, Observation.Kind.REFUNDED)),
                "observation: claimed and refunded");
    }

    private static void claimed(Observation seen, Deal deal, String block, List<Claim> claims) {
        require(seen.key().isPresent(), "observation: a claim without its key");
        claims.add(
                new Claim(
                        Claim.Kind.KEY_PUBLISHED,
                        "The key in this bundle opens the lock of the deal, so whoever has the seal"
                                + " and the psk has the work.",
                        ""));
        claims.add(
                new Claim(
                        Claim.Kind.PAID, deal.amount() + " went to " + deal.payee() + ".", block));
    }

    private static void require(boolean holds, String entry) {
        if (!holds) {
            throw new MalformedException("the bundle is refused: " + entry);
        }
    }
}
