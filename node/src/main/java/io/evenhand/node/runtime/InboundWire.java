package io.evenhand.node.runtime;

import io.evenhand.enclave.policy.HiddenData;
import io.evenhand.enclave.policy.PolicySpec;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.store.KeyStore;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.transport.Envelope;
import io.evenhand.node.transport.Refused;
import io.evenhand.protocols.delegation.message.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// From what a peer sent to a typed message that a machine can trust in its names.
///
/// A machine compares names of secrets and files with the Terms, so this edge computes those names
/// from the bytes it really holds: secrets get handles of our own, the commitment to the hidden
/// data and the root of the work are computed over the uploaded files. What the sender wrote in
/// their place is dropped.
final class InboundWire {
    private final KeyStore keys;
    private final SessionFiles files;
    private final Roots roots = new Roots();

    InboundWire(KeyStore keys, SessionFiles files) {
        this.keys = keys;
        this.files = files;
    }

    /// A message with the secrets that came with it, stored.
    record Arrived(Message message, List<KeyId> stored) {}

    /// Reads the message alone, to see whether it is wanted at all.
    static Message peek(Envelope envelope) throws Refused {
        try {
            return Records.decode(Message.class, envelope.message().toByteArray());
        } catch (MalformedException e) {
            throw new Refused(Refused.Kind.MALFORMED, "the message: " + e.getMessage());
        }
    }

    /// What can be said without looking at anything of ours: a message that nobody could take is
    /// refused before a place is made for it.
    static void check(Message message, int secrets) throws Refused {
        int due =
                switch (message) {
                    case Message.Provision _ -> 2;
                    case Message.Start _, Message.Try _ -> 1;
                    case Message.Offer _,
                            Message.AskStampKey _,
                            Message.StampKeyMade _,
                            Message.Accept _,
                            Message.Ready _,
                            Message.Verdict _,
                            Message.Deliver _,
                            Message.Ack _,
                            Message.Funded _,
                            Message.Refuse _ ->
                            0;
                };
        if (secrets != due) {
            throw new Refused(
                    Refused.Kind.MALFORMED, Steps.name(message) + " with " + secrets + " secrets");
        }
        if (message instanceof Message.Offer offer) {
            checkPolicy(offer.policy());
        } else if (message instanceof Message.Provision provision) {
            checkPolicy(provision.policy());
        }
    }

    /// Stores the secrets and puts our own names into the message.
    Arrived read(SessionKey session, PartyId from, Message message, List<Octets> secrets)
            throws Refused {
        check(message, secrets.size());
        return switch (message) {
            case Message.Start start -> {
                Kept psk = keep(session, from, "psk", secrets.get(0));
                yield new Arrived(
                        new Message.Start(
                                start.xid(), start.customer(), start.ready(), psk.handle()),
                        psk.list());
            }
            case Message.Provision provision -> {
                checkRuns(provision.policy());
                Bytes32 hidden = hidden(session, secrets.get(1));
                Kept psk = keep(session, from, "psk", secrets.get(0));
                yield new Arrived(provision(provision, hidden, psk.handle()), psk.list());
            }
            case Message.Try attempt -> {
                Bytes32 work = work(session, attempt.attempt());
                Kept seed = keep(session, from, "seed", secrets.get(0));
                yield new Arrived(
                        new Message.Try(attempt.xid(), attempt.attempt(), work, seed.handle()),
                        seed.list());
            }
            case Message.Offer _,
                    Message.AskStampKey _,
                    Message.StampKeyMade _,
                    Message.Accept _,
                    Message.Ready _,
                    Message.Verdict _,
                    Message.Deliver _,
                    Message.Ack _,
                    Message.Funded _,
                    Message.Refuse _ ->
                    new Arrived(message, List.of());
        };
    }

    private static void checkPolicy(String policy) throws Refused {
        try {
            PolicySpec _ = PolicySpec.parse(policy);
        } catch (MalformedException e) {
            throw new Refused(Refused.Kind.MALFORMED, "the policy: " + e.getMessage());
        }
    }

    /// D4, D5: what cannot be judged is refused before anybody works for it, and after all that is
    /// cheaper to find out.
    static void checkRuns(String policy) throws Refused {
        try {
            PolicySpec.parse(policy).checkRuns();
        } catch (MalformedException e) {
            throw new Refused(Refused.Kind.MALFORMED, "the policy: " + e.getMessage());
        }
    }

    /// Takes back what a message brought that nobody wanted, so that useless messages fill no disk.
    void drop(Arrived arrived) {
        arrived.stored().forEach(keys::forget);
    }

    private static Message provision(Message.Provision sent, Bytes32 hidden, KeyId psk) {
        return new Message.Provision(
                sent.terms(),
                sent.customer(),
                sent.provider(),
                sent.policy(),
                sent.policySalt(),
                hidden,
                psk);
    }

    private record Kept(KeyId handle, boolean isNew) {
        List<KeyId> list() {
            List<KeyId> list = new ArrayList<>();
            if (isNew) {
                list.add(handle);
            }
            return list;
        }
    }

    private Kept keep(SessionKey session, PartyId from, String name, Octets bytes) throws Refused {
        byte[] exposed = bytes.toByteArray();
        if (exposed.length != Secret32.SIZE) {
            throw new Refused(Refused.Kind.MALFORMED, "a secret that is not 32 bytes long");
        }
        Secret32 secret = Secret32.of(exposed);
        Arrays.fill(exposed, (byte) 0);
        KeyId handle = Handles.of(session, from, name, secret);
        boolean isNew = keys.put(handle, secret);
        secret.erase();
        return new Kept(handle, isNew);
    }

    private Bytes32 hidden(SessionKey session, Octets salt) throws Refused {
        Path file = uploaded(session, SessionFiles.HIDDEN);
        try {
            return HiddenData.commitment(Bytes32.of(salt.toByteArray()), file);
        } catch (MalformedException e) {
            throw new Refused(Refused.Kind.MALFORMED, "hidden data: " + e.getMessage());
        } catch (IOException e) {
            throw disk();
        }
    }

    private Bytes32 work(SessionKey session, int attempt) throws Refused {
        Path file = uploaded(session, SessionFiles.work(attempt));
        try {
            return roots.of(file);
        } catch (IOException e) {
            throw disk();
        }
    }

    private Path uploaded(SessionKey session, String name) throws Refused {
        if (!files.has(session, name)) {
            throw new Refused(Refused.Kind.UNAVAILABLE, "upload " + name + " first");
        }
        return files.path(session, name);
    }

    private static Refused disk() {
        return new Refused(Refused.Kind.UNAVAILABLE, "the disk of this node does not answer");
    }
}
