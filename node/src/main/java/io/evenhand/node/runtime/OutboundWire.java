package io.evenhand.node.runtime;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.store.KeyStore;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.transport.Envelope;
import io.evenhand.protocols.delegation.message.Message;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// From a typed message to what leaves the process: its bytes, the secrets that travel beside it,
/// and the file that must be at the receiver before it.
final class OutboundWire {
    /// Name of the salt of the hidden data in the customer's key store.
    static final String HIDDEN_SALT = "hidden-salt";

    private final KeyStore keys;
    private final PartyId self;

    OutboundWire(KeyStore keys, PartyId self) {
        this.keys = keys;
        this.self = self;
    }

    Envelope envelope(SessionKey session, Message message) {
        return new Envelope(
                session.ref(),
                new Octets(Records.encode(Message.class, message)),
                secrets(session, message).stream().map(this::expose).toList());
    }

    private List<KeyId> secrets(SessionKey session, Message message) {
        return switch (message) {
            case Message.Start start -> List.of(start.psk());
            case Message.Provision provision ->
                    List.of(provision.psk(), Handles.own(session, self, HIDDEN_SALT));
            case Message.Try attempt -> List.of(attempt.seed());
            case Message.AskStampKey _,
                    Message.StampKeyMade _,
                    Message.Offer _,
                    Message.Accept _,
                    Message.Ready _,
                    Message.Verdict _,
                    Message.Deliver _,
                    Message.Ack _,
                    Message.Funded _,
                    Message.Refuse _ ->
                    List.of();
        };
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
    static Optional<String> file(Message message) {
        return switch (message) {
            case Message.Provision _ -> Optional.of(SessionFiles.HIDDEN);
            case Message.Try attempt -> Optional.of(SessionFiles.work(attempt.attempt()));
            case Message.AskStampKey _,
                    Message.StampKeyMade _,
                    Message.Offer _,
                    Message.Accept _,
                    Message.Ready _,
                    Message.Start _,
                    Message.Verdict _,
                    Message.Deliver _,
                    Message.Ack _,
                    Message.Funded _,
                    Message.Refuse _ ->
                    Optional.empty();
        };
    }
}
