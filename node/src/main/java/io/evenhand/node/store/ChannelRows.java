package io.evenhand.node.store;

import io.evenhand.kit.file.NewFile;
import io.evenhand.kit.file.PrivateFiles;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;

/// What one payment channel keeps. Inside of a transaction each call is a part of it; alone, it is
/// stored and not flushed ({@link Store#flush}).
public final class ChannelRows {
    /// Longest update, and longest statement of a round.
    public static final int MAX_SIGNED = 4 << 10;

    /// Longest full state.
    public static final int MAX_STATE = 16 << 20;

    /// Longest ciphertext of a round: a state, an output and what seals them.
    public static final int MAX_CIPHERTEXT = MAX_STATE + (64 << 10);

    /// Rounds that are read at once.
    public static final int MAX_ROUNDS = 256;

    /// Of a large state: its channel, number and round.
    private static final Pattern FILE = Pattern.compile("([0-9a-f]{64})-(\\d{1,10})-(\\d{1,10})");

    /// What a vault adds to a state.
    private static final int SEAL_BYTES = 64;

    private final Journal journal;
    private final Bytes32 channel;
    private final Vault vault;

    ChannelRows(Journal journal, Bytes32 channel, Vault vault) {
        this.journal = journal;
        this.channel = channel;
        this.vault = vault;
    }

    /// Where something stands in a channel: its session's number, then the round in it. Both are 0
    /// to 2^32 - 1.
    public record At(long number, long round) {
        public At {
            if ((number | round) >>> Integer.SIZE != 0) {
                throw new IllegalArgumentException("round " + round + " of session " + number);
            }
        }

        private String text() {
            return number + "-" + round;
        }

        private boolean isBefore(At other) {
            return number < other.number || (number == other.number && round < other.round);
        }
    }

    /// A signed update.
    ///
    /// @param bytes at most 4 KiB; they are for everybody to see
    /// @param key the newest key that is known beside it, encrypted on the disk
    public record Update(At at, Octets bytes, Optional<Secret32> key) {
        public Update {
            limit("an update", bytes, MAX_SIGNED);
        }

        /// Without the key.
        @Override
        public String toString() {
            return "update " + at.text();
        }
    }

    /// What a requester has of a round.
    ///
    /// @param statement at most 4 KiB
    /// @param ciphertext at most 16 MiB and 64 KiB; empty once it was dropped
    public record Round(At at, Octets statement, Octets ciphertext) {
        public Round {
            limit("a statement", statement, MAX_SIGNED);
            limit("a ciphertext", ciphertext, MAX_CIPHERTEXT);
        }
    }

    /// A full state.
    public record State(At at, Octets bytes) {
        /// Without the state.
        @Override
        public String toString() {
            return "state " + at.text();
        }
    }

    /// A full state that is ready to be put: encrypted, and a large one flushed in its file.
    public static final class PreparedState {
        private final At at;
        private final byte[] sealed;
        private final String file;

        private PreparedState(At at, byte[] sealed, String file) {
            this.at = at;
            this.sealed = sealed;
            this.file = file;
        }
    }

    private static void limit(String what, Octets bytes, int most) {
        if (bytes.length() > most) {
            throw new IllegalArgumentException(what + " of more than " + most + " bytes");
        }
    }

    /// Something older than what is stored was to take its place, or something else at the same
    /// place.
    public static final class NotRisingException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotRisingException(String what, Bytes32 channel) {
            super(
                    "a newer "
                            + what
                            + ", or another one at the same round, is stored for channel "
                            + channel.toString().substring(0, 8)
                            + "; this node will not store this one");
        }
    }

    /// Stores an update in place of the one before. It has to be a newer one, by its number and
    /// then its round; or the same bytes again, with the same key or another one.
    ///
    /// @throws NotRisingException else; what is stored stays
    public void put(Update update) {
        Optional<byte[]> key = update.key().map(k -> vault.lock(keyName(update.at()), k));
        int stored =
                journal.transactSoon(sql ->
                        sql.update(
                                "INSERT INTO channel_updates AS old (channel, number, round,"
                                        + " bytes, key) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO"
                                        + " UPDATE SET number = excluded.number, round ="
                                        + " excluded.round, bytes = excluded.bytes, key ="
                                        + " excluded.key WHERE (excluded.number,"
                                        + " excluded.round) > (old.number, old.round) OR"
                                        + " (excluded.number, excluded.round, excluded.bytes) ="
                                        + " (old.number, old.round, old.bytes)",
                                channel,
                                update.at().number(),
                                update.at().round(),
                                update.bytes(),
                                key));
        if (stored == 0) {
            throw new NotRisingException("update", channel);
        }
    }

    /// The newest update.
    public Optional<Update> newest() {
        return journal.read(sql ->
                sql.one("SELECT * FROM channel_updates WHERE channel = ?", this::update, channel));
    }

    private Update update(ResultSet row) throws SQLException {
        At at = at(row);
        Optional<Secret32> key =
                Optional.ofNullable(row.getBytes("key"))
                        .map(sealed -> vault.unlock(keyName(at), sealed));
        return new Update(at, new Octets(row.getBytes("bytes")), key);
    }

    /// No two rows can be swapped; another channel's have another key.
    private static byte[] keyName(At at) {
        return ("key/" + at.text()).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] stateName(At at) {
        return ("state/" + at.text()).getBytes(StandardCharsets.US_ASCII);
    }

    private static At at(ResultSet row) throws SQLException {
        return new At(row.getLong("number"), row.getLong("round"));
    }

    /// Adds a round. The same one may be added again, also if its ciphertext was dropped.
    ///
    /// @throws NotRisingException if another one is stored in its place
    public void add(Round round) {
        boolean added =
                journal.transactSoon(sql -> {
                    int rows =
                            sql.update(
                                    "INSERT INTO channel_rounds (channel, number, round,"
                                            + " statement, ciphertext) VALUES (?, ?, ?, ?, ?)"
                                            + " ON CONFLICT DO NOTHING",
                                    channel,
                                    round.at().number(),
                                    round.at().round(),
                                    round.statement(),
                                    round.ciphertext());
                    return rows == 1 || isStored(sql, round);
                });
        if (!added) {
            throw new NotRisingException("round", channel);
        }
    }

    private boolean isStored(Sql sql, Round round) throws SQLException {
        return sql.one(
                        "SELECT 1 FROM channel_rounds WHERE channel = ? AND number = ? AND round = ?"
                                + " AND statement = ? AND (ciphertext = ? OR ciphertext = x'')",
                        row -> row.getInt(1),
                        channel,
                        round.at().number(),
                        round.at().round(),
                        round.statement(),
                        round.ciphertext())
                .isPresent();
    }

    /// Rounds of one session in order, from `first` on.
    ///
    /// @param most of them, up to 256: their ciphertexts are held in memory
    public List<Round> rounds(At first, int most) {
        return journal.read(sql ->
                sql.all(
                        "SELECT * FROM channel_rounds WHERE channel = ? AND number = ? AND round"
                                + " >= ? ORDER BY round LIMIT ?",
                        row ->
                                new Round(
                                        at(row),
                                        new Octets(row.getBytes("statement")),
                                        new Octets(row.getBytes("ciphertext"))),
                        channel,
                        first.number(),
                        first.round(),
                        Math.min(most, MAX_ROUNDS)));
    }

    /// Drops the ciphertexts of all rounds up to this one, which the stored state makes needless;
    /// their statements stay.
    public void dropUpTo(At last) {
        int _ =
                journal.transactSoon(sql ->
                        sql.update(
                                "UPDATE channel_rounds SET ciphertext = x'' WHERE channel = ? AND"
                                        + " (number, round) <= (?, ?) AND ciphertext <> x''",
                                channel,
                                last.number(),
                                last.round()));
    }

    /// Makes a full state ready. A large one is written to a file and flushed, so this is no part
    /// of a transaction: all others would wait.
    ///
    /// @param bytes at most 16 MiB
    public PreparedState prepare(At at, byte[] bytes) {
        if (bytes.length > MAX_STATE) {
            throw new IllegalArgumentException("a state of more than " + MAX_STATE + " bytes");
        }
        byte[] sealed = vault.lock(stateName(at), bytes);
        if (sealed.length <= NewFile.SMALL) {
            return new PreparedState(at, sealed, "");
        }
        if (journal.isInside()) {
            throw new IllegalStateException("a large state is written before its transaction");
        }
        String name = channel + "-" + at.text();
        Path directory = directory(journal);
        try {
            PrivateFiles.directory(directory);
            Optional<At> stored = row().map(StateRow::at);
            // Those that wait to be put stay.
            removeFiles(old -> stored.filter(old::isBefore).isPresent());
            try (NewFile file = NewFile.at(directory.resolve(name))) {
                file.write(sealed);
                file.commit();
            }
        } catch (IOException e) {
            throw StoreException.of(directory, e);
        }
        return new PreparedState(at, new byte[0], name);
    }

    /// Puts a state in place of the one before, which must not be newer.
    ///
    /// @throws NotRisingException else
    public void put(PreparedState state) {
        int stored =
                journal.transactSoon(sql ->
                        sql.update(
                                "INSERT INTO channel_states AS old (channel, number, round, bytes,"
                                        + " file) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                                        + " number = excluded.number, round = excluded.round,"
                                        + " bytes = excluded.bytes, file = excluded.file WHERE"
                                        + " (excluded.number, excluded.round) >= (old.number,"
                                        + " old.round)",
                                channel,
                                state.at.number(),
                                state.at.round(),
                                state.sealed,
                                state.file));
        if (stored == 0) {
            throw new NotRisingException("state", channel);
        }
    }

    private record StateRow(At at, Octets sealed, String file) {}

    private Optional<StateRow> row() {
        return journal.read(sql ->
                sql.one(
                        "SELECT * FROM channel_states WHERE channel = ?",
                        row ->
                                new StateRow(
                                        at(row),
                                        new Octets(row.getBytes("bytes")),
                                        row.getString("file")),
                        channel));
    }

    /// The last full state.
    ///
    /// @throws StoreException if its file is gone or is not what was written
    public Optional<State> state() {
        return row().map(row -> new State(row.at(), new Octets(open(row))));
    }

    private byte[] open(StateRow row) {
        try {
            if (row.file().isEmpty()) {
                return vault.open(stateName(row.at()), row.sealed().toByteArray());
            }
            Path file = directory(journal).resolve(row.file());
            if (Files.size(file) > MAX_STATE + SEAL_BYTES) {
                throw new IOException("it is too long");
            }
            return vault.open(stateName(row.at()), Files.readAllBytes(file));
        } catch (AEADBadTagException e) {
            throw Vault.wrongKey(e);
        } catch (IOException e) {
            throw StoreException.damaged("state of a channel", e);
        }
    }

    /// The channel is over: its rounds and its state go, its newest update stays.
    public void over() {
        journal.transact(sql -> {
            journal.erased();
            int _ = sql.update("DELETE FROM channel_rounds WHERE channel = ?", channel);
            return sql.update("DELETE FROM channel_states WHERE channel = ?", channel);
        });
        try {
            removeFiles(_ -> true);
        } catch (IOException e) {
            throw StoreException.of(directory(journal), e);
        }
    }

    /// What is removed is ciphertext, and whatever a loss of power takes, no row names it any more.
    private void removeFiles(Predicate<At> which) throws IOException {
        Path directory = directory(journal);
        if (!Files.isDirectory(directory)) {
            return;
        }
        journal.flush();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Matcher name = FILE.matcher(String.valueOf(file.getFileName()));
                if (name.matches()
                        && name.group(1).equals(channel.toString())
                        && which.test(
                                new At(
                                        Long.parseLong(name.group(2)),
                                        Long.parseLong(name.group(3))))) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /// Where large states lie.
    static Path directory(Journal journal) {
        return journal.directory().resolve("channels");
    }

    @Override
    public String toString() {
        return "channel " + channel;
    }
}
