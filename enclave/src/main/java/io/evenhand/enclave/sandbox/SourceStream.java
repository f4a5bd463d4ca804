package io.evenhand.enclave.sandbox;

import java.io.IOException;
import java.io.InputStream;

/// The bytes of a source from the first to the last, one leaf in memory.
public final class SourceStream extends InputStream {
    private final Source source;
    private byte[] leaf = {};
    private int at;
    private long next;

    public SourceStream(Source source) {
        this.source = source;
    }

    @Override
    public int read() throws IOException {
        return more() ? leaf[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!more()) {
            return -1;
        }
        int count = Math.min(length, leaf.length - at);
        System.arraycopy(leaf, at, bytes, offset, count);
        at += count;
        return count;
    }

    private boolean more() throws IOException {
        if (at == leaf.length && next * Source.LEAF < source.length()) {
            leaf = source.leaf(next++);
            at = 0;
        }
        return at < leaf.length;
    }
}
