package io.evenhand.node.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.Node;
import io.evenhand.node.exchange.Documents;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.DocumentTable.Name;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What ended exchanges count for a day, and no longer.
class PeerTotalsTest {
    private static final PartyId PEER = new PartyId(new Bytes32(0, 0, 0, 5));
    private static final Role ROLE = new Role("toy", "server");
    private static final SessionKey FIRST = new SessionKey(ROLE, new Bytes32(0, 0, 0, 1));
    private static final SessionKey SECOND = new SessionKey(ROLE, new Bytes32(0, 0, 0, 2));

    @TempDir Path root;
    private Instant now = Instant.ofEpochSecond(1_800_000_000L);
    private Store store;
    private Node node;
    private PeerTotals totals;

    @BeforeEach
    void start() {
        NodeKeys keys =
                NodeKeys.create(
                        DataDirectory.identityFile(root), Optional.empty(), new SecureRandom());
        store = Store.open(root, keys, () -> now);
        node = Node.of(store, keys, () -> now, _ -> {}, (_, _, _, _) -> {});
        totals =
                new PeerTotals(
                        node,
                        ROLE,
                        new Admission.Rules(
                                Name.own("owed"), Name.own("settled"), Name.own("fruit"), false));
    }

    @AfterEach
    void close() {
        store.close();
    }

    /// One that came to nothing.
    private void begin(SessionKey session) {
        store.sessions().create(session, List.of(PEER), new Octets(new byte[1]));
        store.documents().put(session, Documents.MARK, new Octets(new byte[8]));
    }

    private void end(SessionKey session) throws IOException {
        store.sessions().save(session, Optional.empty(), new Octets(new byte[1]), true);
        totals.changed(session);
        totals.refresh();
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    @Test
    @DisplayName("one whose end was told once more does not hold up those that ended before")
    void toldOnceMore() throws IOException {
        begin(FIRST);
        begin(SECOND);
        end(FIRST);
        pass(Duration.ofMinutes(1));
        end(SECOND);
        pass(Duration.ofHours(20));
        end(FIRST);
        assertEquals(2, totals.of(PEER).fruitless());
        pass(Duration.ofHours(5));
        totals.refresh();
        assertEquals(1, totals.of(PEER).fruitless());
        pass(Duration.ofHours(20));
        totals.refresh();
        assertEquals(0, totals.of(PEER).fruitless());
    }

    @Test
    @DisplayName("one whose files cannot be looked at when its day is over is looked at again")
    void diskDoesNotAnswer() throws IOException {
        begin(FIRST);
        end(FIRST);
        pass(Duration.ofHours(25));
        Path loop = node.files().path(FIRST, "loop");
        Files.createSymbolicLink(loop, loop);
        assertThrows(IOException.class, totals::refresh);
        Files.delete(loop);
        totals.refresh();
        assertEquals(0, totals.of(PEER).fruitless());
    }
}
