package io.evenhand.cli.metered;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.enclave.sandbox.GuestAborted;
import io.evenhand.enclave.sandbox.GuestLimits;
import io.evenhand.kit.process.Loop;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Runs programs on a thread with the stack that they may need.
final class DeepStack {
    private DeepStack() {}

    interface Task<T> {
        T run() throws GuestAborted;
    }

    /// An interrupt of the caller ends the program.
    static <T> T call(Task<T> task) throws InterruptedException {
        FutureTask<T> future = new FutureTask<>(task::run);
        Thread thread = Loop.JUDGE.thread("program", GuestLimits.STACK_BYTES, future);
        thread.start();
        try {
            return future.get();
        } catch (InterruptedException e) {
            thread.interrupt();
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw new CliException(
                    ExitCode.FAILED, "this machine cannot run the program: " + e.getMessage(), e);
        }
    }
}
