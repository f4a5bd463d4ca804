package io.evenhand.node.store;

import io.evenhand.kit.deal.ChainTime;

/// The latest time at which a role decided inside a transaction: no later decision is given an
/// earlier one, whatever the clocks say, also after a restart.
public final class DecisionTable {
    private final Journal journal;

    DecisionTable(Journal journal) {
        this.journal = journal;
    }

    /// The time of a decision that is made now; to be called in its transaction.
    public ChainTime next(Role role, ChainTime now) {
        return journal.transactSoon(sql -> {
            sql.update(
                    "INSERT INTO decisions AS old (role, local, head) VALUES (?, ?, ?) ON CONFLICT"
                            + " DO UPDATE SET local = max(old.local, excluded.local), head ="
                            + " max(old.head, excluded.head)",
                    role,
                    now.local(),
                    now.head());
            return sql.one(
                            "SELECT local, head FROM decisions WHERE role = ?",
                            row -> new ChainTime(row.getLong("local"), row.getLong("head")),
                            role)
                    .orElseThrow();
        });
    }
}
