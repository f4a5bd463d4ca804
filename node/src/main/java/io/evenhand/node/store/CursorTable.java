package io.evenhand.node.store;

import io.evenhand.kit.value.Address;
import java.util.OptionalLong;

/// Up to which block the openings of a contract were looked through.
public final class CursorTable {
    private final Journal journal;

    CursorTable(Journal journal) {
        this.journal = journal;
    }

    public OptionalLong find(Address contract) {
        return journal.read(sql ->
                sql.one(
                                "SELECT block FROM chain_cursors WHERE contract = ?",
                                row -> row.getLong("block"),
                                (Object) contract.toByteArray())
                        .map(OptionalLong::of)
                        .orElseGet(OptionalLong::empty));
    }

    public void put(Address contract, long block) {
        journal.transactSoon(sql ->
                sql.update(
                        "INSERT INTO chain_cursors (contract, block) VALUES (?, ?) ON CONFLICT DO UPDATE"
                                + " SET block = excluded.block",
                        contract.toByteArray(),
                        block));
    }
}
