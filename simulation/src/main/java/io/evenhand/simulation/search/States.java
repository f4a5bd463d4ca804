package io.evenhand.simulation.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Every state seen so far, whole and in the order it was found, with the state it came from.
///
/// States are compared number by number, never by a hash alone, so no two are ever merged by
/// mistake.
final class States {
    private static final int CHUNK_BITS = 14;
    private static final int CHUNK = 1 << CHUNK_BITS;

    private final int width;
    private final List<int[]> chunks = new ArrayList<>();
    private int[] index = new int[1 << 12];
    private int size;

    States(int width) {
        this.width = width;
        Arrays.fill(index, -1);
    }

    int size() {
        return size;
    }

    /// Copies state number `id` into `into`.
    void read(int id, int[] into) {
        System.arraycopy(chunk(id), offset(id), into, 0, width);
    }

    int parent(int id) {
        return chunk(id)[offset(id) + width];
    }

    /// Whether `state` was new.
    boolean add(int[] state, int parent) {
        if (2 * size >= index.length) {
            grow();
        }
        int at = hash(state, 0) & (index.length - 1);
        while (index[at] >= 0) {
            if (same(index[at], state)) {
                return false;
            }
            at = (at + 1) & (index.length - 1);
        }
        index[at] = size;
        append(state, parent);
        return true;
    }

    private void append(int[] state, int parent) {
        if (offset(size) == 0) {
            chunks.add(new int[CHUNK * (width + 1)]);
        }
        System.arraycopy(state, 0, chunk(size), offset(size), width);
        chunk(size)[offset(size) + width] = parent;
        size++;
    }

    private boolean same(int id, int[] state) {
        int from = offset(id);
        return Arrays.equals(chunk(id), from, from + width, state, 0, width);
    }

    private void grow() {
        index = new int[2 * index.length];
        Arrays.fill(index, -1);
        for (int id = 0; id < size; id++) {
            int at = hash(chunk(id), offset(id)) & (index.length - 1);
            while (index[at] >= 0) {
                at = (at + 1) & (index.length - 1);
            }
            index[at] = id;
        }
    }

    private int hash(int[] numbers, int from) {
        long sum = 0;
        for (int i = from; i < from + width; i++) {
            sum = (sum ^ numbers[i]) * 0x9E3779B97F4A7C15L;
            sum ^= sum >>> 29;
        }
        return (int) (sum ^ (sum >>> 32));
    }

    private int[] chunk(int id) {
        return chunks.get(id >>> CHUNK_BITS);
    }

    private int offset(int id) {
        return (id & (CHUNK - 1)) * (width + 1);
    }
}
