package io.evenhand.node.store;

import io.evenhand.kit.file.PrivateFiles;
import io.evenhand.kit.process.Cost;
import io.evenhand.kit.process.Loop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.sqlite.SQLiteConfig;

/// The SQLite file `journal.db` and its transactions.
///
/// One transaction at a time; several threads share it, see {@link GroupCommit}. The file is in WAL
/// mode with `synchronous=FULL`: when a call returns, its data survive the loss of the process and
/// of power. A transaction that throws leaves nothing behind.
///
/// Reads have a connection of their own. They see what is stored and nothing before it is, and do
/// not wait for a flush; a read inside a transaction sees what that transaction wrote.
public final class Journal implements AutoCloseable {
    /// How long to wait for a backup tool or a reader that holds the file for a moment.
    private static final int BUSY_MILLIS = 5_000;

    /// Pages that the writer keeps: the indexes of the exchanges that are open.
    private static final int CACHE_KIB = 16 * 1024;

    /// How far the log grows before it is moved into the file, 16 MiB: a page that changes often is
    /// moved once.
    private static final int LOG_PAGES = 4_000;

    /// Between two times that the log is emptied of what was erased: all that is erased meanwhile
    /// goes together.
    private static final Duration LOG_PAUSE = Duration.ofSeconds(5);

    private final Path file;
    private final Connection writes;
    private final Connection reads;
    private final Sql reader;
    private final ReentrantLock reading = new ReentrantLock();
    private final GroupCommit steps;
    private final LaterSteps later;

    /// The log has to go at once: it may not be whole. This and what follows changes only inside of
    /// a step and after one.
    private boolean logMustGo;

    /// It may hold what was erased, and goes once {@link #LOG_PAUSE} is over.
    private boolean logHoldsErased;

    /// When it was emptied the last time, by `System.nanoTime`.
    private Optional<Long> emptiedAt = Optional.empty();

    private final CountDownLatch closed = new CountDownLatch(1);

    private Journal(Path file, Connection writes, Connection reads) {
        this.file = file;
        this.writes = writes;
        this.reads = reads;
        this.reader = new Sql(reads);
        Sql writer = new Sql(writes);
        this.steps =
                new GroupCommit(
                        file, writer, stored -> afterCommit(writer, stored), new FlushPace());
        this.later = new LaterSteps(file, steps);
    }

    private static Journal withOneConnection(Path file, boolean readOnly) {
        Connection connection = connect(file, readOnly);
        return new Journal(file, connection, connection);
    }

    /// Opens the journal of a directory that this process holds, and makes it if it is missing.
    public static Journal open(DataDirectory directory) {
        Path file = directory.journalFile();
        Journal bare = withOneConnection(file, false);
        try {
            bare.checkWhole(directory);
            bare.transact(sql -> {
                Schema.bringUp(sql, file.toString());
                // A crash may have left what was erased in the log.
                bare.logMustGo = true;
                return true;
            });
            Journal journal = new Journal(file, bare.writes, connect(file, true));
            journal.logMustGo = bare.logMustGo;
            return journal;
        } catch (RuntimeException e) {
            bare.close();
            throw e;
        }
    }

    /// A node that works on a damaged journal may sign what it has signed already: all pages are
    /// looked at before the first of them is used.
    ///
    /// An empty journal beside what exchanges left is one that was lost, not a new one.
    private void checkWhole(DataDirectory directory) {
        String found =
                read(sql ->
                        sql.one("PRAGMA quick_check(1)", row -> row.getString(1)).orElse("empty"));
        if (!found.equals("ok")) {
            throw StoreException.damaged("page", new SQLException(found.replaceAll("\\s+", " ")));
        }
        if (version() == 0 && DataDirectory.hasWorked(directory.path())) {
            throw lost(file);
        }
    }

    private static StoreException lost(Path file) {
        return new StoreException(
                file
                        + ": is empty, but this node has worked before; put a backup in its"
                        + " place (the node will synchronise again)");
    }

    /// Whether a directory has a journal; a file that a first start did not get to fill is none.
    public static boolean isIn(Path directory) {
        Path file = DataDirectory.journalFile(directory);
        if (isFilled(file)) {
            return true;
        }
        if (DataDirectory.hasWorked(directory)) {
            throw lost(file);
        }
        return false;
    }

    private static boolean isFilled(Path file) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (Journal journal = withOneConnection(file, true)) {
            return journal.version() > 0;
        }
    }

    private int version() {
        return read(sql -> Schema.version(sql, file.toString()));
    }

    /// Opens the journal of a directory to look at it, also while another process works with it.
    public static Journal openForReading(Path directory) {
        Path file = DataDirectory.journalFile(directory);
        if (!isIn(directory)) {
            throw new StoreException(
                    DataDirectory.missing(file, "there is no journal yet; run a first exchange"));
        }
        Journal journal = withOneConnection(file, true);
        try {
            int version = journal.version();
            if (version != Schema.VERSION) {
                throw new StoreException(
                        file + ": is of an older version; start the node once to convert it");
            }
            return journal;
        } catch (RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    private static Connection connect(Path file, boolean readOnly) {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_MILLIS);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        if (readOnly) {
            config.setReadOnly(true);
        } else {
            config.setJournalMode(SQLiteConfig.JournalMode.WAL);
            config.setCacheSize(-CACHE_KIB);
            config.setPragma(SQLiteConfig.Pragma.WAL_AUTOCHECKPOINT, Integer.toString(LOG_PAGES));
            // Old pages of a savepoint go to no file, least of all one in another directory.
            config.setTempStore(SQLiteConfig.TempStore.MEMORY);
            // Erased secrets are overwritten, not just unlinked.
            config.setPragma(SQLiteConfig.Pragma.SECURE_DELETE, "true");
        }
        try {
            if (!readOnly) {
                // SQLite gives its own files the rights of this one.
                PrivateFiles.make(file);
                PrivateFiles.close(file);
            }
            return config.createConnection("jdbc:sqlite:" + file);
        } catch (IOException e) {
            throw StoreException.of(file, e);
        } catch (SQLException e) {
            throw StoreException.of(file, e);
        }
    }

    /// Code that reads or writes rows.
    interface Work<T> {
        T run(Sql sql) throws SQLException;
    }

    /// Stores everything that `work` writes, or nothing. Inside another transaction of the same
    /// thread it joins that one.
    public void transact(Runnable work) {
        transact(_ -> {
            work.run();
            return true;
        });
    }

    <T> T transact(Work<T> work) {
        return run(GroupCommit.Flush.NOW, work);
    }

    /// The same, but only {@link #flush} waits for the disk: what is stored survives the loss of
    /// the process, and that of power if anything does that was stored later. For what nobody
    /// outside has been told of, and no file was erased for.
    <T> T transactSoon(Work<T> work) {
        return run(GroupCommit.Flush.SOON, work);
    }

    /// Must return before anything leaves that follows from what was stored: it waits until all of
    /// that survives the loss of power.
    void flush() {
        try {
            steps.flush();
        } catch (SQLException e) {
            throw StoreException.of(file, e);
        }
    }

    /// The same for what may be lost in a crash, as long as nothing stays that was stored later: it
    /// waits for no flush, and a read may not see it until the next one. Inside another transaction
    /// it is a part of that one.
    <T> T transactUnflushed(Work<T> work) {
        return run(GroupCommit.Flush.LATER, work);
    }

    /// The same as {@link #transact} for who does not wait: the work runs on another thread, after
    /// all that was handed in before it. What is stored by other calls meanwhile may come before
    /// it.
    ///
    /// @throws StoreException if it is not taken; then nobody hears of it again
    void transactLater(Work<?> work, WhenStored then) {
        later.add(new LaterSteps.Step(work, then));
    }

    private <T> T run(GroupCommit.Flush flush, Work<T> work) {
        try {
            return steps.run(flush, work);
        } catch (SQLException e) {
            throw StoreException.of(file, e);
        }
    }

    /// To be called in the transaction that erases something: once it is stored, no old page of it
    /// stays in the write-ahead log either. That is so when the transaction returns, or a moment
    /// later if something was erased a moment before.
    void erased() {
        if (!logHoldsErased && pause() > 0) {
            Loop.CHUNKS.virtual("log of " + file, this::emptyLater).start();
        }
        logHoldsErased = true;
    }

    /// Nanoseconds until the log may be emptied once more.
    private long pause() {
        return emptiedAt
                .map(at -> LOG_PAUSE.toNanos() - (System.nanoTime() - at))
                .map(left -> Math.max(0, left))
                .orElse(0L);
    }

    private void emptyLater() {
        try {
            if (!closed.await(LOG_PAUSE.toNanos(), TimeUnit.NANOSECONDS)) {
                // Any commit empties it.
                transactUnflushed(sql -> {
                    Schema.touch(sql);
                    return true;
                });
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (StoreException e) {
            // The next commit tries again, and whoever asks for it hears of the trouble.
        }
    }

    /// If a flush failed, the system may have dropped what was written before without one, and the
    /// next flush does not write it again.
    ///
    /// @return whether the log was emptied, which flushes all that was in it
    private boolean afterCommit(Sql sql, boolean stored) {
        if (!stored) {
            logMustGo = true;
            return false;
        }
        boolean now = logMustGo || (logHoldsErased && pause() == 0);
        return now && emptyLog(sql);
    }

    /// A reader of another process may hold the log for a moment, or the disk may be full; then the
    /// next transaction tries again. What was to be stored is stored.
    private boolean emptyLog(Sql sql) {
        reading.lock();
        try {
            logMustGo =
                    sql.one("PRAGMA wal_checkpoint(TRUNCATE)", row -> row.getInt(1) != 0)
                            .orElse(true);
            if (!logMustGo) {
                logHoldsErased = false;
                emptiedAt = Optional.of(System.nanoTime());
            }
            // The log before its pages are moved, and the file after.
            Cost.FLUSHES.add(2);
        } catch (SQLException again) {
            logMustGo = true;
        } finally {
            reading.unlock();
        }
        return !logMustGo;
    }

    <T> T read(Work<T> work) {
        if (steps.isMine()) {
            return transact(work);
        }
        reading.lock();
        try {
            return work.run(reader);
        } catch (SQLException e) {
            throw StoreException.of(file, e);
        } finally {
            reading.unlock();
        }
    }

    /// Whether this thread is inside of a transaction.
    boolean isInside() {
        return steps.isMine();
    }

    /// The directory that it stands in.
    Path directory() {
        return file.toAbsolutePath().resolveSibling("");
    }

    /// For a test that counts what they do.
    List<Connection> connections() {
        return List.of(writes, reads);
    }

    JournalCounts counts() {
        return steps.counts();
    }

    /// What SQLite finds wrong with the file.
    List<String> damage() {
        List<String> lines = read(sql -> sql.all("PRAGMA quick_check(3)", row -> row.getString(1)));
        return lines.equals(List.of("ok")) ? List.of() : lines;
    }

    /// One transaction's view of everything, into a file of its own; erased bytes are not copied.
    void copyTo(Path copy) {
        try {
            PrivateFiles.make(copy);
        } catch (IOException e) {
            throw StoreException.of(copy, e);
        }
        int _ = read(sql -> sql.update("VACUUM INTO ?", copy.toString()));
    }

    /// Waits for a running transaction to end, and for those that were handed in.
    @Override
    public void close() {
        closed.countDown();
        later.close();
        try {
            steps.close(() -> {
                reading.lock();
                try (writes) {
                    reads.close();
                } finally {
                    reading.unlock();
                }
            });
        } catch (SQLException e) {
            throw StoreException.of(file, e);
        }
    }
}
