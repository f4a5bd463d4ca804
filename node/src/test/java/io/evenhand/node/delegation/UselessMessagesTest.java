package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.exchange.Documents;
import io.evenhand.node.exchange.StateCodec;
import io.evenhand.node.store.EffectTable;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.node.transport.Envelope;
import io.evenhand.node.transport.Invite;
import io.evenhand.node.transport.PeerClient;
import io.evenhand.node.transport.PeerClientOptions;
import io.evenhand.node.transport.PeerException;
import io.evenhand.node.transport.TlsIdentity;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Message.Offer;
import io.evenhand.protocols.delegation.message.Order;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Messages that are good for nothing take no place and fill no journal: a place is a session that
/// is open, and there are 32 for one customer.
class UselessMessagesTest {
    private static final Octets SECRET = new Octets(new byte[32]);

    @TempDir Path directory;

    private static PeerClient client(TlsIdentity identity, Invite invite) throws Exception {
        PeerClient client =
                PeerClient.of(identity, invite, PeerClientOptions.DEFAULT.withAttempts(1));
        client.join(invite.token());
        return client;
    }

    private static Envelope envelope(Bytes32 ref, Message message, List<Octets> secrets) {
        return new Envelope(
                "delegation", ref, new Octets(Records.encode(Message.class, message)), secrets);
    }

    private static void refused(PeerClient client, Envelope envelope, String why) {
        PeerException e = assertThrows(PeerException.class, () -> client.send(envelope));
        assertTrue(String.valueOf(e.getMessage()).contains(why), e.getMessage());
    }

    private static Offer offer(TestNet net, Bytes32 ref) throws Exception {
        try (Store store = Store.openForReading(net.directory("customer"))) {
            return Documents.find(
                            store.documents(),
                            new SessionKey(DelegationRoles.CUSTOMER, ref),
                            Documents.sent(Offer.class, 0),
                            Message.class,
                            Offer.class)
                    .orElseThrow();
        }
    }

    private static Offer with(Offer offer, Bytes32 nonce, PartyId customer, String policy) {
        Order o = offer.order();
        return new Offer(
                new Order(
                        customer,
                        o.provider(),
                        o.stamper(),
                        o.service(),
                        o.policyHash(),
                        o.hiddenCommit(),
                        o.inputHash(),
                        o.inputBytes(),
                        o.pskId(),
                        o.wage(),
                        o.rail(),
                        o.payer(),
                        o.deadlines(),
                        o.attempts(),
                        o.maxWorkBytes(),
                        nonce),
                offer.stampKey(),
                policy,
                offer.policySalt(),
                offer.inputSalt());
    }

    private static int open(TestNet net, Role role, PartyId peer) throws Exception {
        try (Store store = Store.openForReading(net.directory(role.text()))) {
            return store.sessions().countOpen(role, peer);
        }
    }

    @Test
    @DisplayName("T1: an offer that cannot be read as one takes no place, nor does a question")
    void noPlace() throws Exception {
        try (TestNet net = new TestNet(directory, new LocalChain.Mining.Every(1));
                var stamper = net.stamper();
                var provider = net.provider();
                var customer = net.customer()) {
            Bytes32 ref = net.delegate(customer, provider, net.input("b\na\n"));
            customer.end(ref).get();
            Offer good = offer(net, ref);
            NodeKeys keys = net.keys("liar", LocalChain.key(5));
            PartyId liar = keys.identity().party();
            TlsIdentity identity = new TlsIdentity(keys.identity());
            try (PeerClient door =
                            client(identity, provider.invite("127.0.0.1", Duration.ofDays(1)));
                    PeerClient window =
                            client(identity, stamper.invite("127.0.0.1", Duration.ofDays(1)))) {
                for (int i = 1; i <= 40; i++) {
                    Bytes32 nonce = new Bytes32(1, 2, 3, i);
                    refused(
                            door,
                            envelope(
                                    nonce,
                                    with(good, nonce, liar, "accuracy/1 nonsense"),
                                    List.of()),
                            "the policy");
                    refused(
                            door,
                            envelope(
                                    nonce, with(good, nonce, liar, good.policy()), List.of(SECRET)),
                            "Offer with 1 secrets");
                    refused(
                            door,
                            envelope(
                                    nonce,
                                    with(good, nonce, customer.party(), good.policy()),
                                    List.of()),
                            "in somebody else's name");
                    refused(
                            window,
                            envelope(nonce, new Message.AskStampKey(nonce), List.of(SECRET)),
                            "AskStampKey with 1 secrets");
                }
                assertEquals(0, open(net, DelegationRoles.PROVIDER, liar));
                assertEquals(0, open(net, DelegationRoles.STAMPER, liar));
                Bytes32 nonce = new Bytes32(1, 2, 3, 1);
                door.send(envelope(nonce, with(good, nonce, liar, good.policy()), List.of()));
                assertEquals(1, open(net, DelegationRoles.PROVIDER, liar), "a real offer is heard");
            }
        }
    }

    @Test
    @DisplayName("12: one answer is given a thousand times at most, however often it is asked for")
    void sameAnswer() throws Exception {
        NodeKeys keys;
        try (TestNet net = new TestNet(directory, new LocalChain.Mining.Every(1));
                var stamper = net.stamper()) {
            keys = net.keys("asker", LocalChain.key(5));
            Bytes32 nonce = new Bytes32(1, 2, 3, 4);
            Envelope question = envelope(nonce, new Message.AskStampKey(nonce), List.of());
            SessionKey session = new SessionKey(DelegationRoles.STAMPER, nonce);
            try (PeerClient window =
                    client(
                            new TlsIdentity(keys.identity()),
                            stamper.invite("127.0.0.1", Duration.ofDays(1)))) {
                for (int i = 0; i < 1100; i++) {
                    window.send(question);
                }
            }
            try (Store store = Store.openForReading(net.directory("stamper"))) {
                List<EffectTable.Stored> said =
                        store.effects().all(session).stream()
                                .filter(e ->
                                        new StateCodec<>(Effect.class).decode(e.effect())
                                                instanceof Effect.Send)
                                .toList();
                assertTrue(said.size() <= 1000, "said " + said.size() + " times");
                assertTrue(said.size() > 1, "an honest repeat is answered");
                assertEquals(
                        Optional.of(keys.identity().party()),
                        store.sessions().find(session).map(s -> s.peer()));
            }
        }
    }
}
