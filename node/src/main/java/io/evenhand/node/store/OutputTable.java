package io.evenhand.node.store;

import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Xid;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Optional;

/// What each exchange opens on a chain: one output for each slot, for ever (decisions 10b). The
/// contract would let one that has ended be opened again, and its key is public by then.
public final class OutputTable {
    private static final String COLUMNS = "SELECT exchange, slot, ledger, id FROM outputs ";

    private final Journal journal;
    private final InstantSource clock;

    OutputTable(Journal journal, InstantSource clock) {
        this.journal = journal;
        this.clock = clock;
    }

    /// Something of an exchange on a chain.
    ///
    /// @param slot which of the exchange's outputs, such as the number of a top-up
    /// @param ledger the chain and what on it holds the output, as one word
    /// @param id names it there
    public record Output(Xid exchange, int slot, String ledger, Octets id) {}

    /// A second output was about to be opened in the place of another one.
    public static final class ConflictException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ConflictException(Output output) {
            super(
                    "exchange "
                            + output.exchange().toString().substring(0, 8)
                            + " already has a deal; this node will not open another one");
        }
    }

    /// Notes an output before it is opened.
    public void make(Output output) {
        journal.transactSoon(sql -> {
            sql.update(
                    "INSERT INTO outputs (exchange, slot, ledger, id, made_at) VALUES (?, ?, ?, ?,"
                            + " ?) ON CONFLICT DO NOTHING",
                    output.exchange().value(),
                    output.slot(),
                    output.ledger(),
                    output.id(),
                    clock.instant().getEpochSecond());
            if (!find(output.exchange(), output.slot()).orElseThrow().equals(output)) {
                throw new ConflictException(output);
            }
            return true;
        });
    }

    public Optional<Output> find(Xid exchange, int slot) {
        return journal.read(sql ->
                sql.one(
                        COLUMNS + "WHERE exchange = ? AND slot = ?",
                        OutputTable::row,
                        exchange.value(),
                        slot));
    }

    /// Whether an exchange of this node opened, or began to claim, what has this id there.
    public boolean isKnown(String ledger, Octets id) {
        return journal.read(sql ->
                sql.one(
                                "SELECT 1 FROM outputs WHERE ledger = ? AND id = ?",
                                row -> true,
                                ledger,
                                id)
                        .isPresent());
    }

    private static Output row(ResultSet row) throws SQLException {
        return new Output(
                new Xid(Sql.bytes32(row, "exchange")),
                row.getInt("slot"),
                row.getString("ledger"),
                new Octets(row.getBytes("id")));
    }
}
