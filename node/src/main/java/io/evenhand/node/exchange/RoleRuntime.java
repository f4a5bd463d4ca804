package io.evenhand.node.exchange;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.node.Alarms;
import io.evenhand.node.Node;
import io.evenhand.node.store.SessionKey;
import java.util.function.Supplier;

/// The running parts of one role, put together: sessions, effect runner and timers.
public final class RoleRuntime implements AutoCloseable {
    private final Timers timers;
    private final EffectRunner<?, ?> runner;
    private final Sessions<?, ?, ?, ?> sessions;
    private final Alarms alarms;

    private RoleRuntime(
            Sessions<?, ?, ?, ?> sessions,
            EffectRunner<?, ?> runner,
            Timers timers,
            Alarms alarms) {
        this.sessions = sessions;
        this.alarms = alarms;
        this.runner = runner;
        this.timers = timers;
    }

    /// @param time of every decision (10)
    public static <I, M> RoleRuntime of(
            Sessions<?, I, M, ?> sessions, Supplier<ChainTime> time, Node node, int jobs) {
        EffectRunner<I, M> runner = new EffectRunner<>(sessions, node, jobs);
        RoleBinding<?, I, M, ?> role = sessions.role();
        Timers timers =
                new Timers(
                        node.store(),
                        role.role(),
                        // The later of our clock and the chain's.
                        () -> time.get().now(),
                        ring -> {
                            Sessions.Reaction _ =
                                    sessions.submit(
                                            ring.key().ref(), now -> role.woke(ring.kind(), now));
                        },
                        node.alarms());
        sessions.connect(runner::run, timers::changed);
        return new RoleRuntime(sessions, runner, timers, node.alarms());
    }

    /// Takes up what an earlier process left.
    public void start() {
        // First: who is asked again gets new time before the old timers ring.
        sessions.restart((session, why) -> alarms.fails(part(session), why));
        timers.start();
    }

    private static String part(SessionKey session) {
        return "restart of exchange " + session.ref().toString().substring(0, 8);
    }

    @Override
    public void close() {
        timers.close();
        runner.close();
    }
}
