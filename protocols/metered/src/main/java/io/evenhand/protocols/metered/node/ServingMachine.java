package io.evenhand.protocols.metered.node;

import io.evenhand.kit.machine.Step;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.Rule;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.message.StreamMessage.Result;
import io.evenhand.protocols.metered.message.StreamMessage.Run;
import io.evenhand.protocols.metered.message.StreamMessage.SealedState;
import io.evenhand.protocols.metered.message.StreamMessage.Update;
import io.evenhand.protocols.metered.message.Terms;
import io.evenhand.protocols.metered.node.NodeState.Asked;
import io.evenhand.protocols.metered.node.NodeState.Channel;
import io.evenhand.protocols.metered.node.NodeState.Done;
import io.evenhand.protocols.metered.node.NodeState.Keeping;
import io.evenhand.protocols.metered.node.NodeState.Payment;
import io.evenhand.protocols.metered.node.NodeState.Serving;
import io.evenhand.protocols.metered.node.NodeState.Unpaid;
import io.evenhand.protocols.metered.node.NodeState.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The rounds of a session at the node (X1 to X4).
///
/// ```
/// Run       a round runs iff: window, deposit, and the account grants its reserve (A12, G2, G3)
/// Result    said as soon as it is there, without its key
/// Update    total as executed here; the enclave checks the signature and gives k; both are
///           flushed; only then Key
/// ```
final class ServingMachine {
    /// The first state of a session's rounds.
    static Serving first(Opening opening, StreamMessage.SignedHello hello, Wei base) {
        return new Serving(
                opening,
                hello,
                base,
                new Done(0, base, List.of(), false),
                new Asked(0, Optional.empty(), Work.IDLE),
                new Payment(0, Optional.empty(), Optional.empty(), Optional.empty()));
    }

    Step<NodeState, NodeEffect> heard(NodeState state, Serving now, StreamMessage message) {
        return switch (message) {
            case Run run -> run(state, now, run);
            case Update update -> update(state, now, update);
            case StreamMessage.Sign sign ->
                    Step.moved(state, new NodeEffect.AskSignature(sign.number(), sign.round()));
            case StreamMessage.Attach _,
                    StreamMessage.At _,
                    StreamMessage.Session _,
                    StreamMessage.SignedHello _,
                    StreamMessage.Provision _,
                    StreamMessage.Ready _,
                    StreamMessage.Program _,
                    StreamMessage.Result _,
                    StreamMessage.Key _,
                    StreamMessage.Stop _,
                    StreamMessage.Ended _,
                    StreamMessage.Refuse _ ->
                    throw new IllegalArgumentException("not about a round");
        };
    }

    Step<NodeState, NodeEffect> step(NodeState state, Serving now, NodeInput input) {
        return switch (input) {
            case NodeInput.Granted(int number, boolean yes) when current(state, number) ->
                    granted(state, now, yes);
            case NodeInput.AccountChanged _ ->
                    now.asked().work() == Work.DENIED
                            ? goOn(state, now.work(Work.IDLE), List.of())
                            : Step.moved(state);
            case NodeInput.Executed(int number, Result result, Wei total)
                    when current(state, number) ->
                    executed(state, now, result, total);
            case NodeInput.Released(int number, int round, Bytes32 k) when current(state, number) ->
                    released(state, now, round, k);
            case NodeInput.NotReleased(int number, int round, String why)
                    when current(state, number) ->
                    notReleased(state, now, round, why);
            case NodeInput.Over(int number) when current(state, number) -> over(state, now);
            case NodeInput.Granted _,
                    NodeInput.Executed _,
                    NodeInput.Released _,
                    NodeInput.NotReleased _,
                    NodeInput.Over _,
                    NodeInput.Heard _,
                    NodeInput.Deposit _,
                    NodeInput.Closing _,
                    NodeInput.SessionKept _,
                    NodeInput.HelloKept _,
                    NodeInput.PairKept _,
                    NodeInput.Started _,
                    NodeInput.Signed _,
                    NodeInput.Provisioned _,
                    NodeInput.Gone _ ->
                    Step.ignored(state, Rule.SESSION.because("of another session"));
        };
    }

    private static boolean current(NodeState state, int number) {
        return state.channel().highest() == number;
    }

    private static Step<NodeState, NodeEffect> over(NodeState state, Serving now) {
        Done done = now.done();
        return Step.moved(
                with(
                        state,
                        now.work(Work.IDLE)
                                .done(
                                        new Done(
                                                done.executed(),
                                                done.total(),
                                                done.unpaid(),
                                                true))));
    }

    /// X1.
    private Step<NodeState, NodeEffect> run(NodeState state, Serving now, Run run) {
        int askedUpTo = now.asked().upTo();
        if (run.from() != askedUpTo + 1) {
            // Said again after a break: so are the results.
            return run.upTo() <= askedUpTo
                    ? Step.moved(state, again(state, now))
                    : refuse(state, Rule.ROUND, "rounds follow one another");
        }
        Terms terms = state.channel().terms();
        if (run.upTo() < run.from() || run.upTo() > now.opening().rounds()) {
            return refuse(state, Rule.ROUND, "the session has no such rounds");
        }
        if (run.c() < 1 || run.c() > terms.limits().cMost()) {
            return refuse(state, Rule.CYCLES, "a round has 1 to cMost cycles");
        }
        if (run.from() == 1 && run.state().isEmpty()) {
            return refuse(state, Rule.STATE, "round 1 needs a state");
        }
        if (now.done().executed() != askedUpTo) {
            boolean same =
                    run.state().isEmpty()
                            && now.asked().run().filter(it -> it.c() == run.c()).isPresent();
            // Another state would have to wait in memory.
            return same
                    ? goOn(
                            state,
                            now.asked(new Asked(run.upTo(), now.asked().run(), now.asked().work())),
                            List.of())
                    : refuse(state, Rule.ROUND, "the rounds asked for before are not done");
        }
        Asked asked = new Asked(run.upTo(), Optional.of(run), now.asked().work());
        return goOn(state, now.asked(asked), List.of());
    }

    /// Asks for the next round's price if it may run.
    Step<NodeState, NodeEffect> goOn(NodeState state, Serving now, List<NodeEffect> before) {
        List<NodeEffect> effects = new ArrayList<>(before);
        Channel channel = state.channel();
        Terms terms = channel.terms();
        Done done = now.done();
        boolean wanted =
                now.asked().work() == Work.IDLE
                        && !done.over()
                        && !channel.stopped()
                        && !channel.closing()
                        && done.executed() < now.asked().upTo();
        int unpaid = done.executed() - now.payment().durable();
        // A-I3: of this channel at most window + 1 rounds are unpaid (G2).
        if (!wanted || unpaid > terms.window()) {
            return Step.moved(with(state, now), effects);
        }
        long c = now.asked().run().orElseThrow().c();
        Wei most = terms.prices().of(done.executed() + 1, c);
        Wei alone = terms.prices().alone(c);
        if (done.total().plus(most).compareTo(channel.deposit().orElse(Wei.ZERO)) > 0) {
            // A12: budget before execution. A top-up goes on.
            return Step.moved(with(state, now), effects);
        }
        effects.add(new NodeEffect.Reserve(channel.highest(), alone, unpaid));
        return Step.moved(with(state, now.work(Work.ASKED)), effects);
    }

    private static Step<NodeState, NodeEffect> granted(NodeState state, Serving now, boolean yes) {
        if (now.asked().work() != Work.ASKED) {
            return Step.ignored(state, Rule.UNEXPECTED.because("nothing was asked for"));
        }
        if (!yes) {
            return Step.moved(with(state, now.work(Work.DENIED)));
        }
        Run run = now.asked().run().orElseThrow();
        int round = now.done().executed() + 1;
        Optional<SealedState> sealed = round == run.from() ? run.state() : Optional.empty();
        return Step.moved(
                with(state, now.work(Work.RUNNING)),
                new NodeEffect.Execute(
                        state.channel().highest(),
                        round,
                        run.c(),
                        sealed,
                        round == now.asked().upTo()));
    }

    private Step<NodeState, NodeEffect> executed(
            NodeState state, Serving now, Result result, Wei total) {
        Done done = now.done();
        if (result.round() <= done.executed()) {
            return signed(state, now, result, total);
        }
        if (now.asked().work() != Work.RUNNING || result.round() != done.executed() + 1) {
            return Step.ignored(state, Rule.ROUND.because("that round was not at work"));
        }
        Wei price = state.channel().terms().prices().alone(result.charged());
        List<Unpaid> unpaid = new ArrayList<>(done.unpaid());
        unpaid.add(new Unpaid(result, total));
        // DONE ends what was asked for, not the session (G9).
        int upTo =
                switch (result.end()) {
                    case MORE -> now.asked().upTo();
                    case DONE, TRAP, FUEL, CALL_FUEL, FRAMES, ABI, LOAD -> result.round();
                };
        Serving next =
                now.done(
                                new Done(
                                        result.round(),
                                        total,
                                        unpaid,
                                        done.over() || result.end().fault()))
                        .asked(new Asked(upTo, now.asked().run(), Work.IDLE));
        return goOn(state, next, List.of(new NodeEffect.Charge(price), new NodeEffect.Say(result)));
    }

    /// The same statement, signed on request.
    private static Step<NodeState, NodeEffect> signed(
            NodeState state, Serving now, Result result, Wei total) {
        Done done = now.done();
        List<Unpaid> unpaid =
                done.unpaid().stream()
                        .map(one ->
                                one.result().round() == result.round()
                                        ? new Unpaid(result, total)
                                        : one)
                        .toList();
        return Step.moved(
                with(state, now.done(new Done(done.executed(), done.total(), unpaid, done.over()))),
                new NodeEffect.Say(result));
    }

    /// X3: what differs from what was executed here is refused before the enclave is asked (A13).
    private static Step<NodeState, NodeEffect> update(NodeState state, Serving now, Update update) {
        Payment payment = now.payment();
        if (update.round() <= payment.durable()) {
            // Said again: so is the key.
            return update.round() == payment.durable()
                    ? Step.moved(state, key(state, now))
                    : Step.moved(state);
        }
        if (payment.busy()) {
            Optional<Update> newest = payment.next().filter(one -> one.round() > update.round());
            return Step.moved(
                    with(
                            state,
                            now.payment(
                                    new Payment(
                                            payment.durable(),
                                            payment.paying(),
                                            payment.keeping(),
                                            Optional.of(newest.orElse(update))))));
        }
        Optional<Unpaid> made = now.done().round(update.round());
        if (made.isEmpty()) {
            return refuse(state, Rule.ROUND, "that round was not executed");
        }
        if (!made.get().total().equals(update.total())) {
            return refuse(state, Rule.TOTAL, "the round costs another total");
        }
        return Step.moved(
                with(
                        state,
                        now.payment(
                                new Payment(
                                        payment.durable(),
                                        Optional.of(update),
                                        Optional.empty(),
                                        Optional.empty()))),
                new NodeEffect.Pay(update));
    }

    /// The newest key, and the results that no update pays for.
    static List<NodeEffect> again(NodeState state, Serving now) {
        List<NodeEffect> effects = new ArrayList<>();
        if (now.payment().durable() > 0) {
            effects.add(key(state, now));
        }
        now.done().unpaid().forEach(one -> effects.add(new NodeEffect.Say(one.result())));
        return effects;
    }

    /// The newest key, which opens all rounds before.
    static NodeEffect key(NodeState state, Serving now) {
        return new NodeEffect.Say(
                new StreamMessage.Key(
                        now.payment().durable(), state.channel().newest().orElseThrow().k()));
    }

    /// The enclave took the update: both are flushed before the key is said (A-I13).
    private static Step<NodeState, NodeEffect> released(
            NodeState state, Serving now, int round, Bytes32 k) {
        Payment payment = now.payment();
        if (payment.paying().isEmpty() || payment.paying().get().round() != round) {
            return Step.ignored(state, Rule.UNEXPECTED.because("no such update was asked for"));
        }
        Update update = payment.paying().get();
        Bytes32 lock = now.done().round(round).orElseThrow().result().lock();
        Pair pair = new Pair(update.total(), lock, update.signature(), k);
        return Step.moved(
                with(
                        state,
                        now.payment(
                                new Payment(
                                        payment.durable(),
                                        Optional.empty(),
                                        Optional.of(new Keeping(round, pair)),
                                        payment.next()))),
                new NodeEffect.KeepPair(state.channel().highest(), round, pair));
    }

    private static Step<NodeState, NodeEffect> notReleased(
            NodeState state, Serving now, int round, String why) {
        Payment payment = now.payment();
        if (payment.paying().isEmpty() || payment.paying().get().round() != round) {
            return Step.ignored(state, Rule.UNEXPECTED.because("no such update was asked for"));
        }
        // The one that is stored stays as it was (G1).
        Payment left =
                new Payment(
                        payment.durable(), Optional.empty(), Optional.empty(), Optional.empty());
        return refuse(with(state, now.payment(left)), Rule.SIGNATURE, why);
    }

    /// X4.
    Step<NodeState, NodeEffect> kept(NodeState state, Serving now) {
        Keeping keeping = now.payment().keeping().orElseThrow();
        Wei before = state.channel().total();
        Done done = now.done();
        List<Unpaid> left =
                done.unpaid().stream()
                        .filter(one -> one.result().round() > keeping.round())
                        .toList();
        Optional<Update> waiting = now.payment().next();
        Serving next =
                now.done(new Done(done.executed(), done.total(), left, done.over()))
                        .payment(
                                new Payment(
                                        keeping.round(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty()));
        NodeState paid =
                new NodeState(state.channel().newest(keeping.pair()), next, state.waiting());
        List<NodeEffect> effects = new ArrayList<>();
        effects.add(new NodeEffect.Credit(before, keeping.pair().total()));
        effects.add(key(paid, next));
        Step<NodeState, NodeEffect> step = goOn(paid, next, effects);
        return waiting.isPresent() && step.state().session() instanceof Serving then
                ? step.then(update(step.state(), then, waiting.get()))
                : step.then(Step.moved(step.state(), NodeMachine.ending(step.state())));
    }

    private static Step<NodeState, NodeEffect> refuse(NodeState state, Rule rule, String text) {
        return Step.moved(state, new NodeEffect.Say(NodeMachine.refuse(rule, text)));
    }

    private static NodeState with(NodeState state, Serving session) {
        return new NodeState(state.channel(), session, state.waiting());
    }
}
