package io.evenhand.node.store;

import io.evenhand.kit.value.DealId;
import io.evenhand.kit.value.Xid;
import java.time.InstantSource;
import java.util.Optional;

/// One deal for each exchange, for ever (decisions 10b): a deal that was cleared could be opened
/// again, and its key is public by then.
public final class DealTable {
    private final Journal journal;
    private final InstantSource clock;

    DealTable(Journal journal, InstantSource clock) {
        this.journal = journal;
        this.clock = clock;
    }

    /// A second deal was about to be opened for one exchange.
    public static final class ConflictException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ConflictException(Xid xid) {
            super(
                    "exchange "
                            + xid.toString().substring(0, 8)
                            + " already has a deal; this node will not open another one");
        }
    }

    /// Notes the deal of an exchange before it is opened.
    public void make(Xid xid, DealId deal) {
        journal.transact(sql -> {
            sql.update(
                    "INSERT INTO deals (xid, deal_id, made_at) VALUES (?, ?, ?) ON"
                            + " CONFLICT DO NOTHING",
                    xid.value(),
                    deal.value(),
                    clock.instant().getEpochSecond());
            if (!find(xid).orElseThrow().equals(deal)) {
                throw new ConflictException(xid);
            }
            return true;
        });
    }

    public Optional<DealId> find(Xid xid) {
        return journal.read(sql ->
                sql.one(
                        "SELECT deal_id FROM deals WHERE xid = ?",
                        row -> new DealId(Sql.bytes32(row, "deal_id")),
                        xid.value()));
    }
}
