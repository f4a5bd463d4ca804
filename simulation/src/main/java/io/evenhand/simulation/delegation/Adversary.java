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
    private final Cast cast;
    private final Cast.Past past;

    Adversary(Cast cast) {
        this.cast = cast;
        past = cast.past();
    }

    /// The plans a dishonest customer may begin with.
    List<Plan> plans() {
        return List.of(
                cast.plan(cast.rail, cast.stamper, Cast.CLAIM_BY - 1, cast.psk),
                cast.plan(cast.lookAlike, cast.stamper, Cast.CLAIM_BY, cast.psk),
                cast.plan(cast.rail, cast.customersStamper, Cast.CLAIM_BY, cast.psk),
                cast.plan(cast.rail, cast.stamper, Cast.CLAIM_BY, cast.otherPsk));
    }

    /// What a dishonest provider signs instead of what was offered.
    Agreement dearer(Agreement agreement) {
        Terms terms = agreement.terms();
        Terms dearer =
                new Terms(
                        cast.dearer(terms.order()),
                        terms.stampKey(),
                        terms.workKey(),
                        terms.payee(),
                        terms.providerNonce());
        return new Agreement(
                agreement.fresh(), agreement.offer(), dearer, cast.providerCrypto.xid(dearer));
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
                                    cast.customerCrypto.publicKey(cast.customersKey),
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
                            Signature own = cast.customerCrypto.sign(t);
                            all.add(start(xid, own, ready, cast.otherPsk));
                            all.add(start(xid, own, ready, cast.psk));
                        });
            }
        }
        for (Deal deal : deals(state)) {
            Xid xid = new Xid(deal.termsHash());
            var rail = terms(received, xid).map(t -> t.order().rail()).orElse(cast.rail);
            Statements.Deposited deposited =
                    new Statements.Deposited(xid, cast.customerCrypto.dealId(rail, deal), deal);
            all.add(toProvider(new Message.Funded(xid, deal, cast.customerCrypto.sign(deposited))));
        }
    }

    private Effect.Send start(Xid xid, Signature own, Signature ready, KeyId psk) {
        return toProvider(new Message.Start(xid, own, ready, psk));
    }

    /// With a stamper of its own the customer makes Ready itself.
    private void fakeStamperStart(Terms terms, List<Effect.Send> all) {
        if (terms.order().stamper().key().equals(cast.customersStamper)) {
            Xid xid = cast.customerCrypto.xid(terms);
            Signature ready = cast.customersStamperCrypto.sign(new Statements.Provisioned(xid));
            all.add(start(xid, cast.customerCrypto.sign(terms), ready, cast.psk));
        }
    }

    /// Hidden data, or a psk, other than the Terms commit.
    private void wrongProvision(Terms terms, Signature provider, List<Effect.Send> all) {
        Signature own = cast.customerCrypto.sign(terms);
        Bytes32 salt = cast.plan.policySalt();
        Bytes32 hidden = terms.order().hiddenCommit();
        Bytes32 others = cast.symbols.of("commit", "other hidden data");
        for (Message.Provision wrong :
                List.of(
                        new Message.Provision(
                                terms, own, provider, Cast.POLICY, salt, others, cast.psk),
                        new Message.Provision(
                                terms, own, provider, Cast.POLICY, salt, hidden, cast.otherPsk),
                        new Message.Provision(
                                terms, own, provider, "anything", salt, hidden, cast.psk))) {
            all.add(new Effect.Send(cast.stamper, wrong));
        }
    }

    private Optional<Terms> terms(List<Message> received, Xid xid) {
        return received.stream()
                .filter(Message.Accept.class::isInstance)
                .map(m -> ((Message.Accept) m).terms())
                .filter(t -> cast.customerCrypto.xid(t).equals(xid))
                .findFirst();
    }

    /// The deals a dishonest customer may open or say it opened: the right one, and each with one
    /// thing wrong.
    List<Deal> deals(CustomerState state) {
        Optional<CustomerState.Agreed> agreed = agreed(state);
        if (agreed.isEmpty()) {
            return List.of();
        }
        Deal right = Expected.deal(cast.customerCrypto, agreed.get().terms(), agreed.get().xid());
        if (!cast.scenario.may(Fault.WRONG_DEALS)) {
            return List.of(right);
        }
        Wei less = new Wei(right.amount().value().subtract(BigInteger.ONE));
        LockAddresses halfLock =
                new LockAddresses(right.lock().a1(), cast.symbols.address("nobody"));
        return List.of(
                right,
                deal(right, right.payee(), less, right.claimBy(), right.lock()),
                deal(right, cast.payer, right.amount(), right.claimBy(), right.lock()),
                deal(
                        right,
                        right.payee(),
                        right.amount(),
                        Cast.T_FUND + 3 * Cast.BLOCK,
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
            for (int attempt = 1; attempt <= cast.scenario.attempts() + 1; attempt++) {
                for (Bytes32 work : List.of(cast.good, cast.bad)) {
                    all.add(toStamper(new Message.Try(xid, attempt, work, cast.seed)));
                    all.add(toStamper(new Message.Try(xid, attempt, work, cast.otherSeed)));
                }
            }
        }
    }

    /// Seals a dishonest provider may pass off: noise, bad work, work under another key or psk, and
    /// one of another exchange.
    private List<SealHeader> headers(Terms terms, Xid xid, int attempt) {
        SealLabel label = Expected.label(cast.providerCrypto, terms, xid, attempt);
        var own = terms.workKey();
        var twin = cast.providerCrypto.publicKey(cast.twinKey);
        return List.of(
                cast.seals.junk(label),
                cast.seals.seal(label, cast.seed, cast.psk, own, cast.bad),
                cast.seals.seal(label, cast.seed, cast.otherPsk, own, cast.good),
                cast.seals.seal(label, cast.seed, cast.psk, twin, cast.good),
                past.header());
    }

    private Effect.Send deliver(Xid xid, SealHeader header, Stamped stamped) {
        Statements.Delivered statement =
                new Statements.Delivered(
                        xid,
                        cast.providerCrypto.sealId(header),
                        cast.providerCrypto.hash(stamped.stamp()));
        return new Effect.Send(
                cast.customer,
                new Message.Deliver(xid, header, stamped, cast.providerCrypto.sign(statement)));
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
                        new Statements.StampKey(cast.stamper, customer, nonce, publicKey, "tpm");
                all.add(
                        new Effect.Send(
                                customer,
                                new Message.StampKeyMade(
                                        nonce,
                                        publicKey,
                                        "tpm",
                                        new io.evenhand.kit.value.Octets(new byte[0]),
                                        cast.stamperCrypto.sign(better))));
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
        SealLabel label = Expected.label(cast.stamperCrypto, c.terms(), c.xid(), attempt);
        SealHeader ownSeed =
                cast.seals.seal(label, cast.stampersSeed, c.psk(), c.terms().workKey(), cast.good);
        for (SealId sealId :
                List.of(
                        cast.stamperCrypto.sealId(ownSeed),
                        cast.stamperCrypto.sealId(cast.seals.junk(label)))) {
            Stamp stamp = Expected.stamp(cast.stamperCrypto, c.terms(), c.xid(), attempt, sealId);
            Stamped stamped =
                    new Stamped(stamp, cast.stamperCrypto.sign(c.keyed().stampKey(), stamp));
            all.add(toProvider(new Message.Verdict(c.xid(), attempt, Optional.of(stamped))));
        }
        all.add(toProvider(new Message.Verdict(c.xid(), attempt, Optional.empty())));
        all.add(toProvider(new Message.Refuse("no reason given")));
    }

    private Effect.Send toProvider(Message message) {
        return new Effect.Send(cast.provider, message);
    }

    private Effect.Send toStamper(Message message) {
        return new Effect.Send(cast.stamper, message);
    }
}
