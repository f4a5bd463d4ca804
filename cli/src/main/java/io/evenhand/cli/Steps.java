package io.evenhand.cli;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/// The steps of one exchange. On a terminal the present one moves, and stays with the time it took
/// once the next begins; elsewhere each is a line when it begins.
final class Steps {
    /// Where nothing moves, a long transfer says how far it is as often as this.
    private static final long EVERY_NANOS = 10_000_000_000L;

    private final Output output;
    private final LiveLine live;
    private Optional<Story.Step> now = Optional.empty();
    private long began;

    /// When it said last how far a transfer is.
    private long said = System.nanoTime();

    Steps(Output output, LiveLine live) {
        this.output = output;
        this.live = live;
    }

    /// It follows the one before, or only says more of the same one.
    synchronized void begin(Story.Step step) {
        if (now.filter(step::equals).isPresent()) {
            return;
        }
        boolean isSame = now.filter(last -> last.count().equals(step.count())).isPresent();
        boolean moves = live.moves();
        if (!isSame) {
            leave(moves);
            began = System.nanoTime();
        }
        now = Optional.of(step);
        if (moves) {
            live.say(() -> moving(step));
        } else {
            output.say(line(step));
        }
    }

    synchronized void transfer(Transfers.Transfer at) {
        if (now.isEmpty()) {
            return;
        }
        Story.Step step = now.get();
        String text = at.text();
        long time = System.nanoTime();
        if (live.moves()) {
            String line = (step.count() + " ").stripLeading() + text;
            live.say(at.isOver() ? () -> moving(step) : () -> line);
        } else if (!at.isOver() && time - said > EVERY_NANOS) {
            said = time;
            output.say("    " + text);
        }
    }

    /// How far the present step is, in words that replace its own.
    synchronized void going(String text) {
        long time = System.nanoTime();
        if (live.moves()) {
            live.say(() -> text);
        } else if (time - said > EVERY_NANOS) {
            said = time;
            output.say("    " + text);
        }
    }

    /// The exchange is over.
    synchronized void end() {
        leave(live.moves());
    }

    private void leave(boolean moves) {
        Optional<Story.Step> last = now;
        now = Optional.empty();
        if (moves) {
            live.say(() -> "");
            long seconds = (System.nanoTime() - began) / 1_000_000_000;
            last.ifPresent(step -> output.say(step.line() + ": " + Moments.span(seconds)));
        }
    }

    /// Where nothing moves.
    static String line(Story.Step step) {
        OptionalLong until = step.until();
        return step.line()
                + (until.isPresent()
                        ? ", until " + Moments.shown(until.getAsLong()) + " at most"
                        : "");
    }

    /// Takes no lock: the moving line asks for it under its own.
    private static String moving(Story.Step step) {
        OptionalLong until = step.until();
        return until.isPresent()
                ? step.line()
                        + ", at most "
                        + Moments.span(until.getAsLong() - Instant.now().getEpochSecond())
                : step.line();
    }
}
