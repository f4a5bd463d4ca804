package io.evenhand.node.exchange;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.machine.MessageFormat;
import io.evenhand.kit.machine.Refusal;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.sign.Statement;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.EventSink;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.StatementRecorder;
import io.evenhand.node.store.DocumentTable.Name;
import io.evenhand.node.store.EffectTable;
import io.evenhand.node.store.OutputTable;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.StatementTable;
import io.evenhand.node.store.Store;
import io.evenhand.node.store.StoreException;
import io.evenhand.node.transport.Refused;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/// All sessions of one role, and the only place where their states change.
///
/// One input at a time for each session. The new state, the effects, the timers, the statements
/// that were signed, what goes into an outbox and the mark that a finished effect is done are
/// stored in one transaction; only then are the other effects handed to the runner. Nobody waits
/// for the disk here: whoever lets something out of the process flushes the journal first.
///
/// @param <S> states of the role's machine
/// @param <I> its inputs
/// @param <M> messages of the protocol
/// @param <E> effects
public final class Sessions<S, I, M, E> {
    private final RoleBinding<S, I, M, E> role;
    private final MessageFormat<M> format;
    private final Store store;
    private final StatementRecorder crypto;
    private final Supplier<ChainTime> time;
    private final EventSink events;
    private final StateCodec<S> states;
    private final StateCodec<E> codec;
    private final Resynchronizer<I, M, E> repeats;
    private final MessageKeeper<M> kept;
    private final ConcurrentHashMap<Bytes32, ReentrantLock> locks = new ConcurrentHashMap<>();
    private volatile Consumer<List<EffectTable.Stored>> runner = _ -> {};
    private volatile Runnable timersChanged = () -> {};

    public Sessions(
            RoleBinding<S, I, M, E> role,
            Store store,
            StatementRecorder crypto,
            Supplier<ChainTime> time,
            EventSink events) {
        this.role = role;
        this.format = role.messages();
        this.store = store;
        this.crypto = crypto;
        this.time = time;
        this.events = events;
        this.states = new StateCodec<>(role.states());
        this.codec = new StateCodec<>(role.effects());
        this.repeats = new Resynchronizer<>(role, codec, store);
        this.kept = new MessageKeeper<>(format, store.documents());
    }

    /// What became of an input.
    public sealed interface Reaction {
        record Moved() implements Reaction {}

        /// The machine had no use for it, or it would have broken a rule of the journal.
        record Ignored(String why) implements Reaction {}

        record NoSuchSession() implements Reaction {}
    }

    /// Who carries out effects and watches timers; set once, before the first input.
    public void connect(Consumer<List<EffectTable.Stored>> effectRunner, Runnable timerScheduler) {
        runner = effectRunner;
        timersChanged = timerScheduler;
    }

    public String protocol() {
        return role.role().protocol();
    }

    public SessionKey key(Bytes32 ref) {
        return new SessionKey(role.role(), ref);
    }

    /// Whether a session was made with this party.
    public boolean isParty(SessionKey session, PartyId party) {
        return store.sessions().isParty(session, party);
    }

    /// The present state of a session.
    public Optional<S> state(Bytes32 ref) {
        return store.sessions().find(key(ref)).map(stored -> states.decode(stored.state()));
    }

    /// Stores a session in its first state; an existing one stays as it is. `fresh` runs inside the
    /// transaction, so what it draws is stored together with the state that names it.
    ///
    /// @param parties whom it is with; limits count the first
    /// @param mark where the chain stands
    public boolean create(Bytes32 ref, List<PartyId> parties, Octets mark, Supplier<S> fresh) {
        return create(ref, parties, Map.of(Documents.MARK, mark), fresh);
    }

    /// The same with other documents that are known from the beginning.
    public boolean create(
            Bytes32 ref, List<PartyId> parties, Map<Name, Octets> known, Supplier<S> fresh) {
        SessionKey key = key(ref);
        return locked(
                ref,
                () -> {
                    if (store.sessions().find(key).isPresent()) {
                        return false;
                    }
                    store.transactSoon(() -> {
                        store.sessions().create(key, parties, states.encode(fresh.get()));
                        known.forEach((name, body) -> store.documents().put(key, name, body));
                    });
                    return true;
                });
    }

    /// Gives an input, made with the present time, to a session.
    public Reaction submit(Bytes32 ref, Function<ChainTime, I> input) {
        return submit(ref, input, OptionalLong.empty());
    }

    /// The same, and marks an effect as done in the same transaction.
    public Reaction submit(Bytes32 ref, Function<ChainTime, I> input, OptionalLong done) {
        return submit(ref, new Given<>(input, Optional.empty(), done));
    }

    /// Gives a peer's message to a session.
    public Reaction receive(Bytes32 ref, PartyId from, M message) {
        return receive(ref, from, message, OptionalLong.empty());
    }

    /// The same, and marks an effect as done in the same transaction.
    public Reaction receive(Bytes32 ref, PartyId from, M message, OptionalLong done) {
        return submit(
                ref,
                new Given<>(
                        now -> role.received(from, message, now),
                        Optional.of(new Heard<>(from, message)),
                        done));
    }

    /// An input, what it is if it is a message, and the effect that it ends.
    private record Given<I, M>(
            Function<ChainTime, I> input, Optional<Heard<M>> heard, OptionalLong done) {}

    private record Heard<M>(PartyId from, M message) {}

    private Reaction submit(Bytes32 ref, Given<I, M> given) {
        return locked(
                ref,
                () -> {
                    SessionKey key = key(ref);
                    Optional<SessionTable.Stored> stored = store.sessions().find(key);
                    if (stored.isEmpty()) {
                        return new Reaction.NoSuchSession();
                    }
                    S state = states.decode(stored.get().state());
                    return react(key, state, given);
                });
    }

    /// Nothing else happens to this session while `work` runs.
    public <T> T locked(Bytes32 ref, Supplier<T> work) {
        ReentrantLock lock = locks.computeIfAbsent(ref, _ -> new ReentrantLock());
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private Reaction react(SessionKey key, S state, Given<I, M> given) {
        Outcome outcome;
        try {
            outcome =
                    role.decidesInside()
                            ? inside(key, state, given)
                            : step(key, state, given, time.get());
        } catch (StatementTable.ConflictException | OutputTable.ConflictException e) {
            outcome = new Useless("ANOTHER_SIGNED", String.valueOf(e.getMessage()), false);
        }
        return switch (outcome) {
            case Useless useless -> ignored(key, given, useless);
            case Idle _ -> new Reaction.Moved();
            case Written written -> told(written);
        };
    }

    /// One decision after another, each with all that those before it stored; it is stored with the
    /// step, or not at all.
    private Outcome inside(SessionKey key, S state, Given<I, M> given) {
        AtomicReference<Outcome> outcome = new AtomicReference<>(new Idle());
        store.transactSoon(() -> {
            ChainTime now = store.decisions().next(role.role(), time.get());
            outcome.set(step(key, state, given, now));
        });
        return outcome.get();
    }

    /// What the machine makes of an input, and what is stored of that.
    private sealed interface Outcome {}

    /// @param again whether it may be a question that was answered before
    private record Useless(String rule, String why, boolean again) implements Outcome {}

    /// It changes nothing and asks for nothing.
    private record Idle() implements Outcome {}

    /// Stored; the outside has yet to hear of it.
    ///
    /// @param calls whoever waits for what was stored
    private record Written(
            List<NodeEvent.Kept> news, List<Runnable> calls, List<EffectTable.Stored> toRun)
            implements Outcome {}

    private Outcome step(SessionKey key, S state, Given<I, M> given, ChainTime now) {
        I input = given.input().apply(now);
        StatementRecorder.Noted<Step<S, E>> noted;
        try {
            noted = crypto.noting(() -> role.machine(key, state).step(state, input));
        } catch (MalformedException e) {
            // A value inside a message that no check of its form could find, such as a point that
            // is not on the curve.
            return new Useless("MALFORMED", String.valueOf(e.getMessage()), false);
        }
        return switch (noted.result()) {
            case Step.Ignored(S _, Refusal why) -> new Useless(why.rule().name(), why.line(), true);
            case Step.Moved(S next, List<E> effects) -> {
                boolean idle =
                        next.equals(state)
                                && effects.isEmpty()
                                && given.done().isEmpty()
                                && given.heard().isEmpty();
                yield idle
                        ? new Idle()
                        : write(
                                new Change<>(
                                        key,
                                        state,
                                        next,
                                        asked(key, effects),
                                        noted.made(),
                                        given));
            }
        };
    }

    private List<Asked<I, M, E>> asked(SessionKey key, List<E> effects) {
        return effects.stream().map(e -> new Asked<>(e, role.action(key, e))).toList();
    }

    private record Asked<I, M, E>(E effect, Action<I, M> action) {
        boolean says() {
            return action instanceof Action.Say;
        }
    }

    private record Change<S, I, M, E>(
            SessionKey key,
            S before,
            S after,
            List<Asked<I, M, E>> effects,
            List<StatementTable.Made> made,
            Given<I, M> given) {}

    private Written write(Change<S, I, M, E> change) {
        SessionKey key = change.key();
        boolean ended = role.isFinal(change.after());
        List<M> said =
                change.effects().stream().flatMap(asked -> said(asked.action()).stream()).toList();
        Written written = new Written(news(change), new ArrayList<>(), new ArrayList<>());
        store.transactSoon(() -> {
            change.made().forEach(store.statements()::make);
            change.given().done().ifPresent(store.effects()::done);
            if (ended) {
                endWaiting(key);
            }
            change.effects().stream()
                    .filter(asked -> !isTiresome(change, asked))
                    // What is said may need a secret for the last time.
                    .sorted(Comparator.comparing(asked -> asked.action() instanceof Action.Burn))
                    .forEach(asked -> store(key, asked, written));
            Optional<Statement> terms =
                    kept.keep(
                            key,
                            change.given().heard().map(Heard::message),
                            said,
                            !change.after().equals(change.before()));
            store.sessions()
                    .save(
                            key,
                            terms.map(crypto.unrecorded()::xid),
                            states.encode(change.after()),
                            ended);
            written.news().forEach(events::keep);
        });
        return written;
    }

    /// The same answer to the same question once too often: what is asked without end would fill
    /// the journal.
    private boolean isTiresome(Change<S, I, M, E> change, Asked<I, M, E> asked) {
        return change.given().heard().isPresent()
                && change.after().equals(change.before())
                && asked.says()
                && repeats.enough(change.key(), codec.encode(asked.effect()));
    }

    private void store(SessionKey key, Asked<I, M, E> asked, Written written) {
        Octets effect = codec.encode(asked.effect());
        switch (asked.action()) {
            case Action.WakeAt<I, M>(String timer, long at) -> {
                store.timers().set(key, timer, at);
                written.calls().add(timersChanged);
            }
            case Action.Say<I, M>(PartyId to, M message)
                    when role.outbox(to, message).isPresent() -> {
                Outbox<M> outbox = role.outbox(to, message).get();
                if (outbox.isPut(key, to, message)) {
                    store.effects().addDone(key, effect);
                    written.news().add(sent(key, to, message));
                    written.calls().add(() -> outbox.wake(to));
                } else {
                    // The runner tries it again, and says why it fails.
                    written.toRun().add(store.effects().add(key, effect));
                }
            }
            case Action.Call<I, M> call -> {
                call.output().ifPresent(store.outputs()::make);
                written.toRun().add(store.effects().add(key, effect));
            }
            case Action.Burn<I, M>(KeyId secret) -> {
                store.keys().burn(secret);
                store.effects().addDone(key, effect);
            }
            case Action.Say<I, M> _, Action.Work<I, M> _, Action.Follow<I, M> _ ->
                    written.toRun().add(store.effects().add(key, effect));
        }
    }

    /// A session that is over waits for nothing: only what it still has to say or to erase stays.
    private void endWaiting(SessionKey key) {
        store.timers().clear(key);
        for (EffectTable.Stored waiting : store.effects().waiting(key)) {
            Action<I, M> action = role.action(key, codec.decode(waiting.effect()));
            boolean stays = action instanceof Action.Say || action instanceof Action.Burn;
            if (!stays) {
                store.effects().done(waiting.id());
            }
        }
    }

    private Optional<M> said(Action<I, M> action) {
        return action instanceof Action.Say<I, M>(PartyId _, M message)
                ? Optional.of(message)
                : Optional.empty();
    }

    private List<NodeEvent.Kept> news(Change<S, I, M, E> change) {
        List<NodeEvent.Kept> news = new ArrayList<>();
        change.given()
                .heard()
                .ifPresent(heard ->
                        news.add(
                                new NodeEvent.MessageReceived(
                                        change.key(),
                                        format.traits(heard.message()).step(),
                                        Records.kind(heard.message()),
                                        heard.from())));
        String before = Records.kind(change.before());
        String after = Records.kind(change.after());
        if (!before.equals(after)) {
            news.add(new NodeEvent.StateChanged(change.key(), before, after));
        }
        if (role.isFinal(change.after())) {
            news.add(NodeEvent.Ended.in(change.key(), change.after()));
        }
        return news;
    }

    NodeEvent.Kept sent(SessionKey key, PartyId to, M message) {
        MessageFormat.Traits<M> traits = format.traits(message);
        MessageFormat.Refuses no = traits.refuses().orElse(new MessageFormat.Refuses("", ""));
        return new NodeEvent.MessageSent(
                key, traits.step(), Records.kind(message), to, no.rule(), no.reason());
    }

    private Reaction told(Written written) {
        try {
            written.news().forEach(this::event);
        } finally {
            written.calls().forEach(Runnable::run);
            runner.accept(written.toRun());
        }
        return new Reaction.Moved();
    }

    private Reaction ignored(SessionKey key, Given<I, M> given, Useless useless) {
        given.done().ifPresent(store.effects()::done);
        Optional<M> heard = given.heard().map(Heard::message);
        heard.ifPresent(message -> kept.keepIgnored(key, message));
        String what =
                heard.map(message -> Records.kind(message))
                        .orElseGet(
                                () -> given.input().apply(time.get()).getClass().getSimpleName());
        event(new NodeEvent.Ignored(key, what, useless.rule(), useless.why()));
        if (useless.again()) {
            given.heard()
                    .ifPresent(message ->
                            runner.accept(repeats.answer(key, message.from(), message.message())));
        }
        return new Reaction.Ignored(useless.why());
    }

    /// A request of a peer that was refused before its session saw it.
    public void turnedAway(Bytes32 ref, String what, Refused why) {
        event(new NodeEvent.Ignored(key(ref), what, why.kind().name(), why.reason()));
    }

    private void event(NodeEvent event) {
        events.on(event);
    }

    /// After a start: what was not done is done again, and every open session asks for what its
    /// state still needs.
    ///
    /// @param failed hears of a session that could not; the others go on
    public void restart(BiConsumer<SessionKey, RuntimeException> failed) {
        runner.accept(
                store.effects().waiting().stream()
                        .filter(waiting -> waiting.key().role().equals(role.role()))
                        .toList());
        for (SessionTable.Stored open : store.sessions().open(role.role())) {
            try {
                restart(open.key());
            } catch (StoreException e) {
                failed.accept(open.key(), e);
            } catch (RuntimeException e) {
                failed.accept(open.key(), e);
            }
        }
    }

    private void restart(SessionKey key) {
        long before = store.effects().newest();
        submit(key.ref(), role::restarted);
        runner.accept(repeats.lastWord(key, before));
    }

    /// An effect that waits to be carried out.
    public OptionalLong waiting(SessionKey key, E effect) {
        return store.effects().waiting(key).stream()
                .filter(waiting -> codec.decode(waiting.effect()).equals(effect))
                .mapToLong(EffectTable.Stored::id)
                .findFirst();
    }

    public Action<I, M> action(EffectTable.Stored stored) {
        return role.action(stored.key(), codec.decode(stored.effect()));
    }

    RoleBinding<S, I, M, E> role() {
        return role;
    }
}
