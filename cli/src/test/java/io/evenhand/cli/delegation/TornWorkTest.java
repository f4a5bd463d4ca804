package io.evenhand.cli.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Shell;
import io.evenhand.kit.evidence.Bundle;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    /// A customer whose work is open, and was to go to this output.
    ///
    /// @return its copy of the work
    private Path open(Path output) throws IOException {
        Path work;
        try (Store store = Store.open(home(), keys(), InstantSource.system())) {
            store.sessions()
                    .create(SESSION, List.of(new PartyId(Bytes32.ZERO)), new Octets(new byte[1]));
            SessionFiles files = SessionFiles.of(store);
            work = files.path(SESSION, SessionFiles.WORK);
            Files.writeString(work, WORK);
            files.keep(SESSION, SessionFiles.WORK);
        }
        Files.writeString(
                Files.createDirectories(home().resolve("outputs")).resolve(REF.toString()),
                output.toString());
        return work;
    }

    private Path home() throws IOException {
        return Files.createDirectories(folder.resolve("home"));
    }

    private NodeKeys keys() throws IOException {
        Path file = DataDirectory.identityFile(home());
        return Files.exists(file)
                ? NodeKeys.load(file, Optional.empty())
                : NodeKeys.create(file, Optional.empty(), new SecureRandom());
    }

    private Shell shell() throws IOException {
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        return new Shell(out, out, Map.of("EVENHAND_HOME", home().toString()));
    }

    @Test
    @DisplayName(
            "resume writes out the work that was paid for, not what a loss of power left of it")
    void whole() throws IOException {
        Path output = folder.resolve("labels.csv");
        Files.writeString(open(output), "");
        Deliveries.writeOpened(shell(), keys());
        assertEquals(WORK, Files.readString(output));
    }

    @Test
    @DisplayName(
            "a file that came to the output's place since is not overwritten, and the work is"
                    + " written once that is moved away")
    void taken() throws IOException {
        Path output = Files.writeString(folder.resolve("labels.csv"), "of somebody else");
        Path work = open(output);
        Deliveries.writeOpened(shell(), keys());
        assertEquals("of somebody else", Files.readString(output));
        assertEquals(WORK, Files.readString(work));
        String told = said.toString(StandardCharsets.UTF_8);
        assertTrue(told.contains(output + " is not overwritten, and nothing is lost"), told);
        assertTrue(told.contains("evenhand resume"), told);
        Files.move(output, folder.resolve("away"));
        Files.createSymbolicLink(output, folder.resolve("nowhere"));
        Deliveries.writeOpened(shell(), keys());
        assertTrue(Files.isSymbolicLink(output));
        Files.delete(output);
        Deliveries.writeOpened(shell(), keys());
        assertEquals(WORK, Files.readString(output));
    }

    @Test
    @DisplayName("a crash after the work was written, before that was noted, is no obstacle")
    void noted() throws IOException {
        Path output = Files.writeString(folder.resolve("labels.csv"), WORK);
        Path _ = open(output);
        Deliveries.writeOpened(shell(), keys());
        assertTrue(said.toString(StandardCharsets.UTF_8).contains("the work is in"));
        // From now on the file is the user's.
        Files.writeString(output, "changed");
        Deliveries.writeOpened(shell(), keys());
        assertEquals("changed", Files.readString(output));
    }

    @Test
    @DisplayName("evidence replaces an older bundle, and nothing else")
    void evidence() throws IOException {
        Path output = folder.resolve("labels.csv");
        Path bundle = folder.resolve("bundle");
        Bundle.of(Map.of("new", new byte[1])).write(bundle);
        Path place = Deliveries.evidence(output);
        Bundle.of(Map.of("old", new byte[1])).write(place);
        Deliveries.placeEvidence(shell(), bundle, output);
        assertEquals(-1, Files.mismatch(bundle, place));
        Deliveries.placeEvidence(shell(), bundle, output);
        Files.writeString(place, "of somebody else");
        CliException e =
                assertThrows(
                        CliException.class,
                        () -> Deliveries.placeEvidence(shell(), bundle, output));
        assertEquals(ExitCode.STORAGE, e.exit());
        assertEquals("of somebody else", Files.readString(place));
        Files.delete(place);
        Deliveries.placeEvidence(shell(), bundle, output);
        assertEquals(-1, Files.mismatch(bundle, place));
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
