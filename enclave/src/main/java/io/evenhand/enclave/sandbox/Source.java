package io.evenhand.enclave.sandbox;

import java.io.Closeable;
import java.io.IOException;

/// Bytes that a guest may read from any place. They come in leaves, since the stamper can tell only
/// of a whole leaf that nobody changed it.
public interface Source extends Closeable {
    /// Bytes of each leaf but the last, which may be shorter.
    int LEAF = 1 << 20;

    /// In bytes.
    long length();

    /// Leaves of so many bytes.
    static long leaves(long length) {
        return (length + LEAF - 1) / LEAF;
    }

    /// Reads the leaf that begins at `index` times {@link #LEAF}, below the length.
    ///
    /// @throws IOException if it cannot be read as it was, which says nothing about the work
    byte[] leaf(long index) throws IOException;
}
