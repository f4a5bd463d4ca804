package io.evenhand.node.exchange;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.machine.MessageFormat;
import io.evenhand.kit.value.Octets;
import io.evenhand.node.store.FactTable;
import io.evenhand.node.store.SessionKey;
import java.nio.ByteBuffer;

/// What a session keeps word by word: each message under its kind and slot, once.
public final class Documents {
    /// Number of the newest block when the session began: what it opens cannot be older.
    public static final String MARK = "mark";

    private static final String SENT = "sent/";
    private static final String RECEIVED = "received/";
    private static final String REFUSED = "refused/";

    private Documents() {}

    public static <M> String sent(MessageFormat<M> format, M message) {
        return SENT + name(format, message);
    }

    public static <M> String received(MessageFormat<M> format, M message) {
        return RECEIVED + name(format, message);
    }

    /// A message that changed nothing.
    static <M> String refused(MessageFormat<M> format, M message) {
        return REFUSED + name(format, message);
    }

    /// The message of a kind that was sent, in its slot.
    public static String sent(Class<?> kind, int slot) {
        return SENT + name(Records.kind(kind), slot);
    }

    public static String received(Class<?> kind, int slot) {
        return RECEIVED + name(Records.kind(kind), slot);
    }

    /// Whether it is a message, sent, taken or not taken.
    public static boolean isMessage(String name) {
        return name.startsWith(SENT) || name.startsWith(RECEIVED) || name.startsWith(REFUSED);
    }

    /// The receipt of a final transaction of ours.
    public static String receipt(String kind) {
        return "receipt/" + kind;
    }

    private static <M> String name(MessageFormat<M> format, M message) {
        return name(Records.kind(message), format.traits(message).slot());
    }

    private static String name(String kind, int slot) {
        return slot == 0 ? kind : kind + "-" + slot;
    }

    public static <M> Octets bytes(MessageFormat<M> format, M message) {
        return new Octets(Records.encode(format.type(), message));
    }

    /// Number of the newest block when a session began.
    public static long mark(FactTable facts, SessionKey session) {
        return facts.find(session, MARK)
                .map(mark -> ByteBuffer.wrap(mark.toByteArray()).getLong())
                .orElse(0L);
    }
}
