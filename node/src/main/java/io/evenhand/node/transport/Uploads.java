package io.evenhand.node.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// Who writes which file at the moment: one request for each file, and the newest wins. A peer
/// whose connection broke continues at once, without waiting until the old request has noticed.
final class Uploads {
    private final ConcurrentHashMap<Path, Writer> writers = new ConcurrentHashMap<>();

    /// Takes the file over from whoever wrote it so far. `end` must make that request's blocked
    /// read return.
    Writer enter(Path target, Runnable end) {
        Writer mine = new Writer(target, end);
        Writer old = writers.put(target, mine);
        if (old != null) {
            old.retire();
        }
        return mine;
    }

    /// The right to write one file; lost when another request takes over.
    final class Writer implements AutoCloseable {
        private final Path target;
        private final Runnable end;
        private final ReentrantLock lock = new ReentrantLock();
        private boolean over;

        private Writer(Path target, Runnable end) {
            this.target = target;
            this.end = end;
        }

        void append(PartFile part, ByteBuffer bytes) throws Refused, IOException {
            with(() -> part.append(bytes));
        }

        /// Does something with the file that no other request may see half done.
        void with(Action action) throws Refused, IOException {
            lock.lock();
            try {
                if (over) {
                    throw new Refused(
                            Refused.Kind.BUSY, "another request has taken over this upload");
                }
                action.run();
            } finally {
                lock.unlock();
            }
        }

        private void retire() {
            lock.lock();
            try {
                if (!over) {
                    over = true;
                    end.run();
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                over = true;
            } finally {
                lock.unlock();
            }
            writers.remove(target, this);
        }
    }

    /// Something that touches a file.
    @FunctionalInterface
    interface Action {
        void run() throws Refused, IOException;
    }
}
