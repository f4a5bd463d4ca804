package io.evenhand.node.peer;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.machine.MessageFormat;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.store.KeyStore;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.transport.Envelope;
import io.evenhand.node.transport.Refused;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Turns what a peer sent into a typed message in whose names of secrets and files a machine can
/// trust, see {@link Attachments}. Secrets get handles of our own.
public final class InboundWire<M> {
    private final MessageFormat<M> format;
    private final Attachments<M> attachments;
    private final KeyStore keys;

    public InboundWire(MessageFormat<M> format, Attachments<M> attachments, KeyStore keys) {
        this.format = format;
        this.attachments = attachments;
        this.keys = keys;
    }

    /// A message with the secrets that came with it, stored.
    public record Arrived<M>(M message, List<KeyId> stored) {}

    /// Reads the message alone, to see whether it is wanted at all.
    public M peek(Envelope envelope) throws Refused {
        return peek(format, envelope);
    }

    public static <M> M peek(MessageFormat<M> format, Envelope envelope) throws Refused {
        if (!envelope.protocol().equals(format.protocol())) {
            throw new Refused(
                    Refused.Kind.UNKNOWN, "only " + format.protocol() + " is served here");
        }
        try {
            return Records.decode(format.type(), envelope.message().toByteArray());
        } catch (MalformedException e) {
            throw new Refused(Refused.Kind.MALFORMED, "the message: " + e.getMessage());
        }
    }

    /// What can be said without looking at anything of ours: a message that nobody could take is
    /// refused before a place is made for it.
    void check(M message, int secrets) throws Refused {
        if (secrets != format.traits(message).secrets()) {
            throw new Refused(
                    Refused.Kind.MALFORMED,
                    Records.kind(message) + " with " + secrets + " secrets");
        }
        attachments.check(message);
    }

    /// Stores the secrets and puts our own names into the message.
    public Arrived<M> read(SessionKey session, PartyId from, M message, List<Octets> secrets)
            throws Refused {
        check(message, secrets.size());
        Keeper keeper = new Keeper(session, from, secrets);
        return new Arrived<>(attachments.renamed(session, message, keeper), keeper.stored);
    }

    /// Takes back what a message brought that nobody wanted, so that useless messages fill no disk.
    public void drop(Arrived<M> arrived) {
        arrived.stored().forEach(keys::forget);
    }

    private final class Keeper implements Attachments.Secrets {
        private final SessionKey session;
        private final PartyId from;
        private final List<Octets> secrets;
        private final List<KeyId> stored = new ArrayList<>();

        Keeper(SessionKey session, PartyId from, List<Octets> secrets) {
            this.session = session;
            this.from = from;
            this.secrets = secrets;
        }

        @Override
        public Octets bytes(int index) {
            return secrets.get(index);
        }

        @Override
        public KeyId keep(int index, String name) throws Refused {
            byte[] exposed = bytes(index).toByteArray();
            if (exposed.length != Secret32.SIZE) {
                throw new Refused(Refused.Kind.MALFORMED, "a secret that is not 32 bytes long");
            }
            Secret32 secret = Secret32.of(exposed);
            Arrays.fill(exposed, (byte) 0);
            KeyId handle = Handles.of(session, from, name, secret);
            if (keys.put(handle, secret)) {
                stored.add(handle);
            }
            secret.erase();
            return handle;
        }
    }
}
