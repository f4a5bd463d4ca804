package io.evenhand.node.transport;

import io.evenhand.kit.codec.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Files to move, and the check of each of their chunks.
final class TestFiles {
    static final int CHUNK = 1 << 20;

    private TestFiles() {}

    static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    static Path write(Path file, int size) throws IOException {
        return Files.write(file, bytes(size));
    }

    /// Takes exactly the chunks of these bytes and notes their numbers.
    static final class Checking implements ChunkSink {
        final List<Long> seen = Collections.synchronizedList(new ArrayList<>());
        private final byte[] expected;

        Checking(byte[] expected) {
            this.expected = expected;
        }

        @Override
        public void accept(long index, ByteBuffer chunk) {
            int at = (int) index * CHUNK;
            int length = Math.min(CHUNK, expected.length - at);
            if (!chunk.equals(ByteBuffer.wrap(expected, at, length))) {
                throw new MalformedException("another hash");
            }
            seen.add(index);
        }
    }
}
