package io.evenhand.enclave.policy;

import io.evenhand.kit.codec.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads a CSV file of `row,label` line by line in constant memory.
///
/// The first line is exactly `row,label`. A row is a whole number without leading zeros, a label is
/// printable text without comma or quote. Lines end with LF or CR LF; the last end may be missing.
/// Errors name the line, never what stands in it: the file may be hidden data.
final class LabelReader {
    /// A label is a word; a longer line is not a labels file.
    static final int MAX_LINE = 1024;

    /// What built-in policies read at most (decisions 14).
    static final long MAX_BYTES = 64L << 20;

    static final int MAX_ROWS = 10_000_000;

    /// Rows are below this, so that a row and a place in the file fit one long.
    static final long MAX_ROW = 1L << 36;

    private static final byte[] HEADER = "row,label".getBytes(StandardCharsets.US_ASCII);

    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private final byte[] line = new byte[MAX_LINE];
    private int from;
    private int to;
    private int length;
    private int lines;
    private int comma;
    private long consumed;
    private long start;
    private long row;

    LabelReader(InputStream in) throws IOException {
        this.in = in;
        if (!readLine() || !Arrays.equals(line, 0, length, HEADER, 0, HEADER.length)) {
            throw new MalformedException("line 1 must be row,label");
        }
    }

    /// Goes to the next line; false at the end.
    boolean next() throws IOException {
        if (!readLine()) {
            return false;
        }
        if (lines > MAX_ROWS + 1) {
            throw new MalformedException("more than " + MAX_ROWS + " rows");
        }
        row = 0;
        comma = 0;
        while (comma < length && line[comma] >= '0' && line[comma] <= '9' && row < MAX_ROW) {
            row = row * 10 + (line[comma++] - '0');
        }
        if (comma == 0 || comma == length || line[comma] != ',' || row >= MAX_ROW) {
            throw malformed("must start with a row number below 2^36 and a comma");
        }
        if (line[0] == '0' && comma > 1) {
            throw malformed("must not start with a zero");
        }
        checkLabel();
        return true;
    }

    long row() {
        return row;
    }

    /// Where the label of this line starts in the file.
    long labelOffset() {
        return start + comma + 1;
    }

    int labelLength() {
        return length - comma - 1;
    }

    /// Whether this line's label stands at `offset` in `text`.
    boolean labelEquals(byte[] text, int offset, int size) {
        return Arrays.equals(line, comma + 1, length, text, offset, offset + size);
    }

    private void checkLabel() {
        if (labelLength() == 0) {
            throw malformed("has no label");
        }
        for (int i = comma + 1; i < length; i++) {
            byte b = line[i];
            if ((b >= 0 && b < ' ') || b == 0x7f || b == ',' || b == '"') {
                throw malformed("must be one row and one plain label");
            }
        }
    }

    private MalformedException malformed(String why) {
        return new MalformedException("line " + lines + " " + why);
    }

    private boolean readLine() throws IOException {
        length = 0;
        start = consumed;
        int b = read();
        if (b < 0) {
            return false;
        }
        lines++;
        for (; b >= 0 && b != '\n'; b = read()) {
            if (length == MAX_LINE) {
                throw malformed("is longer than " + MAX_LINE + " bytes");
            }
            line[length++] = (byte) b;
        }
        if (b == '\n' && length > 0 && line[length - 1] == '\r') {
            length--;
        }
        return true;
    }

    private int read() throws IOException {
        if (from == to) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("judging was stopped");
            }
            from = 0;
            to = Math.max(0, in.read(buffer));
            if (to == 0) {
                return -1;
            }
        }
        if (++consumed > MAX_BYTES) {
            throw new MalformedException("larger than " + (MAX_BYTES >> 20) + " MiB");
        }
        return buffer[from++] & 0xff;
    }
}
