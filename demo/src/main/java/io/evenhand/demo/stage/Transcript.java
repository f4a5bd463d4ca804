package io.evenhand.demo.stage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// What was attempted in a run, and which event of an honest party showed that it was stopped.
public final class Transcript {
    private final DemoScreen screen;
    private final Predicate<JsonNode> shows;
    private final List<String> attempted = new ArrayList<>();
    private final List<String> stopped = new ArrayList<>();
    private final Object notes = new Object();

    /// @param shows which events of the parties show that the cheat was stopped
    Transcript(DemoScreen screen, Predicate<JsonNode> shows) {
        this.screen = screen;
        this.shows = shows;
    }

    void say(String line) {
        screen.aside(line);
    }

    /// The cheat really did this.
    void cheated(String what) {
        screen.aside("CHEAT: " + what);
        note(attempted, what);
    }

    /// This, seen by somebody honest or by everybody, shows that the cheat was stopped.
    void stopped(String what) {
        screen.aside("STOPPED: " + what);
        note(stopped, what);
    }

    private void note(List<String> list, String what) {
        synchronized (notes) {
            list.add(what);
            notes.notifyAll();
        }
    }

    /// A line of a party, which is told who says it.
    void hear(String party, JsonNode event) {
        screen.hear(party, event);
        if (event instanceof ObjectNode object) {
            object.put("party", party);
        }
        if (event.path("event").asText().equals("Cheated")) {
            note(attempted, event.path("what").asText());
        } else if (shows.test(event)) {
            note(stopped, screen.brief(party, event));
        }
    }

    public List<String> attempted() {
        synchronized (notes) {
            return List.copyOf(attempted);
        }
    }

    /// What showed that the cheat was stopped, first things first.
    public List<String> stopped() {
        synchronized (notes) {
            return List.copyOf(stopped);
        }
    }

    /// Waits until something showed that the cheat was stopped; false if nothing did in time.
    public boolean awaitStopped(Duration limit) throws InterruptedException {
        return awaitNote(stopped, limit);
    }

    /// Waits until a party said that it cheated.
    public void awaitCheated() throws InterruptedException {
        if (!awaitNote(attempted, DemoNet.STEP_LIMIT)) {
            throw new CliException(ExitCode.FAILED, "the cheater did not cheat in time");
        }
    }

    private boolean awaitNote(List<String> list, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        synchronized (notes) {
            while (list.isEmpty()) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                notes.wait(left);
            }
            return true;
        }
    }
}
