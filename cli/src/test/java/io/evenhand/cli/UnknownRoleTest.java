package io.evenhand.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.exchange.StateCodec;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A data directory in which another program began exchanges, too.
class UnknownRoleTest {
    private static final Bytes32 OWN = new Bytes32(0x1111111111111111L, 0, 0, 0);
    private static final Bytes32 PROTOCOL = new Bytes32(0x2222222222222222L, 0, 0, 0);
    private static final Bytes32 PART = new Bytes32(0x3333333333333333L, 0, 0, 0);

    @TempDir private Path directory = Path.of("");

    private String run(ExitCode exit, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream both = new PrintStream(out, true, StandardCharsets.UTF_8);
        String home = directory.resolve("node").toString();
        Shell shell = new Shell(both, both, Map.of("EVENHAND_HOME", home));
        assertEquals(
                exit.code(), Main.run(shell, args), () -> out.toString(StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    @BeforeEach
    void begin() {
        String _ = run(ExitCode.OK, "init");
        Path home = directory.resolve("node");
        NodeKeys keys = NodeKeys.load(DataDirectory.identityFile(home), Optional.empty());
        try (Store store = Store.open(home, keys, InstantSource.system())) {
            StamperState idle = new StamperState.Idle(store.keys().create());
            Octets state = new StateCodec<>(StamperState.class).encode(idle);
            begin(store, new SessionKey(DelegationRoles.STAMPER, OWN), state);
            Octets other = new Octets(new byte[] {9});
            begin(store, new SessionKey(new Role("metered", "payer"), PROTOCOL), other);
            begin(store, new SessionKey(new Role("delegation", "referee"), PART), other);
        }
    }

    private static void begin(Store store, SessionKey key, Octets state) {
        store.sessions().create(key, List.of(new PartyId(Bytes32.ZERO)), state);
    }

    private static void says(String text, String... words) {
        for (String word : words) {
            assertTrue(text.contains(word), text);
        }
    }

    @Test
    @DisplayName("list names the roles that it does not know, and shows the others")
    void list() {
        says(
                run(ExitCode.OK, "list"),
                "\"metered/payer\"",
                "\"delegation/referee\"",
                "Idle",
                "3 exchange(s)");
    }

    @Test
    @DisplayName("show shows an exchange beside an unknown one, and names the role of that")
    void show() {
        says(run(ExitCode.OK, "show", "1111"), "Idle");
        says(run(ExitCode.OK, "show", "2222"), "\"metered/payer\"");
        says(run(ExitCode.OK, "show", "3333"), "\"delegation/referee\"");
    }

    @Test
    @DisplayName(
            "what only its protocol can do with an exchange is refused by the name of its role")
    void refused() {
        says(run(ExitCode.STORAGE, "refund", "2222"), "\"metered/payer\"");
        says(run(ExitCode.STORAGE, "evidence", "3333"), "\"delegation/referee\"");
    }

    @Test
    @DisplayName("doctor counts what it does not know by itself")
    void doctor() {
        says(
                run(ExitCode.OK, "doctor"),
                "1 open of \"metered/payer\"",
                "1 open of \"delegation/referee\"",
                "1 open, and nothing runs on this directory");
    }
}
