package io.evenhand.node.delegation.provider;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.file.FileTrouble;
import io.evenhand.node.EventSink;
import io.evenhand.node.Node;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.delegation.DelegationDocuments;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.message.Terms;
import io.evenhand.protocols.delegation.provider.ProviderState;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/// Erases what a provider kept of an exchange once the retention time in its Terms is over (D16):
/// input, work and ciphertext. Of an exchange without a delivery they go as soon as it ends.
///
/// It looks at every start and, when an exchange ends, once a minute at most, which is often enough
/// for a disk: a peer whose thousand offers are refused does not cause a thousand reads of the
/// whole journal. The plain work goes as soon as its seal is delivered: only the seal is asked for
/// from then on.
public final class Retention implements EventSink {
    private static final String DELIVERED = Records.kind(ProviderState.Delivering.class);

    private static final long PAUSE_SECONDS = 60;

    private final Node node;
    private final AtomicLong swept = new AtomicLong();

    Retention(Node node) {
        this.node = node;
    }

    @Override
    public void on(NodeEvent event) {
        if (event instanceof NodeEvent.Ended ended) {
            long now = now();
            node.store().sessions().find(ended.session()).ifPresent(over -> look(over, now));
            if (now - swept.get() >= PAUSE_SECONDS) {
                sweep();
            }
        } else if (event instanceof NodeEvent.StateChanged changed
                && changed.to().equals(DELIVERED)) {
            try {
                node.files().deleteWorks(changed.session());
            } catch (IOException e) {
                complain(changed.session(), e);
            }
        }
    }

    /// Whether the customer of an exchange that is over has no claim any more to fetch the work.
    public static boolean isOver(Store store, SessionTable.Stored session, Instant now) {
        return session.updatedAt() + seconds(store, session) <= now.getEpochSecond();
    }

    void sweep() {
        long now = now();
        swept.set(now);
        for (SessionTable.Stored session : node.store().sessions().all()) {
            look(session, now);
        }
    }

    private long now() {
        return node.clock().instant().getEpochSecond();
    }

    private void look(SessionTable.Stored session, long now) {
        boolean over =
                session.key().role().equals(DelegationRoles.PROVIDER)
                        && session.ended()
                        && isOver(node.store(), session, Instant.ofEpochSecond(now));
        if (over) {
            try {
                node.files().delete(session.key());
            } catch (IOException e) {
                complain(session.key(), e);
            }
        }
    }

    private void complain(SessionKey session, IOException e) {
        node.events()
                .trouble(
                        "files of "
                                + session
                                + " cannot be deleted ("
                                + FileTrouble.of(e)
                                + "); check the disk");
    }

    /// Nobody asks for what was never delivered.
    private static long seconds(Store store, SessionTable.Stored session) {
        if (store.documents().find(session.key(), DelegationDocuments.DELIVERED).isEmpty()) {
            return 0;
        }
        return DelegationDocuments.terms(store.documents(), session.key())
                .map(Terms::order)
                .map(order -> order.deadlines().retentionSeconds())
                .orElse(0L);
    }
}
