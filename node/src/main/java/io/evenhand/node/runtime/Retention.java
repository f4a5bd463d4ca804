package io.evenhand.node.runtime;

import io.evenhand.delegation.message.Terms;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.Store;
import java.io.IOException;

/// Deletes what a provider kept of an exchange once the retention time in its Terms is over (D16):
/// input, work and ciphertext. An exchange that never had Terms is deleted as soon as it ends.
///
/// It looks whenever an exchange ends and at every start, which is often enough for a disk.
final class Retention implements EventSink {
    private final Node node;

    Retention(Node node) {
        this.node = node;
    }

    @Override
    public void on(NodeEvent event) {
        if (event instanceof NodeEvent.Ended) {
            sweep();
        }
    }

    void sweep() {
        Store store = node.store();
        long now = node.clock().instant().getEpochSecond();
        for (SessionTable.Stored session : store.sessions().all()) {
            boolean over =
                    session.key().role() == Role.PROVIDER
                            && session.ended()
                            && session.updatedAt() + seconds(session) <= now;
            if (over) {
                try {
                    node.files().delete(session.key());
                } catch (IOException e) {
                    node.events().trouble("files of " + session.key() + " cannot be deleted");
                }
            }
        }
    }

    private long seconds(SessionTable.Stored session) {
        return Facts.terms(node.store().facts(), session.key())
                .map(Terms::order)
                .map(order -> order.deadlines().retentionSeconds())
                .orElse(0L);
    }
}
