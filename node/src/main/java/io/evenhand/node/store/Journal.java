package io.evenhand.node.store;

import io.evenhand.kit.file.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.sqlite.SQLiteConfig;

/// The SQLite file `journal.db` and its transactions.
///
/// There is one connection and one transaction at a time. The file is in WAL mode with
/// `synchronous=FULL`: when a call returns, its data survive the loss of the process and of power.
/// A transaction that throws leaves nothing behind.
public final class Journal implements AutoCloseable {
    /// How long to wait for a backup tool or a reader that holds the file for a moment.
    private static final int BUSY_MILLIS = 5_000;

    private final Path file;
    private final Connection connection;
    private final Sql sql;
    private final ReentrantLock lock = new ReentrantLock();

    /// Something was erased, and the log may still hold it.
    private boolean erased;

    private Journal(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
        this.sql = new Sql(connection);
    }

    /// Opens the journal of a directory that this process holds, and makes it if it is missing.
    public static Journal open(DataDirectory directory) {
        Path file = directory.journalFile();
        Journal journal = connect(file, false);
        try {
            journal.checkWhole(directory);
            journal.transact(sql -> {
                Schema.bringUp(sql, file.toString());
                // A crash may have left what was erased in the log.
                journal.erased = true;
                return true;
            });
            return journal;
        } catch (RuntimeException e) {
            journal.close();
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
        if (version() == 0 && directory.hasWorked()) {
            throw new StoreException(
                    file
                            + ": is empty, but this node has worked before; put a backup in its"
                            + " place (the node will synchronise again)");
        }
    }

    /// Whether a directory has a journal; a file that a first start did not get to fill is none.
    public static boolean isIn(Path directory) {
        Path file = DataDirectory.journalFile(directory);
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (Journal journal = connect(file, true)) {
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
        Journal journal = connect(file, true);
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

    private static Journal connect(Path file, boolean readOnly) {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_MILLIS);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        if (readOnly) {
            config.setReadOnly(true);
        } else {
            config.setJournalMode(SQLiteConfig.JournalMode.WAL);
            // Erased secrets are overwritten, not just unlinked.
            config.setPragma(SQLiteConfig.Pragma.SECURE_DELETE, "true");
        }
        try {
            if (!readOnly) {
                // SQLite gives its own files the rights of this one.
                PrivateFiles.make(file);
                PrivateFiles.close(file);
            }
            return new Journal(file, config.createConnection("jdbc:sqlite:" + file));
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
        lock.lock();
        try {
            return lock.getHoldCount() > 1 ? work.run(sql) : commit(work);
        } catch (SQLException e) {
            throw StoreException.of(file, e);
        } finally {
            lock.unlock();
        }
    }

    private <T> T commit(Work<T> work) throws SQLException {
        sql.run("BEGIN IMMEDIATE");
        boolean committed = false;
        try {
            T result = work.run(sql);
            sql.run("COMMIT");
            committed = true;
            emptyLog();
            return result;
        } finally {
            if (!committed) {
                rollBack();
            }
        }
    }

    /// To be called in the transaction that erases something: once it is stored, no old page of it
    /// stays in the write-ahead log either.
    void erased() {
        erased = true;
    }

    /// A reader of another process may hold the log for a moment, or the disk may be full; then the
    /// next transaction tries again. What was to be stored is stored.
    private void emptyLog() {
        if (erased) {
            try {
                erased =
                        sql.one("PRAGMA wal_checkpoint(TRUNCATE)", row -> row.getInt(1) != 0)
                                .orElse(true);
            } catch (SQLException again) {
                erased = true;
            }
        }
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

    <T> T read(Work<T> work) {
        lock.lock();
        try {
            return work.run(sql);
        } catch (SQLException e) {
            throw StoreException.of(file, e);
        } finally {
            lock.unlock();
        }
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

    /// Waits for a running transaction to end.
    @Override
    public void close() {
        lock.lock();
        try {
            connection.close();
        } catch (SQLException e) {
            throw StoreException.of(file, e);
        } finally {
            lock.unlock();
        }
    }
}
