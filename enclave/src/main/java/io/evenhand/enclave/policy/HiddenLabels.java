package io.evenhand.enclave.policy;

import io.evenhand.kit.codec.MalformedException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// The hidden labels, found by row: the labels one after the other, in the memory that the file
/// took, and a sorted index of 8 bytes a row.
///
/// The largest file allowed takes 116 MiB, and 52 more while the index is sorted if its rows lie in
/// runs: that fits the heap of a guest host, and little more does.
final class HiddenLabels {
    /// Bits for a place in the file, which has at most 2^26 bytes.
    private static final int OFFSET_BITS = 27;

    /// Each label and a line end, which none of them holds.
    private final byte[] text;

    /// row · 2^27 + place of its label, ascending.
    private final long[] index;

    private HiddenLabels(byte[] text, long[] index) {
        this.text = text;
        this.index = index;
    }

    /// @throws MalformedException if the file is not a labels file with one label a row
    static HiddenLabels read(Work hidden) throws IOException {
        // One byte too many is enough to be refused.
        byte[] text = new byte[(int) Math.min(hidden.length(), LabelReader.MAX_BYTES + 1)];
        try (InputStream in = hidden.open()) {
            if (in.readNBytes(text, 0, text.length) < text.length) {
                throw new EOFException("hidden data: cut short while they were read");
            }
        }
        try {
            long[] index = index(text);
            checkUnique(index);
            return new HiddenLabels(text, index);
        } catch (MalformedException e) {
            throw new MalformedException("hidden data: " + e.getMessage(), e);
        }
    }

    private static long[] index(byte[] text) throws IOException {
        int rows = 0;
        for (LabelReader lines = new LabelReader(new ByteArrayInputStream(text)); lines.next(); ) {
            rows++;
        }
        if (rows == 0) {
            throw new MalformedException("no rows");
        }
        long[] index = new long[rows];
        LabelReader lines = new LabelReader(new ByteArrayInputStream(text));
        // Behind what is still to be read: a label is shorter than its line. Never at place 0.
        int place = 1;
        for (int i = 0; lines.next(); i++) {
            index[i] = lines.row() << OFFSET_BITS | place;
            lines.copyLabel(text, place);
            place += lines.labelLength();
            text[place++] = '\n';
        }
        Arrays.sort(index);
        return index;
    }

    private static void checkUnique(long[] index) {
        for (int i = 1; i < index.length; i++) {
            if (index[i] >> OFFSET_BITS == index[i - 1] >> OFFSET_BITS) {
                throw new MalformedException("a row stands in it twice");
            }
        }
    }

    int count() {
        return index.length;
    }

    /// The number of a row, from 0 to count - 1, or -1 for a row without a hidden label.
    int find(long row) {
        int at = Arrays.binarySearch(index, row << OFFSET_BITS);
        // A label never stands at place 0, so the search ends where the row would be inserted.
        int found = -at - 1;
        return found < index.length && index[found] >> OFFSET_BITS == row ? found : -1;
    }

    /// Whether the label of the reader's line is the hidden one of row number `found`.
    boolean matches(int found, LabelReader line) {
        int offset = (int) (index[found] & ((1L << OFFSET_BITS) - 1));
        int end = offset + line.labelLength();
        return end < text.length
                && line.labelEquals(text, offset, line.labelLength())
                && text[end] == '\n';
    }
}
