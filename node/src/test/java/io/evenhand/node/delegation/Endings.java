package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.evidence.Bundle;
import io.evenhand.kit.evidence.Finding;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.exchange.StateCodec;
import io.evenhand.node.store.KeyStore;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.evidence.Ending;
import io.evenhand.protocols.delegation.evidence.Evidence;
import io.evenhand.protocols.delegation.evidence.Verdict;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Looks at what a party that is not running any more left behind: each exchange that is over has
/// its bundle, the verdict on it is the real outcome (D-I9), and it holds no secret.
final class Endings {
    private static final String OFFER = Records.kind(Message.Offer.class);

    private Endings() {}

    /// @return how many exchanges were over
    static int check(Path home) throws IOException, SQLException {
        NodeKeys keys = NodeKeys.load(home.resolve("identity.key"), Optional.empty());
        int ended = 0;
        try (Store store = Store.openForReading(home, keys)) {
            for (SessionTable.Stored stored : store.sessions().all()) {
                boolean ordered =
                        DelegationDocuments.terms(store.documents(), stored.key()).isPresent()
                                || store.documents().all(stored.key()).stream()
                                        .anyMatch(kept -> kept.name().kind().equals(OFFER));
                if (stored.ended() && ordered) {
                    ended++;
                    check(home, keys, store, stored);
                }
            }
        }
        return ended;
    }

    private static void check(Path home, NodeKeys keys, Store store, SessionTable.Stored stored)
            throws IOException, SQLException {
        RealCrypto crypto = new RealCrypto(keys.identity(), id -> store.keys().secret(id));
        Evidence evidence =
                bundles(home).stream()
                        .filter(e ->
                                e.endings()
                                        .getFirst()
                                        .ending()
                                        .order()
                                        .customerNonce()
                                        .equals(stored.key().ref()))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("no bundle of " + stored.key()));
        Verdict verdict = Verdict.of(crypto, evidence);
        Ending.Words words = words(stored);
        assertEquals(words.outcome(), verdict.outcome(), verdict.findings().toString());
        assertEquals(words.reason(), evidence.endings().getFirst().ending().reason());
        for (Finding claim : verdict.findings()) {
            assertEquals(List.of(), claim.blame(), claim.sentence());
        }
        noSecrets(home, store, keys, evidence);
    }

    private static Ending.Words words(SessionTable.Stored stored) {
        Octets state = stored.state();
        return switch (DelegationRoles.part(stored.key().role())) {
            case CUSTOMER -> Ending.of(new StateCodec<>(CustomerState.class).decode(state));
            case PROVIDER -> Ending.of(new StateCodec<>(ProviderState.class).decode(state));
            case STAMPER -> Ending.of(new StateCodec<>(StamperState.class).decode(state));
        };
    }

    private static List<Evidence> bundles(Path home) throws IOException {
        List<Evidence> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(home.resolve("bundles"))) {
            for (Path file : files.toList()) {
                Bundle bundle = Bundle.read(file);
                assertEquals(List.of(Evidence.FORMAT.entry()), List.copyOf(bundle.names()));
                all.add(Evidence.FORMAT.read(bundle));
            }
        }
        return all;
    }

    /// Every secret of the party's store, its identity and its wallet, and every file it holds.
    private static void noSecrets(Path home, Store store, NodeKeys keys, Evidence evidence)
            throws IOException, SQLException {
        String bytes = HexFormat.of().formatHex(Records.encode(evidence));
        List<byte[]> secrets = new ArrayList<>();
        secrets.add(keys.identity().seed().expose());
        secrets.add(keys.wallet().expose());
        try (var sql = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("journal.db"));
                var query = sql.createStatement();
                ResultSet rows = query.executeQuery("SELECT handle FROM secrets")) {
            while (rows.next()) {
                KeyId handle = new KeyId(Bytes32.of(rows.getBytes(1)));
                boolean burned =
                        store.keys().status(handle).equals(Optional.of(KeyStore.Status.BURNED));
                if (!burned) {
                    secrets.add(store.keys().secret(handle).expose());
                }
            }
        }
        assertTrue(secrets.size() > 2, "no secret was found in the store");
        secrets.addAll(files(home.resolve("blobs")));
        List<String> published =
                evidence.observations().stream()
                        .flatMap(seen -> seen.observation().key().stream())
                        .map(key -> key.scalar().toString())
                        .toList();
        for (byte[] secret : secrets) {
            String hex = HexFormat.of().formatHex(secret);
            assertFalse(
                    bytes.contains(hex) && !published.contains(hex),
                    "a bundle holds a secret of " + secret.length + " bytes");
        }
    }

    /// Input, work and hidden data. Hashes of ciphertext are no secret: one chunk's is the root in
    /// the header.
    private static List<byte[]> files(Path blobs) throws IOException {
        List<byte[]> contents = new ArrayList<>();
        if (!Files.isDirectory(blobs)) {
            return contents;
        }
        try (Stream<Path> files = Files.walk(blobs)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] content = Files.readAllBytes(file);
                if (content.length >= 4 && !file.endsWith(SessionFiles.LEAVES)) {
                    contents.add(content);
                }
            }
        }
        return contents;
    }
}
