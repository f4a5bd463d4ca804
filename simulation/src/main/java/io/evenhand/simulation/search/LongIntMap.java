package io.evenhand.simulation.search;

import java.util.Arrays;

/// An open-addressing map from non-negative longs to ints; it remembers the outcome of steps that
/// were taken before.
public final class LongIntMap {
    /// What an absent key gives.
    public static final int NONE = Integer.MIN_VALUE;

    private static final long EMPTY = -1;

    private long[] keys = new long[1024];
    private int[] values = new int[1024];
    private int size;

    public LongIntMap() {
        Arrays.fill(keys, EMPTY);
    }

    public int get(long key) {
        int mask = keys.length - 1;
        int at = spread(key) & mask;
        while (keys[at] != key) {
            if (keys[at] == EMPTY) {
                return NONE;
            }
            at = (at + 1) & mask;
        }
        return values[at];
    }

    public void put(long key, int value) {
        if (key < 0) {
            throw new IllegalArgumentException("keys are not negative");
        }
        if (2 * size >= keys.length) {
            grow();
        }
        int mask = keys.length - 1;
        int at = spread(key) & mask;
        while (keys[at] != EMPTY && keys[at] != key) {
            at = (at + 1) & mask;
        }
        size += keys[at] == EMPTY ? 1 : 0;
        keys[at] = key;
        values[at] = value;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldValues = values;
        keys = new long[2 * oldKeys.length];
        values = new int[keys.length];
        Arrays.fill(keys, EMPTY);
        size = 0;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != EMPTY) {
                put(oldKeys[i], oldValues[i]);
            }
        }
    }

    private static int spread(long key) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        return (int) (mixed ^ (mixed >>> 32));
    }
}
