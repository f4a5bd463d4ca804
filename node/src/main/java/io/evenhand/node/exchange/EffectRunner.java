package io.evenhand.node.exchange;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.file.FileTrouble;
import io.evenhand.kit.machine.MessageFormat;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.AgainException;
import io.evenhand.node.Alarms;
import io.evenhand.node.Backoff;
import io.evenhand.node.EventSink;
import io.evenhand.node.Node;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.store.EffectTable;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.node.store.StoreException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Carries effects out, on virtual threads, until each of them is done: what fails for reasons
/// outside is tried again with growing pauses as long as its session wants it.
///
/// Messages of one session to one peer go in order; everything else runs side by side.
///
/// @param <I> inputs of the role's machine
/// @param <M> messages of the protocol
final class EffectRunner<I, M> implements AutoCloseable {
    /// How long after its end a session still tries to deliver its last messages.
    private static final Duration LAST_WORDS = Duration.ofMinutes(10);

    /// How many different reasons for a delay are reported for one effect.
    private static final int MOST_TOLD = 32;

    private final Sessions<?, I, M, ?> sessions;
    private final MessageFormat<M> format;
    private final Store store;
    private final EventSink events;
    private final Alarms alarms;
    private final SerialExecutor lanes = new SerialExecutor();
    private final Set<Long> taken = ConcurrentHashMap.newKeySet();

    /// Jobs are bound by disk and processor: more at a time make none of them faster.
    private final FairQueue<PartyId> jobs;

    private final CountDownLatch closed = new CountDownLatch(1);

    EffectRunner(Sessions<?, I, M, ?> sessions, Node node, int jobs) {
        this.jobs = new FairQueue<>(jobs);
        this.sessions = sessions;
        this.store = node.store();
        this.alarms = node.alarms();
        this.format = sessions.role().messages();
        this.events = node.events();
    }

    /// Starts what is not under way already.
    void run(List<EffectTable.Stored> effects) {
        for (EffectTable.Stored stored : effects) {
            if (taken.add(stored.id())) {
                Action<I, M> action = sessions.action(stored);
                lanes.run(lane(stored, action), () -> carryOut(stored, action));
            }
        }
    }

    private Object lane(EffectTable.Stored stored, Action<I, M> action) {
        return action instanceof Action.Say<I, M>(PartyId to, M _)
                ? new Conversation(stored.key(), to)
                : stored.id();
    }

    private record Conversation(SessionKey session, PartyId peer) {}

    private void carryOut(EffectTable.Stored stored, Action<I, M> action) {
        long started = System.nanoTime();
        Backoff backoff = new Backoff();
        String part = part(stored, action);
        Set<String> told = new HashSet<>();
        boolean begun = false;
        try {
            while (true) {
                Duration pause = backoff.next();
                try {
                    if (!begun && action instanceof Action.Work<I, M> work) {
                        events.on(new NodeEvent.JobStarted(stored.key(), work.name()));
                    }
                    begun = true;
                    Optional<String> trouble = tryOnce(stored, action, started);
                    if (trouble.isEmpty()) {
                        alarms.works(part);
                        return;
                    }
                    if (told.size() < MOST_TOLD && told.add(trouble.get())) {
                        tell(stored.key(), action, trouble.get(), pause);
                    }
                } catch (RuntimeException e) {
                    // The trouble cannot even be reported; the effect stays.
                    if (closed.getCount() > 0) {
                        alarms.fails(part, e);
                    }
                }
                if (closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            // The node stops; the effect is in the journal.
            Thread.currentThread().interrupt();
        } finally {
            taken.remove(stored.id());
        }
    }

    /// Returns why it has to be tried again, or nothing if it is done, taken over or not wanted any
    /// more.
    private Optional<String> tryOnce(EffectTable.Stored stored, Action<I, M> action, long started)
            throws InterruptedException {
        try {
            if (isWanted(stored, action, started)) {
                attempt(stored, action);
            }
            return Optional.empty();
        } catch (AgainException e) {
            return Optional.of(e.isExpected() ? "" : e.why());
        } catch (StoreException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (UncheckedIOException e) {
            return Optional.of("a file cannot be read or written: " + FileTrouble.of(e));
        } catch (RuntimeException e) {
            // A bug of this program: the effect stays, and the bug is reported.
            alarms.fails(part(stored, action), e);
            return Optional.of(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    private String part(EffectTable.Stored stored, Action<I, M> action) {
        return name(action) + " of exchange " + stored.key().ref().toString().substring(0, 8);
    }

    private void tell(SessionKey session, Action<I, M> action, String why, Duration pause) {
        if (!why.isEmpty()) {
            events.on(new NodeEvent.Retrying(session, name(action), why, pause.toMillis()));
        }
    }

    private boolean isWanted(EffectTable.Stored stored, Action<I, M> action, long started) {
        if (closed.getCount() == 0 || !store.effects().isWaiting(stored.id())) {
            return false;
        }
        boolean tooLate =
                action instanceof Action.Say
                        && System.nanoTime() - started > LAST_WORDS.toNanos()
                        && store.sessions().find(stored.key()).filter(s -> s.ended()).isPresent();
        if (tooLate) {
            store.effects().done(stored.id());
        }
        return !tooLate;
    }

    private void attempt(EffectTable.Stored stored, Action<I, M> action)
            throws AgainException, InterruptedException {
        switch (action) {
            case Action.Say<I, M>(PartyId to, M message) -> send(stored, to, message);
            case Action.Work<I, M> work -> work(stored, work);
            case Action.Call<I, M> call -> {
                call.port().call();
                store.effects().done(stored.id());
            }
            case Action.Follow<I, M> follow -> follow(stored.key(), follow.source());
            case Action.Burn<I, M>(KeyId key) -> burn(stored, key);
            case Action.WakeAt<I, M> wake ->
                    throw new IllegalStateException(wake.timer() + " belongs to the timers");
        }
    }

    /// One that an earlier version left; a step erases secrets itself. Under the session's lock: a
    /// message that brings the same secret once more is read whole before, or after.
    private void burn(EffectTable.Stored stored, KeyId key) {
        boolean _ =
                sessions.locked(
                        stored.key().ref(),
                        () -> {
                            store.transactSoon(() -> {
                                store.keys().burn(key);
                                store.effects().done(stored.id());
                            });
                            return true;
                        });
    }

    private void send(EffectTable.Stored stored, PartyId to, M message)
            throws AgainException, InterruptedException {
        NodeEvent.Kept sent = sessions.sent(stored.key(), to, message);
        Optional<Outbox<M>> outbox = sessions.role().outbox(to, message);
        try {
            if (outbox.isPresent()) {
                // It is repeated: the step that said it first put it there itself.
                store.transactSoon(() -> {
                    outbox.get().put(stored.key(), to, message);
                    done(stored, sent);
                });
                outbox.get().wake(to);
            } else {
                store.flush();
                sessions.role().send(stored.key(), to, message);
                store.transactUnflushed(() -> done(stored, sent));
            }
            events.on(sent);
        } catch (DeclinedException e) {
            // The peer proved who it is and said no: that is a refusal like one in a message.
            M refusal = format.refusal(e.reason());
            Sessions.Reaction _ =
                    sessions.receive(stored.key().ref(), to, refusal, OptionalLong.of(stored.id()));
        }
    }

    private void done(EffectTable.Stored stored, NodeEvent.Kept sent) {
        events.keep(sent);
        store.effects().done(stored.id());
    }

    private void work(EffectTable.Stored stored, Action.Work<I, M> work)
            throws AgainException, InterruptedException {
        Action.Finished<I> end;
        long start;
        PartyId peer = store.sessions().find(stored.key()).orElseThrow().peer();
        jobs.take(peer);
        try {
            // An attempt is counted before it is made (16b), a file is sent only for what is
            // agreed.
            if (!work.job().isUnnoticed()) {
                store.flush();
            }
            start = System.nanoTime();
            end = work.job().run();
        } finally {
            jobs.giveBack(peer);
        }
        work.job().holdBack(start);
        events.on(new NodeEvent.JobEnded(stored.key(), work.name(), end.outcome()));
        Sessions.Reaction _ =
                sessions.submit(stored.key().ref(), end.input(), OptionalLong.of(stored.id()));
    }

    /// It has no end of its own: it stays in the journal until the session is over.
    private void follow(SessionKey session, Action.Subscription<I> source) {
        source.start(news -> {
            Sessions.Reaction _ = sessions.submit(session.ref(), news);
            boolean over = store.sessions().find(session).filter(s -> !s.ended()).isEmpty();
            if (over) {
                source.stop();
            }
        });
    }

    private String name(Action<I, M> action) {
        return switch (action) {
            case Action.Say<I, M>(PartyId _, M message) -> Records.kind(message);
            case Action.Work<I, M> work -> work.name();
            case Action.Call<I, M> call -> call.name();
            case Action.Follow<I, M> follow -> follow.name();
            case Action.Burn<I, M> _ -> "Burn";
            case Action.WakeAt<I, M> _ -> "WakeAt";
        };
    }

    @Override
    public void close() {
        closed.countDown();
        lanes.close();
    }
}
