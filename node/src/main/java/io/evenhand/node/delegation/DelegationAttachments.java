package io.evenhand.node.delegation;

import io.evenhand.enclave.policy.HiddenData;
import io.evenhand.enclave.policy.PolicySpec;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.peer.Attachments;
import io.evenhand.node.peer.Handles;
import io.evenhand.node.peer.Roots;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.transport.Refused;
import io.evenhand.protocols.delegation.message.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Beside the messages of a delegation travel psk, seed, the hidden data with their salt, and the
/// work. The commitment to the hidden data and the root of the work are computed over the files
/// that are here.
public final class DelegationAttachments implements Attachments<Message> {
    /// Name of the salt of the hidden data in the customer's key store.
    private static final String HIDDEN_SALT = "hidden-salt";

    private final SessionFiles files;
    private final PartyId self;
    private final Roots roots = new Roots();

    public DelegationAttachments(SessionFiles files, PartyId self) {
        this.files = files;
        this.self = self;
    }

    /// The handle under which a customer keeps the salt.
    public static KeyId hiddenSalt(SessionKey session, PartyId customer) {
        return Handles.own(session, customer, HIDDEN_SALT);
    }

    @Override
    public Attached attached(SessionKey session, Message message) {
        return switch (message) {
            case Message.Start start -> new Attached(List.of(start.psk()), Optional.empty());
            case Message.Provision provision ->
                    new Attached(
                            List.of(provision.psk(), hiddenSalt(session, self)),
                            Optional.of(SessionFiles.HIDDEN));
            case Message.Try attempt ->
                    new Attached(
                            List.of(attempt.seed()),
                            Optional.of(SessionFiles.work(attempt.attempt())));
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
                    Attached.NOTHING;
        };
    }

    @Override
    public void check(Message message) throws Refused {
        if (message instanceof Message.Offer offer) {
            checkPolicy(offer.policy());
        } else if (message instanceof Message.Provision provision) {
            checkPolicy(provision.policy());
        }
    }

    @Override
    public Message renamed(SessionKey session, Message sent, Secrets secrets) throws Refused {
        return switch (sent) {
            case Message.Start(var xid, var customer, var ready, var _) ->
                    new Message.Start(xid, customer, ready, secrets.keep(0, "psk"));
            case Message.Provision provision -> {
                checkRuns(provision.policy());
                Bytes32 hidden = hidden(session, secrets.bytes(1));
                yield provision(provision, hidden, secrets.keep(0, "psk"));
            }
            case Message.Try(var xid, int attempt, var _, var _) -> {
                Bytes32 work = work(session, attempt);
                yield new Message.Try(xid, attempt, work, secrets.keep(0, "seed"));
            }
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
                    sent;
        };
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

    private static void checkPolicy(String policy) throws Refused {
        try {
            PolicySpec _ = PolicySpec.parse(policy);
        } catch (MalformedException e) {
            throw new Refused(Refused.Kind.MALFORMED, "the policy: " + e.getMessage());
        }
    }

    /// D4, D5: what cannot be judged is refused before anybody works for it, and after all that is
    /// cheaper to find out.
    public static void checkRuns(String policy) throws Refused {
        try {
            PolicySpec.parse(policy).checkRuns();
        } catch (MalformedException e) {
            throw new Refused(Refused.Kind.MALFORMED, "the policy: " + e.getMessage());
        }
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
