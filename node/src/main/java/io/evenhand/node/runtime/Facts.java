package io.evenhand.node.runtime;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.Octets;
import io.evenhand.node.store.FactTable;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.protocols.delegation.evidence.Gather;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.message.Terms;
import java.util.Optional;

/// Names of what a session of a delegation keeps, beside {@link Documents}.
final class Facts {
    /// The provider sent its delivery.
    static final String DELIVERED = Documents.sent(Message.Deliver.class, 0);

    /// The stamper answered the first try.
    static final String JUDGED = Documents.sent(Message.Verdict.class, 1);

    /// What a customer ordered, known before anybody answers.
    static final String ORDER = "order";

    private Facts() {}

    /// What a peer owes is paid by a claim; a stamper is owed nothing.
    static Admission.Fruit fruit(Role role) {
        return new Admission.Fruit(
                DELIVERED,
                Documents.receipt("claim"),
                role == Role.STAMPER ? JUDGED : DELIVERED);
    }

    static Optional<Order> order(FactTable facts, SessionKey session) {
        return facts.find(session, ORDER)
                .map(bytes -> Records.decode(Order.class, bytes.toByteArray()));
    }

    /// The complete Terms, once a message held them.
    static Optional<Terms> terms(FactTable facts, SessionKey session) {
        return facts.find(session, Documents.received(Message.Accept.class, 0))
                .or(() -> facts.find(session, Documents.sent(Message.Accept.class, 0)))
                .or(() -> facts.find(session, Documents.received(Message.Provision.class, 0)))
                .flatMap(Facts::terms);
    }

    private static Optional<Terms> terms(Octets message) {
        return Gather.terms(Records.decode(Message.class, message.toByteArray()));
    }
}
