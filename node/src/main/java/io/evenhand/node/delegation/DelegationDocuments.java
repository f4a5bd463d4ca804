package io.evenhand.node.delegation;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.Octets;
import io.evenhand.node.Capacity;
import io.evenhand.node.Node;
import io.evenhand.node.exchange.Documents;
import io.evenhand.node.peer.Admission;
import io.evenhand.node.store.DocumentTable;
import io.evenhand.node.store.DocumentTable.Name;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.protocols.delegation.evidence.EvidenceCollector;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.message.Terms;
import java.util.Optional;

/// Names of what a session of a delegation keeps, beside {@link Documents}.
public final class DelegationDocuments {
    /// The provider sent its delivery.
    public static final Name DELIVERED = Documents.sent(Message.Deliver.class, 0);

    /// The stamper answered the first try.
    static final Name JUDGED = Documents.sent(Message.Verdict.class, 1);

    /// What a customer ordered, known before anybody answers.
    public static final Name ORDER = Name.own("order");

    private DelegationDocuments() {}

    /// What a provider delivered is owed until its claim; a stamper is owed nothing.
    public static Admission admission(Node node, Role role, Capacity capacity) {
        boolean stamper = role.equals(DelegationRoles.STAMPER);
        return new Admission(
                node,
                role,
                new Admission.Rules(
                        DELIVERED,
                        Documents.receipt("claim", 0),
                        stamper ? JUDGED : DELIVERED,
                        stamper),
                capacity);
    }

    static Optional<Order> order(DocumentTable documents, SessionKey session) {
        return documents
                .find(session, ORDER)
                .map(bytes -> Records.decode(Order.class, bytes.toByteArray()));
    }

    /// The complete Terms, once a message held them.
    public static Optional<Terms> terms(DocumentTable documents, SessionKey session) {
        return documents
                .find(session, Documents.received(Message.Accept.class, 0))
                .or(() -> documents.find(session, Documents.sent(Message.Accept.class, 0)))
                .or(() -> documents.find(session, Documents.received(Message.Provision.class, 0)))
                .flatMap(DelegationDocuments::terms);
    }

    private static Optional<Terms> terms(Octets message) {
        return EvidenceCollector.terms(Records.decode(Message.class, message.toByteArray()));
    }
}
