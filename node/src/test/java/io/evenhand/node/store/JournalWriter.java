package io.evenhand.node.store;

import static io.evenhand.node.store.StoreFixture.ALICE;
import static io.evenhand.node.store.StoreFixture.number;
import static io.evenhand.node.store.StoreFixture.octets;

import io.evenhand.kit.sign.Place;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.delegation.DelegationRoles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A process to be killed: each of its sessions stores step after step, at the same time as the
/// others, and says so only when a step is stored.
final class JournalWriter {
    private JournalWriter() {}

    /// @param arguments the directory and how many sessions
    public static void main(String[] arguments) {
        Store store = StoreFixture.open(Path.of(arguments[0]));
        int sessions = Integer.parseInt(arguments[1]);
        for (int i = 0; i < sessions; i++) {
            if (store.sessions().find(session(i)).isEmpty()) {
                store.sessions().create(session(i), List.of(ALICE), state(0));
            }
        }
        System.out.println("open");
        for (int i = 1; i < sessions; i++) {
            int session = i;
            Thread.ofVirtual().start(() -> write(store, session));
        }
        write(store, 0);
    }

    static SessionKey session(int number) {
        return new SessionKey(DelegationRoles.PROVIDER, number(100 + number));
    }

    private static void write(Store store, int session) {
        SessionKey key = session(session);
        int stored = storedSteps(store, key);
        // What the kill before this one may have taken.
        store.peerOutbox().advance(peer(key), stored);
        for (int step = stored + 1; true; step++) {
            store(store, key, step);
            System.out.println("stored " + session + " " + step);
        }
    }

    /// One step as the runtime stores it: state, effect, statement and line in one transaction;
    /// then what needs no flush.
    private static void store(Store store, SessionKey key, int step) {
        store.transact(() -> {
            store.sessions().save(key, Optional.empty(), state(step), false);
            store.effects().add(key, state(step));
            store.statements()
                    .make(
                            new StatementTable.Made(
                                    key.ref(),
                                    new Place.Once(step),
                                    "test/step",
                                    octets("me"),
                                    number(step)));
            store.events().add(key, "step " + step);
        });
        store.peerOutbox().advance(peer(key), step);
    }

    static PartyId peer(SessionKey key) {
        return new PartyId(key.ref());
    }

    static int storedSteps(Store store, SessionKey key) {
        return store.sessions()
                .find(key)
                .map(session -> Integer.parseInt(text(session.state())))
                .orElse(0);
    }

    static Octets state(int step) {
        return octets(Integer.toString(step));
    }

    private static String text(Octets state) {
        return new String(state.toByteArray(), StandardCharsets.UTF_8);
    }
}
