package io.evenhand.protocols.metered.node;

import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.MeteredCrypto;
import io.evenhand.protocols.metered.Rule;
import io.evenhand.protocols.metered.message.Hello;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.node.NodeState.Channel;
import io.evenhand.protocols.metered.node.NodeState.Greeted;
import io.evenhand.protocols.metered.node.NodeState.Keeping;
import io.evenhand.protocols.metered.node.NodeState.Leaving;
import io.evenhand.protocols.metered.node.NodeState.None;
import io.evenhand.protocols.metered.node.NodeState.Provisioning;
import io.evenhand.protocols.metered.node.NodeState.Recording;
import io.evenhand.protocols.metered.node.NodeState.Serving;
import io.evenhand.protocols.metered.node.NodeState.Starting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A node's side of a channel (spec-metered F2, G1, G4, G5): it takes sessions, one at a time, and
/// never lets a key go before the update that pays for it is on disk. Rounds are {@link
/// ServingMachine}'s.
public final class NodeMachine implements Machine<NodeState, NodeInput, NodeEffect> {
    private final MeteredCrypto crypto;
    private final ServingMachine serving = new ServingMachine();

    public NodeMachine(MeteredCrypto crypto) {
        this.crypto = crypto;
    }

    /// A channel that no session was asked for yet.
    public NodeState first(Channel channel) {
        return new NodeState(channel, new None(), Optional.empty());
    }

    @Override
    public Step<NodeState, NodeEffect> step(NodeState state, NodeInput input) {
        return switch (input) {
            case NodeInput.Heard(StreamMessage message) -> heard(state, message);
            case NodeInput.Deposit(Wei wei) -> deposit(state, wei);
            case NodeInput.Closing _ -> closing(state);
            case NodeInput.SessionKept(int number) -> sessionKept(state, number);
            case NodeInput.Started started -> started(state, started);
            case NodeInput.Signed signed -> signed(state, signed);
            case NodeInput.HelloKept(int number) -> helloKept(state, number);
            case NodeInput.Provisioned provisioned -> provisioned(state, provisioned);
            case NodeInput.Gone gone -> gone(state, gone);
            case NodeInput.PairKept kept -> pairKept(state, kept);
            case NodeInput.Granted(int number, boolean yes)
                    when state.session() instanceof Starting now
                            && now.opening().number() == number ->
                    begin(state, now, yes);
            case NodeInput.Granted _,
                    NodeInput.AccountChanged _,
                    NodeInput.Executed _,
                    NodeInput.Released _,
                    NodeInput.NotReleased _,
                    NodeInput.Over _ ->
                    state.session() instanceof Serving now
                            ? serving.step(state, now, input)
                            : ignored(state, "no round is on");
        };
    }

    private static Step<NodeState, NodeEffect> ignored(NodeState state, String why) {
        return Step.ignored(state, Rule.UNEXPECTED.because(why));
    }

    private static Step<NodeState, NodeEffect> say(NodeState state, StreamMessage message) {
        return Step.moved(state, new NodeEffect.Say(message));
    }

    private Step<NodeState, NodeEffect> heard(NodeState state, StreamMessage message) {
        return switch (message) {
            case StreamMessage.Attach _ -> attached(state);
            case StreamMessage.Session(Opening opening) -> session(state, opening);
            case StreamMessage.Provision provision -> provision(state, provision);
            case StreamMessage.Program program -> program(state, program);
            case StreamMessage.Run run -> round(state, run.number(), message);
            case StreamMessage.Update update -> round(state, update.number(), message);
            case StreamMessage.Sign sign -> round(state, sign.number(), message);
            case StreamMessage.Stop _ -> stop(state);
            case StreamMessage.Refuse _ -> Step.moved(state);
            // What only a node says.
            case StreamMessage.At _,
                    StreamMessage.SignedHello _,
                    StreamMessage.Ready _,
                    StreamMessage.Result _,
                    StreamMessage.Key _,
                    StreamMessage.Ended _ ->
                    ignored(state, "that is a node's to say");
        };
    }

    /// After a break both sides say where they stand; what was not paid is said again.
    private static Step<NodeState, NodeEffect> attached(NodeState state) {
        int highest = state.channel().highest();
        List<NodeEffect> effects = new ArrayList<>();
        if (state.session() instanceof Serving now) {
            int durable = now.payment().durable();
            effects.add(
                    new NodeEffect.Say(
                            new StreamMessage.At(
                                    highest, now.done().executed(), durable, owed(state))));
            effects.addAll(ServingMachine.again(state, now));
        } else {
            effects.add(new NodeEffect.Say(new StreamMessage.At(highest, 0, 0, owed(state))));
        }
        return Step.moved(state, effects);
    }

    /// What the requester owes: of sessions before, and of the one that is on, from its hello on
    /// (F4).
    static Wei owed(NodeState state) {
        Wei before = state.channel().owed();
        Wei session = state.channel().terms().prices().perSession();
        return switch (state.session()) {
            case None _, Recording _, Starting _, Leaving _ -> before;
            case Greeted now -> now.said() ? before.plus(session) : before;
            case Provisioning _ -> before.plus(session);
            case Serving now ->
                    now.done().executed() == 0
                            ? before.plus(session)
                            : before.plus(minus(now.done().total(), paid(state, now)));
        };
    }

    /// The total that is durable in this session.
    private static Wei paid(NodeState state, Serving now) {
        return now.payment().durable() == 0 ? now.base() : state.channel().total();
    }

    static Wei minus(Wei a, Wei b) {
        return new Wei(a.value().subtract(b.value()));
    }

    /// F2, G1, G5: a new number, the same one again, or an end.
    private Step<NodeState, NodeEffect> session(NodeState state, Opening opening) {
        Channel channel = state.channel();
        if (!opening.xid().equals(channel.xid())) {
            return say(state, refuse(Rule.EXCHANGE, "another channel"));
        }
        if (channel.closing() || channel.deposit().isEmpty()) {
            return say(state, ended(state));
        }
        if (opening.number() <= channel.highest()) {
            return again(state, opening);
        }
        if (keeping(state).isPresent()) {
            // Its update is about to be durable, and counts.
            return Step.moved(new NodeState(channel, state.session(), Optional.of(opening)));
        }
        if (opening.pair().isPresent() && !closable(channel, opening.pair().get())) {
            return say(state, refuse(Rule.PAIR, "the contract would not take that pair"));
        }
        return record(state, opening);
    }

    private static Optional<Keeping> keeping(NodeState state) {
        return switch (state.session()) {
            case Serving now -> now.payment().keeping();
            case Leaving(int _, Keeping keeping) -> Optional.of(keeping);
            case None _, Recording _, Starting _, Greeted _, Provisioning _ -> Optional.empty();
        };
    }

    private Step<NodeState, NodeEffect> record(NodeState state, Opening opening) {
        Channel channel = state.channel();
        Optional<Pair> newest = channel.newest();
        Wei debt = owed(state);
        if (opening.pair().isPresent()
                && opening.pair().get().total().compareTo(channel.total()) > 0) {
            Wei more = minus(opening.pair().get().total(), channel.total());
            // Settles what is owed, and no more of it than there is (G4).
            debt = more.compareTo(debt) >= 0 ? Wei.ZERO : minus(debt, more);
            newest = opening.pair();
        }
        Wei base = newest.map(Pair::total).orElse(Wei.ZERO);
        Bytes32 hash = crypto.verification().hash(opening);
        List<NodeEffect> effects = new ArrayList<>();
        if (!(state.session() instanceof None)) {
            effects.add(new NodeEffect.EndEnclave(channel.highest()));
        }
        effects.add(new NodeEffect.KeepSession(opening.number(), hash, base, newest, debt));
        return Step.moved(
                new NodeState(
                        channel.session(opening.number(), newest, debt),
                        new Recording(opening, hash, base, channel.total()),
                        Optional.empty()),
                effects);
    }

    /// Whether {@code Meter.close} would take it at the final block (G1).
    private boolean closable(Channel channel, Pair pair) {
        return pair.total().compareTo(channel.deposit().orElse(Wei.ZERO)) <= 0
                && crypto.rounds().lockOf(pair.k()).equals(pair.lock())
                && crypto.signedUpdate(
                        channel.terms(),
                        channel.name(),
                        pair.total(),
                        pair.lock(),
                        pair.signature());
    }

    /// The same bytes get the same answer; another session gets `Ended` (G5).
    private static Step<NodeState, NodeEffect> again(NodeState state, Opening opening) {
        return switch (state.session()) {
            case Recording now when now.opening().equals(opening) -> Step.moved(state);
            case Starting now when now.opening().equals(opening) -> Step.moved(state);
            case Greeted now when now.opening().equals(opening) ->
                    now.said() ? say(state, now.hello()) : Step.moved(state);
            case Provisioning now when now.opening().equals(opening) -> say(state, now.hello());
            case Serving now when now.opening().equals(opening) -> say(state, now.hello());
            case None _, Recording _, Starting _, Greeted _, Provisioning _, Serving _, Leaving _ ->
                    say(state, ended(state));
        };
    }

    static StreamMessage ended(NodeState state) {
        Channel channel = state.channel();
        return new StreamMessage.Ended(
                channel.highest(),
                channel.closing() ? Optional.empty() : channel.newest(),
                owed(state));
    }

    static StreamMessage refuse(Rule rule, String text) {
        return new StreamMessage.Refuse(rule.name(), text);
    }

    /// The pair counts from now on. Then the account is asked: a session has its price (G2).
    private static Step<NodeState, NodeEffect> sessionKept(NodeState state, int number) {
        if (!(state.session() instanceof Recording now) || now.opening().number() != number) {
            return ignored(state, "another session is on");
        }
        List<NodeEffect> effects = new ArrayList<>();
        if (now.base().compareTo(now.before()) > 0) {
            effects.add(new NodeEffect.Credit(now.before(), now.base()));
        }
        Wei price = state.channel().terms().prices().perSession();
        effects.add(new NodeEffect.Reserve(number, price, 0));
        return Step.moved(
                new NodeState(
                        state.channel(),
                        new Starting(now.opening(), now.hash(), now.base()),
                        state.waiting()),
                effects);
    }

    private static Step<NodeState, NodeEffect> begin(NodeState state, Starting now, boolean yes) {
        return yes
                ? Step.moved(state, new NodeEffect.Start(now.opening(), now.base()))
                : Step.moved(
                        new NodeState(state.channel(), new None(), state.waiting()),
                        new NodeEffect.Say(
                                refuse(
                                        Rule.EXPOSURE,
                                        owed(state) + " are owed, too much for a session")));
    }

    private static Step<NodeState, NodeEffect> started(NodeState state, NodeInput.Started it) {
        if (!(state.session() instanceof Starting now) || now.opening().number() != it.number()) {
            return ignored(state, "another session is on");
        }
        Channel channel = state.channel();
        return Step.moved(
                state,
                new NodeEffect.Sign(
                        new Hello(
                                channel.xid(),
                                it.number(),
                                now.hash(),
                                channel.newest(),
                                now.base(),
                                channel.owed(),
                                it.encKey(),
                                it.sigKey(),
                                it.evidence())));
    }

    private static Step<NodeState, NodeEffect> signed(NodeState state, NodeInput.Signed it) {
        if (!(state.session() instanceof Starting now)
                || now.opening().number() != it.hello().number()) {
            return ignored(state, "another session is on");
        }
        StreamMessage.SignedHello hello = new StreamMessage.SignedHello(it.hello(), it.signature());
        return Step.moved(
                new NodeState(
                        state.channel(), new Greeted(now.opening(), hello, false), state.waiting()),
                new NodeEffect.KeepHello(hello));
    }

    private static Step<NodeState, NodeEffect> helloKept(NodeState state, int number) {
        if (!(state.session() instanceof Greeted now) || now.opening().number() != number) {
            return ignored(state, "another session is on");
        }
        return Step.moved(
                new NodeState(
                        state.channel(),
                        new Greeted(now.opening(), now.hello(), true),
                        state.waiting()),
                new NodeEffect.Charge(state.channel().terms().prices().perSession()),
                new NodeEffect.Say(now.hello()));
    }

    private static Step<NodeState, NodeEffect> provision(
            NodeState state, StreamMessage.Provision provision) {
        if (provision.number() != state.channel().highest() || state.channel().closing()) {
            return say(state, ended(state));
        }
        return switch (state.session()) {
            case Greeted now when now.said() ->
                    Step.moved(
                            new NodeState(
                                    state.channel(),
                                    new Provisioning(now.opening(), now.hello(), provision),
                                    state.waiting()),
                            new NodeEffect.Provision(now.hello(), provision));
            // Said again: the answer is on its way, or was given.
            case Provisioning now when now.bytes().equals(provision) -> Step.moved(state);
            case Serving _ -> say(state, new StreamMessage.Ready(state.channel().highest(), false));
            case None _, Recording _, Starting _, Greeted _, Provisioning _, Leaving _ ->
                    say(state, ended(state));
        };
    }

    private static Step<NodeState, NodeEffect> program(
            NodeState state, StreamMessage.Program program) {
        return state.session() instanceof Provisioning
                        && program.number() == state.channel().highest()
                ? Step.moved(state, new NodeEffect.Load(program))
                : say(state, ended(state));
    }

    private static Step<NodeState, NodeEffect> provisioned(
            NodeState state, NodeInput.Provisioned it) {
        if (!(state.session() instanceof Provisioning now)
                || now.opening().number() != it.number()) {
            return ignored(state, "another session is on");
        }
        NodeEffect ready =
                new NodeEffect.Say(new StreamMessage.Ready(it.number(), it.needProgram()));
        if (it.needProgram()) {
            return Step.moved(state, ready);
        }
        Wei base = now.hello().hello().base();
        return Step.moved(
                new NodeState(
                        state.channel(),
                        ServingMachine.first(now.opening(), now.hello(), base),
                        state.waiting()),
                ready);
    }

    private Step<NodeState, NodeEffect> round(NodeState state, int number, StreamMessage message) {
        if (state.channel().closing()
                || number != state.channel().highest()
                || !(state.session() instanceof Serving now)) {
            return say(state, ended(state));
        }
        return serving.heard(state, now, message);
    }

    /// What is executed may be paid first (G4).
    private static Step<NodeState, NodeEffect> stop(NodeState state) {
        NodeState next = new NodeState(state.channel().stop(), state.session(), state.waiting());
        return Step.moved(next, ending(next));
    }

    /// After a stop, once nothing runs and nothing is left to be paid: the end of this channel.
    static List<NodeEffect> ending(NodeState state) {
        boolean settled =
                keeping(state).isEmpty()
                        && !(state.session() instanceof Serving now && now.unsettled());
        return state.channel().stopped() && !state.channel().closing() && settled
                ? List.of(new NodeEffect.Say(ended(state)), new NodeEffect.Close())
                : List.of();
    }

    private Step<NodeState, NodeEffect> deposit(NodeState state, Wei wei) {
        NodeState next =
                new NodeState(state.channel().deposit(wei), state.session(), state.waiting());
        return next.session() instanceof Serving now
                ? serving.goOn(next, now, List.of())
                : Step.moved(next);
    }

    /// A-I9: from now on no key and no result.
    private static Step<NodeState, NodeEffect> closing(NodeState state) {
        List<NodeEffect> effects = new ArrayList<>();
        if (!(state.session() instanceof None)) {
            effects.add(new NodeEffect.EndEnclave(state.channel().highest()));
        }
        NodeState next = new NodeState(state.channel().closed(), new None(), Optional.empty());
        effects.add(new NodeEffect.Say(ended(next)));
        return Step.moved(next, effects);
    }

    /// The enclave is gone: what is unpaid can never be opened by its keys again. The requester
    /// owes it only if that was its doing (G3, G4).
    private static Step<NodeState, NodeEffect> gone(NodeState state, NodeInput.Gone it) {
        if (state.session() instanceof None
                || state.session() instanceof Leaving
                || it.number() != state.channel().highest()) {
            return ignored(state, "another session is on");
        }
        Channel channel = state.channel();
        Optional<Keeping> keeping = keeping(state);
        Wei paid = keeping.map(one -> minus(one.pair().total(), total(state))).orElse(Wei.ZERO);
        Wei all = minus(owed(state), paid);
        Wei owed = it.byRequester() ? all : channel.owed();
        List<NodeEffect> effects = new ArrayList<>();
        effects.add(new NodeEffect.KeepDebt(it.number(), owed));
        if (all.compareTo(owed) > 0) {
            effects.add(new NodeEffect.StrikeOff(minus(all, owed)));
        }
        if (keeping.isPresent()) {
            // Nothing of it may be said before it is on disk (A-I13).
            Leaving leaving = new Leaving(it.number(), keeping.get());
            return Step.moved(new NodeState(channel.owed(owed), leaving, state.waiting()), effects);
        }
        NodeState next = new NodeState(channel.owed(owed), new None(), state.waiting());
        effects.add(new NodeEffect.Say(ended(next)));
        return Step.moved(next, effects);
    }

    /// The newest durable total, or the base of the session before it has one.
    private static Wei total(NodeState state) {
        return state.session() instanceof Serving now ? paid(state, now) : state.channel().total();
    }

    private static Step<NodeState, NodeEffect> left(NodeState state, Leaving now) {
        Channel channel = state.channel();
        NodeState next =
                new NodeState(channel.newest(now.keeping().pair()), new None(), state.waiting());
        List<NodeEffect> effects = new ArrayList<>();
        effects.add(new NodeEffect.Credit(channel.total(), next.channel().total()));
        effects.add(new NodeEffect.Say(ended(next)));
        return Step.moved(next, effects);
    }

    private Step<NodeState, NodeEffect> pairKept(NodeState state, NodeInput.PairKept kept) {
        if (kept.number() != state.channel().highest()
                || keeping(state).filter(one -> one.round() == kept.round()).isEmpty()) {
            return ignored(state, "no such update is being kept");
        }
        Step<NodeState, NodeEffect> step =
                switch (state.session()) {
                    case Serving now -> serving.kept(state, now);
                    case Leaving now -> left(state, now);
                    case None _, Recording _, Starting _, Greeted _, Provisioning _ ->
                            Step.moved(state);
                };
        if (state.waiting().isEmpty()) {
            return step;
        }
        NodeState then =
                new NodeState(step.state().channel(), step.state().session(), Optional.empty());
        return step.then(session(then, state.waiting().get()));
    }
}
