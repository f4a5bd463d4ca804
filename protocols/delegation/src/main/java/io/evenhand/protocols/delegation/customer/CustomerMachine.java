package io.evenhand.protocols.delegation.customer;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Signing;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Publish;
import io.evenhand.protocols.delegation.Effect.Run;
import io.evenhand.protocols.delegation.Effect.Send;
import io.evenhand.protocols.delegation.Effect.WakeAt;
import io.evenhand.protocols.delegation.Effect.Watch;
import io.evenhand.protocols.delegation.Expected;
import io.evenhand.protocols.delegation.Fault;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Job;
import io.evenhand.protocols.delegation.JobResult;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.Timer;
import io.evenhand.protocols.delegation.customer.CustomerState.Aborted;
import io.evenhand.protocols.delegation.customer.CustomerState.AfterDeposit;
import io.evenhand.protocols.delegation.customer.CustomerState.Agreed;
import io.evenhand.protocols.delegation.customer.CustomerState.AskingStampKey;
import io.evenhand.protocols.delegation.customer.CustomerState.AwaitingWork;
import io.evenhand.protocols.delegation.customer.CustomerState.BeforeDeposit;
import io.evenhand.protocols.delegation.customer.CustomerState.Checking;
import io.evenhand.protocols.delegation.customer.CustomerState.Delivery;
import io.evenhand.protocols.delegation.customer.CustomerState.Fetching;
import io.evenhand.protocols.delegation.customer.CustomerState.Final;
import io.evenhand.protocols.delegation.customer.CustomerState.Funding;
import io.evenhand.protocols.delegation.customer.CustomerState.Idle;
import io.evenhand.protocols.delegation.customer.CustomerState.Offered;
import io.evenhand.protocols.delegation.customer.CustomerState.Opened;
import io.evenhand.protocols.delegation.customer.CustomerState.Opening;
import io.evenhand.protocols.delegation.customer.CustomerState.Provisioning;
import io.evenhand.protocols.delegation.customer.CustomerState.Refunded;
import io.evenhand.protocols.delegation.customer.CustomerState.Refunding;
import io.evenhand.protocols.delegation.customer.CustomerState.Settled;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.message.Statements;
import io.evenhand.protocols.delegation.message.Terms;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The customer `c`. It pays only for a seal it holds whole, stamped as agreed, and it always gets
/// the work or the wage back.
public final class CustomerMachine implements Machine<CustomerState, Input, Effect> {
    private final Signing signing;
    private final Crypto crypto;
    private final CustomerRules rules;

    public CustomerMachine(Signing signing, Crypto crypto, CustomerRules rules) {
        this.signing = signing;
        this.crypto = crypto;
        this.rules = rules;
    }

    @Override
    public Step<CustomerState, Effect> step(CustomerState state, Input input) {
        return switch (input) {
            case Input.Begin _ -> begin(state);
            case Input.Received(PartyId from, Message message, ChainTime now) ->
                    received(state, from, message, now);
            case Input.Done(JobResult result, ChainTime _) -> done(state, result);
            case Input.Observed(DealView view, ChainTime now) -> observed(state, view, now);
            case Input.Woke(Timer timer, ChainTime now) -> woke(state, timer, now);
            case Input.Restarted(ChainTime _) -> Step.moved(state, pending(state));
            case Input.GivenUp _ -> givenUp(state);
        };
    }

    private Step<CustomerState, Effect> begin(CustomerState state) {
        if (!(state instanceof Idle(Plan plan))) {
            return Step.ignored(state, Rule.UNEXPECTED.because("already begun"));
        }
        AskingStampKey next = new AskingStampKey(plan);
        List<Effect> effects = new ArrayList<>(pending(next));
        effects.add(new WakeAt(Timer.WORK, plan.order().deadlines().tWork()));
        return Step.moved(next, effects);
    }

    private Step<CustomerState, Effect> received(
            CustomerState state, PartyId from, Message message, ChainTime now) {
        return switch (state) {
            case AskingStampKey s when message instanceof Message.StampKeyMade made ->
                    stampKeyMade(s, from, made);
            case Offered s when message instanceof Message.Accept accept ->
                    accepted(s, from, accept);
            case Provisioning s when message instanceof Message.Ready ready ->
                    ready(s, from, ready);
            case AwaitingWork s when message instanceof Message.Deliver deliver ->
                    delivered(s, from, deliver, now);
            case Checking s
                    when message instanceof Message.Deliver && from.equals(s.order().provider()) ->
                    Step.moved(s, ack(s.agreed(), s.delivery()));
            case Funding s
                    when message instanceof Message.Deliver
                            && from.equals(s.agreed().terms().order().provider()) ->
                    Step.moved(s, pending(s));
            case BeforeDeposit s
                    when message instanceof Message.Refuse(var _, String reason) && !watching(s) ->
                    refused(s, from, reason);
            case BeforeDeposit _, AfterDeposit _, Final _ -> unexpected(state, message);
        };
    }

    private Step<CustomerState, Effect> stampKeyMade(
            AskingStampKey s, PartyId from, Message.StampKeyMade made) {
        Order order = s.plan().order();
        Statements.StampKey statement =
                new Statements.StampKey(
                        order.stamper().key(),
                        rules.self(),
                        order.customerNonce(),
                        made.stampKey(),
                        made.profile());
        if (!from.equals(order.stamper().key()) || !made.nonce().equals(order.customerNonce())) {
            return Step.ignored(s, Rule.SENDER.because("a stamp key from somebody else"));
        }
        if (!crypto.verify(from, statement, made.signature())) {
            return Step.ignored(
                    s, Rule.SIGNATURE.because("the stamp key is not signed by the stamper"));
        }
        if (!made.profile().equals(order.stamper().profile())) {
            return abort(
                    Rule.PROFILE.because(
                            "the stamper is attested as "
                                    + made.profile()
                                    + ", not "
                                    + order.stamper().profile()));
        }
        return enter(new Offered(s.plan(), made.stampKey()));
    }

    /// T2: the provider changed nothing of the order, knows its work key, and signed.
    private Step<CustomerState, Effect> accepted(Offered s, PartyId from, Message.Accept accept) {
        Terms terms = accept.terms();
        Order order = s.plan().order();
        if (!from.equals(order.provider())) {
            return Step.ignored(s, Rule.SENDER.because("an acceptance from somebody else"));
        }
        if (!terms.order().equals(order) || !terms.stampKey().equals(s.stampKey())) {
            return Step.ignored(s, Rule.ORDER.because("the acceptance changes the order"));
        }
        if (terms.payee().equals(Address.ZERO) || terms.payee().equals(order.rail().contract())) {
            // The deposit would fail, and only its fee would be paid.
            return Step.ignored(
                    s, Rule.PAYEE.because("the contract pays neither itself nor the zero address"));
        }
        if (terms.payee().isReserved()) {
            return Step.ignored(
                    s, Rule.ACCOUNT.because("nobody could ever use a wage at " + terms.payee()));
        }
        if (!crypto.lockable(terms.workKey())) {
            return Step.ignored(s, Rule.NO_LOCK.because("no lock can be made for the work key"));
        }
        Xid xid = crypto.xid(terms);
        if (!crypto.verify(terms.workKey(), new Statements.Possession(xid), accept.possession())) {
            return Step.ignored(
                    s, Rule.POSSESSION.because("no proof of possession of the work key"));
        }
        if (!crypto.verify(from, terms, accept.signature())) {
            return Step.ignored(
                    s, Rule.SIGNATURE.because("the acceptance is not signed by the provider"));
        }
        return enter(
                new Provisioning(
                        new Agreed(s.plan(), terms, xid, signing.sign(terms), accept.signature())));
    }

    private Step<CustomerState, Effect> ready(Provisioning s, PartyId from, Message.Ready ready) {
        PartyId stamper = s.agreed().terms().order().stamper().key();
        Statements.Provisioned statement = new Statements.Provisioned(s.agreed().xid());
        if (!from.equals(stamper) || !crypto.verify(stamper, statement, ready.signature())) {
            return Step.ignored(s, Rule.READY.because("not the stamper's Ready for this exchange"));
        }
        AwaitingWork next = new AwaitingWork(s.agreed());
        Message.Start start =
                new Message.Start(
                        s.agreed().xid(),
                        s.agreed().customer(),
                        ready.signature(),
                        s.agreed().plan().psk());
        List<Effect> effects = new ArrayList<>();
        effects.add(new Send(s.agreed().terms().order().provider(), start));
        effects.addAll(pending(next));
        return Step.moved(next, effects);
    }

    private Step<CustomerState, Effect> delivered(
            AwaitingWork s, PartyId from, Message.Deliver deliver, ChainTime now) {
        if (!from.equals(s.agreed().terms().order().provider())) {
            return Step.ignored(s, Rule.SENDER.because("a delivery from somebody else"));
        }
        Optional<Fault> fault = DeliveryCheck.fault(crypto, s.agreed(), deliver, now);
        if (fault.isPresent()) {
            return Step.ignored(s, fault.get());
        }
        Delivery delivery =
                new Delivery(deliver.header(), crypto.sealId(deliver.header()), deliver.stamped());
        return enter(new Fetching(s.agreed(), delivery));
    }

    private Step<CustomerState, Effect> refused(BeforeDeposit state, PartyId from, String reason) {
        Order order = state.order();
        if (!from.equals(order.provider()) && !from.equals(order.stamper().key())) {
            return Step.ignored(state, Rule.SENDER.because("a refusal from somebody else"));
        }
        return abort(
                from.equals(order.provider())
                        ? Rule.PROVIDER_REFUSED.because("the provider refuses: " + reason)
                        : Rule.STAMPER_REFUSED.because("the stamper refuses: " + reason));
    }

    private Step<CustomerState, Effect> done(CustomerState state, JobResult result) {
        return switch (state) {
            case Fetching s
                    when result instanceof JobResult.Fetched(var sealId)
                            && sealId.equals(s.delivery().sealId()) -> {
                // D16: every chunk is verified and flushed; now ask the chain, then pay.
                Checking next = new Checking(s.agreed(), s.delivery(), deal(s.agreed()));
                List<Effect> effects = new ArrayList<>(ack(s.agreed(), s.delivery()));
                effects.addAll(pending(next));
                yield Step.moved(next, effects);
            }
            case Opening s
                    when result instanceof JobResult.Opened(boolean opened, boolean passed) ->
                    enter(new Opened(s.agreed(), s.delivery(), s.deal(), opened && passed));
            case AwaitingWork s when result instanceof JobResult.InputSent -> Step.moved(s);
            case AwaitingWork _ when result instanceof JobResult.Failed(String job, String why) ->
                    abort(Rule.JOB_FAILED.because(job + ": " + why));
            // A restart tries again; when that is of no use any more, the chain says.
            case Fetching _, Opening _ when result instanceof JobResult.Failed -> Step.moved(state);
            case BeforeDeposit _, AfterDeposit _, Final _ ->
                    Step.ignored(state, Rule.UNEXPECTED.because("a job nobody waits for"));
        };
    }

    private Step<CustomerState, Effect> observed(
            CustomerState state, DealView view, ChainTime now) {
        return switch (state) {
            case Fetching s -> lookBack(s, view, now);
            case Checking s -> fund(s, view, now);
            case AfterDeposit s -> deposited(s, view, now);
            case BeforeDeposit _, Final _ ->
                    Step.ignored(state, Rule.UNEXPECTED.because("no deal is watched"));
        };
    }

    /// These two end by what the chain says: a restored customer may find a deposit there (12).
    private static boolean watching(BeforeDeposit state) {
        return state instanceof Fetching || state instanceof Checking;
    }

    /// 12: while the chunks come, an earlier deposit may show; then a backup was restored, and the
    /// deposit must not be left behind.
    private Step<CustomerState, Effect> lookBack(Fetching s, DealView view, ChainTime now) {
        if (everOpened(view)) {
            return enter(new Funding(s.agreed(), s.delivery(), deal(s.agreed())));
        }
        return unseen(s.agreed(), now)
                ? abort(
                        Rule.NOT_FETCHED.because(
                                "the work was not here whole when the deposit was due (tFund)"))
                : Step.moved(s);
    }

    private static boolean everOpened(DealView view) {
        return view.tip() != DealStatus.ABSENT || view.finalized() != DealStatus.ABSENT;
    }

    /// No deposit can show any more: one handed over in time is in a block by now, an outage and
    /// the allowed reorgs included.
    private boolean unseen(Agreed a, ChainTime now) {
        return now.now() >= a.terms().order().deadlines().tFund() + rules.timing().revealMargin();
    }

    private Deal deal(Agreed a) {
        return Expected.deal(crypto, a.terms(), a.xid());
    }

    /// T9, the last look before paying: right code, in time, and no earlier deal for this xid (16d,
    /// 10b).
    private Step<CustomerState, Effect> fund(Checking s, DealView view, ChainTime now) {
        Order order = s.agreed().terms().order();
        if (!view.codeHash().equals(order.rail().codeHash())) {
            return abort(Rule.CODE.because("the contract's code is not the one in the Terms"));
        }
        Funding next = new Funding(s.agreed(), s.delivery(), s.deal());
        if (everOpened(view)) {
            return enter(next);
        }
        if (view.otherDeal()) {
            return abort(
                    Rule.OTHER_DEAL.because("this exchange was funded before, with another deal"));
        }
        if (order.deadlines().tFund() - now.now() <= rules.timing().inclusionSeconds()) {
            return unseen(s.agreed(), now)
                    ? abort(
                            Rule.FUND_OVER.because(
                                    "too late to fund: the deposit was due before (tFund)"))
                    : Step.moved(s);
        }
        List<Effect> effects = new ArrayList<>();
        effects.add(new Publish(new Effect.Transaction.Open(order.rail(), s.deal())));
        effects.addAll(pending(next));
        return Step.moved(next, effects);
    }

    /// T12, T13: the key and the work, or the wage back.
    private Step<CustomerState, Effect> deposited(AfterDeposit s, DealView view, ChainTime now) {
        Optional<RevealedKey> key = view.revealed().filter(k -> crypto.opens(s.deal().lock(), k));
        if (s instanceof Funding && key.isPresent()) {
            return enter(new Opening(s.agreed(), s.delivery(), s.deal(), key.get()));
        }
        if (view.finalized() == DealStatus.REFUNDED) {
            return Step.moved(new Refunded(s.agreed().xid()));
        }
        if (s instanceof Opened opened && view.finalized() == DealStatus.CLAIMED) {
            return Step.moved(new Settled(s.agreed().xid(), opened.passed()));
        }
        if (never(s.deal(), view, now)) {
            return abort(
                    Rule.NO_DEPOSIT.because(
                            "the deposit never stood in a final block, and none is possible any more"));
        }
        if (s instanceof Refunding refunding) {
            return key.isPresent() && claimed(view)
                    ? enter(backToWork(refunding, key.get()))
                    : Step.moved(s);
        }
        if (refundable(s.deal(), view, now)) {
            Optional<Boolean> passed =
                    s instanceof Opened o ? Optional.of(o.passed()) : Optional.empty();
            return enter(new Refunding(s.agreed(), s.delivery(), s.deal(), passed));
        }
        return Step.moved(s);
    }

    /// A claim won against our refund.
    private static CustomerState backToWork(Refunding s, RevealedKey key) {
        return s.passed().isPresent()
                ? new Opened(s.agreed(), s.delivery(), s.deal(), s.passed().get())
                : new Opening(s.agreed(), s.delivery(), s.deal(), key);
    }

    private static boolean claimed(DealView view) {
        return view.tip() == DealStatus.CLAIMED || view.finalized() == DealStatus.CLAIMED;
    }

    /// The contract opens no deal from `claimBy` on. Blocks from before are final by now, so no
    /// reorg brings the deposit back.
    private boolean never(Deal deal, DealView view, ChainTime now) {
        return !everOpened(view) && now.head() - deal.claimBy() >= rules.timing().finalitySeconds();
    }

    /// R5: from `claimBy` on, by the chain's own clock.
    private static boolean refundable(Deal deal, DealView view, ChainTime now) {
        return view.tip() == DealStatus.OPEN && now.head() >= deal.claimBy();
    }

    private Step<CustomerState, Effect> enter(CustomerState next) {
        return Step.moved(next, pending(next));
    }

    private Step<CustomerState, Effect> woke(CustomerState state, Timer timer, ChainTime now) {
        return switch (state) {
            case BeforeDeposit s when timer == Timer.WORK && !watching(s) ->
                    abort(Rule.NO_WORK.because("no work came by the time it was due (tWork)"));
            case BeforeDeposit _, AfterDeposit _, Final _ ->
                    Step.ignored(
                            state,
                            Rule.UNEXPECTED.because(timer + " does not matter at " + now.now()));
        };
    }

    /// Before a deposit the customer may walk away; after it the chain decides.
    private Step<CustomerState, Effect> givenUp(CustomerState state) {
        Fault fault = Rule.GIVEN_UP.because("given up by the customer");
        return switch (state) {
            case BeforeDeposit s ->
                    Step.moved(new Aborted(fault), new Send(s.order().provider(), fault.refuse()));
            case AfterDeposit _ ->
                    Step.ignored(
                            state,
                            Rule.DEPOSIT_OUT.because(
                                    "the deposit is out: it ends with the work or, at claimBy, with a"
                                            + " refund"));
            case Final _ -> Step.ignored(state, Rule.UNEXPECTED.because("it is over already"));
        };
    }

    /// What a state waits for, asked for on entry and again after a restart.
    private List<Effect> pending(CustomerState state) {
        return switch (state) {
            case Idle _ -> List.of();
            case AskingStampKey(Plan plan) ->
                    List.of(
                            new Send(
                                    plan.order().stamper().key(),
                                    new Message.AskStampKey(plan.order().customerNonce())));
            case Offered(Plan plan, PublicKey stampKey) ->
                    List.of(
                            new Send(
                                    plan.order().provider(),
                                    new Message.Offer(
                                            plan.order(),
                                            stampKey,
                                            plan.policy(),
                                            plan.policySalt(),
                                            plan.inputSalt())));
            case Provisioning(Agreed a) ->
                    List.of(new Send(a.terms().order().stamper().key(), provision(a)));
            case AwaitingWork(Agreed a) -> List.of(new Run(new Job.SendInput(a.terms())));
            case Fetching(Agreed a, Delivery d) ->
                    List.of(
                            new Run(new Job.FetchWork(a.xid(), d.header())),
                            new Watch(a.terms().order().rail(), deal(a)));
            case Checking(Agreed a, Delivery _, Deal deal) ->
                    List.of(new Watch(a.terms().order().rail(), deal));
            case Funding(Agreed a, Delivery _, Deal deal) ->
                    List.of(new Watch(a.terms().order().rail(), deal), fundedMessage(a, deal));
            case Opening(Agreed a, Delivery d, Deal deal, var key) ->
                    List.of(
                            new Watch(a.terms().order().rail(), deal),
                            new Run(
                                    new Job.OpenWork(
                                            a.xid(),
                                            d.header(),
                                            key,
                                            a.plan().psk(),
                                            a.plan().policy())));
            case Opened(Agreed a, Delivery _, Deal deal, boolean _) ->
                    List.of(new Watch(a.terms().order().rail(), deal));
            case Refunding(Agreed a, Delivery _, Deal deal, var _) ->
                    List.of(
                            new Watch(a.terms().order().rail(), deal),
                            new Publish(
                                    new Effect.Transaction.Refund(a.terms().order().rail(), deal)));
            case Final _ -> List.of();
        };
    }

    private static Message provision(Agreed a) {
        return new Message.Provision(
                a.terms(),
                a.customer(),
                a.provider(),
                a.plan().policy(),
                a.plan().policySalt(),
                a.terms().order().hiddenCommit(),
                a.plan().psk());
    }

    private Effect fundedMessage(Agreed a, Deal deal) {
        Statements.Deposited statement =
                new Statements.Deposited(
                        a.xid(), crypto.dealId(a.terms().order().rail(), deal), deal);
        Signature signature = signing.sign(statement);
        return new Send(a.terms().order().provider(), new Message.Funded(a.xid(), deal, signature));
    }

    private List<Effect> ack(Agreed a, Delivery d) {
        Signature signature = signing.sign(new Statements.Acknowledged(a.xid(), d.sealId()));
        return List.of(
                new Send(
                        a.terms().order().provider(),
                        new Message.Ack(a.xid(), d.sealId(), signature)));
    }

    private static Step<CustomerState, Effect> abort(Fault fault) {
        return Step.moved(new Aborted(fault));
    }

    private static Step<CustomerState, Effect> unexpected(CustomerState state, Message message) {
        return Step.ignored(
                state,
                Rule.UNEXPECTED.because(
                        message.getClass().getSimpleName()
                                + " in "
                                + state.getClass().getSimpleName()));
    }
}
