package io.evenhand.simulation.delegation;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.LockAddresses;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.seal.SealLabel;
import io.evenhand.kit.stamp.Stamp;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.SealId;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Expected;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.customer.Plan;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Message.Stamped;
import io.evenhand.protocols.delegation.message.Statements;
import io.evenhand.protocols.delegation.message.Terms;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.provider.ProviderState.Agreement;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The messages a dishonest party can make up beside those of its honest program, at any moment.
///
/// It signs with its own keys only; what it repeats of others it has really received.
final class Adversary {
    private final Parties parties;
    private final Parties.Past past;

    Adversary(Parties parties) {
        this.parties = parties;
        past = parties.past();
    }

    /// The plans a dishonest customer may begin with.
    List<Plan> plans() {
        return List.of(
                parties.plan(parties.rail, parties.stamper, Parties.CLAIM_BY - 1, parties.psk),
                parties.plan(parties.lookAlike, parties.stamper, Parties.CLAIM_BY, parties.psk),
                parties.plan(parties.rail, parties.customersStamper, Parties.CLAIM_BY, parties.psk),
                parties.plan(parties.rail, parties.stamper, Parties.CLAIM_BY, parties.otherPsk));
    }

    /// What a dishonest provider signs instead of what was offered.
    Agreement dearer(Agreement agreement) {
        Terms terms = agreement.terms();
        Terms dearer =
                new Terms(
                        parties.dearer(terms.order()),
                        terms.stampKey(),
                        terms.workKey(),
                        terms.payee(),
                        terms.providerNonce());
        return new Agreement(
                agreement.fresh(), agreement.offer(), dearer, parties.providerCrypto.xid(dearer));
    }

    /// What a dishonest `role` in this state may send.
    List<Effect.Send> messages(Role role, Object state, List<Message> received) {
        List<Effect.Send> all = new ArrayList<>();
        switch (role) {
            case CUSTOMER -> ofCustomer((CustomerState) state, received, all);
            case PROVIDER -> ofProvider((ProviderState) state, received, all);
            case STAMPER -> ofStamper((StamperState) state, all);
        }
        return all;
    }

    private void ofCustomer(CustomerState state, List<Message> received, List<Effect.Send> all) {
        if (state instanceof CustomerState.AskingStampKey(Plan plan)) {
            all.add(
                    toProvider(
                            new Message.Offer(
                                    plan.order(),
                                    parties.customerCrypto.publicKey(parties.customersKey),
                                    plan.policy(),
                                    plan.policySalt(),
                                    plan.inputSalt())));
        }
        all.add(toProvider(new Message.Refuse("no reason given")));
        for (Message message : received) {
            if (message instanceof Message.Accept(Terms terms, var _, Signature signature)) {
                fakeStamperStart(terms, all);
                wrongProvision(terms, signature, all);
            }
            if (message instanceof Message.Ready(Xid xid, Signature ready)) {
                terms(received, xid)
                        .ifPresent(t -> {
                            Signature own = parties.customerCrypto.sign(t);
                            all.add(start(xid, own, ready, parties.otherPsk));
                            all.add(start(xid, own, ready, parties.psk));
                        });
            }
        }
        for (Deal deal : deals(state)) {
            Xid xid = new Xid(deal.termsHash());
            var rail = terms(received, xid).map(t -> t.order().rail()).orElse(parties.rail);
            Statements.Deposited deposited =
                    new Statements.Deposited(xid, parties.customerCrypto.dealId(rail, deal), deal);
            all.add(
                    toProvider(
                            new Message.Funded(xid, deal, parties.customerCrypto.sign(deposited))));
        }
    }

    private Effect.Send start(Xid xid, Signature own, Signature ready, KeyId psk) {
        return toProvider(new Message.Start(xid, own, ready, psk));
    }

    /// With a stamper of its own the customer makes Ready itself.
    private void fakeStamperStart(Terms terms, List<Effect.Send> all) {
        if (terms.order().stamper().key().equals(parties.customersStamper)) {
            Xid xid = parties.customerCrypto.xid(terms);
            Signature ready = parties.customersStamperCrypto.sign(new Statements.Provisioned(xid));
            all.add(start(xid, parties.customerCrypto.sign(terms), ready, parties.psk));
        }
    }

    /// Hidden data, or a psk, other than the Terms commit.
    private void wrongProvision(Terms terms, Signature provider, List<Effect.Send> all) {
        Signature own = parties.customerCrypto.sign(terms);
        Bytes32 salt = parties.plan.policySalt();
        Bytes32 hidden = terms.order().hiddenCommit();
        Bytes32 others = parties.symbols.of("commit", "other hidden data");
        for (Message.Provision wrong :
                List.of(
                        new Message.Provision(
                                terms, own, provider, Parties.POLICY, salt, others, parties.psk),
                        new Message.Provision(
                                terms,
                                own,
                                provider,
                                Parties.POLICY,
                                salt,
                                hidden,
                                parties.otherPsk),
                        new Message.Provision(
                                terms, own, provider, "anything", salt, hidden, parties.psk))) {
            all.add(new Effect.Send(parties.stamper, wrong));
        }
    }

    private Optional<Terms> terms(List<Message> received, Xid xid) {
        return received.stream()
                .filter(Message.Accept.class::isInstance)
                .map(m -> ((Message.Accept) m).terms())
                .filter(t -> parties.customerCrypto.xid(t).equals(xid))
                .findFirst();
    }

    /// The deals a dishonest customer may open or say it opened: the right one, and each with one
    /// thing wrong.
    List<Deal> deals(CustomerState state) {
        Optional<CustomerState.Agreed> agreed = agreed(state);
        if (agreed.isEmpty()) {
            return List.of();
        }
        Deal right =
                Expected.deal(parties.customerCrypto, agreed.get().terms(), agreed.get().xid());
        if (!parties.scenario.may(Fault.WRONG_DEALS)) {
            return List.of(right);
        }
        Wei less = new Wei(right.amount().value().subtract(BigInteger.ONE));
        LockAddresses halfLock =
                new LockAddresses(right.lock().a1(), parties.symbols.address("nobody"));
        return List.of(
                right,
                deal(right, right.payee(), less, right.claimBy(), right.lock()),
                deal(right, parties.payer, right.amount(), right.claimBy(), right.lock()),
                deal(
                        right,
                        right.payee(),
                        right.amount(),
                        Parties.T_FUND + 3 * Parties.BLOCK,
                        right.lock()),
                deal(right, right.payee(), right.amount(), right.claimBy(), halfLock));
    }

    static Deal deal(Deal right, Address payee, Wei amount, long claimBy, LockAddresses lock) {
        return new Deal(
                right.payer(),
                payee,
                right.token(),
                amount,
                claimBy,
                right.salt(),
                right.lockKind(),
                lock,
                right.termsHash());
    }

    static Optional<Terms> agreedTerms(CustomerState state) {
        return agreed(state).map(CustomerState.Agreed::terms);
    }

    private static Optional<CustomerState.Agreed> agreed(CustomerState state) {
        return switch (state) {
            case CustomerState.Provisioning(var a) -> Optional.of(a);
            case CustomerState.AwaitingWork(var a) -> Optional.of(a);
            case CustomerState.Fetching(var a, var _) -> Optional.of(a);
            case CustomerState.Checking(var a, var _, var _) -> Optional.of(a);
            case CustomerState.Funding(var a, var _, var _) -> Optional.of(a);
            case CustomerState.Opening(var a, var _, var _, var _) -> Optional.of(a);
            case CustomerState.Opened(var a, var _, var _, var _) -> Optional.of(a);
            case CustomerState.Refunding(var a, var _, var _, var _) -> Optional.of(a);
            case CustomerState.Idle _,
                    CustomerState.AskingStampKey _,
                    CustomerState.Offered _,
                    CustomerState.Final _ ->
                    Optional.empty();
        };
    }

    private void ofProvider(ProviderState state, List<Message> received, List<Effect.Send> all) {
        Optional<Agreement> agreement = agreement(state);
        if (agreement.isEmpty()) {
            return;
        }
        Terms terms = agreement.get().terms();
        Xid xid = agreement.get().xid();
        List<Stamped> stamps = new ArrayList<>(List.of(past.stamped()));
        boolean started = false;
        for (Message message : received) {
            if (message instanceof Message.Verdict(var _, int _, Optional<Stamped> stamped)) {
                stamped.ifPresent(stamps::add);
            }
            started |= message instanceof Message.Start;
        }
        for (Stamped stamped : stamps) {
            for (SealHeader header : headers(terms, xid, stamped.stamp().attempt())) {
                all.add(deliver(xid, header, stamped));
            }
        }
        if (started) {
            for (int attempt = 1; attempt <= parties.scenario.attempts() + 1; attempt++) {
                for (Bytes32 work : List.of(parties.good, parties.bad)) {
                    all.add(toStamper(new Message.Try(xid, attempt, work, parties.seed)));
                    all.add(toStamper(new Message.Try(xid, attempt, work, parties.otherSeed)));
                }
            }
        }
    }

    /// Seals a dishonest provider may pass off: noise, bad work, work under another key or psk, and
    /// one of another exchange.
    private List<SealHeader> headers(Terms terms, Xid xid, int attempt) {
        SealLabel label = Expected.label(parties.providerCrypto, terms, xid, attempt);
        var own = terms.workKey();
        var twin = parties.providerCrypto.publicKey(parties.twinKey);
        return List.of(
                parties.seals.junk(label),
                parties.seals.seal(label, parties.seed, parties.psk, own, parties.bad),
                parties.seals.seal(label, parties.seed, parties.otherPsk, own, parties.good),
                parties.seals.seal(label, parties.seed, parties.psk, twin, parties.good),
                past.header());
    }

    private Effect.Send deliver(Xid xid, SealHeader header, Stamped stamped) {
        Statements.Delivered statement =
                new Statements.Delivered(
                        xid,
                        parties.providerCrypto.sealId(header),
                        parties.providerCrypto.hash(stamped.stamp()));
        return new Effect.Send(
                parties.customer,
                new Message.Deliver(xid, header, stamped, parties.providerCrypto.sign(statement)));
    }

    private static Optional<Agreement> agreement(ProviderState state) {
        return switch (state) {
            case ProviderState.Accepted(var a) -> Optional.of(a);
            case ProviderState.AwaitingInput(var e) -> Optional.of(e.agreement());
            case ProviderState.Working(var e, int _) -> Optional.of(e.agreement());
            case ProviderState.Trying(var e, int _, var _) -> Optional.of(e.agreement());
            case ProviderState.Sealing(var e, int _, var _, var _) -> Optional.of(e.agreement());
            case ProviderState.Delivering(var e, var _, var _, var _) -> Optional.of(e.agreement());
            case ProviderState.Confirming(var e, var _, var _) -> Optional.of(e.agreement());
            case ProviderState.Revealing(var e, var _) -> Optional.of(e.agreement());
            case ProviderState.Releasing(var e, var _) -> Optional.of(e.agreement());
            case ProviderState.Idle _, ProviderState.Final _ -> Optional.empty();
        };
    }

    /// A stamper that stamps other seals than the provider's, says Ready too early, or calls its
    /// profile something better.
    private void ofStamper(StamperState state, List<Effect.Send> all) {
        switch (state) {
            case StamperState.Keyed(var key, var publicKey, PartyId customer, Bytes32 nonce) -> {
                Statements.StampKey better =
                        new Statements.StampKey(parties.stamper, customer, nonce, publicKey, "tpm");
                all.add(
                        new Effect.Send(
                                customer,
                                new Message.StampKeyMade(
                                        nonce,
                                        publicKey,
                                        "tpm",
                                        new io.evenhand.kit.value.Octets(new byte[0]),
                                        parties.stamperCrypto.sign(better))));
            }
            case StamperState.Provisioned(var commission, int _, var _) -> lies(commission, 1, all);
            case StamperState.Judging(var commission, var attempt) ->
                    lies(commission, attempt.number(), all);
            case StamperState.StampMade(var commission, var attempt, var _) ->
                    lies(commission, attempt.number(), all);
            case StamperState.Idle _, StamperState.Final _ -> {}
        }
    }

    private void lies(StamperState.Commission c, int attempt, List<Effect.Send> all) {
        SealLabel label = Expected.label(parties.stamperCrypto, c.terms(), c.xid(), attempt);
        SealHeader ownSeed =
                parties.seals.seal(
                        label, parties.stampersSeed, c.psk(), c.terms().workKey(), parties.good);
        for (SealId sealId :
                List.of(
                        parties.stamperCrypto.sealId(ownSeed),
                        parties.stamperCrypto.sealId(parties.seals.junk(label)))) {
            Stamp stamp =
                    Expected.stamp(parties.stamperCrypto, c.terms(), c.xid(), attempt, sealId);
            Stamped stamped =
                    new Stamped(stamp, parties.stamperCrypto.sign(c.keyed().stampKey(), stamp));
            all.add(toProvider(new Message.Verdict(c.xid(), attempt, Optional.of(stamped))));
        }
        all.add(toProvider(new Message.Verdict(c.xid(), attempt, Optional.empty())));
        all.add(toProvider(new Message.Refuse("no reason given")));
    }

    private Effect.Send toProvider(Message message) {
        return new Effect.Send(parties.provider, message);
    }

    private Effect.Send toStamper(Message message) {
        return new Effect.Send(parties.stamper, message);
    }
}
