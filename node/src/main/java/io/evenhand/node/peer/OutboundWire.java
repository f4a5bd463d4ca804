package io.evenhand.node.peer;

import io.evenhand.kit.machine.MessageFormat;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.node.exchange.Documents;
import io.evenhand.node.store.KeyStore;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.transport.Envelope;
import java.util.Arrays;
import java.util.Optional;

/// Turns a typed message into what leaves the process: its bytes, the secrets that travel beside
/// it, and the file that must be at the receiver before it.
public final class OutboundWire<M> {
    private final MessageFormat<M> format;
    private final Attachments<M> attachments;
    private final KeyStore keys;

    public OutboundWire(MessageFormat<M> format, Attachments<M> attachments, KeyStore keys) {
        this.format = format;
        this.attachments = attachments;
        this.keys = keys;
    }

    public Envelope envelope(SessionKey session, M message) {
        return new Envelope(
                format.protocol(),
                session.ref(),
                Documents.bytes(format, message),
                attachments.attached(session, message).secrets().stream()
                        .map(this::expose)
                        .toList());
    }

    private Octets expose(KeyId handle) {
        Secret32 secret = keys.secret(handle);
        byte[] bytes = secret.expose();
        secret.erase();
        Octets octets = new Octets(bytes);
        Arrays.fill(bytes, (byte) 0);
        return octets;
    }

    /// The file that a message speaks of.
    public Optional<String> file(SessionKey session, M message) {
        return attachments.attached(session, message).file();
    }
}
