package io.evenhand.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.alarm.NodeAlarm;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.ChainAlarm;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Store;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `evenhand list` says about a node that raised alarms, also while the node does not run.
class ListAlarmsTest {
    @TempDir private Path directory = Path.of("");

    private String run(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Shell shell =
                new Shell(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        System.err,
                        Map.of("EVENHAND_HOME", directory.resolve("node").toString()));
        assertEquals(0, Main.run(shell, args));
        return out.toString(StandardCharsets.UTF_8);
    }

    @BeforeEach
    void raise() {
        String _ = run("init");
        Path home = directory.resolve("node");
        NodeKeys keys = NodeKeys.load(DataDirectory.identityFile(home), Optional.empty());
        try (Store store = Store.open(home, keys, InstantSource.system())) {
            store.alarms()
                    .raise(
                            Optional.empty(),
                            new ChainAlarm.LowBalance(Address.ZERO, Wei.of(1), Wei.of(2)));
            long until = Instant.now().getEpochSecond() + 3_700;
            store.alarms().raise(Optional.empty(), new NodeAlarm.DeadlineNear("the work", until));
        }
    }

    @Test
    void alarmsOfTheNodeComeFirstWithTheTimeLeftAndTheWayOut() {
        String text = run("list");
        assertTrue(
                text.startsWith("ALARM DeadlineNear: the work is still missing, 1 h 1 min left"));
        assertTrue(text.contains("ALARM LowBalance"), text);
        assertTrue(text.contains("send coins to " + Address.ZERO), text);
        assertTrue(text.contains("no exchange yet"), text);
    }

    @Test
    void scriptsGetThemAsObjects() {
        String json = run("list", "--json");
        assertTrue(json.contains("\"type\":\"alarm\",\"kind\":\"LowBalance\""), json);
        assertTrue(json.contains("\"wayOut\":\"send coins to " + Address.ZERO), json);
    }
}
