package io.evenhand.delegation.customer;

import io.evenhand.delegation.Effect;
import io.evenhand.delegation.Effect.Publish;
import io.evenhand.delegation.Effect.Run;
import io.evenhand.delegation.Effect.Send;
import io.evenhand.delegation.Effect.WakeAt;
import io.evenhand.delegation.Effect.Watch;
import io.evenhand.delegation.Expected;
import io.evenhand.delegation.Input;
import io.evenhand.delegation.Job;
import io.evenhand.delegation.JobResult;
import io.evenhand.delegation.Timer;
import io.evenhand.delegation.customer.CustomerState.Aborted;
import io.evenhand.delegation.customer.CustomerState.Agreed;
import io.evenhand.delegation.customer.CustomerState.AskingStampKey;
import io.evenhand.delegation.customer.CustomerState.AwaitingWork;
import io.evenhand.delegation.customer.CustomerState.Checking;
import io.evenhand.delegation.customer.CustomerState.Delivery;
import io.evenhand.delegation.customer.CustomerState.Fetching;
import io.evenhand.delegation.customer.CustomerState.Final;
import io.evenhand.delegation.customer.CustomerState.Funding;
import io.evenhand.delegation.customer.CustomerState.Idle;
import io.evenhand.delegation.customer.CustomerState.Offered;
import io.evenhand.delegation.customer.CustomerState.Opened;
import io.evenhand.delegation.customer.CustomerState.Opening;
import io.evenhand.delegation.customer.CustomerState.Provisioning;
import io.evenhand.delegation.customer.CustomerState.Refunded;
import io.evenhand.delegation.customer.CustomerState.Refunding;
import io.evenhand.delegation.customer.CustomerState.Settled;
import io.evenhand.delegation.message.Message;
import io.evenhand.delegation.message.Order;
import io.evenhand.delegation.message.Statements;
import io.evenhand.delegation.message.Terms;
import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Xid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The customer `c`. It pays only for a seal it holds whole, stamped as agreed, and it always gets
/// the work or the wage back.
public final class CustomerMachine implements Machine<CustomerState, Input, Effect> {
    private final Crypto crypto;
    private final CustomerRules rules;

    public CustomerMachine(Crypto crypto, CustomerRules rules) {
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
            return Step.ignored(state, "already begun");
        }
        AskingStampKey next = new AskingStampKey(plan);
        List<Effect> effects = new ArrayList<>(pending(next));
        effects.add(new WakeAt(Timer.WORK, plan.order().deadlines().tWork()));
        effects.add(new WakeAt(Timer.FUND, plan.order().deadlines().tFund()));
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
            case Checking s when message instanceof Message.Deliver ->
                    resend(s, ack(s.agreed(), s.delivery()));
            case Funding s when message instanceof Message.Deliver -> resend(s, pending(s));
            case Idle _, AskingStampKey _, Offered _, Provisioning _, AwaitingWork _
                    when message instanceof Message.Refuse(String reason) ->
                    refused(state, from, reason);
            case Idle _,
                    AskingStampKey _,
                    Offered _,
                    Provisioning _,
                    AwaitingWork _,
                    Fetching _,
                    Checking _,
                    Funding _,
                    Opening _,
                    Opened _,
                    Refunding _,
                    Final _ ->
                    unexpected(state, message);
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
            return Step.ignored(s, "a stamp key from somebody else");
        }
        if (!crypto.verify(from, statement, made.signature())) {
            return Step.ignored(s, "the stamp key is not signed by the stamper");
        }
        if (!made.profile().equals(order.stamper().profile())) {
            return abort(
                    "the stamper is attested as "
                            + made.profile()
                            + ", not "
                            + order.stamper().profile());
        }
        Offered next = new Offered(s.plan(), made.stampKey());
        return Step.moved(next, pending(next));
    }

    /// T2: the provider changed nothing of the order, knows its work key, and signed.
    private Step<CustomerState, Effect> accepted(Offered s, PartyId from, Message.Accept accept) {
        Terms terms = accept.terms();
        Order order = s.plan().order();
        if (!from.equals(order.provider())) {
            return Step.ignored(s, "an acceptance from somebody else");
        }
        if (!terms.order().equals(order) || !terms.stampKey().equals(s.stampKey())) {
            return Step.ignored(s, "D22: the acceptance changes the order");
        }
        if (!crypto.lockable(terms.workKey())) {
            return Step.ignored(s, "D12: no lock can be made for the work key");
        }
        Xid xid = crypto.xid(terms);
        if (!crypto.verify(terms.workKey(), new Statements.Possession(xid), accept.possession())) {
            return Step.ignored(s, "D13: no proof of possession of the work key");
        }
        if (!crypto.verify(from, terms, accept.signature())) {
            return Step.ignored(s, "the acceptance is not signed by the provider");
        }
        Provisioning next =
                new Provisioning(
                        new Agreed(s.plan(), terms, xid, crypto.sign(terms), accept.signature()));
        return Step.moved(next, pending(next));
    }

    private Step<CustomerState, Effect> ready(Provisioning s, PartyId from, Message.Ready ready) {
        PartyId stamper = s.agreed().terms().order().stamper().key();
        Statements.Provisioned statement = new Statements.Provisioned(s.agreed().xid());
        if (!from.equals(stamper) || !crypto.verify(stamper, statement, ready.signature())) {
            return Step.ignored(s, "16a: not the stamper's Ready for this exchange");
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
            return Step.ignored(s, "a delivery from somebody else");
        }
        Optional<String> fault = DeliveryCheck.fault(crypto, s.agreed(), deliver, now);
        if (fault.isPresent()) {
            return Step.ignored(s, "16d: " + fault.get());
        }
        Delivery delivery =
                new Delivery(deliver.header(), crypto.sealId(deliver.header()), deliver.stamped());
        Fetching next = new Fetching(s.agreed(), delivery);
        return Step.moved(next, pending(next));
    }

    private Step<CustomerState, Effect> refused(CustomerState state, PartyId from, String reason) {
        Order order = order(state);
        if (!from.equals(order.provider()) && !from.equals(order.stamper().key())) {
            return Step.ignored(state, "a refusal from somebody else");
        }
        return abort(
                (from.equals(order.provider()) ? "the provider refuses: " : "the stamper refuses: ")
                        + reason);
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
                    when result instanceof JobResult.Opened(boolean opened, boolean passed) -> {
                Opened next = new Opened(s.agreed(), s.delivery(), s.deal(), opened && passed);
                yield Step.moved(next, pending(next));
            }
            case AwaitingWork s when result instanceof JobResult.InputSent -> Step.moved(s);
            case AwaitingWork _ when result instanceof JobResult.Failed(String job, String why) ->
                    abort(job + ": " + why);
            // A restart fetches again; when that is of no use any more, the chain says.
            case Fetching s when result instanceof JobResult.Failed -> Step.moved(s);
            case Idle _,
                    AskingStampKey _,
                    Offered _,
                    Provisioning _,
                    AwaitingWork _,
                    Fetching _,
                    Checking _,
                    Funding _,
                    Opening _,
                    Opened _,
                    Refunding _,
                    Final _ ->
                    Step.ignored(state, "a job nobody waits for");
        };
    }

    private Step<CustomerState, Effect> observed(
            CustomerState state, DealView view, ChainTime now) {
        return switch (state) {
            case Fetching s -> lookBack(s, view, now);
            case Checking s -> fund(s, view, now);
            case Funding s -> funded(s, view, now);
            case Opening s when view.finalized() == DealStatus.REFUNDED ->
                    Step.moved(new Refunded(s.agreed().xid()));
            case Opening s when refundable(s.deal(), view, now) ->
                    refund(new Refunding(s.agreed(), s.delivery(), s.deal(), Optional.empty()));
            case Opened s when view.finalized() == DealStatus.CLAIMED ->
                    Step.moved(new Settled(s.agreed().xid(), s.passed()));
            case Opened s when view.finalized() == DealStatus.REFUNDED ->
                    Step.moved(new Refunded(s.agreed().xid()));
            case Opened s when refundable(s.deal(), view, now) ->
                    refund(
                            new Refunding(
                                    s.agreed(), s.delivery(), s.deal(), Optional.of(s.passed())));
            case Refunding s -> refunding(s, view);
            case Opening _, Opened _ -> Step.moved(state);
            case Idle _, AskingStampKey _, Offered _, Provisioning _, AwaitingWork _, Final _ ->
                    Step.ignored(state, "no deal is watched");
        };
    }

    /// 12: while the chunks come, an earlier deposit may show; then a backup was restored, and the
    /// deposit must not be left behind.
    private Step<CustomerState, Effect> lookBack(Fetching s, DealView view, ChainTime now) {
        if (everOpened(view)) {
            Funding next = new Funding(s.agreed(), s.delivery(), deal(s.agreed()));
            return Step.moved(next, pending(next));
        }
        return unseen(s.agreed(), now)
                ? abort("the work was not here whole by tFund")
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
        return Expected.deal(crypto, a.terms(), a.xid(), a.plan().dealSalt());
    }

    /// T9, the last look before paying: right code, in time, and no earlier deal for this xid (16d,
    /// 10b).
    private Step<CustomerState, Effect> fund(Checking s, DealView view, ChainTime now) {
        Order order = s.agreed().terms().order();
        if (!view.codeHash().equals(order.rail().codeHash())) {
            return abort("D17: the contract's code is not the one in the Terms");
        }
        Funding next = new Funding(s.agreed(), s.delivery(), s.deal());
        if (everOpened(view)) {
            return Step.moved(next, pending(next));
        }
        if (view.otherDeal()) {
            return abort("10b: this exchange was funded before, with another deal");
        }
        if (now.now() + rules.timing().inclusionSeconds() >= order.deadlines().tFund()) {
            return unseen(s.agreed(), now)
                    ? abort("too late to fund: tFund is over")
                    : Step.moved(s);
        }
        List<Effect> effects = new ArrayList<>();
        effects.add(new Publish(new Effect.Transaction.Open(order.rail(), s.deal())));
        effects.addAll(pending(next));
        return Step.moved(next, effects);
    }

    private Step<CustomerState, Effect> funded(Funding s, DealView view, ChainTime now) {
        if (view.revealed().isPresent() && crypto.opens(s.deal().lock(), view.revealed().get())) {
            Opening next = new Opening(s.agreed(), s.delivery(), s.deal(), view.revealed().get());
            return Step.moved(next, pending(next));
        }
        if (view.finalized() == DealStatus.REFUNDED) {
            return Step.moved(new Refunded(s.agreed().xid()));
        }
        if (refundable(s.deal(), view, now)) {
            return refund(new Refunding(s.agreed(), s.delivery(), s.deal(), Optional.empty()));
        }
        boolean absent = view.tip() == DealStatus.ABSENT && view.finalized() == DealStatus.ABSENT;
        if (absent && now.head() >= s.deal().claimBy()) {
            return abort(
                    "the deposit never made it into a block; the contract refuses it from now on");
        }
        return Step.moved(s);
    }

    private Step<CustomerState, Effect> refunding(Refunding s, DealView view) {
        if (view.finalized() == DealStatus.REFUNDED) {
            return Step.moved(new Refunded(s.agreed().xid()));
        }
        boolean claimed =
                view.tip() == DealStatus.CLAIMED || view.finalized() == DealStatus.CLAIMED;
        if (claimed
                && view.revealed().isPresent()
                && crypto.opens(s.deal().lock(), view.revealed().get())) {
            CustomerState next =
                    s.passed().isPresent()
                            ? new Opened(s.agreed(), s.delivery(), s.deal(), s.passed().get())
                            : new Opening(
                                    s.agreed(), s.delivery(), s.deal(), view.revealed().get());
            return Step.moved(next, pending(next));
        }
        return Step.moved(s);
    }

    /// R5: from `claimBy` on, by the chain's own clock.
    private static boolean refundable(Deal deal, DealView view, ChainTime now) {
        return view.tip() == DealStatus.OPEN && now.head() >= deal.claimBy();
    }

    private Step<CustomerState, Effect> refund(Refunding next) {
        return Step.moved(next, pending(next));
    }

    private Step<CustomerState, Effect> woke(CustomerState state, Timer timer, ChainTime now) {
        return switch (state) {
            case Idle _, AskingStampKey _, Offered _, Provisioning _, AwaitingWork _
                    when timer == Timer.WORK ->
                    abort("no work by tWork");
            case Idle _,
                    AskingStampKey _,
                    Offered _,
                    Provisioning _,
                    AwaitingWork _,
                    Fetching _,
                    Checking _,
                    Funding _,
                    Opening _,
                    Opened _,
                    Refunding _,
                    Final _ ->
                    Step.ignored(state, timer + " does not matter at " + now.now());
        };
    }

    /// Before a deposit the customer may walk away; after it the chain decides.
    private Step<CustomerState, Effect> givenUp(CustomerState state) {
        return switch (state) {
            case Idle _,
                    AskingStampKey _,
                    Offered _,
                    Provisioning _,
                    AwaitingWork _,
                    Fetching _,
                    Checking _ ->
                    Step.moved(
                            new Aborted("given up by the customer"),
                            List.of(
                                    new Send(
                                            order(state).provider(),
                                            new Message.Refuse("given up by the customer"))));
            case Funding _, Opening _, Opened _, Refunding _, Final _ ->
                    Step.ignored(
                            state,
                            "the deposit is out: it ends with the work or, at claimBy, with a refund");
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
        Signature signature = crypto.sign(statement);
        return new Send(a.terms().order().provider(), new Message.Funded(a.xid(), deal, signature));
    }

    private List<Effect> ack(Agreed a, Delivery d) {
        Signature signature = crypto.sign(new Statements.Acknowledged(a.xid(), d.sealId()));
        return List.of(
                new Send(
                        a.terms().order().provider(),
                        new Message.Ack(a.xid(), d.sealId(), signature)));
    }

    private static Order order(CustomerState state) {
        return switch (state) {
            case Idle(Plan plan) -> plan.order();
            case AskingStampKey(Plan plan) -> plan.order();
            case Offered(Plan plan, var _) -> plan.order();
            case Provisioning(Agreed a) -> a.terms().order();
            case AwaitingWork(Agreed a) -> a.terms().order();
            case Fetching(Agreed a, var _) -> a.terms().order();
            case Checking(Agreed a, var _, var _) -> a.terms().order();
            case Funding(Agreed a, var _, var _) -> a.terms().order();
            case Opening(Agreed a, var _, var _, var _) -> a.terms().order();
            case Opened(Agreed a, var _, var _, var _) -> a.terms().order();
            case Refunding(Agreed a, var _, var _, var _) -> a.terms().order();
            case Final _ -> throw new IllegalStateException("a final state has no order");
        };
    }

    private static Step<CustomerState, Effect> resend(CustomerState state, List<Effect> effects) {
        return Step.moved(state, effects);
    }

    private static Step<CustomerState, Effect> abort(String reason) {
        return Step.moved(new Aborted(reason));
    }

    private static Step<CustomerState, Effect> unexpected(CustomerState state, Message message) {
        return Step.ignored(
                state,
                message.getClass().getSimpleName() + " in " + state.getClass().getSimpleName());
    }
}
