package io.evenhand.enclave.client;

import io.evenhand.enclave.metered.EnclaveFrame;
import io.evenhand.protocols.metered.message.Terms;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/// A node's enclaves, each a process of its own for one session.
public final class EnclaveProcesses implements AutoCloseable {
    /// Enclaves at the same time: one of an ordinary program takes 100 to 200 MiB.
    public static final int AT_ONCE = 8;

    /// MiB of heap that one may have: the largest memory of a program, twice while it grows, and as
    /// much for states and results.
    public static final int HEAP_MIB = 1024;

    private final int atOnce;
    private final int heapMib;
    private final Path library;
    private final Set<EnclaveProcess> living = new HashSet<>();
    private int starting;
    private boolean closed;

    /// @param directory the node's own, where the native library of enclaves is kept
    /// @param atOnce enclaves at the same time
    /// @param heapMib MiB of heap that one may have
    /// @throws IOException if the library cannot be put there
    public EnclaveProcesses(Path directory, int atOnce, int heapMib) throws IOException {
        this.atOnce = atOnce;
        this.heapMib = heapMib;
        this.library = NativeLibrary.unpack(directory);
        // Found out before the first session waits for it.
        Fences _ = Fences.here();
    }

    /// What came of starting one.
    public sealed interface Start {}

    public record Started(EnclaveProcess process) implements Start {}

    /// @param why for the operator
    public record NotStarted(Reason reason, String why) implements Start {}

    public enum Reason {
        /// Its Terms ask for more memory than this node gives to an enclave.
        TOO_LARGE,
        /// All places are taken: another time.
        BUSY,
        /// This machine cannot start it, or the node stops.
        MACHINE
    }

    /// Whether an enclave of these Terms gets the memory that it may need.
    public boolean fits(Terms terms) {
        return EnclaveHeap.mib(terms.limits(), terms.window()) <= heapMib;
    }

    /// Starts the enclave of a session.
    public Start start(EnclaveFrame.Begin begin, EnclaveListener listener) {
        Terms terms = begin.terms();
        if (!fits(terms)) {
            return new NotStarted(
                    Reason.TOO_LARGE,
                    "an enclave of these Terms needs "
                            + EnclaveHeap.mib(terms.limits(), terms.window())
                            + " MiB, at most "
                            + heapMib);
        }
        synchronized (this) {
            if (closed) {
                return new NotStarted(Reason.MACHINE, "this node stops");
            }
            if (living.size() + starting >= atOnce) {
                return new NotStarted(Reason.BUSY, atOnce + " enclaves are at work");
            }
            starting++;
        }
        return launch(begin, listener);
    }

    private Start launch(EnclaveFrame.Begin begin, EnclaveListener listener) {
        Terms terms = begin.terms();
        EnclaveProcess enclave;
        try {
            int heap = EnclaveHeap.mib(terms.limits(), terms.window());
            Process process = EnclaveCommand.start(heap, library);
            enclave = new EnclaveProcess(process, begin, listener, this::free);
        } catch (IOException e) {
            synchronized (this) {
                starting--;
            }
            return new NotStarted(Reason.MACHINE, String.valueOf(e.getMessage()));
        }
        boolean late;
        synchronized (this) {
            starting--;
            boolean _ = living.add(enclave);
            late = closed;
        }
        enclave.start();
        if (late) {
            enclave.end();
        }
        return new Started(enclave);
    }

    private synchronized void free(EnclaveProcess enclave) {
        boolean _ = living.remove(enclave);
    }

    /// Ends all of them.
    @Override
    public void close() {
        Set<EnclaveProcess> last;
        synchronized (this) {
            closed = true;
            last = Set.copyOf(living);
        }
        last.forEach(EnclaveProcess::end);
    }
}
