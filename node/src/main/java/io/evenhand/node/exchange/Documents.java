package io.evenhand.node.exchange;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.machine.MessageFormat;
import io.evenhand.kit.value.Octets;
import io.evenhand.node.store.DocumentTable;
import io.evenhand.node.store.DocumentTable.Name;
import io.evenhand.node.store.DocumentTable.Way;
import io.evenhand.node.store.SessionKey;
import java.nio.ByteBuffer;
import java.util.Optional;

/// What a session keeps verbatim: each message under its kind and slot, once.
public final class Documents {
    /// Number of the newest block when the session began: what it opens cannot be older.
    public static final Name MARK = Name.own("mark");

    private Documents() {}

    public static <M> Name sent(MessageFormat<M> format, M message) {
        return name(Way.SENT, format, message);
    }

    public static <M> Name received(MessageFormat<M> format, M message) {
        return name(Way.RECEIVED, format, message);
    }

    /// A message that changed nothing.
    static <M> Name refused(MessageFormat<M> format, M message) {
        return name(Way.REFUSED, format, message);
    }

    /// The message of a kind that was sent, in its slot.
    public static Name sent(Class<?> kind, int slot) {
        return new Name(Way.SENT, Records.kind(kind), slot);
    }

    public static Name received(Class<?> kind, int slot) {
        return new Name(Way.RECEIVED, Records.kind(kind), slot);
    }

    /// The receipt of a final transaction of ours.
    ///
    /// @param call such as `claim`
    /// @param output slot of the output that it opened or ended
    public static Name receipt(String call, int output) {
        return new Name(Way.OWN, "receipt-" + call, output);
    }

    private static <M> Name name(Way way, MessageFormat<M> format, M message) {
        return new Name(way, Records.kind(message), format.traits(message).slot());
    }

    public static <M> Octets bytes(MessageFormat<M> format, M message) {
        return new Octets(Records.encode(format.type(), message));
    }

    /// The stored message of a family, if it is there.
    ///
    /// @param family the sealed family of all messages of the protocol
    public static <M, K extends M> Optional<K> find(
            DocumentTable documents,
            SessionKey session,
            Name name,
            Class<M> family,
            Class<K> kind) {
        return documents
                .find(session, name)
                .map(bytes -> kind.cast(Records.decode(family, bytes.toByteArray())));
    }

    /// Number of the newest block when a session began.
    public static long mark(DocumentTable documents, SessionKey session) {
        return documents
                .find(session, MARK)
                .map(mark -> ByteBuffer.wrap(mark.toByteArray()).getLong())
                .orElse(0L);
    }
}
