package io.evenhand.node.transport;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// How fast connections may come from one place: a handshake costs us two milliseconds of a
/// processor and its first packet costs a stranger nothing.
///
/// Pure, and not safe for several threads.
final class ConnectRate {
    /// Places that are remembered. Who is forgotten may come in a burst again; a crowd of so many
    /// is met by the places themselves.
    private static final int MAX_REMEMBERED = 4_096;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final int burst;
    private final long nanosEach;

    /// When everything that was let through so far has had its time, by place.
    private final Map<String, Long> busyUntil =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
                    return size() > MAX_REMEMBERED;
                }
            };

    ConnectRate(int perSecond, int burst) {
        this.burst = burst;
        this.nanosEach = SECOND / perSecond;
    }

    /// Whether one more may come from there now.
    ///
    /// @param now as in `System.nanoTime()`
    boolean take(String place, long now) {
        Long until = busyUntil.get(place);
        long from = until == null || until - now < 0 ? now : until;
        if (from - now > burst * nanosEach) {
            return false;
        }
        busyUntil.put(place, from + nanosEach);
        return true;
    }
}
