package io.evenhand.node;

import java.nio.file.Path;

/// The disk below a directory, of which a part is never used: the journal must always find room.
///
/// @param reserve bytes that stay free
public record Disk(Path directory, long reserve) {
    /// Bytes that may still be used.
    public long room() {
        // 0 if the system does not say: better to wait than to fill it.
        return Math.max(0, directory.toFile().getUsableSpace() - reserve);
    }

    /// Waits for room rather than to fail: a disk can be cleared.
    public void need(long bytes, String what) throws AgainException {
        long room = room();
        if (bytes > room) {
            throw new AgainException(
                    "the disk has room for "
                            + room
                            + " bytes, "
                            + what
                            + " needs "
                            + bytes
                            + ": clear some");
        }
    }
}
