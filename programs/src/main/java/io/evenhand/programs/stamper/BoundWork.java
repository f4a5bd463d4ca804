package io.evenhand.programs.stamper;

import io.evenhand.kit.seal.PlainRoot;
import io.evenhand.programs.policy.Work;
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
    private boolean closed;

    BoundWork(SpooledWork spooled) {
        this.spooled = spooled;
    }

    @Override
    public long length() {
        return spooled.length();
    }

    @Override
    public synchronized InputStream open() throws IOException {
        if (closed) {
            throw new IOException("judging is over");
        }
        Pass pass = new Pass(Files.newInputStream(spooled.file()));
        passes.add(pass);
        return pass;
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
    }

    /// A pass from the first byte on, without a way back. The policy's own close does nothing: the
    /// rest may still be needed for the root.
    private static final class Pass extends InputStream {
        private final InputStream in;
        private final PlainRoot root = new PlainRoot();

        Pass(InputStream in) {
            this.in = in;
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
