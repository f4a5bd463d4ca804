package io.evenhand.node.exchange;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.Octets;
import io.evenhand.node.store.StoreException;
import java.util.Arrays;

/// How a sealed family of records is stored: a version byte, then canonical CBOR.
///
/// A change of a stored record needs a new version and a reader for the old one.
public final class StateCodec<T> {
    private static final byte VERSION = 1;

    private final Class<T> type;

    public StateCodec(Class<T> type) {
        this.type = type;
    }

    public Octets encode(T value) {
        byte[] body = Records.encode(type, value);
        byte[] bytes = new byte[body.length + 1];
        bytes[0] = VERSION;
        System.arraycopy(body, 0, bytes, 1, body.length);
        return new Octets(bytes);
    }

    /// Reads what {@link #encode} wrote; anything else is a `StoreException`, and nothing goes on.
    public T decode(Octets stored) {
        byte[] bytes = stored.toByteArray();
        if (bytes.length == 0 || bytes[0] != VERSION) {
            throw new StoreException(
                    "the journal holds a "
                            + type.getSimpleName()
                            + " of another version; install the evenhand that wrote it");
        }
        try {
            return Records.decode(type, Arrays.copyOfRange(bytes, 1, bytes.length));
        } catch (MalformedException e) {
            throw StoreException.damaged(type.getSimpleName(), e);
        }
    }
}
