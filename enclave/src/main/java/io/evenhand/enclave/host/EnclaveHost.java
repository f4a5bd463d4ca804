package io.evenhand.enclave.host;

import io.evenhand.enclave.metered.EnclaveFrame;
import io.evenhand.enclave.metered.EnclaveFrame.ToEnclave;
import io.evenhand.enclave.metered.EnclaveFrame.ToNode;
import io.evenhand.enclave.metered.EnclaveFrames;
import io.evenhand.enclave.metered.EnclaveSession;
import io.evenhand.enclave.metered.SandboxPrograms;
import io.evenhand.enclave.sandbox.GuestLimits;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.process.Fatal;
import io.evenhand.kit.process.Loop;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.IntConsumer;

/// The enclave of one metered session, as a process: it holds the session's keys in its memory
/// alone and ends with the session.
///
/// The main thread reads all the time, so updates are answered while a round runs, and the process
/// ends as soon as the node is gone.
public final class EnclaveHost {
    /// How the process ends if the node speaks out of turn, or this program is wrong.
    static final int BROKEN = 2;

    /// How it ends if nobody wants it.
    static final int UNUSED = 4;

    /// A requester that wants a session provides its psk within this.
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final DataInputStream in;
    private final DataOutputStream out;
    private final IntConsumer end;
    private final BlockingQueue<Runnable> rounds = new LinkedBlockingQueue<>();
    private volatile boolean provisioned;

    /// @param end ends the process with an exit code
    EnclaveHost(DataInputStream in, DataOutputStream out, IntConsumer end) {
        this.in = in;
        this.out = out;
        this.end = end;
    }

    public static void main(String[] args) {
        Fatal.install();
        Locale.setDefault(Locale.ROOT);
        DataOutputStream out =
                new DataOutputStream(
                        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
        // Whatever a library prints must not get between the frames.
        System.setOut(new PrintStream(System.err, true));
        DataInputStream in =
                new DataInputStream(
                        new BufferedInputStream(new FileInputStream(FileDescriptor.in)));
        EnclaveHost host = new EnclaveHost(in, out, Runtime.getRuntime()::halt);
        host.endUnlessProvisioned(PATIENCE);
        host.serve();
    }

    /// Ends it after a time in which no psk came.
    void endUnlessProvisioned(Duration patience) {
        Loop.WATCHDOG
                .thread(
                        "patience",
                        () -> {
                            try {
                                Thread.sleep(patience);
                            } catch (InterruptedException e) {
                                throw new IllegalStateException("nobody stops this thread", e);
                            }
                            if (!provisioned) {
                                end.accept(UNUSED);
                            }
                        })
                .start();
    }

    /// Serves until the input ends.
    void serve() {
        int code = BROKEN;
        try {
            Optional<ToEnclave> first = EnclaveFrames.toEnclave(in, EnclaveFrames.MAX_SMALL);
            if (first.isPresent()) {
                serve(first.get());
            }
            code = 0;
        } catch (IOException | RuntimeException e) {
            // The node hears no more than that: what is wrong may speak of a secret.
            code = BROKEN;
        }
        end.accept(code);
    }

    private void serve(ToEnclave first) throws IOException {
        if (!(first instanceof EnclaveFrame.Begin begin)) {
            throw new MalformedException("it has not begun");
        }
        EnclaveSession session =
                new EnclaveSession(
                        begin, new SandboxPrograms(), new SecureRandom(), this::send, rounds::add);
        Loop.ENCLAVE.thread("rounds", GuestLimits.STACK_BYTES, this::work).start();
        session.begin();
        int most = EnclaveFrames.mostToEnclave(begin.terms().limits());
        Optional<ToEnclave> frame = EnclaveFrames.toEnclave(in, most);
        while (frame.isPresent()) {
            switch (frame.get()) {
                case EnclaveFrame.Begin _ -> throw new MalformedException("it has begun");
                case EnclaveFrame.Provision provision -> {
                    provisioned = true;
                    session.take(provision);
                }
                case EnclaveFrame.Program _,
                        EnclaveFrame.Run _,
                        EnclaveFrame.Pay _,
                        EnclaveFrame.Sign _ ->
                        session.take(frame.get());
            }
            frame = EnclaveFrames.toEnclave(in, most);
        }
    }

    private void work() {
        try {
            while (true) {
                rounds.take().run();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody stops this thread", e);
        }
    }

    private void send(ToNode frame) {
        try {
            synchronized (out) {
                EnclaveFrames.write(out, frame);
            }
        } catch (IOException e) {
            // The node is gone, and with it whom to tell.
            end.accept(BROKEN);
        }
    }
}
