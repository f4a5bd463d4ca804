package io.evenhand.kit.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Processes that break, for real.
class FatalTest {
    private static final String SECRET = "sk_sp=00ff";

    /// A process that would live for ever if an error were only swallowed.
    public static void main(String[] how) throws InterruptedException {
        Fatal.install();
        Fatal.wayOut("type it again");
        switch (how[0]) {
            case "thread" -> Loop.CHAIN.thread("chain", FatalTest::fail).start();
            case "virtual" -> Loop.TIMERS.virtual("timers", FatalTest::fail).start();
            case "task" -> Loop.EFFECTS.tasks().execute(FatalTest::fail);
            case "exception" ->
                    Loop.LINK
                            .virtual(
                                    "link",
                                    () -> {
                                        throw new IllegalStateException(SECRET);
                                    })
                            .start();
            case "library" -> library();
            case "unread" -> {
                // The pipe is full before the error comes, and nobody reads it.
                Loop.SERVICE_OUTPUT
                        .thread("chatter", () -> System.err.println("x".repeat(1 << 20)))
                        .start();
                Loop.CHAIN.thread("chain", FatalTest::fail).start();
            }
            default -> throw new IllegalArgumentException(how[0]);
        }
        new CountDownLatch(1).await();
    }

    private static void fail() {
        throw new StackOverflowError(SECRET);
    }

    /// Swallows what its handler throws, as servers do.
    private static void library() {
        try {
            Loop.REQUEST.guard(FatalTest::fail);
        } catch (StackOverflowError e) {
            System.out.println("swallowed");
        }
    }

    private static Process start(String how) throws IOException {
        return ChildProcess.start(
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FatalTest.class.getName(),
                        how));
    }

    @ParameterizedTest
    @ValueSource(strings = {"thread", "virtual", "task", "exception", "library"})
    @DisplayName("what nothing catches ends the process with one line, and without what it quotes")
    void ends(String how) throws Exception {
        Process process = start(how);
        String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(Fatal.EXIT, process.waitFor(), said);
        assertEquals(1, said.lines().count(), said);
        assertTrue(said.contains("type it again"), said);
        assertFalse(said.contains(SECRET), said);
    }

    @Test
    @DisplayName("an error stream that nobody reads does not keep the process alive")
    void unread() throws Exception {
        assertEquals(Fatal.EXIT, start("unread").waitFor());
    }

    @Test
    @DisplayName("an error is found behind the exceptions of a library; others pass")
    void behind() {
        Fatal.endIfError(new ExecutionException(new IOException("no")));
        Fatal.endIfError(null);
        Exception wrapped =
                new ExecutionException(new IOException(new NoClassDefFoundError("gone")));
        Thread me = Thread.currentThread();
        Thread[] told = new Thread[1];
        me.setUncaughtExceptionHandler((thread, _) -> told[0] = thread);
        try {
            assertThrows(NoClassDefFoundError.class, () -> Fatal.endIfError(wrapped));
        } finally {
            me.setUncaughtExceptionHandler(null);
        }
        assertEquals(me, told[0]);
    }
}
