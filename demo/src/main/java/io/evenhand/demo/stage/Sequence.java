package io.evenhand.demo.stage;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Lines of several processes in the order of the protocol: what one tells too early waits for what
/// comes before it, but not for long, as a cheater leaves steps out.
final class Sequence {
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);

    /// More lines never wait.
    private static final int MAX_HELD = 100;

    private final Map<String, String> after;
    private final Consumer<String> tell;
    private final Set<String> told = new HashSet<>();
    private final List<Held> held = new ArrayList<>();

    private record Held(String step, String line, long since) {}

    /// @param after for a step the one before it
    /// @param tell is given each line
    Sequence(Map<String, String> after, Consumer<String> tell) {
        this.after = Map.copyOf(after);
        this.tell = tell;
    }

    /// @param step which one it is about
    void add(String step, String line, long now) {
        held.add(new Held(step, line, now));
        release(now);
        while (held.size() > MAX_HELD) {
            say(held.removeFirst());
        }
    }

    /// What waited long enough is told, and whatever waited for it.
    void release(long now) {
        boolean isNews = true;
        while (isNews) {
            isNews = false;
            for (Iterator<Held> each = held.iterator(); each.hasNext() && !isNews; ) {
                Held line = each.next();
                if (isDue(line, now)) {
                    each.remove();
                    say(line);
                    isNews = true;
                }
            }
        }
    }

    /// Nothing more comes.
    void end() {
        held.forEach(this::say);
        held.clear();
    }

    private boolean isDue(Held line, long now) {
        String before = after.get(line.step());
        return before == null || told.contains(before) || now - line.since() > PATIENCE_NANOS;
    }

    private void say(Held line) {
        told.add(line.step());
        tell.accept(line.line());
    }
}
