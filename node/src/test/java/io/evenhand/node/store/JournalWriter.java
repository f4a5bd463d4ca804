package io.evenhand.node.store;

import static io.evenhand.node.store.StoreFixture.ALICE;
import static io.evenhand.node.store.StoreFixture.SESSION;
import static io.evenhand.node.store.StoreFixture.number;
import static io.evenhand.node.store.StoreFixture.octets;

import io.evenhand.kit.value.Octets;
import java.nio.file.Path;
import java.util.Optional;

/// A process to be killed: it stores step after step and says so only when a step is stored.
final class JournalWriter {
    private JournalWriter() {}

    public static void main(String[] arguments) {
        Store store = StoreFixture.open(Path.of(arguments[0]));
        int step = storedSteps(store);
        if (step == 0) {
            store.sessions().create(SESSION, ALICE, state(0));
        }
        System.out.println("open " + step);
        while (true) {
            step++;
            store(store, step);
            System.out.println("stored " + step);
        }
    }

    /// One step as the runtime stores it: state, effect and statement in one transaction.
    private static void store(Store store, int step) {
        store.transact(() -> {
            store.sessions().save(SESSION, Optional.empty(), state(step), false);
            store.effects().add(SESSION, state(step));
            store.statements()
                    .make(
                            new StatementTable.Made(
                                    SESSION.ref(), step, "test/step", octets("me"), number(step)));
        });
    }

    static int storedSteps(Store store) {
        return store.sessions()
                .find(SESSION)
                .map(session -> Integer.parseInt(text(session.state())))
                .orElse(0);
    }

    static Octets state(int step) {
        return octets(Integer.toString(step));
    }

    private static String text(Octets state) {
        return new String(state.toByteArray(), java.nio.charset.StandardCharsets.UTF_8);
    }
}
