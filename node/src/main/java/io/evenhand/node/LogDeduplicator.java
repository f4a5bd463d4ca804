package io.evenhand.node;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/// Lines about something that fails again and again: each is said once, and once more if it still
/// goes on after a while. Lines that differ only in their numbers count as the same line.
public final class LogDeduplicator {
    /// Somebody who looks at the screen now and then still sees it.
    private static final Duration AGAIN = Duration.ofMinutes(30);

    /// Different things that go wrong at one time.
    private static final int MOST = 64;

    private final BiConsumer<Trouble, String> out;
    private final LongSupplier nanos;
    private final Map<String, Long> lines = new LinkedHashMap<>();

    public LogDeduplicator(BiConsumer<Trouble, String> out) {
        this(out, System::nanoTime);
    }

    public LogDeduplicator(BiConsumer<Trouble, String> out, LongSupplier nanos) {
        this.out = out;
        this.nanos = nanos;
    }

    public void tell(String line) {
        tell(Trouble.OTHER, line);
    }

    public synchronized void tell(Trouble kind, String line) {
        if (Thread.currentThread().isInterrupted()) {
            // The node is being closed, which makes calls fail: nothing is wrong.
            return;
        }
        String key = line.replaceAll("[0-9a-fA-F]*[0-9][0-9a-fA-F]*", "#");
        long now = nanos.getAsLong();
        Long last = lines.get(key);
        if (last != null && now - last < AGAIN.toNanos()) {
            return;
        }
        if (lines.size() >= MOST && last == null) {
            lines.remove(lines.keySet().iterator().next());
        }
        lines.put(key, now);
        out.accept(kind, line);
    }
}
