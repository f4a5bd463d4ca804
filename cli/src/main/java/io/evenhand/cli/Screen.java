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

/// Shows what a node does while it does it: to people what its {@link Story} makes of it, to
/// scripts each event. With `--verbose` people see both.
///
/// Of one exchange the step at which it stands moves on a terminal; lines about many say which one
/// they are about, and all stay.
public final class Screen implements EventSink, Progress {
    /// Lines about what peers were refused: so many at once, and one more a second. Whoever may ask
    /// may ask for ever, and must not fill the log.
    private static final int MAX_IGNORED = 200;

    private static final long SECOND_NANOS = 1_000_000_000;

    /// Digits of an exchange that screens show.
    private static final int BRIEF = 8;

    private final Shell shell;
    private final Output output;
    private final Story story;
    private final boolean manySessions;
    private final Steps steps;
    private final Transfers transfers = new Transfers();
    private final Tries tries = new Tries();

    /// Where each exchange stands, if there are many.
    private final Map<SessionKey, Story.Step> told = new ConcurrentHashMap<>();

    /// @param manySessions whether lines say which exchange they are about
    public Screen(Shell shell, Story story, boolean manySessions) {
        shell.unattended();
        this.shell = shell;
        this.output = shell.output();
        this.story = story;
        this.manySessions = manySessions;
        this.steps = new Steps(output, shell.live());
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

    /// The first digits of an exchange, by which people call it.
    public static String brief(SessionKey session) {
        return session.ref().toString().substring(0, BRIEF);
    }

    /// A command goes on with an exchange that stands at this state.
    public void goesOn(SessionKey session, String state) {
        if (!output.json()) {
            step(session, state);
        }
    }

    /// Of many exchanges each step is a line, told once.
    private void step(SessionKey session, String state) {
        story.step(session, state)
                .ifPresent(step -> {
                    if (manySessions) {
                        if (!step.equals(told.put(session, step))) {
                            output.say(prefix(session) + Steps.line(step));
                        }
                    } else {
                        steps.begin(step);
                    }
                });
    }

    /// A command that sees one exchange through says where it stands.
    public void stands(Story.Step step) {
        if (!output.json()) {
            steps.begin(step);
        }
    }

    /// The same of a step that goes on: how far it is.
    public void going(String text) {
        if (!output.json()) {
            steps.going(text);
        }
    }

    /// What comes now is the result of the command.
    public void over() {
        steps.end();
    }

    @Override
    public void on(NodeEvent event) {
        boolean traced = output.json() || shell.verbose();
        if (traced && !(event instanceof NodeEvent.Ignored && tooMany())) {
            trace(event);
        }
        if (!output.json()) {
            tell(event);
        }
        if (event instanceof NodeEvent.Ended) {
            told.remove(event.session());
            transfers.forget(event.session());
        }
    }

    private void trace(NodeEvent event) {
        if (event instanceof NodeEvent.Ignored) {
            long lines = leftOut();
            if (lines > 0) {
                trouble(lines + " lines about refused messages were left out");
            }
        }
        EventLines lines = EventLines.of(event);
        synchronized (output) {
            output.event(
                    "event",
                    stamped(level(event), lines.fields()),
                    prefix(event.session()) + lines.text());
        }
    }

    private void tell(NodeEvent event) {
        for (String line : story.news(event)) {
            output.say(prefix(event.session()) + line);
        }
        tries.of(event).ifPresent(line -> output.say(prefix(event.session()) + line));
        if (event instanceof NodeEvent.StateChanged(var key, var _, var to)) {
            step(key, to);
        }
        if (!manySessions && event instanceof NodeEvent.Ended) {
            steps.end();
        }
    }

    private String prefix(SessionKey session) {
        return manySessions ? brief(session) + "  " : "";
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
        String prefix = news.about().map(this::prefix).orElse("");
        synchronized (output) {
            output.event(
                    "alarm",
                    stamped(news.raised() ? "error" : "info", EventLines.fields(news)),
                    prefix + news.line());
        }
    }

    @Override
    public void at(SessionKey session, String phase, long done, long total) {
        transfers.at(session, phase, done, total).ifPresent(transfer -> show(session, transfer));
    }

    private void show(SessionKey session, Transfers.Transfer transfer) {
        if (output.json()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("role", session.role().text());
            fields.put("exchange", session.ref().toString());
            fields.put("phase", transfer.phase());
            fields.put("done", transfer.done());
            fields.put("total", transfer.total());
            synchronized (output) {
                output.event("progress", fields, "");
            }
        } else if (!manySessions) {
            steps.transfer(transfer);
        }
    }
}
