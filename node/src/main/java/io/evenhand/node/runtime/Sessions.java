package io.evenhand.node.runtime;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.kit.machine.Failure;
import io.evenhand.kit.machine.Refusal;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Xid;
import io.evenhand.node.store.DealTable;
import io.evenhand.node.store.EffectTable;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.StatementTable;
import io.evenhand.node.store.Store;
import io.evenhand.node.transport.Refused;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.evidence.Gather;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Terms;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/// All sessions of one role, and the only place where their states change.
///
/// One input at a time for each session. The new state, the effects, the timers, the statements
/// that were signed and the mark that a finished effect is done are stored in one transaction; only
/// then are the effects handed to the runner.
public final class Sessions<S> {
    private final RoleKit<S> role;
    private final Store store;
    private final SigningCrypto crypto;
    private final Supplier<ChainTime> time;
    private final EventSink events;
    private final StateCodec<S> states;
    private final Repeats repeats;
    private final ConcurrentHashMap<Bytes32, ReentrantLock> locks = new ConcurrentHashMap<>();
    private volatile Consumer<List<EffectTable.Stored>> runner = _ -> {};
    private volatile Runnable timersChanged = () -> {};

    Sessions(
            RoleKit<S> role,
            Store store,
            SigningCrypto crypto,
            Supplier<ChainTime> time,
            EventSink events) {
        this.role = role;
        this.store = store;
        this.crypto = crypto;
        this.time = time;
        this.events = events;
        this.states = new StateCodec<>(role.states());
        this.repeats = new Repeats(store);
    }

    static final StateCodec<Effect> EFFECTS = new StateCodec<>(Effect.class);

    /// What became of an input.
    public sealed interface Reaction {
        record Moved() implements Reaction {}

        /// The machine had no use for it, or it would have broken a rule of the journal.
        record Ignored(String why) implements Reaction {}

        record NoSuchSession() implements Reaction {}
    }

    /// Who carries out effects and watches timers; set once, before the first input.
    void connect(Consumer<List<EffectTable.Stored>> effectRunner, Runnable timerScheduler) {
        runner = effectRunner;
        timersChanged = timerScheduler;
    }

    SessionKey key(Bytes32 ref) {
        return new SessionKey(role.role(), ref);
    }

    /// The present state of a session.
    public Optional<S> state(Bytes32 ref) {
        return store.sessions().find(key(ref)).map(stored -> states.decode(stored.state()));
    }

    /// Stores a session in its first state; an existing one stays as it is. `fresh` runs inside the
    /// transaction, so what it draws is stored together with the state that names it.
    ///
    /// @param mark where the chain stands
    boolean create(Bytes32 ref, PartyId peer, Octets mark, Supplier<S> fresh) {
        return create(ref, peer, Map.of(Facts.MARK, mark), fresh);
    }

    /// The same with other facts that are known from the beginning.
    boolean create(Bytes32 ref, PartyId peer, Map<String, Octets> facts, Supplier<S> fresh) {
        SessionKey key = key(ref);
        return locked(
                ref,
                () -> {
                    if (store.sessions().find(key).isPresent()) {
                        return false;
                    }
                    store.transact(() -> {
                        store.sessions().create(key, peer, states.encode(fresh.get()));
                        facts.forEach((name, value) -> store.facts().put(key, name, value));
                    });
                    return true;
                });
    }

    /// Gives an input, made with the present time, to a session.
    public Reaction submit(Bytes32 ref, Function<ChainTime, Input> input) {
        return submit(ref, input, OptionalLong.empty());
    }

    /// The same, and marks an effect as done in the same transaction.
    Reaction submit(Bytes32 ref, Function<ChainTime, Input> input, OptionalLong done) {
        return locked(
                ref,
                () -> {
                    SessionKey key = key(ref);
                    Optional<SessionTable.Stored> stored = store.sessions().find(key);
                    if (stored.isEmpty()) {
                        return new Reaction.NoSuchSession();
                    }
                    S state = states.decode(stored.get().state());
                    return react(key, state, input.apply(time.get()), done);
                });
    }

    /// Nothing else happens to this session while `work` runs.
    <T> T locked(Bytes32 ref, Supplier<T> work) {
        ReentrantLock lock = locks.computeIfAbsent(ref, _ -> new ReentrantLock());
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private Reaction react(SessionKey key, S state, Input input, OptionalLong done) {
        SigningCrypto.Noted<Step<S, Effect>> noted;
        try {
            noted = crypto.noting(() -> role.machines().of(key, state).step(state, input));
        } catch (MalformedException e) {
            // A value inside a message that no check of its form could find, such as a point that
            // is not on the curve.
            done.ifPresent(store.effects()::done);
            return ignored(key, input, "MALFORMED", String.valueOf(e.getMessage()));
        }
        return switch (noted.result()) {
            case Step.Ignored(S _, Refusal why) -> {
                done.ifPresent(store.effects()::done);
                Reaction reaction = ignored(key, input, why.rule().name(), why.line());
                answerAgain(key, input);
                yield reaction;
            }
            case Step.Moved(S next, List<Effect> effects) -> {
                boolean idle =
                        next.equals(state)
                                && effects.isEmpty()
                                && done.isEmpty()
                                && !(input instanceof Input.Received);
                if (idle) {
                    yield new Reaction.Moved();
                }
                Change<S> change = new Change<>(key, state, next, effects, noted.made(), done);
                try {
                    List<EffectTable.Stored> toRun = store(change, input);
                    try {
                        tell(change, input);
                    } finally {
                        runner.accept(toRun);
                    }
                    yield new Reaction.Moved();
                } catch (StatementTable.ConflictException | DealTable.ConflictException e) {
                    done.ifPresent(store.effects()::done);
                    yield ignored(key, input, "ANOTHER_SIGNED", String.valueOf(e.getMessage()));
                }
            }
        };
    }

    private void answerAgain(SessionKey key, Input input) {
        if (input instanceof Input.Received(PartyId from, Message message, ChainTime _)) {
            Octets bytes = new Octets(Records.encode(Message.class, message));
            runner.accept(repeats.answer(key, from, message, bytes));
        }
    }

    private record Change<S>(
            SessionKey key,
            S before,
            S after,
            List<Effect> effects,
            List<StatementTable.Made> made,
            OptionalLong done) {}

    private List<EffectTable.Stored> store(Change<S> change, Input input) {
        SessionKey key = change.key();
        boolean ended = role.isFinal(change.after());
        List<EffectTable.Stored> toRun = new ArrayList<>();
        store.transact(() -> {
            change.made().forEach(store.statements()::make);
            change.done().ifPresent(store.effects()::done);
            if (ended) {
                endWaiting(key);
            }
            change.effects().stream()
                    .filter(effect -> !isTiresome(change, input, effect))
                    .forEach(effect -> store(key, effect, toRun));
            Optional<Xid> xid = keepFacts(change, input);
            store.sessions().save(key, xid, states.encode(change.after()), ended);
        });
        return toRun;
    }

    /// The same answer to the same question once too often: what is asked without end would fill
    /// the journal.
    private boolean isTiresome(Change<S> change, Input input, Effect effect) {
        return input instanceof Input.Received
                && change.after().equals(change.before())
                && effect instanceof Effect.Send
                && repeats.enough(change.key(), EFFECTS.encode(effect));
    }

    private void store(SessionKey key, Effect effect, List<EffectTable.Stored> toRun) {
        if (effect instanceof Effect.WakeAt(var timer, long at)) {
            store.timers().set(key, timer.name(), at);
            return;
        }
        if (effect instanceof Effect.Publish(Effect.Transaction.Open open)) {
            Xid xid = new Xid(open.deal().termsHash());
            store.deals().make(xid, crypto.dealId(open.rail(), open.deal()));
        }
        toRun.add(store.effects().add(key, EFFECTS.encode(effect)));
    }

    /// A session that is over waits for nothing: only what it still has to say or to erase stays.
    private void endWaiting(SessionKey key) {
        store.timers().clear(key);
        for (EffectTable.Stored waiting : store.effects().waiting(key)) {
            Effect effect = EFFECTS.decode(waiting.effect());
            boolean stays = effect instanceof Effect.Send || effect instanceof Effect.Burn;
            if (!stays) {
                store.effects().done(waiting.id());
            }
        }
    }

    /// Signed messages are evidence, so what was said and heard is kept word by word.
    private Optional<Xid> keepFacts(Change<S> change, Input input) {
        SessionKey key = change.key();
        List<Effect> effects = change.effects();
        Optional<Terms> terms = Optional.empty();
        // What was refused and changed nothing must not take the place of what is agreed later.
        boolean refused =
                change.after().equals(change.before())
                        && effects.stream()
                                .anyMatch(
                                        e -> e instanceof Effect.Send(PartyId _, Message.Refuse _));
        if (input instanceof Input.Received(PartyId _, Message message, ChainTime _) && !refused) {
            keep(key, Facts.received(message), message);
            terms = Gather.terms(message);
        }
        for (Effect effect : effects) {
            if (effect instanceof Effect.Send(PartyId _, Message message)) {
                keep(key, Facts.sent(message), message);
                terms = terms.or(() -> Gather.terms(message));
            }
        }
        return terms.map(crypto::xid);
    }

    private void keep(SessionKey key, String name, Message message) {
        store.facts().put(key, name, new Octets(Records.encode(Message.class, message)));
    }

    private void tell(Change<S> change, Input input) {
        if (input instanceof Input.Received(PartyId from, Message message, ChainTime _)) {
            event(
                    new NodeEvent.MessageReceived(
                            change.key(), Steps.of(message), Steps.name(message), from));
        }
        String before = name(change.before());
        String after = name(change.after());
        if (!before.equals(after)) {
            event(new NodeEvent.StateChanged(change.key(), before, after));
        }
        if (role.isFinal(change.after())) {
            event(ended(change.key(), change.after()));
        }
        if (change.effects().stream().anyMatch(Effect.WakeAt.class::isInstance)) {
            timersChanged.run();
        }
    }

    private Reaction ignored(SessionKey key, Input input, String rule, String why) {
        String what = input.getClass().getSimpleName();
        if (input instanceof Input.Received(PartyId _, Message message, ChainTime _)) {
            what = Steps.name(message);
            Facts.refused(message).ifPresent(name -> keep(key, name, message));
        }
        event(new NodeEvent.Ignored(key, what, rule, why));
        return new Reaction.Ignored(why);
    }

    /// A peer's wish that got no further than the door.
    void turnedAway(Bytes32 ref, String what, Refused why) {
        event(new NodeEvent.Ignored(key(ref), what, why.kind().name(), why.reason()));
    }

    private void event(NodeEvent event) {
        events.on(event);
    }

    /// After a start: what was not done is done again, and every open session asks for what its
    /// state still needs.
    void restart() {
        runner.accept(
                store.effects().waiting().stream()
                        .filter(waiting -> waiting.key().role() == role.role())
                        .toList());
        for (SessionTable.Stored open : store.sessions().open(role.role())) {
            submit(open.key().ref(), Input.Restarted::new);
            runner.accept(repeats.lastWord(open.key()));
        }
    }

    Crypto crypto() {
        return crypto;
    }

    private static String name(Object state) {
        return state.getClass().getSimpleName();
    }

    private static NodeEvent ended(SessionKey key, Object state) {
        return state instanceof Failure failure
                ? new NodeEvent.Ended(
                        key, name(state), failure.why().rule().name(), failure.why().line())
                : new NodeEvent.Ended(key, name(state), "", detail(state));
    }

    /// What a final state says about itself: its components, which hold no secret.
    private static String detail(Object state) {
        String text = state.toString();
        int open = text.indexOf('[');
        return open < 0 ? "" : text.substring(open + 1, text.length() - 1);
    }
}
