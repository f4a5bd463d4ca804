package io.evenhand.node.delegation.stamper;

import io.evenhand.kit.codec.Records;
import io.evenhand.node.EventSink;
import io.evenhand.node.Node;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.exchange.StateCodec;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.StoreException;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.io.IOException;

/// Erases the work once it is judged, the hidden data after the last attempt, and everything when
/// an exchange is over: the stamper has no right to keep it, and open exchanges need the space.
///
/// A peer that asks for a verdict again, after a crash of its own, sends work or hidden data once
/// more.
public record StamperCleaner(Node node) implements EventSink {
    private static final String JUDGING = Records.kind(StamperState.Judging.class);

    @Override
    public void on(NodeEvent event) {
        if (event instanceof NodeEvent.Ended ended) {
            erase(ended.session(), true);
        } else if (event instanceof NodeEvent.StateChanged changed
                && changed.from().equals(JUDGING)) {
            // Before the verdict leaves, so no work of a next attempt is here yet.
            node.store()
                    .sessions()
                    .find(changed.session())
                    .ifPresent(session -> erase(session.key(), judgedLast(session)));
        }
    }

    /// A crash may have come between an end and its cleaning.
    void sweep() {
        for (SessionTable.Stored session : node.store().sessions().all()) {
            if (session.ended() && session.key().role().equals(DelegationRoles.STAMPER)) {
                erase(session.key(), true);
            }
        }
    }

    /// No attempt is left that would need the hidden data.
    public static boolean isLast(StamperState state) {
        return state instanceof StamperState.StampMade
                || (state instanceof StamperState.Provisioned(var commission, int used, var _)
                        && used >= commission.terms().order().attempts());
    }

    private static boolean judgedLast(SessionTable.Stored session) {
        return isLast(new StateCodec<>(StamperState.class).decode(session.state()));
    }

    private void erase(SessionKey session, boolean all) {
        try {
            if (all) {
                node.files().delete(session);
            } else {
                node.files().deleteWorks(session);
            }
        } catch (IOException e) {
            throw new StoreException(
                    "files of " + session + " cannot be erased; check the disk", e);
        }
    }
}
