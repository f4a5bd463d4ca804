package io.evenhand.node.runtime;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.file.FileTrouble;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.store.EffectTable;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.node.store.StoreException;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Job;
import io.evenhand.protocols.delegation.JobResult;
import io.evenhand.protocols.delegation.message.Message;
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
final class EffectRunner implements AutoCloseable {
    /// How long a session that is over still tries to say so.
    private static final Duration LAST_WORDS = Duration.ofMinutes(10);

    /// Reasons that one effect gives for being late; more of them say nothing new.
    private static final int MOST_TOLD = 32;

    private final Sessions<?> sessions;
    private final Store store;
    private final RoleHands hands;
    private final Rails rails;
    private final EventSink events;
    private final Alarms alarms;
    private final Lanes lanes = new Lanes();
    private final Set<Long> taken = ConcurrentHashMap.newKeySet();

    /// Jobs are bound by disk and processor: more at a time make none of them faster.
    private final Turns<PartyId> jobs;

    private final CountDownLatch closed = new CountDownLatch(1);

    EffectRunner(Sessions<?> sessions, Node node, RoleHands hands, Rails rails, int jobs) {
        this.jobs = new Turns<>(jobs);
        this.sessions = sessions;
        this.store = node.store();
        this.alarms = node.alarms();
        this.hands = hands;
        this.rails = rails;
        this.events = node.events();
    }

    /// Starts what is not under way already.
    void run(List<EffectTable.Stored> effects) {
        for (EffectTable.Stored stored : effects) {
            if (taken.add(stored.id())) {
                Effect effect = Sessions.EFFECTS.decode(stored.effect());
                lanes.run(lane(stored, effect), () -> carryOut(stored, effect));
            }
        }
    }

    private static Object lane(EffectTable.Stored stored, Effect effect) {
        return effect instanceof Effect.Send(PartyId to, Message _)
                ? new Conversation(stored.key(), to)
                : stored.id();
    }

    private record Conversation(SessionKey session, PartyId peer) {}

    private void carryOut(EffectTable.Stored stored, Effect effect) {
        long started = System.nanoTime();
        Backoff backoff = new Backoff();
        String part = part(stored, effect);
        Set<String> told = new HashSet<>();
        boolean begun = false;
        try {
            while (true) {
                Duration pause = backoff.next();
                try {
                    if (!begun && effect instanceof Effect.Run(Job job)) {
                        events.on(
                                new NodeEvent.JobStarted(
                                        stored.key(), job.getClass().getSimpleName()));
                    }
                    begun = true;
                    Optional<String> trouble = tryOnce(stored, effect, started);
                    if (trouble.isEmpty()) {
                        alarms.works(part);
                        return;
                    }
                    if (told.size() < MOST_TOLD && told.add(trouble.get())) {
                        tell(stored.key(), effect, trouble.get(), pause);
                    }
                } catch (RuntimeException e) {
                    // It cannot even be told: the effect stays.
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
    private Optional<String> tryOnce(EffectTable.Stored stored, Effect effect, long started)
            throws InterruptedException {
        try {
            if (isWanted(stored, effect, started)) {
                attempt(stored, effect);
            }
            return Optional.empty();
        } catch (AgainException e) {
            return Optional.of(e.isExpected() ? "" : e.why());
        } catch (StoreException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (UncheckedIOException e) {
            return Optional.of("a file cannot be read or written: " + FileTrouble.of(e));
        } catch (RuntimeException e) {
            // A mistake of ours: the effect stays, and says so.
            alarms.fails(part(stored, effect), e);
            return Optional.of(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    private static String part(EffectTable.Stored stored, Effect effect) {
        return name(effect) + " of exchange " + stored.key().ref().toString().substring(0, 8);
    }

    private void tell(SessionKey session, Effect effect, String why, Duration pause) {
        if (!why.isEmpty()) {
            events.on(new NodeEvent.Retrying(session, name(effect), why, pause.toMillis()));
        }
    }

    private boolean isWanted(EffectTable.Stored stored, Effect effect, long started) {
        if (closed.getCount() == 0 || !store.effects().isWaiting(stored.id())) {
            return false;
        }
        boolean tooLate =
                effect instanceof Effect.Send
                        && System.nanoTime() - started > LAST_WORDS.toNanos()
                        && store.sessions().find(stored.key()).filter(s -> s.ended()).isPresent();
        if (tooLate) {
            store.effects().done(stored.id());
        }
        return !tooLate;
    }

    private void attempt(EffectTable.Stored stored, Effect effect)
            throws AgainException, InterruptedException {
        SessionKey session = stored.key();
        switch (effect) {
            case Effect.Send(PartyId to, Message message) -> send(stored, to, message);
            case Effect.Run(Job job) -> work(stored, job);
            case Effect.Publish(Effect.Transaction transaction) -> {
                rails.publish(session, transaction);
                store.effects().done(stored.id());
            }
            case Effect.Watch(Rail rail, Deal deal) -> watch(session, rail, deal);
            case Effect.Burn(KeyId key) -> burn(stored, key);
            case Effect.WakeAt(var timer, long _) ->
                    throw new IllegalStateException(timer + " belongs to the timers");
        }
    }

    /// Under the session's lock: a message that brings the same secret once more is read whole
    /// before, or after.
    private void burn(EffectTable.Stored stored, KeyId key) {
        boolean _ =
                sessions.locked(
                        stored.key().ref(),
                        () -> {
                            store.transact(() -> {
                                store.keys().burn(key);
                                store.effects().done(stored.id());
                            });
                            return true;
                        });
    }

    private void send(EffectTable.Stored stored, PartyId to, Message message)
            throws AgainException, InterruptedException {
        try {
            hands.send(stored.key(), to, message);
            events.on(sent(stored.key(), to, message));
            store.effects().done(stored.id());
        } catch (DeclinedException e) {
            // The peer proved who it is and said no: that is a refusal like one in a message.
            Message refusal = new Message.Refuse(e.reason());
            sessions.submit(
                    stored.key().ref(),
                    now -> new Input.Received(to, refusal, now),
                    OptionalLong.of(stored.id()));
        }
    }

    private static NodeEvent sent(SessionKey key, PartyId to, Message message) {
        String step = Steps.of(message);
        String name = Steps.name(message);
        return message instanceof Message.Refuse(String rule, String reason)
                ? new NodeEvent.MessageSent(key, step, name, to, rule, reason)
                : new NodeEvent.MessageSent(key, step, name, to, "", "");
    }

    private void work(EffectTable.Stored stored, Job job)
            throws AgainException, InterruptedException {
        String name = job.getClass().getSimpleName();
        JobResult result;
        long start;
        PartyId peer = store.sessions().find(stored.key()).orElseThrow().peer();
        jobs.take(peer);
        try {
            start = System.nanoTime();
            result = hands.run(stored.key(), job);
        } finally {
            jobs.giveBack(peer);
        }
        hands.holdBack(start);
        events.on(new NodeEvent.JobEnded(stored.key(), name, outcome(result)));
        sessions.submit(
                stored.key().ref(),
                now -> new Input.Done(result, now),
                OptionalLong.of(stored.id()));
    }

    /// A watch has no end of its own: it stays in the journal until the session is over.
    private void watch(SessionKey session, Rail rail, Deal deal) {
        rails.watch(
                session,
                rail,
                deal,
                view -> {
                    sessions.submit(session.ref(), now -> new Input.Observed(view, now));
                    boolean over = store.sessions().find(session).filter(s -> !s.ended()).isEmpty();
                    if (over) {
                        rails.unwatch(session);
                    }
                });
    }

    private static String outcome(JobResult result) {
        return switch (result) {
            case JobResult.Failed(String _, String why) -> why;
            case JobResult.Opened(boolean opened, boolean passed) ->
                    !opened ? "does not open" : passed ? "opened, policy passed" : "policy failed";
            case JobResult.Judged(var _, var header) -> header.isPresent() ? "passed" : "failed";
            case JobResult.InputSent _,
                    JobResult.Fetched _,
                    JobResult.InputHeld _,
                    JobResult.Worked _,
                    JobResult.Sealed _ ->
                    "done";
        };
    }

    private static String name(Effect effect) {
        return switch (effect) {
            case Effect.Send(PartyId _, Message message) -> Steps.name(message);
            case Effect.Run(Job job) -> job.getClass().getSimpleName();
            case Effect.Publish(Effect.Transaction transaction) ->
                    transaction.getClass().getSimpleName();
            case Effect.Watch _ -> "Watch";
            case Effect.Burn _ -> "Burn";
            case Effect.WakeAt _ -> "WakeAt";
        };
    }

    @Override
    public void close() {
        closed.countDown();
        lanes.close();
    }
}
