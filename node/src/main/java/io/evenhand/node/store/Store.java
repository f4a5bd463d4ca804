package io.evenhand.node.store;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// All tables of one journal.
public final class Store implements AutoCloseable {
    private final Optional<DataDirectory> directory;
    private final Journal journal;
    private final InstantSource clock;
    private final Optional<Secrets> secrets;

    private Store(
            Optional<DataDirectory> directory,
            Journal journal,
            InstantSource clock,
            Optional<Secrets> secrets) {
        this.directory = directory;
        this.journal = journal;
        this.clock = clock;
        this.secrets = secrets;
    }

    /// The tables that need the master key.
    private record Secrets(
            KeyStore keys, TransactionTable transactions, FileTable files, ChannelTable channels) {
        static Secrets of(Journal journal, NodeKeys nodeKeys) {
            SecureRandom random = new SecureRandom();
            Vault vault = new Vault(nodeKeys.master(), random);
            return new Secrets(
                    new KeyStore(journal, vault, random),
                    new TransactionTable(journal, vault),
                    new FileTable(journal, vault),
                    new ChannelTable(journal, vault, random));
        }
    }

    /// Takes the directory for this process and opens its journal.
    public static Store open(Path path, NodeKeys nodeKeys, InstantSource clock) {
        DataDirectory directory = DataDirectory.hold(path);
        try {
            Journal journal = Journal.open(directory);
            Secrets secrets = Secrets.of(journal, nodeKeys);
            secrets.channels().sweep();
            return new Store(Optional.of(directory), journal, clock, Optional.of(secrets));
        } catch (RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    /// Opens a journal to look at it, also while its node runs. Secrets stay closed and writing
    /// fails.
    public static Store openForReading(Path path) {
        return new Store(
                Optional.empty(),
                Journal.openForReading(path),
                InstantSource.system(),
                Optional.empty());
    }

    /// The same with the secrets: for a look at a node's own past while it does not run.
    public static Store openForReading(Path path, NodeKeys nodeKeys) {
        Journal journal = Journal.openForReading(path);
        return new Store(
                Optional.empty(),
                journal,
                InstantSource.system(),
                Optional.of(Secrets.of(journal, nodeKeys)));
    }

    /// Stores everything that `work` writes to any table, or nothing.
    public void transact(Runnable work) {
        journal.transact(work);
    }

    /// The same, but only {@link #flush} waits for the disk: what is stored survives the loss of
    /// the process, and that of power if anything does that was stored later.
    public void transactSoon(Runnable work) {
        boolean _ =
                journal.transactSoon(_ -> {
                    work.run();
                    return true;
                });
    }

    /// Must return before anything leaves, or is erased, that follows from what was stored: it
    /// waits until all of that survives the loss of power.
    public void flush() {
        journal.flush();
    }

    /// The same for what may be lost in a crash, as long as nothing stays that was stored later: it
    /// waits for no flush, and a read may not see it until the next one.
    public void transactUnflushed(Runnable work) {
        journal.transactUnflushed(_ -> {
            work.run();
            return true;
        });
    }

    /// The same as {@link #transact} for who goes on at once. The work runs on another thread,
    /// after all that was handed in before it, so it must wait for no lock; what other calls store
    /// meanwhile may come before it. Steps that wait at the same time share a flush.
    ///
    /// @throws StoreException if it is not taken; then nobody hears of it again
    public void transactLater(Runnable work, WhenStored then) {
        journal.transactLater(
                _ -> {
                    work.run();
                    return true;
                },
                then);
    }

    /// What the transactions have cost since this store was opened.
    public JournalCounts counts() {
        return journal.counts();
    }

    /// For a test that counts what they do.
    List<Connection> connections() {
        return journal.connections();
    }

    public DataDirectory directory() {
        return directory.orElseThrow(() -> new IllegalStateException("open for reading only"));
    }

    public KeyStore keys() {
        return secrets().keys();
    }

    public TransactionTable transactions() {
        return secrets().transactions();
    }

    private Secrets secrets() {
        return secrets.orElseThrow(() -> new IllegalStateException("open for reading only"));
    }

    public SessionTable sessions() {
        return new SessionTable(journal, clock);
    }

    public EffectTable effects() {
        return new EffectTable(journal);
    }

    public TimerTable timers() {
        return new TimerTable(journal);
    }

    public StatementTable statements() {
        return new StatementTable(journal, clock);
    }

    public OutputTable outputs() {
        return new OutputTable(journal, clock);
    }

    public DecisionTable decisions() {
        return new DecisionTable(journal);
    }

    public PeerTable peers() {
        return new PeerTable(journal, clock);
    }

    public ServerTable servers() {
        return new ServerTable(journal, clock);
    }

    public PeerOutboxTable peerOutbox() {
        return new PeerOutboxTable(journal, clock);
    }

    public DocumentTable documents() {
        return new DocumentTable(journal);
    }

    /// Seconds since 1970.
    public long now() {
        return clock.instant().getEpochSecond();
    }

    public FileTable files() {
        return secrets().files();
    }

    public ChannelTable channels() {
        return secrets().channels();
    }

    public CursorTable cursors() {
        return new CursorTable(journal);
    }

    public AlarmTable alarms() {
        return new AlarmTable(journal, clock);
    }

    /// A channel's newest update without its key: for a look without secrets.
    public Optional<ChannelRows.Update> newestUpdate(Bytes32 channel) {
        return journal.read(sql ->
                sql.one(
                        "SELECT number, round, bytes FROM channel_updates WHERE channel = ?",
                        row ->
                                new ChannelRows.Update(
                                        new ChannelRows.At(
                                                row.getLong("number"), row.getLong("round")),
                                        new Octets(row.getBytes("bytes")),
                                        Optional.empty()),
                        channel));
    }

    public EventTable events() {
        return new EventTable(journal, clock);
    }

    /// What the database finds wrong with its own file; nothing if it is sound.
    public List<String> damage() {
        return journal.damage();
    }

    /// Writes the journal as it is at this moment into a new file, also while its node writes.
    public void copyTo(Path file) {
        journal.copyTo(file);
    }

    @Override
    public void close() {
        journal.close();
        directory.ifPresent(DataDirectory::close);
    }
}
