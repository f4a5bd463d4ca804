package io.evenhand.enclave.client;

import io.evenhand.enclave.frame.Frame;
import io.evenhand.enclave.frame.Frame.Lent;
import io.evenhand.enclave.frame.Frame.ToHost;
import io.evenhand.enclave.frame.Frame.ToNode;
import io.evenhand.enclave.frame.Frames;
import io.evenhand.enclave.sandbox.Source;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Octets;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// One guest host and the two pipes to it. It is trusted with what it is lent, and with nothing it
/// says beyond the verdict.
final class HostProcess {
    /// How Java ends on `-XX:+ExitOnOutOfMemoryError`.
    private static final int OUT_OF_MEMORY = 3;

    /// A process that was killed is gone within this.
    private static final long END_SECONDS = 30;

    /// As Linux counts memory on the machines that Java runs on.
    private static final long PAGE_BYTES = 4096;

    private static final long MOST_BYTES = 300L << 20;

    private final Process process;
    private final DataInputStream in;
    private final DataOutputStream out;
    private Optional<Outcome> killedAs = Optional.empty();
    private boolean ready;

    /// @param process which speaks as a {@link io.evenhand.enclave.host.GuestHost} does, if it is
    ///   one
    HostProcess(Process process) {
        this.process = process;
        this.in = new DataInputStream(new BufferedInputStream(process.getInputStream()));
        this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// What its threads have used since it began; nothing if the system does not tell.
    Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /// Bytes of memory that it holds now; all that it may ever hold if the system does not tell.
    long resident() {
        try {
            String pages = Files.readString(Path.of("/proc", "" + process.pid(), "statm"));
            return Long.parseLong(pages.split(" ", 3)[1]) * PAGE_BYTES;
        } catch (IOException e) {
            return MOST_BYTES;
        }
    }

    /// Ends it at once, which whoever waits for it hears as `outcome`.
    synchronized void kill(Outcome outcome) {
        killedAs = killedAs.or(() -> Optional.of(outcome));
        process.destroyForcibly();
    }

    /// Asks for a verdict and lends what is asked for, until there is an outcome.
    Outcome judge(Assignment job) {
        try (Source work = job.work().open();
                Source hidden = job.hidden().open()) {
            return work.length() == job.workLength()
                    ? converse(job, work, hidden)
                    : new Outcome.WorkChanged();
        } catch (MalformedException e) {
            return ended("the guest host speaks out of turn: " + e.getMessage());
        } catch (IOException e) {
            return ended(String.valueOf(e.getMessage()));
        }
    }

    private Outcome converse(Assignment job, Source work, Source hidden) throws IOException {
        if (!ready) {
            greet();
        }
        send(new ToHost.Judge(job.policy(), work.length(), job.workRoot(), hidden.length()));
        while (true) {
            switch (next()) {
                case ToNode.Read(Lent of, long index) ->
                        send(leaf(of == Lent.WORK ? work : hidden, index));
                case ToNode.Said(var verdict) -> {
                    return new Outcome.Judged(verdict);
                }
                case ToNode.Changed _ -> {
                    return new Outcome.WorkChanged();
                }
                case ToNode.Unjudged(String why) -> {
                    return new Outcome.Unjudged(why);
                }
                case ToNode.Broken(String why) -> {
                    return new Outcome.Failed("the guest host could not judge: " + why);
                }
                case ToNode.Ready _ -> throw new MalformedException("it was ready before");
            }
        }
    }

    private void greet() throws IOException {
        if (!(next() instanceof ToNode.Ready(int version)) || version != Frame.VERSION) {
            throw new MalformedException("it is of another version");
        }
        ready = true;
    }

    private ToNode next() throws IOException {
        return Frames.toNode(in).orElseThrow(() -> new IOException("the guest host ended"));
    }

    private void send(ToHost frame) throws IOException {
        Frames.write(out, frame);
    }

    private static ToHost leaf(Source source, long index) {
        if (index < 0 || index >= Source.leaves(source.length())) {
            throw new MalformedException("there is no leaf " + index);
        }
        try {
            return new ToHost.Leaf(new Octets(source.leaf(index)));
        } catch (IOException e) {
            return new ToHost.Unreadable();
        }
    }

    private synchronized Outcome killedAs(Outcome unlessBefore) {
        kill(unlessBefore);
        return killedAs.orElse(unlessBefore);
    }

    /// The pipes are of no more use: why it ended, from who killed it or from how it went.
    private Outcome ended(String why) {
        Outcome killed = killedAs(new Outcome.Failed(why));
        if (!(killed instanceof Outcome.Failed)) {
            return killed;
        }
        try {
            boolean gone = process.waitFor(END_SECONDS, TimeUnit.SECONDS);
            return gone && process.exitValue() == OUT_OF_MEMORY
                    ? new Outcome.Failed("the guest host ran out of memory")
                    : killed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return killed;
        }
    }
}
