package io.evenhand.enclave.host;

import io.evenhand.enclave.frame.Frame;
import io.evenhand.enclave.frame.Frame.Lent;
import io.evenhand.enclave.frame.Frame.ToHost;
import io.evenhand.enclave.frame.Frame.ToNode;
import io.evenhand.enclave.frame.Frames;
import io.evenhand.enclave.policy.PolicySpec;
import io.evenhand.enclave.policy.Verdict;
import io.evenhand.enclave.policy.Work;
import io.evenhand.enclave.sandbox.GuestLimits;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.PlainText;
import io.evenhand.kit.process.Fatal;
import io.evenhand.kit.process.Loop;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/// Judges works for the node that started this process, one at a time, until its input ends.
///
/// The main thread reads all the time, so the process ends as soon as the node is gone, also in the
/// middle of a policy.
public final class GuestHost {
    /// How the process ends if the node speaks out of turn, or this program is wrong.
    static final int BROKEN = 2;

    private final DataInputStream in;
    private final DataOutputStream out;
    private final BlockingQueue<ToHost> answers = new ArrayBlockingQueue<>(1);
    private final AtomicBoolean asked = new AtomicBoolean();
    private final AtomicBoolean busy = new AtomicBoolean();

    private GuestHost(DataInputStream in, DataOutputStream out) {
        this.in = in;
        this.out = out;
    }

    public static void main(String[] args) {
        Fatal.install();
        Locale.setDefault(Locale.ROOT);
        DataOutputStream out =
                new DataOutputStream(
                        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
        // Whatever a library prints must not get between the frames.
        System.setOut(new PrintStream(System.err, true));
        try {
            new GuestHost(new DataInputStream(new FileInputStream(FileDescriptor.in)), out).serve();
        } catch (IOException | RuntimeException e) {
            Runtime.getRuntime().halt(BROKEN);
        }
        Runtime.getRuntime().halt(0);
    }

    private void serve() throws IOException {
        send(new ToNode.Ready(Frame.VERSION));
        Optional<ToHost> frame = Frames.toHost(in);
        while (frame.isPresent()) {
            switch (frame.get()) {
                case ToHost.Judge job when busy.compareAndSet(false, true) -> start(job);
                case ToHost.Judge _ -> throw new MalformedException("one judgement at a time");
                case ToHost answer when asked.compareAndSet(true, false) -> answers.add(answer);
                case ToHost _ -> throw new MalformedException("an answer to no question");
            }
            frame = Frames.toHost(in);
        }
    }

    private void start(ToHost.Judge job) {
        Loop.JUDGE
                .thread(
                        "guest",
                        GuestLimits.STACK_BYTES,
                        () -> {
                            try {
                                ToNode end = judge(job);
                                busy.set(false);
                                send(end);
                            } catch (IOException e) {
                                // The node is gone, and with it whom to tell.
                                Runtime.getRuntime().halt(BROKEN);
                            }
                        })
                .start();
    }

    private ToNode judge(ToHost.Judge job) {
        BoundWork work = new BoundWork(lent(Lent.WORK, job.workLength()), job.workRoot());
        Work hidden = Work.of(lent(Lent.HIDDEN, job.hiddenLength()));
        try {
            Verdict verdict = PolicySpec.parse(job.policy()).judge(work, hidden);
            return verdict.passed() && !work.unchanged()
                    ? new ToNode.Changed()
                    : new ToNode.Said(verdict);
        } catch (MalformedException e) {
            return new ToNode.Unjudged(line(e));
        } catch (IOException e) {
            return work.isChanged() ? new ToNode.Changed() : new ToNode.Broken(line(e));
        } catch (RuntimeException | StackOverflowError | LinkageError e) {
            return new ToNode.Broken(line(e));
        }
    }

    private static String line(Throwable e) {
        return PlainText.line(e.toString(), Frame.MAX_WHY / 4);
    }

    private LentSource lent(Lent of, long length) {
        return new LentSource(length, index -> ask(new ToNode.Read(of, index)));
    }

    private ToHost ask(ToNode.Read question) throws IOException {
        asked.set(true);
        send(question);
        try {
            return answers.take();
        } catch (InterruptedException e) {
            throw new IOException("nobody stops this thread", e);
        }
    }

    private void send(ToNode frame) throws IOException {
        synchronized (out) {
            Frames.write(out, frame);
        }
    }
}
