package io.evenhand.cli.metered;

import io.evenhand.cli.Shell;
import io.evenhand.cli.command.ShutdownReport;
import io.evenhand.kit.process.Fatal;
import io.evenhand.kit.process.Loop;
import io.evenhand.node.metered.MeteredRoles;
import io.evenhand.node.metered.RequesterAgent;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Ctrl-C: a job ends after the rounds that are asked for, its last state is flushed, and what
/// waits is said. Whoever does not wait loses nothing: the journal has every signed round.
final class StopAtRound implements AutoCloseable {
    /// Longer than rounds that are asked for take almost always; what is cut off is in the journal.
    private static final long MOST_SECONDS = 60;

    private final Shell shell;
    private final String goOn;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread hook = Loop.atExit(this::ending);
    private volatile RequesterAgent.@Nullable Job job;
    private volatile boolean asked;

    /// @param goOn what to type to go on
    StopAtRound(Shell shell, String goOn) {
        this.shell = shell;
        this.goOn = goOn;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// Rounds run now, until {@link #rest}.
    void runs(RequesterAgent.Job running) {
        job = running;
        if (asked) {
            running.stop();
        }
    }

    void rest() {
        job = null;
    }

    private void ending() {
        Fatal.closing();
        asked = true;
        RequesterAgent.Job running = job;
        if (running != null) {
            shell.output().note("evenhand: stopping at a round ...");
            running.stop();
            try {
                boolean _ = over.await(MOST_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        ShutdownReport.say(shell, new MeteredProtocol(), MeteredRoles.REQUESTER, goOn);
    }

    /// The command has come to its end.
    @Override
    public void close() {
        over.countDown();
        try {
            boolean _ = Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ignored) {
            // The JVM is ending already, and the hook says what there is to say.
        }
    }
}
