package io.evenhand.kit.process;

import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;

/// Every background loop of a process of this program, on a thread of ours or of a library.
/// `ArchitectureTest` sees to it that no thread is started anywhere else, and the crash tests break
/// each of them that serves.
///
/// What a loop does not catch ends the process, see {@link Fatal}. An exception that it does catch
/// is reported, and the loop goes on.
public enum Loop {
    /// Looks at the chain.
    CHAIN,
    /// What a WebSocket endpoint pushes; on a thread of the JDK's client.
    SOCKET,
    /// Wakes sessions when it is time.
    TIMERS,
    /// Carries effects out.
    EFFECTS,
    /// Reads a server's outbox.
    LINK,
    /// Writes the evidence of exchanges that are over.
    BUNDLES,
    /// Looks for wages that an old backup does not know.
    LOST_WAGES,
    /// A peer's request; on a thread of Helidon's.
    REQUEST,
    /// Accepts streams of frames; each has a thread that reads and one that writes.
    STREAMS,
    /// Writes steps of the journal whose callers do not wait.
    JOURNAL,
    /// Ends network calls that block.
    WATCHDOG,
    /// Sees that the server still listens.
    LISTENER,
    /// Answers the owner's own commands.
    CONTROL,
    /// Answers Prometheus; on a thread of its exporter.
    METRICS,
    /// Reads what a provider's service prints.
    SERVICE_OUTPUT,
    /// Encrypts, decrypts, hashes and flushes chunks of files.
    CHUNKS,
    /// Judges a work, or asks the guest host that does.
    JUDGE,
    /// Talks with the enclave of a metered session; in an enclave, runs its rounds.
    ENCLAVE,
    /// Writes a customer's work as soon as it is decrypted.
    DELIVERY,
    /// Hands on what a command says to whoever reads it.
    SCREEN,
    /// Reads what the local chain prints.
    CHAIN_OUTPUT,
    /// Hears a party of a demo or benchmark.
    PARTY_OUTPUT,
    /// A node of the demo that a cheat controls, and its strangers.
    PROXY,
    /// Exchanges of a benchmark.
    BENCH,
    /// Ends a process in order.
    HOOK,
    /// Says why the process ends at once.
    LAST_WORDS;

    /// A daemon thread that is not started yet.
    public Thread thread(String name, Runnable task) {
        return Thread.ofPlatform().daemon().name(name).unstarted(task);
    }

    /// The same with a stack of its own size.
    public Thread thread(String name, long stackBytes, Runnable task) {
        return Thread.ofPlatform().daemon().name(name).stackSize(stackBytes).unstarted(task);
    }

    /// A virtual thread that is not started yet.
    public Thread virtual(String name, Runnable task) {
        return Thread.ofVirtual().name(name).unstarted(task);
    }

    /// Runs each task on a virtual thread of its own.
    public ExecutorService tasks() {
        return Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name(text() + "-", 0).factory());
    }

    /// Runs tasks in order on one thread.
    public ExecutorService inOrder() {
        ThreadFactory factory = Thread.ofPlatform().daemon().name(text()).factory();
        return Executors.newSingleThreadExecutor(factory);
    }

    /// Runs tasks on so many threads.
    public ExecutorService sideBySide(int threads) {
        ThreadFactory factory = Thread.ofPlatform().daemon().name(text() + "-", 0).factory();
        return Executors.newFixedThreadPool(threads, factory);
    }

    /// Runs at the orderly end of the process.
    public static Thread atExit(Runnable task) {
        return new Thread(task, HOOK.text());
    }

    /// What a library calls on a thread of its own: libraries swallow errors.
    public void guard(Runnable task) {
        boolean _ =
                guard(() -> {
                    task.run();
                    return true;
                });
    }

    /// The same with a result.
    public <T> T guard(Supplier<T> task) {
        try {
            return task.get();
        } catch (Error e) {
            Fatal.end(e);
            throw e;
        }
    }

    /// Waits until a thread has ended; an interrupt is heeded afterwards.
    public static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Its name for people.
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
