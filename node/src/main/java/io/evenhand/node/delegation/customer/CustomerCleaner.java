package io.evenhand.node.delegation.customer;

import io.evenhand.node.EventSink;
import io.evenhand.node.Node;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.exchange.StateCodec;
import io.evenhand.node.store.SessionTable;
import io.evenhand.protocols.delegation.customer.CustomerState;
import java.io.IOException;

/// Erases a customer's copies of its input and of its hidden data when an exchange is over. Hidden
/// data that show a stamp to be false stay: whoever is to judge the work needs them.
record CustomerCleaner(Node node) implements EventSink {
    @Override
    public void on(NodeEvent event) {
        if (event instanceof NodeEvent.Ended ended) {
            node.store().sessions().find(ended.session()).ifPresent(this::clean);
        }
    }

    /// A crash may have come between an end and its cleaning.
    void sweep() {
        node.store().sessions().all().stream()
                .filter(SessionTable.Stored::ended)
                .filter(session -> session.key().role().equals(DelegationRoles.CUSTOMER))
                .forEach(this::clean);
    }

    private void clean(SessionTable.Stored session) {
        CustomerState end = new StateCodec<>(CustomerState.class).decode(session.state());
        boolean isProof = end instanceof CustomerState.Settled(var _, boolean passed) && !passed;
        try {
            node.files().erase(session.key(), SessionFiles.INPUT);
            if (!isProof) {
                node.files().erase(session.key(), SessionFiles.HIDDEN);
            }
        } catch (IOException e) {
            node.events()
                    .trouble(
                            "files of "
                                    + session.key()
                                    + " cannot be erased; check the disk, the next start tries again");
        }
    }
}
