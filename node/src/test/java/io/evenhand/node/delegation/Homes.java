package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.delegation.stamper.StamperCleaner;
import io.evenhand.node.exchange.StateCodec;
import io.evenhand.node.store.KeyStore;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Looks at every file in the home of a party that is not running any more: each has a name that is
/// known here and belongs to its owner alone, none but the key file holds a secret, and of an
/// exchange that is over nothing is left but what `ARCHITECTURE.md` says.
final class Homes {
    /// Everything that may lie in a home beside `blobs`.
    private static final Pattern KNOWN =
            Pattern.compile(
                    "identity\\.key|journal\\.db(-wal|-shm)?|lock|card(-[0-9a-f]{64})?\\.cbor"
                            + "|bundles/[^/]+\\.asice");

    private static final String KEYS = "identity.key";

    private Homes() {}

    /// @return what is left of exchanges that are over, as `role/file`
    static Set<String> check(Path home) throws IOException, SQLException {
        NodeKeys keys = NodeKeys.load(home.resolve(KEYS), Optional.empty());
        Set<String> left = new java.util.TreeSet<>();
        try (Store store = Store.openForReading(home, keys)) {
            List<byte[]> secrets = secrets(home, store, keys);
            for (Path file : files(home)) {
                String name = home.relativize(file).toString();
                assertTrue(
                        KNOWN.matcher(name).matches() || name.startsWith("blobs/"),
                        "a file that nobody knows: " + file);
                assertEquals("rw-------", rights(file), file.toString());
                if (!name.equals(KEYS)) {
                    holdsNone(file, secrets);
                }
            }
            for (Path directory : directories(home)) {
                assertEquals("rwx------", rights(directory), directory.toString());
            }
            for (SessionTable.Stored session : store.sessions().all()) {
                left.addAll(left(home, session));
            }
        }
        return left;
    }

    private static Set<String> left(Path home, SessionTable.Stored session) throws IOException {
        String role = session.key().role().text();
        Path blobs = home.resolve("blobs").resolve(SessionFiles.folder(session.key()));
        Set<String> names = new java.util.TreeSet<>();
        if (Files.isDirectory(blobs)) {
            for (Path file : files(blobs)) {
                names.add(role + "/" + file.getFileName());
            }
        }
        assertTrue(mayStay(session).containsAll(names), session.key() + " left " + names);
        return session.ended() ? names : Set.of();
    }

    /// What the table in `ARCHITECTURE.md` says.
    private static Set<String> mayStay(SessionTable.Stored session) {
        Octets state = session.state();
        return switch (DelegationRoles.part(session.key().role())) {
            case CUSTOMER ->
                    !session.ended()
                            ? Set.of(
                                    "customer/input",
                                    "customer/hidden",
                                    "customer/sealed",
                                    "customer/sealed.part",
                                    "customer/leaves",
                                    "customer/work")
                            : isProof(state)
                                    ? Set.of(
                                            "customer/hidden",
                                            "customer/sealed",
                                            "customer/leaves",
                                            "customer/work")
                                    : Set.of("customer/sealed", "customer/leaves", "customer/work");
            case PROVIDER ->
                    session.ended()
                            ? Set.of("provider/input", "provider/sealed", "provider/leaves")
                            : Set.of(
                                    "provider/input",
                                    "provider/work-1",
                                    "provider/work-2",
                                    "provider/sealed",
                                    "provider/leaves");
            case STAMPER ->
                    session.ended()
                                    || StamperCleaner.isLast(
                                            new StateCodec<>(StamperState.class).decode(state))
                            ? Set.of()
                            : Set.of("stamper/hidden");
        };
    }

    private static boolean isProof(Octets state) {
        return new StateCodec<>(CustomerState.class).decode(state)
                        instanceof CustomerState.Settled(var _, boolean passed)
                && !passed;
    }

    private static List<byte[]> secrets(Path home, Store store, NodeKeys keys) throws SQLException {
        List<byte[]> secrets = new ArrayList<>();
        secrets.add(keys.identity().seed().expose());
        secrets.add(keys.wallet().expose());
        try (var sql = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("journal.db"));
                var query = sql.createStatement();
                ResultSet rows = query.executeQuery("SELECT handle FROM secrets")) {
            while (rows.next()) {
                KeyId handle = new KeyId(Bytes32.of(rows.getBytes(1)));
                if (!store.keys().status(handle).equals(Optional.of(KeyStore.Status.BURNED))) {
                    secrets.add(store.keys().secret(handle).expose());
                }
            }
        }
        return secrets;
    }

    private static void holdsNone(Path file, List<byte[]> secrets) throws IOException {
        String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        for (byte[] secret : secrets) {
            for (String form :
                    List.of(
                            new String(secret, StandardCharsets.ISO_8859_1),
                            HexFormat.of().formatHex(secret),
                            HexFormat.of().withUpperCase().formatHex(secret),
                            Base64.getEncoder().withoutPadding().encodeToString(secret),
                            Base64.getUrlEncoder().withoutPadding().encodeToString(secret))) {
                assertFalse(content.contains(form), file + " holds a secret");
            }
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> !Files.isDirectory(file)).toList();
        }
    }

    private static List<Path> directories(Path home) throws IOException {
        try (Stream<Path> all = Files.walk(home)) {
            return all.filter(file -> Files.isDirectory(file) && !file.equals(home)).toList();
        }
    }

    private static String rights(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
