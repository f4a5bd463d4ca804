package io.evenhand.node.transport;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Looks at every chunk of a download before it is kept.
@FunctionalInterface
public interface ChunkSink {
    /// Keeps everything: for bytes that are checked as a whole.
    ChunkSink ANY = (_, _) -> {};

    /// Called once for each chunk, in order, also for those an earlier run left on disk. The bytes
    /// are the whole chunk, valid during the call only: they start at index 0 of the buffer's
    /// array, and `remaining()` is their number.
    ///
    /// @throws io.evenhand.kit.codec.MalformedException if this is not that chunk: a chunk from
    ///   disk is then fetched again, a chunk from the peer ends the download
    void accept(long index, ByteBuffer chunk) throws IOException;
}
