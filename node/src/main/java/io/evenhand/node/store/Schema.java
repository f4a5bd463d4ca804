package io.evenhand.node.store;

import java.sql.SQLException;
import java.util.List;

/// The tables of a journal. Times are seconds since 1970, identifiers are raw bytes.
///
/// A journal knows its own version; an older one is brought up step by step, one that is newer, or
/// so old that its states cannot be read, is refused rather than guessed at.
final class Schema {
    /// Marks the file as ours: "EvHd".
    static final int APPLICATION_ID = 0x45764864;

    private static final String FIRST =
            """
            CREATE TABLE sessions (
              role TEXT NOT NULL, ref BLOB NOT NULL, peer BLOB NOT NULL, xid BLOB,
              state BLOB NOT NULL, final INTEGER NOT NULL,
              created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
              PRIMARY KEY (role, ref));
            CREATE INDEX sessions_open ON sessions (role, final, peer);

            CREATE TABLE other_parties (
              role TEXT NOT NULL, ref BLOB NOT NULL, place INTEGER NOT NULL, party BLOB NOT NULL,
              PRIMARY KEY (role, ref, place));

            CREATE TABLE effects (
              id INTEGER PRIMARY KEY AUTOINCREMENT, role TEXT NOT NULL, ref BLOB NOT NULL,
              effect BLOB NOT NULL, done INTEGER NOT NULL DEFAULT 0);
            CREATE INDEX effects_waiting ON effects (role, ref) WHERE done = 0;

            CREATE TABLE timers (
              role TEXT NOT NULL, ref BLOB NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL,
              PRIMARY KEY (role, ref, kind));

            CREATE TABLE secrets (
              handle BLOB PRIMARY KEY, ciphertext BLOB NOT NULL, status TEXT NOT NULL);

            CREATE TABLE statements (
              xid BLOB NOT NULL, slot INTEGER NOT NULL, type TEXT NOT NULL, signer BLOB NOT NULL,
              hash BLOB NOT NULL, made_at INTEGER NOT NULL,
              PRIMARY KEY (xid, slot, type, signer));

            CREATE TABLE rising_statements (
              output BLOB NOT NULL, type TEXT NOT NULL, signer BLOB NOT NULL, xid BLOB NOT NULL,
              number INTEGER NOT NULL, round INTEGER NOT NULL, hash BLOB NOT NULL,
              made_at INTEGER NOT NULL,
              PRIMARY KEY (output, type, signer));

            CREATE TABLE decisions (
              role TEXT PRIMARY KEY, local INTEGER NOT NULL, head INTEGER NOT NULL);

            CREATE TABLE outputs (
              exchange BLOB NOT NULL, slot INTEGER NOT NULL, ledger TEXT NOT NULL,
              id BLOB NOT NULL, made_at INTEGER NOT NULL,
              PRIMARY KEY (exchange, slot));
            CREATE INDEX outputs_on ON outputs (ledger, id);

            CREATE TABLE peers (
              party BLOB PRIMARY KEY, name TEXT NOT NULL, token BLOB,
              joined_at INTEGER NOT NULL);

            CREATE TABLE servers (
              party BLOB PRIMARY KEY, service TEXT NOT NULL, name TEXT NOT NULL,
              host TEXT NOT NULL, port INTEGER NOT NULL, joined_at INTEGER NOT NULL);

            CREATE TABLE tokens (
              hash BLOB PRIMARY KEY, made_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
              used_by BLOB);

            CREATE TABLE peer_outbox (
              seq INTEGER PRIMARY KEY AUTOINCREMENT, peer BLOB NOT NULL, envelope BLOB NOT NULL,
              acked INTEGER NOT NULL DEFAULT 0);
            CREATE INDEX peer_outbox_waiting ON peer_outbox (peer, seq) WHERE acked = 0;

            CREATE TABLE peer_cursors (
              peer BLOB PRIMARY KEY, seq INTEGER NOT NULL);

            CREATE TABLE transactions (
              id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE,
              chain_id INTEGER NOT NULL, account BLOB NOT NULL, finished INTEGER NOT NULL,
              record BLOB NOT NULL);
            CREATE INDEX transactions_pending ON transactions (chain_id, account)
              WHERE finished = 0;

            CREATE TABLE documents (
              role TEXT NOT NULL, ref BLOB NOT NULL, way TEXT NOT NULL, kind TEXT NOT NULL,
              slot INTEGER NOT NULL, body BLOB NOT NULL,
              PRIMARY KEY (role, ref, way, kind, slot));

            CREATE TABLE events (
              id INTEGER PRIMARY KEY AUTOINCREMENT, role TEXT NOT NULL, ref BLOB NOT NULL,
              at INTEGER NOT NULL, text TEXT NOT NULL);
            CREATE INDEX events_of ON events (role, ref, id);
            """;

    private static final String ALARMS =
            """
            CREATE TABLE alarms (
              role TEXT NOT NULL, ref BLOB NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
              line TEXT NOT NULL, way_out TEXT NOT NULL, due INTEGER, since INTEGER NOT NULL,
              stays INTEGER NOT NULL,
              PRIMARY KEY (role, ref, kind, subject));
            """;

    private static final String CURSORS =
            """
            CREATE TABLE chain_cursors (
              contract BLOB PRIMARY KEY, block INTEGER NOT NULL);
            """;

    private static final String EFFECTS_OF =
            """
            CREATE INDEX effects_of ON effects (role, ref, id);
            """;

    private static final String TIMERS_DUE =
            """
            CREATE INDEX timers_due ON timers (role, at);
            """;

    private static final String FILES =
            """
            CREATE TABLE files (
              role TEXT NOT NULL, ref BLOB NOT NULL, name TEXT NOT NULL, bytes BLOB NOT NULL,
              PRIMARY KEY (role, ref, name));
            CREATE TABLE files_since (one INTEGER PRIMARY KEY);
            """;

    private static final String CHANNELS =
            """
            CREATE TABLE channel_updates (
              channel BLOB PRIMARY KEY, number INTEGER NOT NULL, round INTEGER NOT NULL,
              bytes BLOB NOT NULL, key BLOB) WITHOUT ROWID;
            CREATE TABLE channel_rounds (
              channel BLOB NOT NULL, number INTEGER NOT NULL, round INTEGER NOT NULL,
              statement BLOB NOT NULL, ciphertext BLOB NOT NULL,
              PRIMARY KEY (channel, number, round)) WITHOUT ROWID;
            CREATE TABLE channel_states (
              channel BLOB PRIMARY KEY, number INTEGER NOT NULL, round INTEGER NOT NULL,
              bytes BLOB NOT NULL, file TEXT NOT NULL);
            """;

    /// Step `i` brings a journal of version `i` to version `i + 1`.
    private static final List<String> STEPS =
            List.of(FIRST, ALARMS, CURSORS, "", EFFECTS_OF, "", "", TIMERS_DUE, FILES, CHANNELS);

    /// An exchange has several outputs and parties since this version.
    private static final int OLDEST = 7;

    static final int VERSION = STEPS.size();

    private Schema() {}

    /// Runs inside a transaction of the caller: a journal is never half converted.
    static void bringUp(Sql sql, String file) throws SQLException {
        int version = version(sql, file);
        for (int step = version; step < VERSION; step++) {
            for (String statement : STEPS.get(step).split(";\\s*\n", -1)) {
                if (!statement.isBlank()) {
                    sql.run(statement);
                }
            }
        }
        sql.run("PRAGMA application_id = " + APPLICATION_ID);
        sql.run("PRAGMA user_version = " + VERSION);
    }

    /// The version of an existing journal, 0 for an empty file.
    static int version(Sql sql, String file) throws SQLException {
        int version = number(sql, "PRAGMA user_version");
        int tables = number(sql, "SELECT count(*) FROM sqlite_master");
        if (tables > 0 && number(sql, "PRAGMA application_id") != APPLICATION_ID) {
            throw new StoreException(
                    file + ": is a database of another program; choose another directory");
        }
        if (version > VERSION) {
            throw new StoreException(
                    file
                            + ": was written by a newer evenhand (journal version "
                            + version
                            + ", this one knows "
                            + VERSION
                            + "); install that version");
        }
        if (version > 0 && version < OLDEST) {
            throw new StoreException(
                    file
                            + ": was written by an older evenhand (journal version "
                            + version
                            + ", this one reads "
                            + OLDEST
                            + " and later); finish its exchanges with that version, then choose"
                            + " another directory");
        }
        return version;
    }

    /// Writes something that changes nothing.
    static void touch(Sql sql) throws SQLException {
        sql.run("PRAGMA user_version = " + VERSION);
    }

    private static int number(Sql sql, String query) throws SQLException {
        return sql.one(query, row -> row.getInt(1)).orElseThrow();
    }
}
