package io.evenhand.enclave.sandbox;

import io.evenhand.enclave.sandbox.Guest.Engine;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Runs guests as the stamper does: on a thread with a deep stack.
final class Runs {
    static final Source NOTHING = source("");

    private Runs() {}

    static Source source(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return new Source() {
            @Override
            public long length() {
                return bytes.length;
            }

            @Override
            public byte[] leaf(long index) {
                int from = (int) index * LEAF;
                return Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + LEAF));
            }

            @Override
            public void close() {}
        };
    }

    static GuestResult run(byte[] module, long fuel, Source work, Engine engine) throws Exception {
        Guest guest = Guest.of(module);
        return onDeepStack(() -> guest.run(fuel, work, NOTHING, engine));
    }

    /// Runs it both ways and expects the same of both.
    static GuestResult both(byte[] module, long fuel, Source work) throws Exception {
        GuestResult compiled = run(module, fuel, work, Engine.COMPILED);
        GuestResult interpreted = run(module, fuel, work, Engine.INTERPRETED);
        if (!compiled.equals(interpreted)) {
            throw new AssertionError("compiled " + compiled + ", interpreted " + interpreted);
        }
        return compiled;
    }

    static <T> T onDeepStack(Callable<T> work) throws Exception {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().stackSize(GuestLimits.STACK_BYTES).daemon().start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
