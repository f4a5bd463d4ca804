package io.evenhand.enclave.policy;

import io.evenhand.kit.codec.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads a CSV file of `row,label` line by line in constant memory.
///
/// The form is RFC 4180 with two columns: a field may stand in quotes, in which two quotes mean
/// one; lines end with LF or CR LF, and the last end may be missing. A byte order mark of UTF-8 is
/// skipped. The first line is `row,label`. A row is a whole number without leading zeros, a label
/// is printable text; outside of quotes it has neither comma nor quote. Other separators and UTF-16
/// are named and not guessed: `1;cat` could be a label as well.
///
/// Errors name the line and the kind of fault, never what stands in it: the file may be hidden
/// data.
final class LabelReader {
    /// A label is a word; a longer line is not a labels file.
    static final int MAX_LINE = 1024;

    /// What built-in policies read at most (decisions 14).
    static final long MAX_BYTES = 64L << 20;

    static final int MAX_ROWS = 10_000_000;

    /// Rows are below this, so that a row and a place in the file fit one long.
    static final long MAX_ROW = 1L << 36;

    private static final String HEADER = "row,label";

    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private final byte[] line = new byte[MAX_LINE];
    private int from;
    private int to;
    private int length;
    private int lines;
    private int labelEnd;
    private int labelStart;
    private long consumed;
    private long row;

    LabelReader(InputStream in) throws IOException {
        this.in = in;
        boolean any = readLine();
        int mark = length >= 3 && at(0) == 0xef && at(1) == 0xbb && at(2) == 0xbf ? 3 : 0;
        if (!any || !isHeader(mark)) {
            throw new MalformedException("line 1 must be " + HEADER + headerFault(mark));
        }
    }

    private int at(int place) {
        return line[place] & 0xff;
    }

    private boolean isHeader(int start) {
        String text = new String(line, start, length - start, StandardCharsets.ISO_8859_1);
        return text.equals(HEADER)
                || text.equals("\"row\",\"label\"")
                || text.equals("\"row\",label")
                || text.equals("row,\"label\"");
    }

    /// What kind of line stands there instead.
    private String headerFault(int start) {
        String text = new String(line, start, length - start, StandardCharsets.ISO_8859_1);
        if (text.indexOf('\0') >= 0
                || text.startsWith("\u00ff\u00fe")
                || text.startsWith("\u00fe\u00ff")) {
            return ": the file is UTF-16, save it as UTF-8";
        }
        if (text.isEmpty()) {
            return ": it is empty";
        }
        if (text.indexOf('\r') >= 0) {
            return ": lines end with CR alone, save it with LF or CR LF";
        }
        if (text.indexOf(',') < 0 && text.indexOf(';') >= 0) {
            return ": the columns are separated by \";\", save it with commas";
        }
        if (text.indexOf(',') < 0 && text.indexOf('\t') >= 0) {
            return ": the columns are separated by tabs, save it with commas";
        }
        if (text.replaceAll("[ \"]", "").equalsIgnoreCase(HEADER)) {
            return ": small letters without blanks";
        }
        if (text.matches("\"?[0-9]+\"?,.*")) {
            return ": the header is missing, a row stands there";
        }
        long columns = 1 + text.chars().filter(c -> c == ',').count();
        return ": " + columns + " column(s) of other names stand there";
    }

    /// Goes to the next line; false at the end.
    boolean next() throws IOException {
        if (!readLine()) {
            return false;
        }
        if (lines > MAX_ROWS + 1) {
            throw new MalformedException("more than " + MAX_ROWS + " rows");
        }
        if (length == 0) {
            throw malformed("is empty");
        }
        readLabel(readRow());
        return true;
    }

    /// Reads the row and its comma; returns where the label starts.
    private int readRow() {
        boolean quoted = line[0] == '"';
        int first = quoted ? 1 : 0;
        int at = first;
        row = 0;
        while (at < length && line[at] >= '0' && line[at] <= '9' && row < MAX_ROW) {
            row = row * 10 + (line[at++] - '0');
        }
        boolean closed = !quoted || (at < length && line[at] == '"');
        int comma = quoted ? at + 1 : at;
        if (at == first || !closed || comma >= length || line[comma] != ',' || row >= MAX_ROW) {
            throw malformed("must start with a row number below 2^36 and a comma" + instead(comma));
        }
        if (line[first] == '0' && at > first + 1) {
            throw malformed("must not start with a zero");
        }
        return comma + 1;
    }

    private String instead(int at) {
        if (at >= length) {
            return at == length ? ", it has one column" : "";
        }
        return switch (line[at]) {
            case ';' -> ", a \";\" follows the number";
            case '\t' -> ", a tab follows the number";
            case ' ' -> ", a blank follows the number";
            case '.' -> ", a point follows the number";
            default -> "";
        };
    }

    /// Puts the label's own text in the place of its field.
    private void readLabel(int start) {
        labelStart = start;
        labelEnd = start;
        boolean quoted = start < length && line[start] == '"';
        int at = quoted ? start + 1 : start;
        for (; at < length; at++) {
            byte b = line[at];
            if ((b >= 0 && b < ' ') || b == 0x7f) {
                throw malformed("has a character that cannot be printed in its label");
            }
            if (b == '"' && quoted && at + 1 < length && line[at + 1] == '"') {
                at++;
            } else if (b == '"' && quoted) {
                break;
            } else if (b == '"') {
                throw malformed("has a quote inside of a label that has none around it");
            } else if (b == ',' && !quoted) {
                throw malformed("has more than two columns");
            }
            line[labelEnd++] = line[at];
        }
        if (quoted && at != length - 1) {
            throw malformed(
                    at >= length
                            ? "has a quote that does not end on the same line"
                            : "has something after the quote that ends the label");
        }
        if (labelEnd == labelStart) {
            throw malformed("has no label");
        }
    }

    long row() {
        return row;
    }

    int labelLength() {
        return labelEnd - labelStart;
    }

    /// Copies the label to `offset` in `text`.
    void copyLabel(byte[] text, int offset) {
        System.arraycopy(line, labelStart, text, offset, labelLength());
    }

    /// Whether this line's label stands at `offset` in `text`.
    boolean labelEquals(byte[] text, int offset, int size) {
        return Arrays.equals(line, labelStart, labelEnd, text, offset, offset + size);
    }

    private MalformedException malformed(String why) {
        return new MalformedException("line " + lines + " " + why);
    }

    private boolean readLine() throws IOException {
        length = 0;
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
