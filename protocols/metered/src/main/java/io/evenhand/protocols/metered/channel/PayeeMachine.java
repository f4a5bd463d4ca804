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
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.Fault;
import io.evenhand.protocols.metered.Rule;
import io.evenhand.protocols.metered.channel.ChannelEffect.Publish;
import io.evenhand.protocols.metered.channel.ChannelEffect.Send;
import io.evenhand.protocols.metered.channel.ChannelEffect.Transaction;
import io.evenhand.protocols.metered.channel.ChannelEffect.WakeAt;
import io.evenhand.protocols.metered.channel.ChannelEffect.Watch;
import io.evenhand.protocols.metered.channel.PayeeState.Agreed;
import io.evenhand.protocols.metered.channel.PayeeState.Asked;
import io.evenhand.protocols.metered.channel.PayeeState.Closed;
import io.evenhand.protocols.metered.channel.PayeeState.Closing;
import io.evenhand.protocols.metered.channel.PayeeState.Deal;
import io.evenhand.protocols.metered.channel.PayeeState.Expired;
import io.evenhand.protocols.metered.channel.PayeeState.Open;
import io.evenhand.protocols.metered.channel.PayeeState.Refused;
import io.evenhand.protocols.metered.channel.PayeeState.Stopping;
import io.evenhand.protocols.metered.message.ChannelMessage;
import io.evenhand.protocols.metered.message.Draft;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.Prices;
import io.evenhand.protocols.metered.message.Terms;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The node's side of a channel (S1 to S3, C1): it executes nothing before a deposit is final, and
/// closes alone, in time, with the newest update whose key it holds (A8, A11, A15).
public final class PayeeMachine implements Machine<PayeeState, ChannelInput, ChannelEffect> {
    private final Signing signing;
    private final Verification verification;
    private final Rules rules;

    /// What a node asks for, and how it answers.
    public interface Rules {
        Timing timing();

        /// Where wages go.
        Address payee();

        /// This node's prices for a draft (F4, G3).
        Prices prices(Draft draft);

        /// As good as random, and the same whenever the same draft comes.
        Bytes32 nonce(Draft draft);

        /// Why it does not take a draft (F7, G2, G3); empty if it does.
        Optional<Fault> against(Draft draft, ChainTime now);
    }

    public PayeeMachine(Signing signing, Verification verification, Rules rules) {
        this.signing = signing;
        this.verification = verification;
        this.rules = rules;
    }

    @Override
    public Step<PayeeState, ChannelEffect> step(PayeeState state, ChannelInput input) {
        return switch (input) {
            case ChannelInput.Received(
                            PartyId from,
                            ChannelMessage.Propose(Draft draft),
                            ChainTime now)
                    when state instanceof Asked asked
                            && asked.draft().equals(draft)
                            && from.equals(draft.requester()) ->
                    asked(draft, now);
            case ChannelInput.Received(PartyId from, ChannelMessage.Opened opened, ChainTime _) ->
                    opened(state, from, opened);
            case ChannelInput.Observed(ChannelView view, ChainTime now) ->
                    observed(state, view, now);
            case ChannelInput.Woke(Timer timer, ChainTime now) -> woke(state, timer, now);
            case ChannelInput.Restarted _ -> Step.moved(state, pending(state));
            case ChannelInput.Enough _ when state instanceof Open open ->
                    enter(new Stopping(open.deal(), open.deposit()));
            case ChannelInput.Stopped(Optional<Pair> pair, ChainTime now)
                    when state instanceof Stopping stopping ->
                    stopped(stopping, pair, now);
            case ChannelInput.Begin _,
                    ChannelInput.Received _,
                    ChannelInput.Enough _,
                    ChannelInput.Stopped _,
                    ChannelInput.TopUp _ ->
                    Step.ignored(state, Rule.UNEXPECTED.because("not in this state"));
        };
    }

    private Step<PayeeState, ChannelEffect> asked(Draft draft, ChainTime now) {
        Optional<Fault> against = rules.against(draft, now);
        if (against.isPresent()) {
            Fault why = against.get();
            return Step.moved(
                    new Refused(why),
                    new Send(
                            draft.requester(),
                            new ChannelMessage.Refuse(why.rule().name(), why.line())));
        }
        Terms terms = draft.complete(rules.payee(), rules.prices(draft), rules.nonce(draft));
        return enter(
                new Agreed(
                        new Deal(
                                terms,
                                verification.xid(terms),
                                signing.sign(terms),
                                Optional.empty())),
                new WakeAt(Timer.DEPOSIT, lastDeposit(terms)));
    }

    /// A deposit that is final later leaves too little time to close (A11).
    private long lastDeposit(Terms terms) {
        return terms.timeout() - rules.timing().minClaimWindow();
    }

    /// From here on no round runs: its close is final before the timeout (G11).
    public static long stopAt(Terms terms, Timing timing) {
        return terms.timeout() - timing.revealMargin();
    }

    private Step<PayeeState, ChannelEffect> opened(
            PayeeState state, PartyId from, ChannelMessage.Opened opened) {
        return switch (state) {
            case Agreed(Deal deal) ->
                    signed(deal, from, opened)
                            .<Step<PayeeState, ChannelEffect>>map(it -> Step.moved(new Agreed(it)))
                            .orElse(
                                    Step.ignored(
                                            state, Rule.SIGNATURE.because("not the requester's")));
            case Open(Deal deal, Wei deposit) ->
                    signed(deal, from, opened)
                            .<Step<PayeeState, ChannelEffect>>map(
                                    it -> Step.moved(new Open(it, deposit)))
                            .orElse(
                                    Step.ignored(
                                            state, Rule.SIGNATURE.because("not the requester's")));
            case Asked _, Stopping _, Closing _, PayeeState.Final _ ->
                    Step.ignored(state, Rule.UNEXPECTED.because("not in this state"));
        };
    }

    private Optional<Deal> signed(Deal deal, PartyId from, ChannelMessage.Opened opened) {
        return from.equals(deal.terms().requester())
                        && opened.xid().equals(deal.xid())
                        && verification.verify(from, deal.terms(), opened.signature())
                ? Optional.of(
                        new Deal(
                                deal.terms(),
                                deal.xid(),
                                deal.node(),
                                Optional.of(opened.signature())))
                : Optional.empty();
    }

    private Step<PayeeState, ChannelEffect> observed(
            PayeeState state, ChannelView view, ChainTime now) {
        return switch (state) {
            case Agreed(Deal deal) -> deposited(deal, view, now);
            case Open open -> open(open, view);
            case Stopping stopping ->
                    over(view)
                            ? Step.moved(new Expired(stopping.deal(), true))
                            : Step.moved(stopping);
            case Closing closing -> closing(closing, view);
            case Asked _, PayeeState.Final _ ->
                    Step.ignored(state, Rule.UNEXPECTED.because("no channel is watched"));
        };
    }

    /// S3: the deposit counts when it is final, with the agreed code, and there is time (A11).
    private Step<PayeeState, ChannelEffect> deposited(Deal deal, ChannelView view, ChainTime now) {
        Terms terms = deal.terms();
        if (view.finalized().status() != Status.OPEN) {
            return over(view) ? Step.moved(new Expired(deal, true)) : Step.moved(new Agreed(deal));
        }
        boolean fit =
                view.codeHash().equals(terms.rail().codeHash())
                        && view.finalized().deposit().compareTo(terms.deposit()) >= 0
                        && now.now() < lastDeposit(terms);
        return fit
                ? enter(
                        new Open(deal, view.finalized().deposit()),
                        new WakeAt(Timer.CLOSE, stopAt(terms, rules.timing())))
                : Step.moved(new Agreed(deal));
    }

    private static boolean over(ChannelView view) {
        return switch (view.finalized().status()) {
            case ABSENT, OPEN -> false;
            case CLOSED, REFUNDED, RELEASED -> true;
        };
    }

    private static Step<PayeeState, ChannelEffect> open(Open state, ChannelView view) {
        if (over(view)) {
            return Step.moved(new Expired(state.deal(), true));
        }
        Wei deposit = view.finalized().deposit();
        return view.finalized().status() != Status.OPEN || deposit.equals(state.deposit())
                ? Step.moved(state)
                : Step.moved(
                        new Open(state.deal(), deposit),
                        new ChannelEffect.Serve(state.deal().terms(), deposit));
    }

    private static Step<PayeeState, ChannelEffect> closing(Closing state, ChannelView view) {
        return switch (view.finalized().status()) {
            case CLOSED -> Step.moved(new Closed(state.deal(), state.pair().total()));
            case REFUNDED, RELEASED -> Step.moved(new Expired(state.deal(), true));
            case ABSENT, OPEN -> Step.moved(state);
        };
    }

    /// C1: once journalled there is no way back, and nothing is answered any more (A8).
    private Step<PayeeState, ChannelEffect> stopped(
            Stopping state, Optional<Pair> pair, ChainTime now) {
        Terms terms = state.deal().terms();
        if (pair.isEmpty() || now.now() >= terms.timeout()) {
            return Step.moved(new Expired(state.deal(), true));
        }
        return enter(new Closing(state.deal(), pair.get()));
    }

    private Step<PayeeState, ChannelEffect> woke(PayeeState state, Timer timer, ChainTime now) {
        return switch (state) {
            case Agreed(Deal deal) when timer == Timer.DEPOSIT ->
                    now.now() >= lastDeposit(deal.terms())
                            ? Step.moved(new Expired(deal, false))
                            : Step.moved(
                                    state, new WakeAt(Timer.DEPOSIT, lastDeposit(deal.terms())));
            case Open open when timer == Timer.CLOSE ->
                    now.now() >= stopAt(open.deal().terms(), rules.timing())
                            ? enter(new Stopping(open.deal(), open.deposit()))
                            : Step.moved(
                                    state,
                                    new WakeAt(
                                            Timer.CLOSE,
                                            stopAt(open.deal().terms(), rules.timing())));
            case Asked _, Agreed _, Open _, Stopping _, Closing _, PayeeState.Final _ ->
                    Step.ignored(state, Rule.UNEXPECTED.because("nothing is due"));
        };
    }

    private static Step<PayeeState, ChannelEffect> enter(PayeeState state, ChannelEffect... more) {
        List<ChannelEffect> effects = new ArrayList<>(pending(state));
        effects.addAll(List.of(more));
        return Step.moved(state, effects);
    }

    /// What a state waits for, asked for anew after a restart.
    private static List<ChannelEffect> pending(PayeeState state) {
        return switch (state) {
            case Agreed(Deal deal) ->
                    List.of(
                            new Send(
                                    deal.terms().requester(),
                                    new ChannelMessage.Agree(deal.terms(), deal.node())),
                            new Watch(deal.terms()));
            case Open(Deal deal, Wei deposit) ->
                    List.of(
                            new Watch(deal.terms()),
                            new ChannelEffect.Serve(deal.terms(), deposit));
            case Stopping(Deal deal, Wei _) ->
                    List.of(new ChannelEffect.Stop(deal.terms()), new Watch(deal.terms()));
            case Closing(Deal deal, Pair pair) ->
                    List.of(
                            new Publish(
                                    new Transaction.Close(
                                            deal.terms(), pair, deal.terms().timeout())),
                            new Watch(deal.terms()));
            case Asked _, PayeeState.Final _ -> List.of();
        };
    }
}
