package io.evenhand.node.transport;

import io.evenhand.kit.codec.MalformedException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A piece of a file, as the header `Content-Range` says it: `bytes 0-9/100`, or `bytes */100` for
/// an empty piece at the end.
record ContentRange(long start, long length, long total) {
    /// Numbers of at most 18 digits fit in a long.
    private static final Pattern FORM =
            Pattern.compile("bytes (?:(\\d{1,18})-(\\d{1,18})|\\*)/(\\d{1,18})");

    static ContentRange parse(String header) {
        Matcher m = FORM.matcher(header);
        if (!m.matches()) {
            throw new MalformedException("Content-Range is not \"bytes FIRST-LAST/TOTAL\"");
        }
        long total = Long.parseLong(m.group(3));
        if (m.group(1) == null) {
            return new ContentRange(total, 0, total);
        }
        long first = Long.parseLong(m.group(1));
        long last = Long.parseLong(m.group(2));
        if (last < first || last >= total) {
            throw new MalformedException("Content-Range is not inside the file");
        }
        return new ContentRange(first, last - first + 1, total);
    }

    /// The next piece of at most `most` bytes from `start` on.
    static ContentRange piece(long start, long most, long total) {
        return new ContentRange(start, Math.min(most, total - start), total);
    }

    /// The first byte after it.
    long end() {
        return start + length;
    }

    /// From `start` to the end of the file.
    static ContentRange rest(long start, long total) {
        return new ContentRange(start, total - start, total);
    }

    String header() {
        return length == 0
                ? "bytes */" + total
                : "bytes " + start + "-" + (start + length - 1) + "/" + total;
    }
}
