package io.evenhand.protocols.metered.channel;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.deal.ChannelView;
import io.evenhand.kit.deal.ChannelView.Status;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Signing;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.machine.Verification;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.Rule;
import io.evenhand.protocols.metered.channel.ChannelEffect.Publish;
import io.evenhand.protocols.metered.channel.ChannelEffect.Send;
import io.evenhand.protocols.metered.channel.ChannelEffect.Transaction;
import io.evenhand.protocols.metered.channel.ChannelEffect.WakeAt;
import io.evenhand.protocols.metered.channel.ChannelEffect.Watch;
import io.evenhand.protocols.metered.channel.PayerState.Aborted;
import io.evenhand.protocols.metered.channel.PayerState.Agreed;
import io.evenhand.protocols.metered.channel.PayerState.Closed;
import io.evenhand.protocols.metered.channel.PayerState.Open;
import io.evenhand.protocols.metered.channel.PayerState.Opening;
import io.evenhand.protocols.metered.channel.PayerState.Planned;
import io.evenhand.protocols.metered.channel.PayerState.Proposed;
import io.evenhand.protocols.metered.channel.PayerState.Refunded;
import io.evenhand.protocols.metered.channel.PayerState.Refunding;
import io.evenhand.protocols.metered.message.ChannelMessage;
import io.evenhand.protocols.metered.message.Draft;
import io.evenhand.protocols.metered.message.Prices;
import io.evenhand.protocols.metered.message.Terms;
import java.util.ArrayList;
import java.util.List;

/// The requester's side of a channel (S1 to S3, C2): it deposits once, and what is not paid comes
/// back by a close or, from the timeout on, by its own refund (A1, A-I4).
public final class PayerMachine implements Machine<PayerState, ChannelInput, ChannelEffect> {
    private final Signing signing;
    private final Verification verification;
    private final Timing timing;

    public PayerMachine(Signing signing, Verification verification, Timing timing) {
        this.signing = signing;
        this.verification = verification;
        this.timing = timing;
    }

    @Override
    public Step<PayerState, ChannelEffect> step(PayerState state, ChannelInput input) {
        return switch (input) {
            case ChannelInput.Begin _ when state instanceof Planned(Draft draft) ->
                    enter(
                            new Proposed(draft),
                            new WakeAt(Timer.DEPOSIT, lastOpening(draft.timeout())));
            case ChannelInput.Received(PartyId from, ChannelMessage message, ChainTime now)
                    when state instanceof Proposed(Draft draft) ->
                    answered(new Proposed(draft), from, message, now);
            case ChannelInput.Observed(ChannelView view, ChainTime now) ->
                    observed(state, view, now);
            case ChannelInput.Woke(Timer timer, ChainTime now) -> woke(state, timer, now);
            case ChannelInput.Restarted _ -> Step.moved(state, pending(state));
            case ChannelInput.TopUp(int number, Wei more, ChainTime _)
                    when state instanceof Open now ->
                    Step.moved(
                            now,
                            new Publish(
                                    new Transaction.TopUp(
                                            now.agreed().terms(),
                                            number,
                                            more,
                                            now.deposit().plus(more))));
            case ChannelInput.Enough _ -> enough(state);
            case ChannelInput.Begin _,
                    ChannelInput.Received _,
                    ChannelInput.TopUp _,
                    ChannelInput.Stopped _ ->
                    Step.ignored(state, Rule.UNEXPECTED.because("not in this state"));
        };
    }

    /// A deposit made later would leave no time for work (A11).
    private long lastOpening(long timeout) {
        return timeout - timing.minClaimWindow();
    }

    private Step<PayerState, ChannelEffect> answered(
            Proposed now, PartyId from, ChannelMessage message, ChainTime time) {
        Draft draft = now.draft();
        if (!from.equals(draft.node())) {
            return Step.ignored(now, Rule.SENDER.because("from somebody else"));
        }
        return switch (message) {
            case ChannelMessage.Refuse(String _, String reason) ->
                    Step.moved(
                            new Aborted(Rule.PEER_REFUSED.because("the node refuses: " + reason)));
            case ChannelMessage.Agree agree -> agreed(now, agree, time);
            case ChannelMessage.Propose _, ChannelMessage.Opened _ ->
                    Step.ignored(now, Rule.UNEXPECTED.because("that is a requester's to say"));
        };
    }

    /// S2: the node changed nothing of the draft, and its prices are not above the user's.
    private Step<PayerState, ChannelEffect> agreed(
            Proposed now, ChannelMessage.Agree agree, ChainTime time) {
        Draft draft = now.draft();
        Terms terms = agree.terms();
        if (!terms.equals(draft.complete(terms.payee(), terms.prices(), terms.nodeNonce()))) {
            return Step.ignored(now, Rule.TERMS.because("the node changes the draft"));
        }
        Prices most = draft.most();
        if (terms.prices().rate().compareTo(most.rate()) > 0
                || terms.prices().perRound().compareTo(most.perRound()) > 0
                || terms.prices().perSession().compareTo(most.perSession()) > 0) {
            return Step.ignored(now, Rule.PRICE.because("the node's prices are above yours"));
        }
        if (terms.payee().equals(Address.ZERO)
                || terms.payee().equals(draft.rail().contract())
                || terms.payee().isReserved()) {
            return Step.ignored(now, Rule.PAYEE.because("nobody could use a wage there"));
        }
        if (!verification.verify(draft.node(), terms, agree.signature())) {
            return Step.ignored(now, Rule.SIGNATURE.because("the Terms are not signed"));
        }
        if (time.now() >= lastOpening(draft.timeout())) {
            return Step.moved(new Aborted(Rule.TIMEOUT.because("the answer came too late")));
        }
        return enter(
                new Opening(
                        new Agreed(
                                terms,
                                verification.xid(terms),
                                agree.signature(),
                                signing.sign(terms)),
                        false));
    }

    private Step<PayerState, ChannelEffect> observed(
            PayerState state, ChannelView view, ChainTime now) {
        return switch (state) {
            case Opening opening -> opening(opening, view, now);
            case Open open -> open(open, view);
            case Refunding refunding -> ended(refunding, refunding.agreed(), view);
            case Planned _, Proposed _, PayerState.Final _ ->
                    Step.ignored(state, Rule.UNEXPECTED.because("no channel is watched"));
        };
    }

    /// S3, the last look before paying: right code, in time, never opened before (F11).
    private Step<PayerState, ChannelEffect> opening(
            Opening state, ChannelView view, ChainTime now) {
        Terms terms = state.agreed().terms();
        if (view.finalized().status() == Status.OPEN) {
            return enter(
                    new Open(state.agreed(), view.finalized().deposit(), false),
                    new WakeAt(Timer.REFUND, refundAt(terms)));
        }
        if (view.finalized().status() != Status.ABSENT) {
            return ended(state, state.agreed(), view);
        }
        boolean seen = view.openings() > 0 || view.tip().status() != Status.ABSENT;
        if (state.published() || seen) {
            boolean late = now.now() >= terms.timeout() + timing.revealMargin();
            return late && !seen
                    ? Step.moved(new Aborted(Rule.TIMEOUT.because("it was never opened")))
                    : Step.moved(new Opening(state.agreed(), true));
        }
        if (!view.codeHash().equals(terms.rail().codeHash())) {
            return Step.moved(
                    new Aborted(Rule.CODE.because("the contract's code is not the agreed one")));
        }
        long last = lastOpening(terms.timeout());
        if (now.now() >= last) {
            return Step.moved(new Aborted(Rule.TIMEOUT.because("it is too late to open it")));
        }
        return Step.moved(
                new Opening(state.agreed(), true),
                List.of(new Publish(new Transaction.Open(terms, last)), opened(state.agreed())));
    }

    private static ChannelEffect opened(Agreed agreed) {
        return new Send(
                agreed.terms().node(), new ChannelMessage.Opened(agreed.xid(), agreed.requester()));
    }

    private Step<PayerState, ChannelEffect> open(Open state, ChannelView view) {
        if (view.finalized().status() != Status.OPEN) {
            return ended(state, state.agreed(), view);
        }
        Wei deposit = view.finalized().deposit();
        return deposit.equals(state.deposit())
                ? Step.moved(state)
                : Step.moved(
                        new Open(state.agreed(), deposit, state.enough()),
                        new ChannelEffect.Serve(state.agreed().terms(), deposit));
    }

    /// A final end, whoever made it.
    private static Step<PayerState, ChannelEffect> ended(
            PayerState state, Agreed agreed, ChannelView view) {
        return switch (view.finalized().status()) {
            case CLOSED -> Step.moved(new Closed(agreed, view.secret()));
            case REFUNDED -> Step.moved(new Refunded(agreed, false));
            case RELEASED -> Step.moved(new Refunded(agreed, true));
            case OPEN, ABSENT -> Step.moved(state);
        };
    }

    /// By both clocks: the contract refuses an earlier one.
    private long refundAt(Terms terms) {
        return terms.timeout() + timing.clockErrorSeconds();
    }

    private Step<PayerState, ChannelEffect> woke(PayerState state, Timer timer, ChainTime now) {
        return switch (state) {
            case Proposed _ when timer == Timer.DEPOSIT ->
                    Step.moved(new Aborted(Rule.TIMEOUT.because("the node did not answer")));
            case Open open when timer == Timer.REFUND ->
                    now.now() >= refundAt(open.agreed().terms())
                            ? enter(new Refunding(open.agreed()))
                            : Step.moved(
                                    open,
                                    new WakeAt(Timer.REFUND, refundAt(open.agreed().terms())));
            case Planned _, Proposed _, Opening _, Open _, Refunding _, PayerState.Final _ ->
                    Step.ignored(state, Rule.UNEXPECTED.because("nothing is due"));
        };
    }

    private static Step<PayerState, ChannelEffect> enough(PayerState state) {
        return switch (state) {
            case Planned _, Proposed _ ->
                    Step.moved(new Aborted(Rule.GIVEN_UP.because("you gave it up")));
            case Opening opening when !opening.published() ->
                    Step.moved(new Aborted(Rule.GIVEN_UP.because("you gave it up")));
            case Open open -> Step.moved(new Open(open.agreed(), open.deposit(), true));
            case Opening _, Refunding _, PayerState.Final _ -> Step.moved(state);
        };
    }

    private static Step<PayerState, ChannelEffect> enter(PayerState state, ChannelEffect... more) {
        List<ChannelEffect> effects = new ArrayList<>(pending(state));
        effects.addAll(List.of(more));
        return Step.moved(state, effects);
    }

    /// What a state waits for, asked for anew after a restart.
    private static List<ChannelEffect> pending(PayerState state) {
        return switch (state) {
            case Proposed(Draft draft) ->
                    List.of(new Send(draft.node(), new ChannelMessage.Propose(draft)));
            case Opening opening -> {
                List<ChannelEffect> effects = new ArrayList<>();
                effects.add(new Watch(opening.agreed().terms()));
                if (opening.published()) {
                    effects.add(opened(opening.agreed()));
                }
                yield effects;
            }
            case Open open ->
                    List.of(
                            new Watch(open.agreed().terms()),
                            new ChannelEffect.Serve(open.agreed().terms(), open.deposit()));
            case Refunding refunding ->
                    List.of(
                            new Publish(new Transaction.Refund(refunding.agreed().terms())),
                            new Watch(refunding.agreed().terms()));
            case Planned _, PayerState.Final _ -> List.of();
        };
    }
}
