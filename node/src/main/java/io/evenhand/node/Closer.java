package io.evenhand.node;

import java.util.ArrayDeque;
import java.util.Deque;

/// Closes what was opened so far if a start does not reach its end.
public final class Closer implements AutoCloseable {
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    public Closer(AutoCloseable first) {
        opened.push(first);
    }

    public <T extends AutoCloseable> T add(T part) {
        opened.push(part);
        return part;
    }

    /// The whole is there and owns its parts from now on.
    public <T> T keep(T whole) {
        opened.clear();
        return whole;
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                // The failure that made us close is the one to report.
                Thread.currentThread()
                        .getUncaughtExceptionHandler()
                        .uncaughtException(Thread.currentThread(), e);
            }
        }
    }
}
