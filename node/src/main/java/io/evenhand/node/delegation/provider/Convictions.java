package io.evenhand.node.delegation.provider;

import io.evenhand.node.Alarms;
import io.evenhand.node.EventSink;
import io.evenhand.node.Node;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.exchange.StateCodec;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.DelegationAlarm;
import io.evenhand.protocols.delegation.provider.ProviderState;

/// Raises the alarm against a stamper whose stamp was false (T6).
///
/// Only the state of our own machine says so. Text that a peer wrote is never looked at; otherwise
/// a customer could have an honest stamper accused.
final class Convictions implements EventSink {
    private final Store store;
    private final Alarms alarms;

    Convictions(Node node) {
        this.store = node.store();
        this.alarms = node.alarms();
    }

    @Override
    public void on(NodeEvent event) {
        if (event instanceof NodeEvent.Ended ended) {
            store.sessions().find(ended.session()).ifPresent(this::look);
        }
    }

    /// After a start: an earlier process may have stopped between the state and the alarm.
    void catchUp() {
        store.sessions().all().forEach(this::look);
    }

    private void look(SessionTable.Stored session) {
        boolean deceived =
                session.key().role().equals(DelegationRoles.PROVIDER)
                        && session.ended()
                        && new StateCodec<>(ProviderState.class).decode(session.state())
                                instanceof ProviderState.Deceived;
        if (deceived) {
            alarms.convict(session.key(), new DelegationAlarm.StampMismatch());
        }
    }
}
