package io.evenhand.node.store;

import io.evenhand.kit.process.Cost;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Steps of several threads that share one transaction and one flush.
///
/// A step runs on the thread that asks for it, one after the other, in the order in which they
/// asked. The first one begins a transaction; each later one is a savepoint in it. A thread whose
/// step is done leaves the commit to the next waiting thread, if there is one, and waits for it; if
/// there is none it commits for the whole group. So a step that is alone waits for nobody, and
/// those that come while one group is flushed are the next group. On a busy node who wants a flush
/// rests before it asks for its turn, see {@link FlushPace}.
///
/// * No call returns before the commit that holds its step is flushed, unless it needs no flush.
/// * {@link #flush} returns when all steps are flushed whose calls returned before it was called,
///   unless they need no flush.
/// * Who does not want to wait hands its step to a thread that does: {@link LaterSteps}.
/// * A step that throws is taken back alone, and the exception is its caller's alone.
/// * A commit that fails fails every step of its group.
/// * A step sees what the steps before it wrote, also those of its own group.
/// * Nothing of a step in which a statement failed is stored, even if the step goes on.
///
/// docs/decisions/group-commit.md tells why.
final class GroupCommit {
    /// Steps of one group: the first waits for the last, also if there is always one more.
    static final int MOST = 256;

    private final Path file;
    private final Sql sql;
    private final Predicate<Boolean> afterCommit;
    private final FlushPace pace;

    /// Held while a step or a commit runs. Fair: whoever asks often comes no sooner.
    private final ReentrantLock turn = new ReentrantLock(true);

    /// Callers that want a flush and have not got their turn yet.
    private final AtomicInteger wanting = new AtomicInteger();

    private final AtomicLong commits = new AtomicLong();
    private final AtomicLong flushes = new AtomicLong();

    /// Steps that were written without a flush, and how many of them a flush has taken along since.
    private final AtomicLong written = new AtomicLong();

    private final AtomicLong flushed = new AtomicLong();

    /// How far of what was written somebody may have to wait for: without what needs no flush that
    /// was written since.
    private final AtomicLong needed = new AtomicLong();

    // What follows is guarded by `turn`.

    private @Nullable Group open;
    private @Nullable SQLException broken;
    private boolean flushing = true;

    /// @param afterCommit hears after each commit whether it succeeded, before anybody else does,
    ///   and says whether it has flushed everything
    GroupCommit(Path file, Sql sql, Predicate<Boolean> afterCommit, FlushPace pace) {
        this.file = file;
        this.sql = sql;
        this.afterCommit = afterCommit;
        this.pace = pace;
    }

    /// What is to be on the disk when a call returns.
    enum Flush {
        /// Everything: it survives the loss of the process and of power.
        NOW,

        /// What a loss of power may take, but no loss of the process: it is written, in order, and
        /// stays with whatever is flushed later.
        SOON,

        /// Nothing yet: no call waits for it. A commit that fails may take it, or a crash, which
        /// then leaves nothing that was stored later.
        LATER
    }

    private static final class Group {
        private final CompletableFuture<@Nullable StoreException> end = new CompletableFuture<>();
        private final boolean flushed;
        private int steps;

        Group(boolean flushed) {
            this.flushed = flushed;
        }
    }

    /// Whether this thread is inside of a step.
    boolean isMine() {
        return turn.isHeldByCurrentThread();
    }

    /// Runs a step, or a part of the step that this thread is in.
    <T> T run(Flush flush, Journal.Work<T> work) throws SQLException {
        if (isMine()) {
            return within(work);
        }
        if (flush == Flush.NOW) {
            pace.rest();
        }
        return next(flush, work);
    }

    /// Runs a step when its turn comes.
    private <T> T next(Flush flush, Journal.Work<T> work) throws SQLException {
        Group group;
        T result;
        boolean now = flush == Flush.NOW;
        wanting.addAndGet(now ? 1 : 0);
        turn.lock();
        try {
            wanting.addAndGet(now ? -1 : 0);
            group = group(flush);
            result = step(group, work);
            if (flush != Flush.LATER) {
                needed.set(written.get());
            }
        } finally {
            leave();
        }
        if (flush != Flush.LATER) {
            await(group);
        }
        return result;
    }

    /// Runs steps of other threads one after the other, each of which may fail alone, and tells
    /// each how it ended once all are flushed that did not fail.
    void runTogether(List<LaterSteps.Step> steps) {
        List<Ran> ran = new ArrayList<>();
        wanting.incrementAndGet();
        turn.lock();
        try {
            wanting.decrementAndGet();
            for (LaterSteps.Step next : steps) {
                ran.add(attempt(next));
            }
            needed.set(written.get());
        } finally {
            leave();
        }
        ran.forEach(GroupCommit::tell);
    }

    /// @param group of which it is a part, unless it failed alone
    private record Ran(
            LaterSteps.Step step, @Nullable Group group, @Nullable RuntimeException failure) {}

    private Ran attempt(LaterSteps.Step next) {
        try {
            Group group = group(Flush.NOW);
            Object _ = step(group, next.work());
            return new Ran(next, group, null);
        } catch (SQLException e) {
            return new Ran(next, null, StoreException.of(file, e));
        } catch (RuntimeException e) {
            return new Ran(next, null, e);
        }
    }

    private static void tell(Ran ran) {
        RuntimeException failure = ran.failure();
        if (failure == null && ran.group() != null) {
            failure = ran.group().end.join();
        }
        if (failure == null) {
            ran.step().then().stored();
        } else {
            ran.step().then().failed(failure);
        }
    }

    /// Waits until all that was written before is flushed, but for what needs no flush; costs
    /// nothing if it is, or if the flush that is under way does it.
    void flush() throws SQLException {
        long wanted = needed.get();
        if (flushed.get() >= wanted) {
            return;
        }
        Journal.Work<Boolean> touch =
                writer -> {
                    // A commit of nothing is not flushed. The value stays as it is.
                    Schema.touch(writer);
                    return true;
                };
        if (isMine()) {
            boolean _ = within(touch);
            return;
        }
        pace.rest();
        if (flushed.get() < wanted && !isFlushedNext(wanted)) {
            boolean _ = next(Flush.NOW, touch);
        }
    }

    /// Waits for those who came before, and says whether they have flushed so much.
    private boolean isFlushedNext(long wanted) {
        wanting.incrementAndGet();
        turn.lock();
        wanting.decrementAndGet();
        // If a group was left to this thread, it is flushed here.
        leave();
        return flushed.get() >= wanted;
    }

    /// Also if this thread is interrupted, as for a commit of its own.
    private static void await(Group group) {
        StoreException failure = group.end.join();
        if (failure != null) {
            throw new StoreException(String.valueOf(failure.getMessage()), failure);
        }
    }

    private <T> T within(Journal.Work<T> work) throws SQLException {
        if (broken != null) {
            // SQLite may have taken the whole transaction back by itself: what is written now would
            // be stored alone.
            throw broken;
        }
        try {
            return work.run(sql);
        } catch (SQLException e) {
            broken = e;
            throw e;
        }
    }

    private Group group(Flush flush) throws SQLException {
        if (open == null) {
            // If another one needs a flush, it is in the same group.
            boolean wanted = flush == Flush.NOW || wanting.get() > 0;
            flushing(wanted);
            sql.run("BEGIN IMMEDIATE");
            open = new Group(wanted);
        } else {
            sql.run("SAVEPOINT step");
        }
        return open;
    }

    /// `NORMAL` writes the log without waiting for the disk; the next flush takes it along.
    private void flushing(boolean wanted) throws SQLException {
        if (flushing != wanted) {
            sql.run("PRAGMA synchronous = " + (wanted ? "FULL" : "NORMAL"));
            flushing = wanted;
        }
    }

    private <T> T step(Group group, Journal.Work<T> work) throws SQLException {
        boolean done = false;
        broken = null;
        try {
            T result = within(work);
            if (broken != null) {
                throw broken;
            }
            if (group.steps > 0) {
                sql.run("RELEASE step");
            }
            group.steps++;
            long _ = written.incrementAndGet();
            done = true;
            return result;
        } finally {
            if (!done) {
                takeBack(group);
            }
        }
    }

    private void takeBack(Group group) {
        boolean othersStay = false;
        try {
            if (group.steps > 0) {
                sql.run("ROLLBACK TO step");
                sql.run("RELEASE step");
                othersStay = true;
            }
        } catch (SQLException e) {
            // After some errors, such as a full disk, SQLite has taken everything back.
            fail(group, broken == null ? e : broken);
        } finally {
            if (!othersStay) {
                open = null;
                rollBack();
                group.end.complete(ending());
            }
        }
    }

    /// The next in the queue goes on with the group, or it ends here.
    private void leave() {
        try {
            Group group = open;
            if (group != null) {
                if (!group.flushed || !isContinued(group)) {
                    commit(group);
                }
            }
        } finally {
            turn.unlock();
        }
    }

    private boolean isContinued(Group group) {
        return group.steps < MOST && turn.hasQueuedThreads();
    }

    private void commit(Group group) {
        open = null;
        boolean stored = false;
        try {
            sql.run("COMMIT");
            stored = true;
            commits.addAndGet(group.steps);
            if (group.flushed) {
                flushed.set(written.get());
                pace.flushed();
            }
            flushes.addAndGet(group.flushed ? 1 : 0);
            Cost.FLUSHES.add(group.flushed ? 1 : 0);
        } catch (SQLException e) {
            fail(group, e);
        } finally {
            try {
                if (!stored) {
                    rollBack();
                }
                if (afterCommit.test(stored)) {
                    flushed.set(written.get());
                }
            } finally {
                group.end.complete(stored ? null : ending());
            }
        }
    }

    private void fail(Group group, SQLException e) {
        group.end.complete(StoreException.of(file, e));
    }

    /// What the others of a group hear if an `Error` kept their commit from ending.
    private StoreException ending() {
        return new StoreException(file + ": was not written, because this process is ending");
    }

    /// After some errors SQLite has rolled back by itself and says so; the first error matters. A
    /// transaction that really stayed open makes the next BEGIN fail.
    private void rollBack() {
        try {
            sql.run("ROLLBACK");
        } catch (SQLException ignored) {
            // Told above.
        }
    }

    /// Ends the group that was left to this thread, and keeps everybody out while `last` runs.
    void close(Closing last) throws SQLException {
        turn.lock();
        try {
            if (open != null) {
                commit(open);
            }
            last.run();
        } finally {
            turn.unlock();
        }
    }

    /// Closes what steps need.
    interface Closing {
        void run() throws SQLException;
    }

    JournalCounts counts() {
        return new JournalCounts(commits.get(), flushes.get());
    }
}
