package io.evenhand.kit.process;

import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The end of a process after something that no code catches: an `Error`, or a mistake that reached
/// the end of its thread.
///
/// After an `Error` nothing in memory can be trusted, and a thread that has ended serves nobody.
/// The journal makes a restart safe at every instant, so the process prints one line and ends at
/// once, without shutdown hooks: no part of it goes on without the others.
public final class Fatal {
    /// The exit code; `ExitCode.BROKEN` of the command line.
    public static final int EXIT = 5;

    /// An error stream that nobody reads must not keep the process alive.
    private static final long SAYING_SECONDS = 2;

    /// The stream itself, whatever takes its place later.
    private static final PrintStream ERRORS = System.err;

    private static final CountDownLatch BROKEN = new CountDownLatch(1);
    private static final CountDownLatch SAID = new CountDownLatch(1);
    private static volatile String line = "";
    private static volatile String wayOut = "start it again with the same command";
    private static volatile boolean closing;

    private Fatal() {}

    /// From now on whatever no code catches ends this process. Called once, by `main`.
    public static void install() {
        // A thread that is there already: when memory is out, a new one may not start.
        Loop.LAST_WORDS.thread("last words", Fatal::speak).start();
        Thread.setDefaultUncaughtExceptionHandler(Fatal::end);
    }

    /// What its user types to go on, from now on.
    public static void wayOut(String command) {
        wayOut = command;
    }

    /// The process ends in order: exceptions of threads whose store is closed already say nothing
    /// new.
    public static void closing() {
        closing = true;
    }

    /// Ends the process as if nothing had caught this. Without {@link #install} the thread's own
    /// handler decides.
    public static void end(Throwable failure) {
        Thread me = Thread.currentThread();
        me.getUncaughtExceptionHandler().uncaughtException(me, failure);
    }

    /// Ends the process if an `Error` is what is really behind a failure: libraries hand errors of
    /// their threads on as ordinary exceptions.
    public static void endIfError(@Nullable Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof Error error) {
                end(error);
                throw error;
            }
        }
    }

    private static void end(Thread thread, Throwable failure) {
        if (closing && !(failure instanceof Error)) {
            return;
        }
        try {
            // No message: it may quote what was worked on.
            StackTraceElement[] trace = failure.getStackTrace();
            line =
                    "evenhand: %s in \"%s\"%s: this process cannot go on and ends; nothing is lost: %s"
                            .formatted(
                                    failure.getClass().getName(),
                                    thread.getName(),
                                    trace.length == 0 ? "" : " at " + trace[0],
                                    wayOut);
            BROKEN.countDown();
            boolean _ = SAID.await(SAYING_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            // There is no time to lose.
        } finally {
            Runtime.getRuntime().halt(EXIT);
        }
    }

    private static void speak() {
        try {
            BROKEN.await();
            ERRORS.println(line);
            ERRORS.flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            SAID.countDown();
        }
    }
}
