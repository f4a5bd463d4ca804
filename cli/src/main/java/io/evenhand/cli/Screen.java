package io.evenhand.cli;

import io.evenhand.node.AlarmNews;
import io.evenhand.node.EventSink;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.Progress;
import io.evenhand.node.Trouble;
import io.evenhand.node.store.SessionKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Shows what a node does while it does it: each event, and how far long work is.
public final class Screen implements EventSink, Progress {
    /// Between two lines about the progress of one thing: often enough to see that it moves.
    private static final long INTERVAL_NANOS = 250_000_000;

    /// Faster things need no bar.
    private static final long MIN_BYTES = 1 << 20;

    /// Lines about what peers were refused: so many at once, and one more a second. Whoever may ask
    /// may ask for ever, and must not fill the log.
    private static final int MAX_IGNORED = 200;

    private static final long SECOND_NANOS = 1_000_000_000;

    private record Bar(String phase, long shownNanos) {}

    private final Output output;
    private final boolean manySessions;
    private final Map<SessionKey, Bar> bars = new ConcurrentHashMap<>();

    /// @param manySessions whether lines say which exchange they are about
    public Screen(Shell shell, boolean manySessions) {
        shell.unattended();
        this.output = shell.output();
        this.manySessions = manySessions;
    }

    /// The moment up to which the lines that were let through use up one line a second.
    private long ignoredUntil = System.nanoTime();

    private long leftOut;

    private synchronized boolean tooMany() {
        long now = System.nanoTime();
        long from = ignoredUntil - now > 0 ? ignoredUntil : now;
        if (from - now > MAX_IGNORED * SECOND_NANOS) {
            leftOut++;
            return true;
        }
        ignoredUntil = from + SECOND_NANOS;
        return false;
    }

    private synchronized long leftOut() {
        long lines = leftOut;
        leftOut = 0;
        return lines;
    }

    @Override
    public void on(NodeEvent event) {
        if (event instanceof NodeEvent.Ignored) {
            if (tooMany()) {
                return;
            }
            long lines = leftOut();
            if (lines > 0) {
                trouble(lines + " lines about refused messages were left out");
            }
        }
        EventLines lines = EventLines.of(event);
        String prefix = manySessions ? event.session().ref().toString().substring(0, 8) + "  " : "";
        synchronized (output) {
            output.event("event", stamped(level(event), lines.fields()), prefix + lines.text());
        }
    }

    @Override
    public void trouble(Trouble kind, String line) {
        synchronized (output) {
            if (output.json()) {
                Map<String, Object> fields = new LinkedHashMap<>();
                fields.put("kind", kind.name());
                fields.put("line", line);
                output.event("trouble", stamped("warn", fields), "");
            } else {
                output.note("evenhand: " + line);
            }
        }
    }

    /// With `time` (RFC 3339, UTC) and `level` in front: what collectors of logs ask for.
    public static Map<String, Object> stamped(String level, Map<String, ?> fields) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("time", Instant.now().truncatedTo(ChronoUnit.MILLIS));
        all.put("level", level);
        all.putAll(fields);
        return all;
    }

    /// `warn` is for what an operator may have to look at.
    private static String level(NodeEvent event) {
        return switch (event) {
            case NodeEvent.Ignored _, NodeEvent.Retrying _, NodeEvent.TransactionFailed _ -> "warn";
            case NodeEvent.MessageSent _,
                    NodeEvent.MessageReceived _,
                    NodeEvent.StateChanged _,
                    NodeEvent.JobStarted _,
                    NodeEvent.JobEnded _,
                    NodeEvent.TransactionSent _,
                    NodeEvent.TransactionIncluded _,
                    NodeEvent.TransactionFinal _,
                    NodeEvent.Ended _ ->
                    "info";
        };
    }

    @Override
    public void alarm(AlarmNews news) {
        String prefix =
                manySessions
                        ? news.about()
                                .map(session -> session.ref().toString().substring(0, 8) + "  ")
                                .orElse("")
                        : "";
        synchronized (output) {
            output.event(
                    "alarm",
                    stamped(news.raised() ? "error" : "info", EventLines.fields(news)),
                    prefix + news.line());
        }
    }

    @Override
    public void at(SessionKey session, String phase, long done, long total) {
        long now = System.nanoTime();
        Bar last = bars.get(session);
        boolean due =
                last == null
                        || !last.phase().equals(phase)
                        || now - last.shownNanos() > INTERVAL_NANOS
                        || done >= total;
        if (!due || total < MIN_BYTES) {
            return;
        }
        bars.put(session, new Bar(phase, now));
        synchronized (output) {
            output.event(
                    "progress",
                    Map.of(
                            "role", session.role().text(),
                            "exchange", session.ref().toString(),
                            "phase", phase,
                            "done", done,
                            "total", total),
                    "    " + bar(phase, done, total));
        }
    }

    private static String bar(String phase, long done, long total) {
        int filled = (int) (20 * done / Math.max(1, total));
        return "%-22s [%s%s] %s of %s"
                .formatted(
                        phase,
                        "#".repeat(filled),
                        ".".repeat(20 - filled),
                        Units.showSize(done),
                        Units.showSize(total));
    }
}
