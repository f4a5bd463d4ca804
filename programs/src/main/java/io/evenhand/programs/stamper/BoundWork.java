package io.evenhand.programs.stamper;

import io.evenhand.enclave.policy.Work;
import io.evenhand.enclave.sandbox.FileSource;
import io.evenhand.enclave.sandbox.Source;
import io.evenhand.kit.seal.PlainRoot;
import io.evenhand.kit.value.Bytes32;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/// Lends the spooled work to a policy and computes the root of every pass it makes.
///
/// The length is the one that was taken in, which the root fixes too. Closing it ends all passes,
/// also those of a policy that was left behind.
final class BoundWork implements Work, Closeable {
    private final SpooledWork spooled;
    private final List<Pass> passes = new ArrayList<>();
    private final List<FileSource> sources = new ArrayList<>();
    private boolean closed;

    BoundWork(SpooledWork spooled) {
        this.spooled = spooled;
    }

    @Override
    public long length() {
        return spooled.length();
    }

    @Override
    public InputStream open() throws IOException {
        return pass(new PlainRoot());
    }

    private synchronized Pass pass(PlainRoot root) throws IOException {
        if (closed) {
            throw new IOException("judging is over");
        }
        Pass pass = new Pass(Files.newInputStream(spooled.file()), root);
        passes.add(pass);
        return pass;
    }

    /// Reads from any place: each leaf must be as a first pass over the whole work saw it, and that
    /// pass must give the root like every other.
    @Override
    public Source source() throws IOException {
        List<Bytes32> leaves = new ArrayList<>();
        PlainRoot root = new PlainRoot(leaves::add);
        pass(root).readAll();
        Bytes32 _ = root.finish();
        return new CheckedSource(opened(), leaves);
    }

    private synchronized FileSource opened() throws IOException {
        if (closed) {
            throw new IOException("judging is over");
        }
        FileSource file = FileSource.open(spooled.file());
        sources.add(file);
        return file;
    }

    /// Whether every pass saw the bytes that were taken in; what a policy did not read is read now.
    synchronized boolean unchanged() throws IOException {
        for (Pass pass : passes) {
            pass.readAll();
            if (!pass.root.finish().equals(spooled.root())) {
                return false;
            }
        }
        return true;
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        for (Pass pass : passes) {
            pass.in.close();
        }
        for (FileSource source : sources) {
            source.close();
        }
    }

    /// @param leaves hashes that the first pass found
    private record CheckedSource(FileSource file, List<Bytes32> leaves) implements Source {
        @Override
        public long length() {
            return file.length();
        }

        @Override
        public byte[] leaf(long index) throws IOException {
            byte[] leaf = file.leaf(index);
            if (!PlainRoot.leafHash(leaf).equals(leaves.get((int) index))) {
                throw new IOException("16b: the work changed in our spool");
            }
            return leaf;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /// A pass from the first byte on, without a way back. The policy's own close does nothing: the
    /// rest may still be needed for the root.
    private static final class Pass extends InputStream {
        private final InputStream in;
        private final PlainRoot root;

        Pass(InputStream in, PlainRoot root) {
            this.in = in;
            this.root = root;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int n = in.read(bytes, offset, length);
            if (n > 0) {
                root.update(bytes, offset, n);
            }
            return n;
        }

        void readAll() throws IOException {
            byte[] buffer = new byte[1 << 16];
            int n = read(buffer, 0, buffer.length);
            while (n >= 0) {
                n = read(buffer, 0, buffer.length);
            }
        }
    }
}
