package io.evenhand.node.exchange;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.Octets;
import io.evenhand.node.store.StoreException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/// How a sealed family of records is stored: a version byte, then canonical CBOR.
///
/// A change of a stored record needs a new version and a reader for the old one.
///
/// What was written or read lately is kept by its bytes: a state is read many times before it
/// changes. Records do not change, so everybody may have the same one.
public final class StateCodec<T> {
    private static final byte VERSION = 1;

    /// Stored bytes of what is remembered: the states and effects of what goes on now. A peer has a
    /// say in how large each of them is.
    static final int REMEMBERED = 4 << 20;

    private final Map<Octets, T> lately = new LinkedHashMap<>(16, 0.75f, true);

    /// Of all that is in `lately`.
    private int bytes;

    private final Class<T> type;

    public StateCodec(Class<T> type) {
        this.type = type;
    }

    public Octets encode(T value) {
        byte[] body = Records.encode(type, value);
        byte[] bytes = new byte[body.length + 1];
        bytes[0] = VERSION;
        System.arraycopy(body, 0, bytes, 1, body.length);
        Octets stored = new Octets(bytes);
        remember(stored, value);
        return stored;
    }

    private void remember(Octets stored, T value) {
        synchronized (lately) {
            if (lately.put(stored, value) == null) {
                bytes += stored.length();
            }
            Iterator<Octets> eldest = lately.keySet().iterator();
            while (bytes > REMEMBERED) {
                bytes -= eldest.next().length();
                eldest.remove();
            }
        }
    }

    /// Stored bytes of what is remembered now.
    int remembered() {
        synchronized (lately) {
            return lately.keySet().stream().mapToInt(Octets::length).sum();
        }
    }

    /// Reads what {@link #encode} wrote; anything else is a `StoreException`, and nothing goes on.
    public T decode(Octets stored) {
        synchronized (lately) {
            T known = lately.get(stored);
            if (known != null) {
                return known;
            }
        }
        T value = read(stored);
        remember(stored, value);
        return value;
    }

    private T read(Octets stored) {
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
