package io.evenhand.node.stream;

import io.evenhand.kit.process.Loop;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.transport.TlsChannel;
import io.evenhand.node.transport.Watchdog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One stream of frames with one peer. Any thread may send; frames leave in the order in which they
/// were sent.
public final class PeerStream implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PeerStream.class.getName());

    /// What a TLS record holds: frames that wait together leave in one.
    private static final int RECORD_BYTES = 16 << 10;

    private final TlsChannel channel;
    private final StreamLimits limits;
    private final StreamHandler handler;
    private final Watchdog.Watch reading;
    private final Watchdog.Watch writing;
    private final FrameReader frames = new FrameReader(this::received);
    private final AtomicReference<@Nullable StreamEnd> end = new AtomicReference<>();

    /// Frames that came, and the one whose time is running.
    private long came;

    private long timed = -1;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition queued = lock.newCondition();
    private final Condition room = lock.newCondition();

    // What follows is guarded by `lock`.

    private final ArrayDeque<byte[]> queue = new ArrayDeque<>();
    private int queuedBytes;
    private boolean closing;

    PeerStream(TlsChannel channel, StreamLimits limits, StreamHandler handler, Watchdog watchdog) {
        this.channel = channel;
        this.limits = limits;
        this.handler = handler;
        this.reading = watchdog.watch(() -> end(StreamEnd.TOO_SLOW));
        this.writing = watchdog.watch(() -> end(StreamEnd.NOT_READING));
    }

    /// Who proved to be at the other end.
    public PartyId peer() {
        return channel.peer();
    }

    /// Queues a frame and returns at once, so it may be called with a lock held. What is queued may
    /// still be lost when the stream ends.
    ///
    /// @param frame 1 to 2^20 bytes; nobody may change them any more
    /// @return false if it is not queued: the stream is over or closing, or the peer reads so
    ///   slowly that the queue has no place for it
    public boolean send(byte[] frame) {
        int bytes = size(frame);
        lock.lock();
        try {
            if (closing || queuedBytes + bytes > limits.queuedBytes()) {
                return false;
            }
            add(frame, bytes);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// The same, but waits until the queue has a place: for a body that comes in many frames. Not
    /// for a handler, which would keep its own stream from reading while the peer does the same.
    ///
    /// @return false if the stream is over or closing
    public boolean sendWaiting(byte[] frame) throws InterruptedException {
        int bytes = size(frame);
        lock.lockInterruptibly();
        try {
            while (!closing && queuedBytes + bytes > limits.queuedBytes()) {
                room.await();
            }
            if (!closing) {
                add(frame, bytes);
            }
            return !closing;
        } finally {
            lock.unlock();
        }
    }

    private static int size(byte[] frame) {
        if (frame.length == 0 || frame.length > StreamLimits.MAX_FRAME) {
            throw new IllegalArgumentException(
                    "frame of %d bytes, limit %d".formatted(frame.length, StreamLimits.MAX_FRAME));
        }
        return frame.length + StreamLimits.LENGTH_BYTES;
    }

    private void add(byte[] frame, int bytes) {
        queue.addLast(frame);
        queuedBytes += bytes;
        queued.signal();
    }

    /// Whether frames can be sent.
    public boolean isOpen() {
        lock.lock();
        try {
            return !closing;
        } finally {
            lock.unlock();
        }
    }

    /// Ends the stream when what is queued has left, or has not in time. Does not wait for it.
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            queued.signalAll();
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Ends it now. Only the first reason counts.
    void end(StreamEnd why) {
        if (end.compareAndSet(null, why)) {
            close();
            channel.abort();
            forget();
        }
    }

    private void forget() {
        lock.lock();
        try {
            queue.clear();
        } finally {
            lock.unlock();
        }
    }

    /// Reads until the stream is over; then the handler has heard of it.
    void run() {
        Thread writer = Loop.STREAMS.virtual("writes to " + peer(), this::write);
        writer.start();
        try {
            StreamEnd found = read();
            // The answer to our own closing is no news.
            end(isOpen() ? found : StreamEnd.CLOSED);
        } finally {
            end(StreamEnd.FAULT);
            reading.close();
            Loop.join(writer);
            closed();
        }
    }

    private void closed() {
        try {
            handler.onClosed(this, why());
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a stream was not seen off", e);
        }
    }

    private StreamEnd why() {
        StreamEnd why = end.get();
        return why == null ? StreamEnd.FAULT : why;
    }

    // A virtual thread is never taken off its processor, so it has to step back by itself.
    @SuppressWarnings("ThreadPriorityCheck")
    private StreamEnd read() {
        try {
            while (true) {
                ByteBuffer bytes = channel.read(this::beforeWaiting);
                if (!bytes.hasRemaining()) {
                    return frames.holdsPart() || channel.holdsPart()
                            ? StreamEnd.CUT
                            : StreamEnd.PEER_CLOSED;
                }
                frames.take(bytes);
                if (end.get() != null) {
                    return why();
                }
                // A peer that never pauses would keep a processor from all others.
                Thread.yield();
            }
        } catch (FrameReader.BadLengthException e) {
            return e.end();
        } catch (ClosedChannelException e) {
            // By nobody here, or there would be a reason already.
            return StreamEnd.DISPLACED;
        } catch (IOException e) {
            return StreamEnd.BROKEN;
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a stream failed", e);
            return StreamEnd.FAULT;
        }
    }

    /// A frame's time runs from its first byte on, and while we wait for the peer alone.
    private void beforeWaiting() {
        if (!frames.holdsPart() && !channel.holdsPart()) {
            reading.disarm();
        } else if (timed != came) {
            timed = came;
            reading.arm(limits.frame());
        }
    }

    private void received(byte[] frame) {
        came++;
        reading.disarm();
        if (end.get() == null) {
            handler.onFrame(this, frame);
        }
    }

    private void write() {
        ByteBuffer record = ByteBuffer.allocate(RECORD_BYTES);
        try (writing) {
            for (byte[] frame = next(); frame != null; frame = next()) {
                while (frame != null) {
                    put(frame, record);
                    frame = poll();
                }
                flush(record);
            }
            writing.arm(limits.write());
            channel.close();
            end(StreamEnd.CLOSED);
        } catch (ClosedChannelException e) {
            end(StreamEnd.DISPLACED);
        } catch (IOException e) {
            end(StreamEnd.BROKEN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(StreamEnd.FAULT);
        }
    }

    /// The next frame, as soon as there is one; null when none comes any more.
    private byte @Nullable [] next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (queue.isEmpty() && !closing) {
                queued.await();
            }
            return take();
        } finally {
            lock.unlock();
        }
    }

    /// The next frame if there is one now.
    private byte @Nullable [] poll() {
        lock.lock();
        try {
            return take();
        } finally {
            lock.unlock();
        }
    }

    private byte @Nullable [] take() {
        byte[] frame = queue.pollFirst();
        if (frame != null) {
            queuedBytes -= size(frame);
            room.signalAll();
        }
        return frame;
    }

    private void put(byte[] frame, ByteBuffer record) throws IOException {
        if (record.remaining() < StreamLimits.LENGTH_BYTES) {
            flush(record);
        }
        record.putInt(frame.length);
        int done = 0;
        while (done < frame.length) {
            if (!record.hasRemaining()) {
                flush(record);
            }
            int next = Math.min(record.remaining(), frame.length - done);
            record.put(frame, done, next);
            done += next;
        }
    }

    private void flush(ByteBuffer record) throws IOException {
        record.flip();
        writing.arm(limits.write());
        channel.write(record);
        writing.disarm();
        record.clear();
    }

    @Override
    public String toString() {
        return "stream with " + peer();
    }
}
