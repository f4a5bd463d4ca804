package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.kit.value.Xid;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.store.DocumentTable;
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
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.message.Message;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Liars with certificates of their own, at a provider and a stamper in the middle of an honest
/// exchange: nothing they send changes it, and it settles.
class HostilePeerTest {
    /// The order of the Ed25519 group: S + L verifies in careless programs.
    private static final BigInteger ED25519_ORDER =
            new BigInteger("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed", 16);

    @TempDir Path directory;

    private final List<String> wrong = new ArrayList<>();

    @Test
    @DisplayName(
            "replayed, crossed, re-signed and foreign messages are refused; the exchange settles")
    void liars() throws Exception {
        try (TestNet net = new TestNet(directory, new LocalChain.Mining.Every(1));
                var stamper = net.stamper();
                var provider = net.provider();
                var customer = net.customer()) {
            Bytes32 first = net.delegate(customer, provider, net.input("b\na\n"));
            assertInstanceOf(CustomerState.Settled.class, customer.end(first).get());
            // Without blocks the second exchange stands still once the deposit is announced.
            net.chain.setMining(new LocalChain.Mining.Manual());
            Bytes32 second = net.delegate(customer, provider, net.input("d\nc\n"));
            net.await(event ->
                    event instanceof NodeEvent.StateChanged(SessionKey key, String _, String to)
                            && key.equals(new SessionKey(DelegationRoles.PROVIDER, second))
                            && to.equals("Confirming"));
            Invite toProvider = provider.invite("127.0.0.1", Duration.ofDays(1));
            Invite toStamper = stamper.invite("127.0.0.1", Duration.ofDays(1));
            NodeKeys liar = net.keys("liar", LocalChain.key(5));
            Wei before = net.chain.balance(provider.payee());
            try (Door stranger = new Door(net, "stranger", net.keys("s", LocalChain.key(6)));
                    Door invited = new Door(net, "invited liar", liar);
                    Door itself = new Door(net, "the customer", net.keys("customer", key(1)));
                    Door asStamper = new Door(net, "the stamper", net.keys("stamper", key(3)))) {
                Exchange old = new Exchange(net, first);
                Exchange live = new Exchange(net, second);
                stranger.to(toProvider).refusedAll(live, "does not know your key");
                invited.to(toProvider).join(toProvider).refusedAll(live, "not yours");
                invited.refusedAll(old, "not yours");
                asStamper.to(toProvider).withoutEffect(live);
                itself.to(toProvider).withoutEffect(live);
                itself.crossed(old, live);
                itself.resigned(live);
                invited.to(toStamper).join(toStamper).refusedAll(live, "not yours");
                itself.to(toStamper).withoutEffect(live);
                itself.crossed(old, live);
            }
            assertEquals(List.of(), wrong);
            assertEquals(before, net.chain.balance(provider.payee()), "something was paid");
            net.chain.setMining(new LocalChain.Mining.Every(1));
            CustomerState end = customer.end(second).get();
            assertTrue(assertInstanceOf(CustomerState.Settled.class, end).passed());
            assertEquals("c\nd\n", Files.readString(customer.work(second).orElseThrow()));
        }
    }

    private static Secret32 key(int account) {
        return LocalChain.key(account);
    }

    /// What the honest customer said in an exchange, as its journal holds it.
    private static final class Exchange {
        private final TestNet net;
        private final Bytes32 ref;
        private final List<Message> said = new ArrayList<>();

        Exchange(TestNet net, Bytes32 ref) throws Exception {
            this.net = net;
            this.ref = ref;
            try (Store store = Store.openForReading(net.directory("customer"))) {
                store.documents()
                        .all(new SessionKey(DelegationRoles.CUSTOMER, ref))
                        .forEach(kept -> {
                            DocumentTable.Way way = kept.name().way();
                            if (way == DocumentTable.Way.SENT
                                    || way == DocumentTable.Way.RECEIVED) {
                                said.add(Records.decode(Message.class, kept.body().toByteArray()));
                            }
                        });
            }
            assertTrue(said.size() >= 8, "recorded " + said.size());
        }

        <M extends Message> M find(Class<M> kind) {
            return said.stream().filter(kind::isInstance).map(kind::cast).findFirst().orElseThrow();
        }

        /// The states of both servers, byte by byte.
        List<Octets> states() throws Exception {
            List<Octets> states = new ArrayList<>();
            for (Role role : new Role[] {DelegationRoles.PROVIDER, DelegationRoles.STAMPER}) {
                try (Store store = Store.openForReading(net.directory(role.text()))) {
                    states.add(
                            store.sessions().find(new SessionKey(role, ref)).orElseThrow().state());
                }
            }
            return states;
        }
    }

    /// A client with a certificate of its own.
    private final class Door implements AutoCloseable {
        private final String name;
        private final TlsIdentity identity;
        private final TestNet net;
        private Optional<PeerClient> client = Optional.empty();

        Door(TestNet net, String name, NodeKeys keys) {
            this.net = net;
            this.name = name;
            this.identity = new TlsIdentity(keys.identity());
        }

        Door to(Invite server) {
            close();
            PeerClientOptions once = PeerClientOptions.DEFAULT.withAttempts(1);
            client = Optional.of(PeerClient.of(identity, server, once));
            return this;
        }

        Door join(Invite invite) throws Exception {
            client.orElseThrow().join(invite.token());
            return this;
        }

        /// Sends, and says how it was refused; empty if it was taken.
        private String send(Bytes32 ref, Message message) throws InterruptedException {
            List<Octets> secrets =
                    switch (message) {
                        case Message.Start _, Message.Try _ -> List.of(new Octets(new byte[32]));
                        case Message.Provision _ ->
                                List.of(new Octets(new byte[32]), new Octets(new byte[32]));
                        default -> List.of();
                    };
            Octets body = new Octets(Records.encode(Message.class, message));
            int heard = net.events.size();
            try {
                client.orElseThrow().send(new Envelope("delegation", ref, body, secrets));
            } catch (PeerException e) {
                assertTrue(e.status() >= 400, e.getMessage());
                return String.valueOf(e.getMessage());
            }
            synchronized (net.events) {
                return net.events.subList(heard, net.events.size()).stream()
                        .filter(NodeEvent.Ignored.class::isInstance)
                        .map(event -> "ignored: " + ((NodeEvent.Ignored) event).why())
                        .findFirst()
                        .orElse("");
            }
        }

        /// Everything that was said in the exchange, said again by somebody else.
        void refusedAll(Exchange exchange, String why) throws Exception {
            List<Octets> before = exchange.states();
            for (Message message : exchange.said) {
                String answer = send(exchange.ref, message);
                if (!answer.contains(why) || answer.lines().count() != 1) {
                    wrong.add(name + ", " + Records.kind(message) + ": \"" + answer + "\"");
                }
            }
            unchanged(exchange, before, "all");
        }

        /// The same in reverse order by a party, twice: repeated and reordered, taken or not, it
        /// changes nothing.
        void withoutEffect(Exchange exchange) throws Exception {
            List<Octets> before = exchange.states();
            for (Message message : exchange.said.reversed()) {
                String _ = send(exchange.ref, message);
                String _ = send(exchange.ref, message);
                unchanged(exchange, before, Records.kind(message));
            }
        }

        /// Messages of one exchange sent into another.
        void crossed(Exchange from, Exchange into) throws Exception {
            List<Octets> before = into.states();
            for (Message message : from.said) {
                String answer = send(into.ref, message);
                if (answer.isEmpty()) {
                    wrong.add(name + " crossed " + Records.kind(message) + ", and it was taken");
                }
            }
            unchanged(into, before, "crossed messages");
        }

        /// Signatures of another statement, with a changed bit, with S + L, of zeros.
        void resigned(Exchange exchange) throws Exception {
            List<Octets> before = exchange.states();
            Message.Funded funded = exchange.find(Message.Funded.class);
            Message.Ack ack = exchange.find(Message.Ack.class);
            Signature good = funded.signature();
            for (Signature bad :
                    List.of(
                            ack.signature(),
                            plusOrder(good),
                            new Signature(good.r(), flipped(good.s())),
                            new Signature(good.s(), good.r()),
                            new Signature(Bytes32.ZERO, Bytes32.ZERO))) {
                assertFalse(bad.equals(good));
                refused(exchange, new Message.Funded(funded.xid(), funded.deal(), bad));
                refused(exchange, new Message.Ack(ack.xid(), ack.sealId(), bad));
            }
            refused(exchange, new Message.Funded(new Xid(Bytes32.ZERO), funded.deal(), good));
            Message.Start start = exchange.find(Message.Start.class);
            refused(
                    exchange,
                    new Message.Start(start.xid(), ack.signature(), good, new KeyId(Bytes32.ZERO)));
            unchanged(exchange, before, "forged signatures");
        }

        private void refused(Exchange exchange, Message message) throws Exception {
            if (send(exchange.ref, message).isEmpty()) {
                wrong.add(name + " forged " + Records.kind(message) + ", and it was taken");
            }
        }

        private void unchanged(Exchange exchange, List<Octets> before, String what)
                throws Exception {
            if (!exchange.states().equals(before)) {
                wrong.add(name + ", " + what + ": a state has changed");
            }
        }

        @Override
        public void close() {
            client.ifPresent(PeerClient::close);
        }
    }

    private static Bytes32 flipped(Bytes32 value) {
        return new Bytes32(value.a(), value.b(), value.c(), value.d() ^ 1);
    }

    /// The other form of the same signature: s + L, little-endian.
    private static Signature plusOrder(Signature good) {
        byte[] little = good.s().toByteArray();
        byte[] big = new byte[32];
        for (int i = 0; i < 32; i++) {
            big[i] = little[31 - i];
        }
        byte[] sum = new BigInteger(1, big).add(ED25519_ORDER).toByteArray();
        byte[] s = new byte[32];
        for (int i = 0; i < Math.min(32, sum.length); i++) {
            s[i] = sum[sum.length - 1 - i];
        }
        return new Signature(good.r(), Bytes32.of(s));
    }
}
