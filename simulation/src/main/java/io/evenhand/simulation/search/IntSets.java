package io.evenhand.simulation.search;

import java.util.Arrays;

/// Sets of small numbers, each set stored once and named by a number; the empty set is 0.
public final class IntSets {
    private static final int EMPTY = 0;

    private final Interner<Members> sets = new Interner<>();
    private final LongIntMap sums = new LongIntMap();
    private final LongIntMap differences = new LongIntMap();

    public IntSets() {
        int _ = sets.id(new Members(new int[0]));
    }

    /// Sorted; not to be changed by the caller.
    public int[] members(int set) {
        return sets.value(set).sorted;
    }

    public boolean contains(int set, int member) {
        return Arrays.binarySearch(members(set), member) >= 0;
    }

    public int of(int... members) {
        return sets.id(new Members(Arrays.stream(members).sorted().distinct().toArray()));
    }

    public int union(int left, int right) {
        if (right == EMPTY || left == right) {
            return left;
        }
        if (left == EMPTY) {
            return right;
        }
        long key = pair(left, right);
        int known = sums.get(key);
        if (known == LongIntMap.NONE) {
            int[] both = Arrays.copyOf(members(left), members(left).length + members(right).length);
            System.arraycopy(members(right), 0, both, members(left).length, members(right).length);
            known = of(both);
            sums.put(key, known);
        }
        return known;
    }

    public int without(int set, int member) {
        long key = pair(set, member);
        int known = differences.get(key);
        if (known == LongIntMap.NONE) {
            known = of(Arrays.stream(members(set)).filter(m -> m != member).toArray());
            differences.put(key, known);
        }
        return known;
    }

    private static long pair(int left, int right) {
        return ((long) left << 32) | right;
    }

    private static final class Members {
        private final int[] sorted;

        private Members(int[] sorted) {
            this.sorted = sorted;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Members m && Arrays.equals(sorted, m.sorted);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(sorted);
        }
    }
}
