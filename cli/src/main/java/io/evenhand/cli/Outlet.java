package io.evenhand.cli;

import io.evenhand.kit.file.FileTrouble;
import io.evenhand.kit.process.Loop;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Standard output, or the error stream, of a command.
///
/// A command that only prints something waits for its reader, as every program does. One that takes
/// part in exchanges must not: a reader that stops reading would keep it from following the chain.
/// Once it is {@link #unattended}, writing returns at once, a thread passes the lines on, and lines
/// for which the buffer has no room are dropped.
final class Outlet extends OutputStream {
    /// Bytes that wait for the reader: thousands of lines.
    private static final int MAX_WAITING = 1 << 20;

    /// At the end of the process, for a reader that takes nothing.
    private static final long LAST_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final String READER_WENT = "Broken pipe";

    private final OutputStream target;
    private final Consumer<String> complain;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private long bytes;
    private long handedOn;
    private boolean unattended;
    private boolean standsStill;
    private Optional<String> loss = Optional.empty();

    /// @param complain is told once, while the work goes on, why something was not written
    Outlet(OutputStream target, Consumer<String> complain) {
        this.target = target;
        this.complain = complain;
    }

    /// From now on nobody waits for the reader.
    synchronized void unattended() {
        if (!unattended) {
            unattended = true;
            Loop.SCREEN.thread("screen", this::handOn).start();
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        boolean isNews;
        synchronized (this) {
            if (!unattended) {
                straight(from, offset, length);
                return;
            }
            line.write(from, offset, length);
            isNews = length > 0 && from[offset + length - 1] == '\n' && !take();
        }
        if (isNews) {
            complain.accept("nobody reads it");
        }
    }

    /// What is no whole line goes on, too: it moves on a terminal.
    @Override
    public void flush() {
        boolean isNews;
        synchronized (this) {
            isNews = unattended && line.size() > 0 && !take();
        }
        if (isNews) {
            complain.accept("nobody reads it");
        }
    }

    private void straight(byte[] from, int offset, int length) throws IOException {
        try {
            target.write(from, offset, length);
        } catch (IOException e) {
            // Whoever reads the first lines and goes has what it wants.
            if (!FileTrouble.of(e).equals(READER_WENT)) {
                boolean _ = lose(FileTrouble.of(e));
            }
            throw e;
        }
    }

    /// Only whole lines are left out; false at the first one.
    private synchronized boolean take() {
        boolean fits = bytes == 0 || bytes + line.size() <= MAX_WAITING;
        if (fits) {
            waiting.add(line.toByteArray());
            bytes += line.size();
            notifyAll();
        }
        line.reset();
        return fits || !lose("nobody reads it");
    }

    /// Whether it is the first loss.
    private synchronized boolean lose(String why) {
        boolean isFirst = loss.isEmpty();
        loss = Optional.of(loss.orElse(why));
        return isFirst;
    }

    private void handOn() {
        try {
            while (true) {
                byte[] next = next();
                hand(next);
                done(next.length);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized byte[] next() throws InterruptedException {
        while (waiting.isEmpty()) {
            wait();
        }
        return waiting.remove();
    }

    /// A disk that is full may have room again, so the next line is tried, too.
    private void hand(byte[] next) {
        try {
            target.write(next);
        } catch (IOException e) {
            if (lose(FileTrouble.of(e))) {
                complain.accept(FileTrouble.of(e));
            }
        }
    }

    private synchronized void done(int length) {
        bytes -= length;
        handedOn++;
        standsStill = false;
        notifyAll();
    }

    /// Waits until all is written, but not for a reader that stands still.
    ///
    /// @return why not all of it was written, if so
    synchronized Optional<String> drain() throws InterruptedException {
        if (line.size() > 0) {
            boolean _ = take();
        }
        long seen = handedOn;
        long until = System.nanoTime() + LAST_NANOS;
        while (bytes > 0 && !standsStill) {
            long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            if (left <= 0) {
                standsStill = true;
                boolean _ = lose("nobody reads it");
                break;
            }
            wait(left);
            if (handedOn != seen) {
                seen = handedOn;
                until = System.nanoTime() + LAST_NANOS;
            }
        }
        return loss;
    }
}
