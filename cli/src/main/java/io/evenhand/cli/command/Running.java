package io.evenhand.cli.command;

import io.evenhand.cli.Shell;
import io.evenhand.kit.process.Fatal;
import io.evenhand.kit.process.Loop;
import io.evenhand.node.store.Role;
import java.util.concurrent.CountDownLatch;

/// Waits until the process is told to end, then lets the daemon close in order.
final class Running {
    private Running() {}

    /// Returns never in normal operation: `close` runs when a signal comes, what is pending is
    /// said, and the process ends.
    static int untilStopped(Shell shell, Role role, Runnable close) throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        Loop.atExit(() -> {
                            Fatal.closing();
                            close.run();
                            Farewell.say(shell, role, "the same command");
                            stopped.countDown();
                        }));
        stopped.await();
        return 0;
    }
}
