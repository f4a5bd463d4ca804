package io.evenhand.enclave.client;

import io.evenhand.enclave.metered.EnclaveFrame;
import io.evenhand.enclave.metered.EnclaveFrame.ToEnclave;
import io.evenhand.enclave.metered.EnclaveFrame.ToNode;
import io.evenhand.enclave.metered.EnclaveFrames;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.process.Loop;
import io.evenhand.protocols.metered.message.Limits;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The node's side of one enclave: its process and the two pipes to it.
///
/// Nobody waits for an enclave: what it is told waits in a short queue, what it says is heard on a
/// thread of its own, and a third one sees that it takes no longer than it may.
public final class EnclaveProcess {
    /// A node has one request of each kind under way; a requester may ask for signatures beside.
    private static final int MOST_WAITING = 1024;

    /// The largest module is ready within this on a machine ten times slower than ours.
    private static final Duration READY = Duration.ofMinutes(10);

    /// How often it is looked at.
    private static final Duration LOOK = Duration.ofMillis(100);

    /// How Java ends on `-XX:+ExitOnOutOfMemoryError`.
    private static final int OUT_OF_MEMORY = 3;

    private final Process process;
    private final Limits limits;
    private final EnclaveListener listener;
    private final Consumer<EnclaveProcess> free;
    private final BlockingQueue<ToEnclave> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicReference<@Nullable EnclaveEnd> ended = new AtomicReference<>();
    private volatile @Nullable Work work;
    private volatile boolean unheard;

    /// What it is doing and until when it may, in the time of {@link System#nanoTime}.
    private record Work(long until) {
        static Work of(Duration most) {
            return new Work(System.nanoTime() + most.toNanos());
        }
    }

    /// @param free is called when it was ended or is gone, perhaps twice
    EnclaveProcess(
            Process process,
            EnclaveFrame.Begin begin,
            EnclaveListener listener,
            Consumer<EnclaveProcess> free) {
        this.process = process;
        this.limits = begin.terms().limits();
        this.listener = listener;
        this.free = free;
        say(begin);
    }

    void start() {
        Loop.ENCLAVE.thread("enclave-hears", this::hear).start();
        Loop.ENCLAVE.thread("enclave-says", this::write).start();
        Loop.ENCLAVE.virtual("enclave-watch", this::watch).start();
    }

    /// Tells it something. Returns at once; what cannot be told any more is lost with it.
    public void say(ToEnclave frame) {
        switch (frame) {
            case EnclaveFrame.Run _ -> work = Work.of(Duration.ofSeconds(limits.roundSeconds()));
            case EnclaveFrame.Program _ -> work = Work.of(READY);
            case EnclaveFrame.Begin _,
                    EnclaveFrame.Provision _,
                    EnclaveFrame.Pay _,
                    EnclaveFrame.Sign _ -> {}
        }
        if (!waiting.offer(frame)) {
            kill(EnclaveEnd.DEAF);
        }
    }

    /// Ends it at once; nothing more is heard of it.
    public void end() {
        unheard = true;
        kill(EnclaveEnd.DIED);
        free.accept(this);
    }

    private void kill(EnclaveEnd why) {
        boolean _ = ended.compareAndSet(null, why);
        process.destroyForcibly();
    }

    private void write() {
        try (DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(process.getOutputStream()))) {
            while (ended.get() == null) {
                ToEnclave next = waiting.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                if (next != null) {
                    EnclaveFrames.write(out, next);
                }
            }
        } catch (IOException e) {
            kill(EnclaveEnd.DIED);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody stops this thread", e);
        }
    }

    private void hear() {
        DataInputStream in = new DataInputStream(new BufferedInputStream(process.getInputStream()));
        int most = EnclaveFrames.mostToNode(limits);
        boolean greeted = false;
        Optional<ToNode> frame = next(in, most);
        while (frame.isPresent() && ended.get() == null) {
            // Its keys are the first that it says, and it has no others.
            if (greeted == frame.get() instanceof EnclaveFrame.Keys) {
                kill(EnclaveEnd.MALFORMED);
                break;
            }
            greeted = true;
            heard(frame.get());
            frame = next(in, most);
        }
        kill(EnclaveEnd.DIED);
        gone();
    }

    private Optional<ToNode> next(DataInputStream in, int most) {
        try {
            return EnclaveFrames.toNode(in, most);
        } catch (MalformedException e) {
            // What breaks off came from one that was killed.
            boolean cut = e.getCause() instanceof EOFException;
            kill(cut ? EnclaveEnd.DIED : EnclaveEnd.MALFORMED);
        } catch (IOException e) {
            kill(EnclaveEnd.DIED);
        }
        return Optional.empty();
    }

    private void heard(ToNode frame) {
        switch (frame) {
            case EnclaveFrame.Ready _, EnclaveFrame.Answer _, EnclaveFrame.Over _ -> work = null;
            case EnclaveFrame.Keys _,
                    EnclaveFrame.Released _,
                    EnclaveFrame.NotReleased _,
                    EnclaveFrame.Refused _ -> {}
        }
        if (!unheard) {
            listener.said(frame);
        }
    }

    private void gone() {
        int code;
        try {
            code = process.waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody stops this thread", e);
        }
        EnclaveEnd why = ended.get();
        if (!unheard) {
            listener.gone(
                    why == null || why == EnclaveEnd.DIED
                            ? code == OUT_OF_MEMORY ? EnclaveEnd.OUT_OF_MEMORY : EnclaveEnd.DIED
                            : why);
        }
    }

    private void watch() {
        try {
            while (!process.waitFor(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                Work now = work;
                if (now != null && System.nanoTime() - now.until() > 0) {
                    kill(EnclaveEnd.OVERDUE);
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody stops this thread", e);
        } finally {
            free.accept(this);
        }
    }
}
