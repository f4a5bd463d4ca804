package io.evenhand.node.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.crypto.AEADBadTagException;

/// The bytes of small files of sessions, which are flushed with the step that relies on them; the
/// files themselves are not. They are encrypted with the master key, so that what of them lies
/// plain on the disk are the files alone.
public final class FileTable {
    private final Journal journal;
    private final Vault vault;

    FileTable(Journal journal, Vault vault) {
        this.journal = journal;
        this.vault = vault;
    }

    /// One file of a session.
    public record Name(SessionKey key, String name) {
        /// No two rows can be swapped.
        private byte[] inVault() {
            return ("file/" + key.role().id() + "/" + key.ref() + "/" + name)
                    .getBytes(StandardCharsets.UTF_8);
        }
    }

    public void put(Name file, byte[] bytes) {
        journal.transactSoon(sql -> insert(sql, file, bytes));
    }

    private int insert(Sql sql, Name file, byte[] bytes) throws SQLException {
        return sql.update(
                "INSERT INTO files (role, ref, name, bytes) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT DO UPDATE SET bytes = excluded.bytes",
                file.key().role(),
                file.key().ref(),
                file.name(),
                vault.lock(file.inVault(), bytes));
    }

    public Optional<byte[]> find(Name file) {
        return journal.read(sql ->
                        sql.one(
                                "SELECT bytes FROM files WHERE role = ? AND ref = ? AND name = ?",
                                row -> row.getBytes("bytes"),
                                file.key().role(),
                                file.key().ref(),
                                file.name()))
                .map(locked -> open(file, locked));
    }

    private byte[] open(Name file, byte[] locked) {
        try {
            return vault.open(file.inVault(), locked);
        } catch (AEADBadTagException e) {
            throw Vault.wrongKey(e);
        }
    }

    public List<Name> all() {
        return journal.read(sql ->
                sql.all(
                        "SELECT role, ref, name FROM files ORDER BY role, ref",
                        row -> new Name(Sql.session(row), row.getString("name"))));
    }

    /// The names of a session's files.
    public List<String> of(SessionKey key) {
        return journal.read(sql ->
                sql.all(
                        "SELECT name FROM files WHERE role = ? AND ref = ?",
                        row -> row.getString("name"),
                        key.role(),
                        key.ref()));
    }

    /// Takes files out of the journal, with all old pages of them.
    public void remove(SessionKey key, Collection<String> names) {
        journal.transactSoon(sql -> {
            journal.erased();
            for (String name : names) {
                sql.update(
                        "DELETE FROM files WHERE role = ? AND ref = ? AND name = ?",
                        key.role(),
                        key.ref(),
                        name);
            }
            return true;
        });
    }

    /// Must return before a file goes that is not here, and that an older state would ask for.
    public void flush() {
        journal.flush();
    }

    /// Whether files that an earlier version left, which flushed all of them, have yet to be taken
    /// in.
    public boolean isNew() {
        return journal.read(
                sql -> sql.one("SELECT one FROM files_since", row -> row.getLong("one")).isEmpty());
    }

    /// Reads a file.
    public interface Reader {
        byte[] read(Name file) throws IOException;
    }

    /// Takes in what an earlier version left: all of it, or nothing.
    public void takeIn(Collection<Name> files, Reader reader) throws IOException {
        try {
            boolean _ =
                    journal.transact(sql -> {
                        for (Name file : files) {
                            insert(sql, file, read(reader, file));
                        }
                        return sql.update("INSERT INTO files_since (one) VALUES (1)") == 1;
                    });
        } catch (UncheckedIOException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }

    private static byte[] read(Reader reader, Name file) {
        try {
            return reader.read(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
