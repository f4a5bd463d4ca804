package io.evenhand.cli.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.cli.Shell;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TornWorkTest {
    private static final Bytes32 REF = new Bytes32(0, 0, 0, 7);
    private static final SessionKey SESSION = new SessionKey(DelegationRoles.CUSTOMER, REF);
    private static final String WORK = "what was paid for";

    @TempDir private Path folder = Path.of("");

    @Test
    @DisplayName(
            "resume writes out the work that was paid for, not what a loss of power left of it")
    void whole() throws IOException {
        Path home = Files.createDirectories(folder.resolve("home"));
        NodeKeys keys =
                NodeKeys.create(
                        DataDirectory.identityFile(home), Optional.empty(), new SecureRandom());
        Path work;
        try (Store store = Store.open(home, keys, InstantSource.system())) {
            store.sessions()
                    .create(SESSION, List.of(new PartyId(Bytes32.ZERO)), new Octets(new byte[1]));
            SessionFiles files = SessionFiles.of(store);
            work = files.path(SESSION, SessionFiles.WORK);
            Files.writeString(work, WORK);
            files.keep(SESSION, SessionFiles.WORK);
        }
        Files.writeString(work, "");
        Path output = folder.resolve("labels.csv");
        Files.writeString(
                Files.createDirectories(home.resolve("outputs")).resolve(REF.toString()),
                output.toString());
        PrintStream nowhere =
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        Shell shell = new Shell(nowhere, nowhere, Map.of("EVENHAND_HOME", home.toString()));
        Deliveries.writeOpened(shell, keys);
        assertEquals(WORK, Files.readString(output));
    }

    @Test
    @DisplayName("no output is another one's, by whatever name, nor another one's evidence")
    void collisions() throws IOException {
        Path one = Files.createDirectories(folder.resolve("a")).resolve("labels.csv");
        Path linked = Files.createSymbolicLink(folder.resolve("b"), folder.resolve("a"));
        assertTrue(Deliveries.collide(one, folder.resolve("b/../a/labels.csv")));
        assertTrue(Deliveries.collide(one, linked.resolve("labels.csv")));
        assertTrue(Deliveries.collide(one, folder.resolve("a/labels.csv.asice")));
        assertTrue(Deliveries.collide(folder.resolve("a/labels.csv.asice"), one));
        assertFalse(Deliveries.collide(one, folder.resolve("labels.csv")));
        assertFalse(Deliveries.collide(one, folder.resolve("a/labels")));
    }
}
