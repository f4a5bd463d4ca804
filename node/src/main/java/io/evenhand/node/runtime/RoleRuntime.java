package io.evenhand.node.runtime;

import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.node.store.EffectTable;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Timer;
import java.util.List;
import java.util.function.Consumer;

/// The moving parts of one role, put together: sessions, effects, timers and chain.
final class RoleRuntime<S> implements AutoCloseable {
    private final Rails rails;
    private final Timers timers;
    private final EffectRunner runner;
    private final Sessions<S> sessions;

    private RoleRuntime(Sessions<S> sessions, EffectRunner runner, Timers timers, Rails rails) {
        this.sessions = sessions;
        this.runner = runner;
        this.timers = timers;
        this.rails = rails;
    }

    static SigningCrypto crypto(Ed25519Identity identity, Store store) {
        return new SigningCrypto(new RealCrypto(identity, store.keys()), identity.party());
    }

    static <S> RoleRuntime<S> of(
            Sessions<S> sessions,
            RoleKit<S> kit,
            RoleHands hands,
            Rails rails,
            Node node,
            int jobs) {
        return of(sessions, kit, hands, rails, node, jobs, _ -> {});
    }

    /// @param before hears of effects that are in the journal and not begun yet
    static <S> RoleRuntime<S> of(
            Sessions<S> sessions,
            RoleKit<S> kit,
            RoleHands hands,
            Rails rails,
            Node node,
            int jobs,
            Consumer<List<EffectTable.Stored>> before) {
        Store store = node.store();
        EffectRunner runner = new EffectRunner(sessions, node, hands, rails, jobs);
        Timers timers =
                new Timers(
                        store,
                        kit.role(),
                        // The later of our clock and the chain's, as in every decision (10).
                        () -> rails.time().now(),
                        ring -> {
                            Timer timer = Timer.valueOf(ring.kind());
                            Sessions.Reaction _ =
                                    sessions.submit(
                                            ring.key().ref(), now -> new Input.Woke(timer, now));
                        },
                        node.alarms());
        sessions.connect(
                effects -> {
                    before.accept(effects);
                    runner.run(effects);
                },
                timers::changed);
        return new RoleRuntime<>(sessions, runner, timers, rails);
    }

    /// Takes up what an earlier process left.
    void start() {
        // First: who is asked again gets new time before the old timers ring.
        sessions.restart();
        timers.start();
    }

    @Override
    public void close() {
        timers.close();
        runner.close();
        rails.close();
    }
}
