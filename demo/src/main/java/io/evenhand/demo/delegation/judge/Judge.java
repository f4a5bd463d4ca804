package io.evenhand.demo.delegation.judge;

import io.evenhand.enclave.client.Assignment;
import io.evenhand.enclave.client.Hosts;
import io.evenhand.enclave.client.Outcome;
import io.evenhand.enclave.client.TimeLimits;
import io.evenhand.enclave.policy.Accuracy;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.seal.Opener;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.exchange.Documents;
import io.evenhand.node.store.DocumentTable.Name;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.programs.policy.PolicyFile;
import io.evenhand.protocols.delegation.message.Message;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/// Rules on one exchange from the customer's files, the chain and the balances. It really tries to
/// open the work, as the customer and as an outsider who stole the ciphertext.
public final class Judge {
    private Judge() {}

    /// The balances that only the wage moved.
    ///
    /// @param customer change of the customer's balance, gas excluded
    /// @param provider change of the provider's balance, gas excluded
    public record Balances(BigInteger customer, BigInteger provider, BigInteger wage) {}

    /// Who cheated is known to the judge: it ruins nobody's claim but the cheater's own.
    public static Ruling rule(
            Path customerHome,
            NodeKeys customerKeys,
            Path policy,
            ChainFacts chain,
            Balances balances,
            boolean customerHonest,
            boolean providerHonest)
            throws IOException, InterruptedException {
        Attempt attempt = open(customerHome, customerKeys, policy, chain.keys());
        return Ruling.of(
                balances.customer(),
                balances.provider(),
                attempt.customer(),
                attempt.passes(),
                attempt.outsider(),
                attempt.accuracy(),
                customerHonest,
                providerHonest,
                balances.wage());
    }

    private record Attempt(
            boolean customer, boolean passes, boolean outsider, OptionalDouble accuracy) {}

    private static Attempt open(Path home, NodeKeys keys, Path policy, List<RevealedKey> published)
            throws IOException, InterruptedException {
        try (Store store = Store.openForReading(home, keys)) {
            SessionKey session =
                    store.sessions().all().stream()
                            .map(row -> row.key())
                            .filter(key -> key.role().equals(DelegationRoles.CUSTOMER))
                            .findFirst()
                            .orElseThrow(
                                    () -> new MalformedException("the customer began no exchange"));
            Optional<Path> sealed = sealed(home, session);
            Optional<SealHeader> header = header(store, session);
            if (sealed.isEmpty() || header.isEmpty()) {
                return new Attempt(false, false, false, OptionalDouble.empty());
            }
            Optional<Secret32> psk = psk(store, session);
            Path out = Files.createTempDirectory("evenhand-judge").resolve("work");
            boolean customer = opens(header.get(), sealed.get(), published, psk, out);
            boolean passes = customer && passes(policy, out);
            OptionalDouble accuracy = customer ? accuracy(policy, out) : OptionalDouble.empty();
            boolean outsider = opens(header.get(), sealed.get(), published, Optional.empty(), out);
            Files.deleteIfExists(out);
            Files.deleteIfExists(out.getParent());
            return new Attempt(customer, passes, outsider, accuracy);
        }
    }

    private static Optional<Path> sealed(Path home, SessionKey session) throws IOException {
        Path own = Path.of(SessionFiles.folder(session), SessionFiles.SEALED);
        try (Stream<Path> files = Files.walk(home.resolve("blobs"))) {
            return files.filter(file -> file.endsWith(own)).findFirst();
        }
    }

    private static Optional<SealHeader> header(Store store, SessionKey session) {
        return message(
                        store,
                        session,
                        Documents.received(Message.Deliver.class, 0),
                        Message.Deliver.class)
                .map(Message.Deliver::header);
    }

    private static Optional<Secret32> psk(Store store, SessionKey session) {
        return message(store, session, Documents.sent(Message.Start.class, 0), Message.Start.class)
                .map(start -> store.keys().secret(start.psk()));
    }

    private static <T extends Message> Optional<T> message(
            Store store, SessionKey session, Name name, Class<T> type) {
        return Documents.find(store.documents(), session, name, Message.class, type);
    }

    private static boolean opens(
            SealHeader header,
            Path sealed,
            List<RevealedKey> keys,
            Optional<Secret32> psk,
            Path out)
            throws IOException {
        for (RevealedKey key : keys) {
            try {
                Files.deleteIfExists(out);
                Opener.open(header, sealed, key, psk, out);
                return true;
            } catch (MalformedException _) {
                // This key, or this party, does not open it.
            }
        }
        return false;
    }

    private static boolean passes(Path policy, Path work) throws IOException, InterruptedException {
        PolicyFile file = PolicyFile.read(policy);
        Path hidden = file.hidden().orElse(policy);
        Assignment assignment = Assignment.of(file.spec().canonical(), work, hidden);
        try (Hosts hosts = new Hosts()) {
            return hosts.judge("judge", assignment, TimeLimits.STAMPER)
                            instanceof Outcome.Judged(var verdict)
                    && verdict.passed();
        }
    }

    private static OptionalDouble accuracy(Path policy, Path work) throws IOException {
        PolicyFile file = PolicyFile.read(policy);
        return file.spec() instanceof Accuracy
                        && Accuracy.measure(work, file.hidden().orElse(policy))
                                instanceof Accuracy.Measure.Scored scored
                ? OptionalDouble.of((double) scored.right() / scored.rows())
                : OptionalDouble.empty();
    }
}
