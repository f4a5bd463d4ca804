package io.evenhand.demo.command;

import io.evenhand.kit.process.Loop;
import io.evenhand.kit.sign.Place;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.store.DocumentTable.Name;
import io.evenhand.node.store.DocumentTable.Way;
import io.evenhand.node.store.JournalCounts;
import io.evenhand.node.store.PeerOutboxTable;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.StatementTable;
import io.evenhand.node.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/// What a server asks of its journal when it receives a message and answers it: the same reads and
/// transactions in the same order, with random bytes of the size of a delegation's.
final class JournalLoad {
    /// About as many as an exchange has; then it is another one's turn.
    private static final int MESSAGES = 16;

    /// Exchanges that take turns; they are made before the time begins.
    private static final int EXCHANGES = 32;

    private static final int STATE_BYTES = 1_200;
    private static final int MESSAGE_BYTES = 400;
    private static final int KEY_BYTES = 32;

    private final Store store;

    JournalLoad(Store store) {
        this.store = store;
    }

    /// What a time of it came to.
    ///
    /// @param cpuSeconds of the whole process, on all processors
    record Result(long messages, long commits, long flushes, double seconds, double cpuSeconds) {
        Result and(Result other) {
            return new Result(
                    messages + other.messages,
                    commits + other.commits,
                    flushes + other.flushes,
                    seconds + other.seconds,
                    cpuSeconds + other.cpuSeconds);
        }
    }

    /// Runs sessions side by side, each a message at a time.
    Result run(int sessions, Duration time) throws InterruptedException, ExecutionException {
        List<List<Session>> all = IntStream.range(0, sessions).mapToObj(_ -> exchanges()).toList();
        JournalCounts before = store.counts();
        double cpu = cpuSeconds();
        long start = System.nanoTime();
        long end = start + time.toNanos();
        long messages = 0;
        try (ExecutorService threads = Loop.BENCH.tasks()) {
            List<Future<Long>> counts = new ArrayList<>();
            for (List<Session> each : all) {
                counts.add(threads.submit(() -> talk(each, end)));
            }
            for (Future<Long> count : counts) {
                messages += count.get();
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        JournalCounts after = store.counts();
        return new Result(
                messages,
                after.commits() - before.commits(),
                after.flushes() - before.flushes(),
                seconds,
                cpuSeconds() - cpu);
    }

    private static double cpuSeconds() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toMillis()
                / 1e3;
    }

    private List<Session> exchanges() {
        Random random = new Random();
        List<Session> made = new ArrayList<>();
        store.transact(() -> {
            for (int i = 0; i < EXCHANGES; i++) {
                made.add(new Session(random));
            }
        });
        return made;
    }

    private static long talk(List<Session> exchanges, long end) {
        long messages = 0;
        while (System.nanoTime() < end) {
            long turn = messages / MESSAGES;
            exchanges.get((int) (turn % EXCHANGES)).message(messages);
            messages++;
        }
        return messages;
    }

    private final class Session {
        private final Random random;
        private final SessionKey key;
        private final PartyId peer;
        private final Octets signer;
        private long read;

        Session(Random random) {
            this.random = random;
            this.key = new SessionKey(new Role("bench", "server"), hash());
            this.peer = new PartyId(hash());
            this.signer = bytes(KEY_BYTES);
            store.sessions().create(key, List.of(peer), bytes(STATE_BYTES));
        }

        private Octets bytes(int size) {
            byte[] bytes = new byte[size];
            random.nextBytes(bytes);
            return new Octets(bytes);
        }

        private Bytes32 hash() {
            return Bytes32.of(bytes(KEY_BYTES).toByteArray());
        }

        void message(long number) {
            // The peer calls, and has read what it was told before.
            store.peerOutbox().acknowledge(peer, read);
            for (int i = 0; i < 3; i++) {
                var _ = store.sessions().find(key);
            }
            step(number);
            var _ = store.sessions().find(key);
            read =
                    store.peerOutbox().after(peer, read, 16).stream()
                            .mapToLong(PeerOutboxTable.Stored::seq)
                            .max()
                            .orElse(read);
        }

        private void step(long number) {
            Octets received = bytes(MESSAGE_BYTES);
            Octets sent = bytes(MESSAGE_BYTES);
            Octets state = bytes(STATE_BYTES);
            Bytes32 hash = hash();
            int slot = (int) number;
            store.transact(() -> {
                store.statements()
                        .make(
                                new StatementTable.Made(
                                        key.ref(),
                                        new Place.Once(slot),
                                        "bench/answer",
                                        signer,
                                        hash));
                long _ = store.peerOutbox().append(peer, sent);
                store.effects().addDone(key, sent);
                store.documents().put(key, new Name(Way.RECEIVED, "Ask", slot), received);
                store.documents().put(key, new Name(Way.SENT, "Answer", slot), sent);
                store.sessions().save(key, Optional.empty(), state, false);
                store.events().add(key, "T1 received Offer from 01234567");
                store.events().add(key, "Idle -> Offered");
                store.events().add(key, "T2 sent Accept to 01234567");
            });
        }
    }
}
