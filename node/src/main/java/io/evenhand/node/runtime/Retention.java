package io.evenhand.node.runtime;

import io.evenhand.delegation.message.Terms;
import io.evenhand.delegation.provider.ProviderState;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.Store;
import java.io.IOException;

/// Deletes what a provider kept of an exchange once the retention time in its Terms is over (D16):
/// input, work and ciphertext. An exchange that never had Terms is deleted as soon as it ends.
///
/// It looks whenever an exchange ends and at every start, which is often enough for a disk. The
/// plain work goes as soon as its seal is delivered: only the seal is asked for from then on.
final class Retention implements EventSink {
    private static final String DELIVERED = ProviderState.Delivering.class.getSimpleName();

    private final Node node;

    Retention(Node node) {
        this.node = node;
    }

    @Override
    public void on(NodeEvent event) {
        if (event instanceof NodeEvent.Ended) {
            sweep();
        } else if (event instanceof NodeEvent.StateChanged changed
                && changed.to().equals(DELIVERED)) {
            try {
                node.files().deleteWorks(changed.session());
            } catch (IOException e) {
                complain(changed.session());
            }
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
                    complain(session.key());
                }
            }
        }
    }

    private void complain(SessionKey session) {
        node.events().trouble("files of " + session + " cannot be deleted; check the disk");
    }

    private long seconds(SessionTable.Stored session) {
        return Facts.terms(node.store().facts(), session.key())
                .map(Terms::order)
                .map(order -> order.deadlines().retentionSeconds())
                .orElse(0L);
    }
}
