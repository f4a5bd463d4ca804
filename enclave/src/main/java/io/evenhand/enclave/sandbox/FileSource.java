package io.evenhand.enclave.sandbox;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file that nobody else changes.
public final class FileSource implements Source {
    private final FileChannel file;
    private final long length;

    private FileSource(FileChannel file, long length) {
        this.file = file;
        this.length = length;
    }

    public static FileSource open(Path path) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        return new FileSource(file, file.size());
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public byte[] leaf(long index) throws IOException {
        long offset = index * LEAF;
        ByteBuffer leaf = ByteBuffer.allocate((int) Math.min(LEAF, length - offset));
        while (leaf.hasRemaining()) {
            if (file.read(leaf, offset + leaf.position()) < 0) {
                throw new EOFException("the file was cut short while it was read");
            }
        }
        return leaf.array();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
