package io.evenhand.enclave.host;

import io.evenhand.enclave.policy.Work;
import io.evenhand.enclave.sandbox.Source;
import io.evenhand.kit.seal.PlainRoot;
import io.evenhand.kit.value.Bytes32;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/// Lends the work to a policy and computes the root of every pass it makes.
///
/// The length is the one that was taken in, which the root fixes too.
final class BoundWork implements Work {
    private final Source lent;
    private final Bytes32 root;
    private final List<Pass> passes = new ArrayList<>();
    private boolean changed;

    /// @param root the plain root that every pass must find
    BoundWork(Source lent, Bytes32 root) {
        this.lent = lent;
        this.root = root;
    }

    @Override
    public long length() {
        return lent.length();
    }

    @Override
    public InputStream open() throws IOException {
        return pass(new PlainRoot());
    }

    private Pass pass(PlainRoot found) throws IOException {
        Pass pass = new Pass(Work.of(lent).open(), found);
        passes.add(pass);
        return pass;
    }

    /// Reads from any place: a first pass over the whole work must give the root, and each leaf
    /// must be as that pass saw it.
    @Override
    public Source source() throws IOException {
        List<Bytes32> leaves = new ArrayList<>();
        PlainRoot found = new PlainRoot(leaves::add);
        try (InputStream pass = Work.of(lent).open()) {
            new Pass(pass, found).readAll();
        }
        if (!found.finish().equals(root)) {
            throw change();
        }
        return new CheckedSource(leaves);
    }

    private IOException change() {
        changed = true;
        return new IOException("16b: the work is not the one that was taken in");
    }

    /// Whether a pass saw other bytes than those of the root.
    boolean isChanged() {
        return changed;
    }

    /// Whether every pass saw the bytes that were taken in; what a policy did not read is read now.
    boolean unchanged() throws IOException {
        for (Pass pass : passes) {
            pass.readAll();
            changed |= !pass.root.finish().equals(root);
        }
        passes.clear();
        return !changed;
    }

    private final class CheckedSource implements Source {
        private final List<Bytes32> leaves;

        CheckedSource(List<Bytes32> leaves) {
            this.leaves = leaves;
        }

        @Override
        public long length() {
            return lent.length();
        }

        @Override
        public byte[] leaf(long index) throws IOException {
            byte[] leaf = lent.leaf(index);
            if (!PlainRoot.leafHash(leaf).equals(leaves.get((int) index))) {
                throw change();
            }
            return leaf;
        }

        @Override
        public void close() throws IOException {
            lent.close();
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
