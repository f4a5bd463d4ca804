package io.evenhand.cli;

import io.evenhand.node.store.SessionKey;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// How far the long transfers of a node are, and how fast.
final class Transfers {
    /// Between two looks at one of them: often enough to see that it moves.
    private static final long INTERVAL_NANOS = 250_000_000;

    /// Faster things need none.
    private static final long MIN_BYTES = 1 << 20;

    private static final double SECOND_NANOS = 1e9;

    private final Map<SessionKey, Transfer> transfers = new ConcurrentHashMap<>();

    /// @param first what was there when it began here
    record Transfer(String phase, long done, long total, long first, long began, long shown) {
        boolean isOver() {
            return done >= total;
        }

        /// Such as `sending input: 45 %, 12.3 MiB/s, 3 s left`.
        String text() {
            double seconds = (shown - began) / SECOND_NANOS;
            double rate = (done - first) / Math.max(seconds, 1e-3);
            String percent = phase + ": " + 100 * done / Math.max(1, total) + " %";
            return rate < 1
                    ? percent
                    : percent
                            + ", "
                            + Units.showSize((long) rate)
                            + "/s, "
                            + Moments.span((long) Math.ceil((total - done) / rate))
                            + " left";
        }
    }

    /// Nothing if it is too early to say it again, or not worth it.
    Optional<Transfer> at(SessionKey session, String phase, long done, long total) {
        long now = System.nanoTime();
        Optional<Transfer> last =
                Optional.ofNullable(transfers.get(session))
                        .filter(before -> before.phase().equals(phase));
        boolean isDue =
                last.isEmpty() || now - last.get().shown() > INTERVAL_NANOS || done >= total;
        if (!isDue || total < MIN_BYTES) {
            return Optional.empty();
        }
        Transfer transfer =
                new Transfer(
                        phase,
                        done,
                        total,
                        last.map(Transfer::first).orElse(done),
                        last.map(Transfer::began).orElse(now),
                        now);
        transfers.put(session, transfer);
        return Optional.of(transfer);
    }

    void forget(SessionKey session) {
        transfers.remove(session);
    }
}
