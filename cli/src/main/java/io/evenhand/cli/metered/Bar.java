package io.evenhand.cli.metered;

import io.evenhand.cli.Moments;
import io.evenhand.cli.Output;
import io.evenhand.cli.Screen;
import io.evenhand.cli.Shell;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.metered.ComputeListener;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// How far a job is: cycles, what is paid, and what is signed and not yet opened.
final class Bar implements ComputeListener {
    private static final int WIDTH = 20;

    /// Rounds are thousands; nobody reads so many lines.
    private static final long EVERY_NANOS = 1_000_000_000;

    private final Output output;
    private final Screen screen;
    private final Bytes32 channel;
    private final JobNote note;
    private long said = System.nanoTime() - EVERY_NANOS;
    private boolean silent;

    Bar(Shell shell, Screen screen, Bytes32 channel, JobNote note) {
        this.output = shell.output();
        this.screen = screen;
        this.channel = channel;
        this.note = note;
    }

    /// @param done cycles of this channel that were done by an earlier process
    void begins(long done) {
        show(done, Wei.ZERO, Wei.ZERO);
    }

    @Override
    public void progress(long done, long cycles, Wei paid, Wei ahead) {
        silent = false;
        long now = System.nanoTime();
        if (now - said < EVERY_NANOS && done < cycles) {
            return;
        }
        said = now;
        show(done, paid, ahead);
    }

    private void show(long done, Wei paid, Wei ahead) {
        long all = note.wanted().cycles();
        long sum = note.doneBefore() + done;
        if (output.json()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("exchange", channel.toString());
            fields.put("done", sum);
            fields.put("cycles", all);
            fields.put("paid", paid);
            fields.put("ahead", ahead);
            output.event("cycles", fields, "");
            return;
        }
        int filled = (int) (WIDTH * sum / Math.max(1, all));
        screen.going(
                "3/4 [%s%s] %,d of %,d cycles, %s paid here, %s of it ahead"
                        .formatted(
                                "#".repeat(filled),
                                "-".repeat(WIDTH - filled),
                                sum,
                                all,
                                paid,
                                ahead));
    }

    @Override
    public void silent(Duration left) {
        if (silent) {
            return;
        }
        silent = true;
        if (output.json()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("exchange", channel.toString());
            fields.put("leftSeconds", Math.max(0, left.toSeconds()));
            output.event("silent", fields, "");
        } else {
            output.say(
                    "the node does not answer; it is tried again for "
                            + Moments.span(left.toSeconds()));
        }
    }
}
