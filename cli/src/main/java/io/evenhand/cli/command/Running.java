package io.evenhand.cli.command;

import java.util.concurrent.CountDownLatch;

/// Waits until the process is told to end, then lets the daemon close in order.
final class Running {
    private Running() {}

    /// Returns never in normal operation: `close` runs when a signal comes, and the process ends.
    static int untilStopped(Runnable close) throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> {
                            close.run();
                            stopped.countDown();
                        }));
        stopped.await();
        return 0;
    }
}
