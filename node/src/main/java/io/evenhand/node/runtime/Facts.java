package io.evenhand.node.runtime;

import io.evenhand.kit.codec.Records;
import io.evenhand.node.store.FactTable;
import io.evenhand.node.store.SessionKey;
import io.evenhand.protocols.delegation.evidence.Gather;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.message.Terms;
import java.nio.ByteBuffer;
import java.util.Optional;

/// Names of the facts a session keeps: each message once, a verdict once for each attempt.
final class Facts {
    /// The provider sent its delivery.
    static final String DELIVERED = "sent/Deliver";

    /// The stamper answered the first try.
    static final String JUDGED = "sent/Verdict-1";

    /// Number of the newest block when the session began: its deal cannot be older.
    static final String MARK = "mark";

    /// The network from which a key that nobody let in began the exchange.
    static final String NETWORK = "network";

    /// What a customer ordered, known before anybody answers.
    static final String ORDER = "order";

    private Facts() {}

    /// Whether a fact is a message, sent, taken or not taken.
    static boolean isMessage(String name) {
        return name.startsWith("sent/")
                || name.startsWith("received/")
                || name.startsWith("refused/");
    }

    /// A signed message that changed nothing: what it says may still be held against its sender.
    static Optional<String> refused(Message message) {
        return message instanceof Message.Deliver || message instanceof Message.Funded
                ? Optional.of("refused/" + Steps.name(message))
                : Optional.empty();
    }

    static Optional<Order> order(FactTable facts, SessionKey session) {
        return facts.find(session, ORDER)
                .map(bytes -> Records.decode(Order.class, bytes.toByteArray()));
    }

    /// Number of the newest block when a session began.
    static long mark(FactTable facts, SessionKey session) {
        return facts.find(session, MARK)
                .map(mark -> ByteBuffer.wrap(mark.toByteArray()).getLong())
                .orElse(0L);
    }

    /// The receipt of a final transaction of ours.
    static String receipt(String kind) {
        return "receipt/" + kind;
    }

    /// The complete Terms, once a message held them.
    static Optional<Terms> terms(FactTable facts, SessionKey session) {
        return facts.find(session, "received/Accept")
                .or(() -> facts.find(session, "sent/Accept"))
                .or(() -> facts.find(session, "received/Provision"))
                .flatMap(bytes -> Gather.terms(Records.decode(Message.class, bytes.toByteArray())));
    }

    static String received(Message message) {
        return "received/" + name(message);
    }

    static String sent(Message message) {
        return "sent/" + name(message);
    }

    private static String name(Message message) {
        return message instanceof Message.Verdict verdict
                ? "Verdict-" + verdict.attempt()
                : Steps.name(message);
    }
}
