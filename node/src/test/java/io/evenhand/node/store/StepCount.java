package io.evenhand.node.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import org.sqlite.ProgressHandler;

/// Counts the steps of the database's own machine that the calling thread asks for: no other load
/// of the computer changes them, and nothing that goes on beside.
final class StepCount implements AutoCloseable {
    private static final int FEW = 100;
    private static final int MANY = 2_000;
    private static final int MEASURED = 20;

    private final AtomicLong steps = new AtomicLong();
    private final Store store;
    private int done;

    /// What is done for one more exchange, of which the number is given.
    interface OneMore {
        void run(int number) throws Exception;
    }

    private StepCount(Store store) throws SQLException {
        this.store = store;
        Thread counted = Thread.currentThread();
        for (Connection connection : store.connections()) {
            ProgressHandler.setHandler(
                    connection,
                    1,
                    new ProgressHandler() {
                        @Override
                        protected int progress() {
                            if (Thread.currentThread().equals(counted)) {
                                long _ = steps.incrementAndGet();
                            }
                            return 0;
                        }
                    });
        }
    }

    /// The cost of one more exchange of two thousand is within a third of that of one of a hundred.
    static void assertHardlyGrows(Store store, OneMore one) throws SQLException {
        try (StepCount count = new StepCount(store)) {
            double few = count.costAt(FEW, one);
            double many = count.costAt(MANY, one);
            assertTrue(few > MEASURED, "steps are counted: " + few);
            assertTrue(many <= 1.3 * few, many + " steps after " + few);
        }
    }

    private double costAt(int exchanges, OneMore one) {
        while (done < exchanges) {
            // So many share a flush: only what is measured is stored one by one.
            store.transact(() -> {
                for (int i = 0; i < FEW; i++) {
                    next(one);
                }
            });
        }
        long before = steps.get();
        for (int i = 0; i < MEASURED; i++) {
            next(one);
        }
        return (double) (steps.get() - before) / MEASURED;
    }

    private void next(OneMore one) {
        try {
            one.run(++done);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws SQLException {
        for (Connection connection : store.connections()) {
            ProgressHandler.clearHandler(connection);
        }
    }
}
