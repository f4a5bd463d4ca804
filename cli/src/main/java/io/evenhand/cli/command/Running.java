package io.evenhand.cli.command;

import io.evenhand.cli.Shell;
import io.evenhand.kit.process.Fatal;
import io.evenhand.kit.process.Loop;
import io.evenhand.node.store.Role;
import java.util.concurrent.CountDownLatch;

/// Waits until the process is told to end, then lets the daemon close in order.
public final class Running {
    private Running() {}

    /// Returns never in normal operation: `close` runs when a signal comes, what is pending is
    /// said, and the process ends. Where the command is one of several in a process, it runs when
    /// the command's thread is interrupted.
    ///
    /// @param role whose exchanges are said to be pending
    public static int untilStopped(Shell shell, CliProtocol protocol, Role role, Runnable close) {
        CountDownLatch stopped = new CountDownLatch(1);
        Thread hook =
                Loop.atExit(() -> {
                    Fatal.closing();
                    close.run();
                    ShutdownReport.say(shell, protocol, role, "the same command");
                    stopped.countDown();
                });
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            stopped.await();
        } catch (InterruptedException e) {
            boolean _ = Runtime.getRuntime().removeShutdownHook(hook);
            close.run();
        }
        return 0;
    }
}
