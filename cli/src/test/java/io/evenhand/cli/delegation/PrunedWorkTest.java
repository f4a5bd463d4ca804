package io.evenhand.cli.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Shell;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.SealId;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Xid;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.exchange.Documents;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.message.DelegationMessages;
import io.evenhand.protocols.delegation.message.Message;
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

class PrunedWorkTest {
    private static final SessionKey SESSION =
            new SessionKey(DelegationRoles.CUSTOMER, new Bytes32(0, 0, 0, 7));

    @TempDir private Path folder = Path.of("");

    @Test
    @DisplayName("--with-work tells a work that was pruned from one that never came")
    void pruned() throws IOException {
        Path home = Files.createDirectories(folder.resolve("home"));
        NodeKeys keys =
                NodeKeys.create(
                        DataDirectory.identityFile(home), Optional.empty(), new SecureRandom());
        PrintStream nowhere =
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        Shell shell = new Shell(nowhere, nowhere, Map.of("EVENHAND_HOME", home.toString()));
        try (Store store = Store.open(home, keys, InstantSource.system())) {
            store.sessions()
                    .create(SESSION, List.of(new PartyId(Bytes32.ZERO)), new Octets(new byte[1]));
            assertTrue(refused(shell, keys, store).contains("never came"));
            Message receipt =
                    new Message.Ack(
                            new Xid(Bytes32.ZERO),
                            new SealId(Bytes32.ZERO),
                            new Signature(Bytes32.ZERO, Bytes32.ZERO));
            store.documents()
                    .put(
                            SESSION,
                            Documents.sent(DelegationMessages.FORMAT, receipt),
                            Documents.bytes(DelegationMessages.FORMAT, receipt));
            String said = refused(shell, keys, store);
            assertFalse(said.contains("never came"), said);
            assertTrue(said.contains("evidence prune") && said.contains("provider's copy"), said);
        }
    }

    private String refused(Shell shell, NodeKeys keys, Store store) {
        Path to = folder.resolve("case-work");
        CliException e =
                assertThrows(
                        CliException.class,
                        () ->
                                new DelegationEvidence()
                                        .work(shell, keys, store, SESSION, to, Optional.empty()));
        assertEquals(ExitCode.FAILED, e.exit());
        assertFalse(Files.exists(to));
        return String.valueOf(e.getMessage());
    }
}
