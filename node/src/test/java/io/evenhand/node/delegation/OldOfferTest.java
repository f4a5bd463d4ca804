package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.evenhand.enclave.policy.PolicySpec;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.delegation.customer.CustomerAgent;
import io.evenhand.node.delegation.customer.DelegationRequest;
import io.evenhand.node.delegation.provider.ProviderDaemon;
import io.evenhand.node.delegation.stamper.StamperDaemon;
import io.evenhand.node.exchange.Documents;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.node.transport.Envelope;
import io.evenhand.node.transport.PeerClient;
import io.evenhand.node.transport.PeerClientOptions;
import io.evenhand.node.transport.TlsIdentity;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.message.Deadlines;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Order;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A provider whose journal comes back from before an exchange hears the offer again.
class OldOfferTest {
    @TempDir Path directory;

    @Test
    @DisplayName("16g: the same offer gets the same Terms, another one another nonce")
    void oldOffer() throws Exception {
        try (TestNet net = new TestNet(directory, new LocalChain.Mining.Every(1));
                StamperDaemon _ = net.stamper();
                CustomerAgent customer = net.customer()) {
            net.provider().close();
            copy(directory.resolve("provider"), directory.resolve("backup"));
            Bytes32 ref;
            try (ProviderDaemon provider = net.provider()) {
                ref = delegate(net, customer, provider);
                assertInstanceOf(CustomerState.Settled.class, customer.end(ref).get());
            }
            Message.Offer offer = said(DelegationRoles.CUSTOMER, ref, Message.Offer.class);
            Message.Accept accept = accept(ref);

            copy(directory.resolve("backup"), directory.resolve("provider"));
            try (ProviderDaemon provider = net.provider()) {
                say(net, provider, offer);
                assertEquals(accept, accept(ref), "the Terms, byte for byte, and signatures");
            }

            copy(directory.resolve("backup"), directory.resolve("provider"));
            try (ProviderDaemon provider = net.provider()) {
                say(net, provider, dearer(offer));
                assertNotEquals(
                        accept.terms().providerNonce(),
                        accept(ref).terms().providerNonce(),
                        "a deal of its own, with a key of its own");
                assertNotEquals(accept.terms().workKey(), accept(ref).terms().workKey());
            }
        }
    }

    private static Message.Offer dearer(Message.Offer offer) {
        Order o = offer.order();
        Order dearer =
                new Order(
                        o.customer(),
                        o.provider(),
                        o.stamper(),
                        o.service(),
                        o.policyHash(),
                        o.hiddenCommit(),
                        o.inputHash(),
                        o.inputBytes(),
                        o.pskId(),
                        o.wage().plus(Wei.of(1)),
                        o.rail(),
                        o.payer(),
                        o.deadlines(),
                        o.attempts(),
                        o.maxWorkBytes(),
                        o.customerNonce());
        return new Message.Offer(
                dearer, offer.stampKey(), offer.policy(), offer.policySalt(), offer.inputSalt());
    }

    /// With deadlines that are still ahead when a slow machine repeats the offer.
    private static Bytes32 delegate(TestNet net, CustomerAgent customer, ProviderDaemon provider)
            throws Exception {
        PartyId party = customer.join(provider.invite("127.0.0.1", Duration.ofDays(1)));
        ServiceCard card = customer.card(party);
        Deadlines deadlines = customer.deadlines(card, Duration.ofMinutes(30), Duration.ofDays(1));
        return customer.delegate(
                new DelegationRequest(
                        party,
                        card.stampers().getFirst(),
                        card.name(),
                        net.input("b\na\n"),
                        PolicySpec.parse("size/1 atLeast=1 atMost=300000000"),
                        Optional.empty(),
                        card.price(),
                        deadlines,
                        card.attempts(),
                        card.maxWorkBytes()));
    }

    /// With the customer's key, as a program of its own.
    private static void say(TestNet net, ProviderDaemon provider, Message.Offer offer)
            throws Exception {
        TlsIdentity customer = new TlsIdentity(net.keys("customer", LocalChain.key(1)).identity());
        PeerClientOptions once = PeerClientOptions.DEFAULT.withAttempts(1);
        var invite = provider.invite("127.0.0.1", Duration.ofDays(1));
        try (PeerClient client = PeerClient.of(customer, invite, once)) {
            client.join(invite.token());
            client.send(
                    new Envelope(
                            "delegation",
                            offer.order().customerNonce(),
                            new Octets(Records.encode(Message.class, offer)),
                            List.of()));
        }
    }

    private Message.Accept accept(Bytes32 ref) throws Exception {
        return said(DelegationRoles.PROVIDER, ref, Message.Accept.class);
    }

    private <M extends Message> M said(Role role, Bytes32 ref, Class<M> kind) throws Exception {
        try (Store store = Store.openForReading(directory.resolve(role.text()))) {
            return Documents.find(
                            store.documents(),
                            new SessionKey(role, ref),
                            Documents.sent(kind, 0),
                            Message.class,
                            kind)
                    .orElseThrow();
        }
    }

    private static void copy(Path from, Path to) throws Exception {
        if (Files.exists(to)) {
            try (Stream<Path> old = Files.walk(to)) {
                for (Path file : old.filter(Files::isRegularFile).toList()) {
                    Files.delete(file);
                }
            }
        }
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }
}
