package io.evenhand.system.crash;

import io.evenhand.system.whole.Program;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// A server's process that dies at a point, and comes back as an init system brings it back.
public final class DoomedServer implements AutoCloseable {
    /// Starts a process of the server.
    public interface Launch {
        Program with(String options) throws IOException;
    }

    private final Launch launch;
    private final Program doomed;
    private final CompletableFuture<Boolean> back = new CompletableFuture<>();

    private DoomedServer(Launch launch, Program doomed) {
        this.launch = launch;
        this.doomed = doomed;
    }

    /// Starts it and waits until it listens, in this process or in the one after it.
    ///
    /// @param options of the virtual machine that dies
    public static DoomedServer start(Launch launch, String options) throws Exception {
        DoomedServer server = new DoomedServer(launch, launch.with(options));
        Thread _ = Thread.ofVirtual().start(server::comeBack);
        if (!server.doomed.comesUp()) {
            server.awaitUp();
        }
        return server;
    }

    private void comeBack() {
        try {
            int _ = doomed.exit(Program.LIMIT);
            back.complete(launch.with("").listening().isObject());
        } catch (Exception | AssertionError e) {
            back.completeExceptionally(e);
        }
    }

    /// Waits until it listens again, if it has died.
    public void awaitUp() throws ExecutionException, InterruptedException {
        if (!doomed.runs()) {
            boolean _ = back.get();
        }
    }

    /// Whatever happened, from then on a process runs that does not die.
    @Override
    public void close() {
        try {
            if (doomed.runs()) {
                doomed.kill();
            }
            boolean _ = back.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new AssertionError("the server does not come back", e);
        }
    }
}
