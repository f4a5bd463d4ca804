package io.evenhand.kit.seal;

import java.util.Arrays;

/// One chunk, plain and encrypted.
final class Buffers {
    final byte[] plain = new byte[SealHeader.CHUNK_SIZE];
    final byte[] chunk = new byte[SealHeader.CHUNK_SIZE + DemKeys.TAG_SIZE];

    /// One set for each slot of {@link Behind}.
    static Buffers[] rotating() {
        Buffers[] all = new Buffers[Behind.SLOTS];
        Arrays.setAll(all, i -> new Buffers());
        return all;
    }

    static void erase(Buffers[] all) {
        for (Buffers one : all) {
            Arrays.fill(one.plain, (byte) 0);
        }
    }
}
