package io.evenhand.protocols.delegation.provider;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Signing;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.stamp.Stamp;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.SealId;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Publish;
import io.evenhand.protocols.delegation.Effect.Send;
import io.evenhand.protocols.delegation.Effect.WakeAt;
import io.evenhand.protocols.delegation.Effect.Watch;
import io.evenhand.protocols.delegation.Expected;
import io.evenhand.protocols.delegation.Fault;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.JobResult;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.Timer;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.message.Statements;
import io.evenhand.protocols.delegation.message.Terms;
import io.evenhand.protocols.delegation.provider.ProviderState.Aborted;
import io.evenhand.protocols.delegation.provider.ProviderState.Accepted;
import io.evenhand.protocols.delegation.provider.ProviderState.AfterDeposit;
import io.evenhand.protocols.delegation.provider.ProviderState.Agreement;
import io.evenhand.protocols.delegation.provider.ProviderState.AwaitingInput;
import io.evenhand.protocols.delegation.provider.ProviderState.BeforeDeposit;
import io.evenhand.protocols.delegation.provider.ProviderState.Confirming;
import io.evenhand.protocols.delegation.provider.ProviderState.Deceived;
import io.evenhand.protocols.delegation.provider.ProviderState.Delivering;
import io.evenhand.protocols.delegation.provider.ProviderState.Engaged;
import io.evenhand.protocols.delegation.provider.ProviderState.Final;
import io.evenhand.protocols.delegation.provider.ProviderState.Fresh;
import io.evenhand.protocols.delegation.provider.ProviderState.Idle;
import io.evenhand.protocols.delegation.provider.ProviderState.Lost;
import io.evenhand.protocols.delegation.provider.ProviderState.Releasing;
import io.evenhand.protocols.delegation.provider.ProviderState.Returned;
import io.evenhand.protocols.delegation.provider.ProviderState.Revealing;
import io.evenhand.protocols.delegation.provider.ProviderState.Sealing;
import io.evenhand.protocols.delegation.provider.ProviderState.Settled;
import io.evenhand.protocols.delegation.provider.ProviderState.Trying;
import io.evenhand.protocols.delegation.provider.ProviderState.Working;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The provider `sp`. It shows its key only against a deposit that is final, its own, whole and
/// early enough.
public final class ProviderMachine implements Machine<ProviderState, Input, Effect> {
    private final Signing signing;
    private final Crypto crypto;
    private final ProviderRules rules;
    private final Pending pending;

    public ProviderMachine(Signing signing, Crypto crypto, ProviderRules rules) {
        this.signing = signing;
        this.crypto = crypto;
        this.rules = rules;
        this.pending = new Pending(signing, crypto);
    }

    @Override
    public Step<ProviderState, Effect> step(ProviderState state, Input input) {
        return switch (input) {
            case Input.Begin _ ->
                    Step.ignored(state, Rule.UNEXPECTED.because("a provider begins with an offer"));
            case Input.Received(PartyId from, Message message, ChainTime now) ->
                    received(state, from, message, now);
            case Input.Done(JobResult result, ChainTime now) -> done(state, result, now);
            case Input.Observed(DealView view, ChainTime now) -> observed(state, view, now);
            case Input.Woke(Timer timer, ChainTime now) -> woke(state, timer, now);
            case Input.Restarted(ChainTime now) -> restarted(state, now);
            case Input.GivenUp _ -> givenUp(state);
        };
    }

    private Step<ProviderState, Effect> received(
            ProviderState state, PartyId from, Message message, ChainTime now) {
        return switch (state) {
            case Idle(Fresh fresh) when message instanceof Message.Offer offer ->
                    offered(fresh, from, offer, now);
            case Accepted s when message instanceof Message.Offer offer ->
                    offeredAgain(s, from, offer);
            case Accepted s when message instanceof Message.Start start ->
                    started(s, from, start, now);
            case Trying s when message instanceof Message.Verdict verdict ->
                    judged(s, from, verdict, now);
            case Delivering s when message instanceof Message.Funded funded ->
                    funded(s, from, funded);
            case Delivering s when message instanceof Message.Ack ack -> acknowledged(s, from, ack);
            case BeforeDeposit s
                    when message instanceof Message.Refuse(var _, String reason)
                            && from.equals(s.order().customer()) ->
                    Step.moved(
                            new Aborted(
                                    Rule.CUSTOMER_REFUSED.because(
                                            "the customer refuses: " + reason)));
            case Trying s
                    when message instanceof Message.Refuse(var _, String reason)
                            && from.equals(s.order().stamper().key()) ->
                    abort(s, Rule.STAMPER_REFUSED.because("the stamper refuses: " + reason));
            case Idle _, BeforeDeposit _, AfterDeposit _, Final _ ->
                    Step.ignored(
                            state,
                            Rule.UNEXPECTED.because(
                                    message.getClass().getSimpleName()
                                            + " in "
                                            + state.getClass().getSimpleName()));
        };
    }

    /// T1 and T2.
    private Step<ProviderState, Effect> offered(
            Fresh fresh, PartyId from, Message.Offer offer, ChainTime now) {
        if (!from.equals(offer.order().customer())) {
            return Step.ignored(
                    new Idle(fresh), Rule.SENDER.because("an offer in somebody else's name"));
        }
        Optional<Fault> fault = OfferCheck.fault(crypto, rules, offer, now);
        if (fault.isPresent()) {
            return Step.moved(
                    new Aborted(fault.get()), List.of(new Send(from, fault.get().refuse())));
        }
        Terms terms =
                new Terms(
                        offer.order(),
                        offer.stampKey(),
                        signing.publicKey(fresh.workKey()),
                        fresh.payee(),
                        fresh.nonce());
        Accepted next = new Accepted(new Agreement(fresh, offer, terms, crypto.xid(terms)));
        List<Effect> effects = new ArrayList<>(pending.of(next));
        effects.add(new WakeAt(Timer.WORK, OfferCheck.startBy(offer.order(), now)));
        effects.add(new WakeAt(Timer.FUND, DealCheck.lastDeposit(rules.timing(), offer.order())));
        return Step.moved(next, effects);
    }

    private Step<ProviderState, Effect> offeredAgain(
            Accepted s, PartyId from, Message.Offer offer) {
        if (from.equals(s.agreement().offer().order().customer())
                && offer.equals(s.agreement().offer())) {
            return Step.moved(s, pending.of(s));
        }
        return Step.ignored(s, Rule.OTHER_OFFER.because("another offer for the same exchange"));
    }

    /// T4: work starts only with the customer's signature and the stamper's Ready (16a), and with
    /// the psk of the Terms.
    private Step<ProviderState, Effect> started(
            Accepted s, PartyId from, Message.Start start, ChainTime now) {
        Agreement a = s.agreement();
        Order order = a.terms().order();
        if (!from.equals(order.customer()) || !start.xid().equals(a.xid())) {
            return Step.ignored(s, Rule.EXCHANGE.because("a start for another exchange"));
        }
        if (!crypto.verify(order.customer(), a.terms(), start.customer())) {
            return Step.ignored(
                    s, Rule.TERMS_SIGNATURE.because("the Terms are not signed by the customer"));
        }
        if (!crypto.verify(
                order.stamper().key(), new Statements.Provisioned(a.xid()), start.ready())) {
            return Step.ignored(s, Rule.READY.because("no Ready from the stamper"));
        }
        if (!crypto.pskId(start.psk()).equals(order.pskId())) {
            return Step.ignored(s, Rule.PSK.because("the psk is not the one the Terms name"));
        }
        if (now.now() >= order.deadlines().tWork()) {
            return abort(
                    s, Rule.NOT_STARTED.because("the start came after the work was due (tWork)"));
        }
        AwaitingInput next = new AwaitingInput(new Engaged(a, start.customer(), start.psk()));
        List<Effect> effects = new ArrayList<>(pending.of(next));
        effects.add(new WakeAt(Timer.WORK, order.deadlines().tWork()));
        return Step.moved(next, effects);
    }

    /// T5: one bit, or a stamp.
    private Step<ProviderState, Effect> judged(
            Trying s, PartyId from, Message.Verdict verdict, ChainTime now) {
        Agreement a = s.engaged().agreement();
        Order order = a.terms().order();
        if (!from.equals(order.stamper().key())
                || !verdict.xid().equals(a.xid())
                || verdict.attempt() != s.attempt()) {
            return Step.ignored(s, Rule.EXCHANGE.because("a verdict on something else"));
        }
        if (verdict.stamped().isPresent()) {
            Sealing next = new Sealing(s.engaged(), s.attempt(), s.work(), verdict.stamped().get());
            return Step.moved(next, pending.of(next));
        }
        if (s.attempt() >= Math.min(order.attempts(), rules.tries())
                || now.now() >= order.deadlines().tWork()) {
            return abort(
                    s,
                    Rule.FAILED_POLICY.because(
                            "the work did not pass the policy in " + s.attempt() + " attempt(s)"));
        }
        Working next = new Working(s.engaged(), s.attempt() + 1);
        return Step.moved(next, pending.of(next));
    }

    private Step<ProviderState, Effect> done(ProviderState state, JobResult result, ChainTime now) {
        return switch (state) {
            case AwaitingInput s when result instanceof JobResult.InputHeld -> {
                Working next = new Working(s.engaged(), 1);
                yield Step.moved(next, pending.of(next));
            }
            case Working s
                    when result instanceof JobResult.Worked(int attempt, Bytes32 work)
                            && attempt == s.attempt() -> {
                Trying next = new Trying(s.engaged(), attempt, work);
                yield Step.moved(next, pending.of(next));
            }
            case Sealing s when result instanceof JobResult.Sealed(SealHeader header) ->
                    sealed(s, header, now);
            case BeforeDeposit s
                    when (s instanceof AwaitingInput
                                    || s instanceof Working
                                    || s instanceof Sealing)
                            && result instanceof JobResult.Failed(String job, String why) ->
                    // What went wrong inside is ours; the customer learns only that it did.
                    Step.moved(
                            new Aborted(Rule.JOB_FAILED.because(job + ": " + why)),
                            new Send(
                                    s.order().customer(),
                                    Rule.JOB_FAILED
                                            .because("the work could not be done")
                                            .refuse()));
            case Idle _, BeforeDeposit _, AfterDeposit _, Final _ ->
                    Step.ignored(state, Rule.UNEXPECTED.because("a job nobody waits for"));
        };
    }

    /// T6 (D1): the provider's own seal is the stamped one, or nothing is delivered.
    private Step<ProviderState, Effect> sealed(Sealing s, SealHeader header, ChainTime now) {
        Agreement a = s.engaged().agreement();
        SealId sealId = crypto.sealId(header);
        Stamp expected = Expected.stamp(crypto, a.terms(), a.xid(), s.attempt(), sealId);
        Stamp stamp = s.stamped().stamp();
        if (!stamp.equals(expected)
                || !crypto.verify(a.terms().stampKey(), stamp, s.stamped().signature())) {
            return Step.moved(
                    new Deceived(a.xid()),
                    new Send(
                            s.order().customer(),
                            Rule.STAMP_MISMATCH
                                    .because("the stamp is not for the seal of the work")
                                    .refuse()));
        }
        if (now.now() > a.terms().order().deadlines().tWork()) {
            return abort(s, Rule.NO_WORK.because("the work was ready after it was due (tWork)"));
        }
        Delivering next = new Delivering(s.engaged(), header, sealId, s.stamped());
        return Step.moved(next, pending.of(next));
    }

    /// T8: evidence only, so it changes nothing; but what is kept as evidence must hold.
    private Step<ProviderState, Effect> acknowledged(Delivering s, PartyId from, Message.Ack ack) {
        Agreement a = s.engaged().agreement();
        Statements.Acknowledged statement = new Statements.Acknowledged(a.xid(), s.sealId());
        boolean holds =
                from.equals(a.terms().order().customer())
                        && ack.xid().equals(a.xid())
                        && ack.sealId().equals(s.sealId())
                        && crypto.verify(from, statement, ack.signature());
        return holds
                ? Step.moved(s)
                : Step.ignored(
                        s, Rule.ACKNOWLEDGEMENT.because("not an acknowledgement of our delivery"));
    }

    private Step<ProviderState, Effect> funded(Delivering s, PartyId from, Message.Funded funded) {
        Agreement a = s.engaged().agreement();
        if (!from.equals(a.terms().order().customer())) {
            return Step.ignored(s, Rule.SENDER.because("a deposit notice from somebody else"));
        }
        Optional<Fault> fault = DealCheck.fault(crypto, a, funded);
        if (fault.isPresent()) {
            return Step.ignored(s, fault.get());
        }
        Confirming next = new Confirming(s.engaged(), s.sealId(), funded.deal());
        return Step.moved(next, pending.of(next));
    }

    private Step<ProviderState, Effect> observed(
            ProviderState state, DealView view, ChainTime now) {
        return switch (state) {
            case Delivering s when view.tip() != DealStatus.ABSENT ->
                    confirm(new Confirming(s.engaged(), s.sealId(), expectedDeal(s)), view, now);
            case Confirming s -> confirm(s, view, now);
            case Revealing s -> revealed(s, view, now);
            case Releasing s when view.finalized() == DealStatus.CLAIMED -> settled(s);
            case Releasing s when view.finalized() == DealStatus.REFUNDED ->
                    Step.moved(new Returned(s.engaged().agreement().xid()));
            case Releasing s when over(s.deal(), now) ->
                    Step.moved(
                            new Aborted(Rule.RELEASED.because("given back; the key stays secret")));
            case Releasing s -> Step.moved(s);
            case Idle _, BeforeDeposit _, Final _ ->
                    Step.ignored(state, Rule.UNEXPECTED.because("no deal is watched"));
        };
    }

    private Deal expectedDeal(Delivering s) {
        Agreement a = s.engaged().agreement();
        return Expected.deal(crypto, a.terms(), a.xid());
    }

    /// T10: R1 (final), D17 (code), tFund, R2 (margin) and the fee, in this order; only then is the
    /// key shown.
    private Step<ProviderState, Effect> confirm(Confirming s, DealView view, ChainTime now) {
        Order order = s.engaged().agreement().terms().order();
        if (!view.codeHash().equals(order.rail().codeHash())) {
            return Step.moved(
                    new Aborted(
                            Rule.CODE.because(
                                    "the contract's code is not the one in the Terms; the key stays secret")));
        }
        if (view.finalized() == DealStatus.REFUNDED) {
            return Step.moved(new Returned(s.engaged().agreement().xid()));
        }
        if (shown(s.deal(), view) || view.tip() == DealStatus.CLAIMED) {
            // 12: a backup was restored that does not know of it; R3 holds all the same.
            return revealed(new Revealing(s.engaged(), s.deal()), view, now);
        }
        if (!DealCheck.inTime(rules.timing(), s.deal(), now)) {
            return Step.moved(
                    new Aborted(
                            Rule.MARGIN.because(
                                    "too little time is left to claim (claimBy); the key stays secret")));
        }
        if (view.finalized() != DealStatus.OPEN || view.tip() != DealStatus.OPEN) {
            return DealCheck.neverOpened(rules.timing(), order, view, now)
                    ? Step.moved(
                            new Aborted(
                                    Rule.NO_DEPOSIT.because(
                                            "no deposit stood when it was due (tFund), whatever the notice"
                                                    + " said; the key stays"
                                                    + " secret")))
                    : Step.moved(s);
        }
        if (view.openedAt() > order.deadlines().tFund()) {
            Releasing next = new Releasing(s.engaged(), s.deal());
            return Step.moved(next, pending.of(next));
        }
        if (!DealCheck.worthIt(s.deal(), view)) {
            return Step.moved(s);
        }
        Revealing next = new Revealing(s.engaged(), s.deal());
        return Step.moved(next, claim(next, DealCheck.revealBefore(rules.timing(), s.deal())));
    }

    /// R3: after the key is shown the claim is sent again whenever a reorg or a crash lost it.
    private Step<ProviderState, Effect> revealed(Revealing s, DealView view, ChainTime now) {
        Xid xid = s.engaged().agreement().xid();
        if (view.finalized() == DealStatus.CLAIMED) {
            return settled(s);
        }
        if (view.finalized() == DealStatus.REFUNDED) {
            return Step.moved(shown(s.deal(), view) ? new Lost(xid) : new Returned(xid));
        }
        boolean shown = shown(s.deal(), view);
        boolean unclaimed = view.tip() == DealStatus.OPEN || view.tip() == DealStatus.ABSENT;
        if (over(s.deal(), now) && unclaimed) {
            return Step.moved(
                    shown
                            ? new Lost(xid)
                            : new Aborted(
                                    Rule.MARGIN.because(
                                            "the claim was held up too long; the key stays secret")));
        }
        if (view.tip() != DealStatus.OPEN || view.claimKnown()) {
            return Step.moved(s);
        }
        // What is public loses nothing by being sent late, as long as the contract takes it (R5).
        if (shown && now.head() < s.deal().claimBy()) {
            return Step.moved(s, claim(s, s.deal().claimBy()));
        }
        return DealCheck.inTime(rules.timing(), s.deal(), now)
                ? Step.moved(s, claim(s, DealCheck.revealBefore(rules.timing(), s.deal())))
                : Step.moved(s);
    }

    private static Step<ProviderState, Effect> settled(AfterDeposit s) {
        Agreement a = s.engaged().agreement();
        return Step.moved(new Settled(a.xid()), new Effect.Burn(a.fresh().workKey()));
    }

    private boolean shown(Deal deal, DealView view) {
        return view.claimKnown()
                || view.revealed().filter(key -> crypto.opens(deal.lock(), key)).isPresent();
    }

    /// No block that may still change can take a claim: the provider need not wait for somebody to
    /// take the deposit back.
    private boolean over(Deal deal, ChainTime now) {
        return now.head() - deal.claimBy() >= rules.timing().finalitySeconds();
    }

    private Step<ProviderState, Effect> woke(ProviderState state, Timer timer, ChainTime now) {
        return switch (state) {
            case Accepted s when timer == Timer.WORK ->
                    abort(s, Rule.NOT_STARTED.because("not started in time"));
            case BeforeDeposit s
                    when timer == Timer.WORK
                            && !(s instanceof Delivering)
                            && now.now() >= s.order().deadlines().tWork() ->
                    abort(s, Rule.NO_WORK.because("not delivered when the work was due (tWork)"));
            case Delivering _ when timer == Timer.FUND ->
                    Step.moved(
                            new Aborted(
                                    Rule.NEVER_FUNDED.because(
                                            "the customer never funded the deal; the work stays sealed")));
            case Idle _, BeforeDeposit _, AfterDeposit _, Final _ ->
                    Step.ignored(
                            state,
                            Rule.UNEXPECTED.because(timer + " does not matter at " + now.now()));
        };
    }

    private Step<ProviderState, Effect> givenUp(ProviderState state) {
        return switch (state) {
            case BeforeDeposit s -> abort(s, Rule.GIVEN_UP.because("given up by the provider"));
            case Confirming s -> {
                Releasing next = new Releasing(s.engaged(), s.deal());
                yield Step.moved(next, pending.of(next));
            }
            case Idle _, Revealing _, Releasing _, Final _ ->
                    Step.ignored(state, Rule.UNEXPECTED.because("nothing left to give up"));
        };
    }

    /// 12: a start that was heard before the backup is said again; it has its time anew. A deposit
    /// that was told of before the backup need not be told of again: it is looked for.
    private Step<ProviderState, Effect> restarted(ProviderState state, ChainTime now) {
        List<Effect> effects = new ArrayList<>(pending.of(state));
        if (state instanceof Accepted s) {
            effects.add(new WakeAt(Timer.WORK, OfferCheck.startBy(s.order(), now)));
        } else if (state instanceof Delivering s) {
            effects.add(new Watch(s.order().rail(), expectedDeal(s)));
        }
        return Step.moved(state, effects);
    }

    private static Effect claim(Revealing s, long notAfter) {
        Agreement a = s.engaged().agreement();
        return new Publish(
                new Effect.Transaction.Claim(
                        a.terms().order().rail(), s.deal(), a.fresh().workKey(), notAfter));
    }

    private Step<ProviderState, Effect> abort(BeforeDeposit state, Fault fault) {
        return Step.moved(
                new Aborted(fault), List.of(new Send(state.order().customer(), fault.refuse())));
    }
}
