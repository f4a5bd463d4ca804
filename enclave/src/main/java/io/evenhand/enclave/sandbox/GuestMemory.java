package io.evenhand.enclave.sandbox;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.runtime.TrapException;
import run.endive.wasm.types.ActiveDataSegment;
import run.endive.wasm.types.DataSegment;
import run.endive.wasm.types.MemoryLimits;

/// A program's memory that goes back to its first image at the cost of what was written since (F5).
///
/// ```
/// bytes  |chunk 0|chunk 1|chunk 2|...      one array, as large as the memory ever was
/// dirty  |   0   |   1   |   0   |...      written since the image was put back
/// image  |  ...  | bytes | zeros |...      of the memory as it began
/// ```
///
/// A write marks the chunk in which it begins, so a marked chunk may have changed up to seven bytes
/// behind its end.
final class GuestMemory implements Memory {
    private static final VarHandle SHORT = view(short[].class);
    private static final VarHandle INT = view(int[].class);
    private static final VarHandle LONG = view(long[].class);

    private static final int CHUNK_BITS = 12;
    private static final int CHUNK = 1 << CHUNK_BITS;

    /// The most that a write reaches into the next chunk.
    private static final int OVERLAP = 7;

    private static final byte[] ZEROS = new byte[CHUNK];

    private final MemoryLimits limits;
    private byte[] bytes;
    private byte[] dirty;
    private byte[][] image = new byte[0][];
    private int size;

    GuestMemory(MemoryLimits limits) {
        this.limits = limits;
        this.size = limits.initialPages() * PAGE_SIZE;
        this.bytes = new byte[size];
        this.dirty = marks(size);
    }

    private static VarHandle view(Class<?> type) {
        return MethodHandles.byteArrayViewVarHandle(type, ByteOrder.LITTLE_ENDIAN);
    }

    /// One for each chunk, in eights, which is how they are looked through.
    private static byte[] marks(int size) {
        return new byte[Math.max(8, size >>> CHUNK_BITS)];
    }

    /// Takes what there is now as the image.
    private void keep() {
        image = new byte[size >>> CHUNK_BITS][];
        for (int i = 0; i < image.length; i++) {
            int from = i << CHUNK_BITS;
            boolean zeros = Arrays.equals(bytes, from, from + CHUNK, ZEROS, 0, CHUNK);
            image[i] = zeros ? ZEROS : Arrays.copyOfRange(bytes, from, from + CHUNK);
        }
        Arrays.fill(dirty, (byte) 0);
    }

    /// Puts back the image and its size.
    void restore() {
        for (int i = 0; i < dirty.length; i += Long.BYTES) {
            if ((long) LONG.get(dirty, i) != 0) {
                for (int chunk = i; chunk < i + Long.BYTES; chunk++) {
                    if (dirty[chunk] != 0) {
                        restore(chunk);
                    }
                }
            }
        }
        size = limits.initialPages() * PAGE_SIZE;
    }

    private void restore(int chunk) {
        dirty[chunk] = 0;
        int from = chunk << CHUNK_BITS;
        System.arraycopy(of(chunk), 0, bytes, from, CHUNK);
        if (from + CHUNK < bytes.length) {
            System.arraycopy(of(chunk + 1), 0, bytes, from + CHUNK, OVERLAP);
        }
    }

    /// What a chunk holds in the image. What the memory grew by began as zeros.
    private byte[] of(int chunk) {
        return chunk < image.length ? image[chunk] : ZEROS;
    }

    @Override
    public int pages() {
        return size / PAGE_SIZE;
    }

    @Override
    public int grow(int more) {
        int before = pages();
        if (more < 0 || more > limits.maximumPages() - before) {
            return -1;
        }
        int after = (before + more) * PAGE_SIZE;
        if (after > bytes.length) {
            // Twice as much, so that growing page by page does not copy all each time.
            long room = Math.min(2L * bytes.length, (long) limits.maximumPages() * PAGE_SIZE);
            int length = (int) Math.max(after, room);
            bytes = Arrays.copyOf(bytes, length);
            dirty = Arrays.copyOf(dirty, marks(length).length);
        }
        size = after;
        return before;
    }

    @Override
    public int initialPages() {
        return limits.initialPages();
    }

    @Override
    public int maximumPages() {
        return limits.maximumPages();
    }

    @Override
    public boolean shared() {
        return false;
    }

    /// The active segments, whose place {@link ModuleReader} made sure is a constant.
    @Override
    public void initialize(Instance instance, DataSegment[] segments) {
        if (segments != null) {
            for (DataSegment segment : segments) {
                if (segment instanceof ActiveDataSegment active) {
                    int at = (int) active.offsetInstructions().getFirst().operand(0);
                    write(at, active.data(), 0, active.data().length);
                }
            }
        }
        keep();
    }

    private void check(int from, int count) {
        if (from < 0 || count < 0 || from > size - count) {
            throw outside();
        }
    }

    private static TrapException outside() {
        return new TrapException("out of bounds memory access");
    }

    /// A place for a read of `width` bytes.
    private int in(int at, int width) {
        if (at < 0 || at > size - width) {
            throw outside();
        }
        return at;
    }

    /// A place for a write of `width` bytes.
    private int out(int at, int width) {
        if (at < 0 || at > size - width) {
            throw outside();
        }
        dirty[at >>> CHUNK_BITS] = 1;
        return at;
    }

    private void changed(int from, int count) {
        if (count > 0) {
            Arrays.fill(
                    dirty, from >>> CHUNK_BITS, ((from + count - 1) >>> CHUNK_BITS) + 1, (byte) 1);
        }
    }

    @Override
    public void write(int at, byte[] data, int offset, int count) {
        check(at, count);
        changed(at, count);
        System.arraycopy(data, offset, bytes, at, count);
    }

    @Override
    public byte read(int at) {
        return bytes[in(at, 1)];
    }

    @Override
    public byte[] readBytes(int at, int count) {
        check(at, count);
        return Arrays.copyOfRange(bytes, at, at + count);
    }

    @Override
    public void writeI32(int at, int value) {
        INT.set(bytes, out(at, Integer.BYTES), value);
    }

    @Override
    public int readInt(int at) {
        return (int) INT.get(bytes, in(at, Integer.BYTES));
    }

    @Override
    public void writeLong(int at, long value) {
        LONG.set(bytes, out(at, Long.BYTES), value);
    }

    @Override
    public long readLong(int at) {
        return (long) LONG.get(bytes, in(at, Long.BYTES));
    }

    @Override
    public void writeShort(int at, short value) {
        SHORT.set(bytes, out(at, Short.BYTES), value);
    }

    @Override
    public short readShort(int at) {
        return (short) SHORT.get(bytes, in(at, Short.BYTES));
    }

    @Override
    public long readU16(int at) {
        return Short.toUnsignedLong(readShort(at));
    }

    @Override
    public void writeByte(int at, byte value) {
        bytes[out(at, 1)] = value;
    }

    @Override
    public void writeF32(int at, float value) {
        writeI32(at, Float.floatToRawIntBits(value));
    }

    @Override
    public long readF32(int at) {
        return readInt(at);
    }

    @Override
    public float readFloat(int at) {
        return Float.intBitsToFloat(readInt(at));
    }

    @Override
    public void writeF64(int at, double value) {
        writeLong(at, Double.doubleToRawLongBits(value));
    }

    @Override
    public double readDouble(int at) {
        return Double.longBitsToDouble(readLong(at));
    }

    @Override
    public long readF64(int at) {
        return readLong(at);
    }

    @Override
    public void zero() {
        fill((byte) 0, 0, size);
    }

    @Override
    public void fill(byte value, int from, int to) {
        check(from, to - from);
        changed(from, to - from);
        Arrays.fill(bytes, from, to, value);
    }

    @Override
    public void copy(int to, int from, int count) {
        check(from, count);
        check(to, count);
        changed(to, count);
        System.arraycopy(bytes, from, bytes, to, count);
    }

    /// Instructions on passive segments are refused in a program.
    @Override
    public void initPassiveSegment(int segment, int to, int from, int count) {
        throw new TrapException("no passive segment");
    }

    @Override
    public void drop(int segment) {
        throw new TrapException("no passive segment");
    }

    /// Threads are refused, so nobody waits.
    @Override
    @SuppressWarnings("removal")
    public Object lock(int at) {
        return this;
    }

    @Override
    @SuppressWarnings("removal")
    public int waitOn(int at, int expected, long nanos) {
        throw new TrapException("no threads");
    }

    @Override
    @SuppressWarnings("removal")
    public int waitOn(int at, long expected, long nanos) {
        throw new TrapException("no threads");
    }

    @Override
    @SuppressWarnings("removal")
    public int notify(int at, int most) {
        throw new TrapException("no threads");
    }
}
