package io.evenhand.system.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Store;
import io.evenhand.system.whole.Program;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What an operator looks at: numbers, log lines, and what the doctor says.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperationsIT {
    private static final List<String> PARTIES = List.of("customer", "provider", "stamper");

    private TestCluster town;
    private Path folder = Path.of("");

    @BeforeAll
    void settle(@TempDir Path temporary) throws Exception {
        folder = temporary;
        town = new TestCluster(folder, TestCluster.COPY);
        Files.writeString(town.file("input.txt"), "a work of some words\n");
    }

    @AfterAll
    void leave() throws Exception {
        town.close();
    }

    @Test
    @DisplayName(
            "an exchange is counted, and no secret of it is in any log, journal text or argument")
    void exchange() throws Exception {
        Set<String> secrets = new HashSet<>();
        String policy = "policy: size\natLeast: 1\natMost: 1000\n";
        StringBuilder said = new StringBuilder();
        try (Cli delegate = town.delegate("input.txt", policy, "output.txt")) {
            for (String state : List.of("AwaitingWork", "Funding")) {
                JsonNode _ = delegate.state(state);
                for (String party : PARTIES) {
                    secrets.addAll(secrets(town.home(party)));
                }
                said.append(arguments(delegate.processId()));
            }
            assertEquals("settled", delegate.summary().path("outcome").asText());
            said.append(delegate.printed());
        }
        JsonNode _ = town.provider().state("Settled");
        for (Cli daemon : List.of(town.provider(), town.stamper())) {
            said.append(daemon.printed()).append(arguments(daemon.processId()));
        }
        for (String party : PARTIES) {
            said.append(history(town.home(party)));
        }
        // Identity, wallet and master key of three parties; psk, work key, seed and stamp key.
        assertTrue(secrets.size() >= 3 * 3 + 4, "found " + secrets.size());
        for (String secret : secrets) {
            byte[] bytes = HexFormat.of().parseHex(secret);
            String text = said.toString();
            assertFalse(text.toLowerCase(Locale.ROOT).contains(secret), "a secret was said");
            assertFalse(text.contains(Base64.getEncoder().encodeToString(bytes)));
            assertFalse(
                    text.contains(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)));
        }

        JsonNode line = town.stamper().await("say something", node -> node.has("event"));
        assertTrue(line.path("time").asText().matches("2[0-9]{3}-[0-9T:.-]+Z"), line.toString());
        assertTrue(List.of("info", "warn").contains(line.path("level").asText()));

        String provider =
                numbersWith(
                        "evenhand_exchanges_ended_total{outcome=\"Settled\",role=\"provider\"} 1.0");
        assertTrue(provider.contains("evenhand_chain_answering 1.0"), provider);
        assertTrue(
                provider.contains(
                        "evenhand_transactions_total{kind=\"claim\",role=\"provider\",stage=\"final\"} 1.0"),
                provider);
        assertTrue(provider.contains("evenhand_alarms_raised{kind=\"ClaimAtRisk\"} 0.0"), provider);
        assertTrue(provider.contains("evenhand_wallet_balance_wei"), provider);
        assertTrue(provider.contains("jvm_memory_used_bytes"), provider);
        assertTrue(numbers(town.stamper()).contains("evenhand_exchanges_open "));
    }

    /// The provider's numbers once this one is among them: an end is counted after its bundle is
    /// written.
    private String numbersWith(String line) throws Exception {
        long until = System.nanoTime() + Program.LIMIT.toNanos();
        String all = numbers(town.provider());
        while (!all.contains(line) && System.nanoTime() < until) {
            all = numbers(town.provider());
        }
        assertTrue(all.contains(line), all);
        return all;
    }

    @Test
    @DisplayName("the doctor finds all well where it is, and names the way out where it is not")
    void doctor() throws Exception {
        JsonNode well = town.run("provider", "doctor", town.file("service.yaml").toString());
        assertEquals(0, well.path("failures").asInt());

        Path sick = folder.resolve("sick");
        JsonNode copied = town.run("provider", "backup", sick.toString());
        assertTrue(copied.path("bytes").asLong() > 0);
        assertFalse(Files.exists(sick.resolve("control")), "belongs to the running process");
        try (Cli again = Cli.start(town.home("provider"), "backup", sick.toString())) {
            assertEquals(4, again.exit());
            assertTrue(again.errors().contains("exists already"), again.errors());
        }
        Files.setPosixFilePermissions(sick, PosixFilePermissions.fromString("rwxr-xr-x"));
        byte[] journal = Files.readAllBytes(sick.resolve("journal.db"));
        for (int i = 4096; i < journal.length; i += 97) {
            journal[i] ^= 0x55;
        }
        Files.write(sick.resolve("journal.db"), journal);
        String config = Files.readString(sick.resolve("config.yaml"));
        Files.writeString(
                sick.resolve("config.yaml"),
                config.replaceAll("contract: \"0x..", "contract: \"0x00"));
        try (Cli cli = Cli.start(sick, "doctor")) {
            JsonNode summary = cli.summary();
            assertEquals(1, cli.exit());
            assertTrue(summary.path("failures").asInt() >= 2, cli.printed());
            String all = cli.printed();
            for (String what : List.of("chmod 700", "journal", "no such code stands at")) {
                assertTrue(all.contains(what), what + " in " + all);
            }
        }
        Files.writeString(
                sick.resolve("config.yaml"),
                config.replaceAll("http://[^\"]*", "http://127.0.0.1:9"));
        try (Cli cli = Cli.start(sick, "doctor")) {
            JsonNode _ = cli.summary();
            assertEquals(1, cli.exit());
            assertTrue(cli.printed().contains("start the node"), cli.printed());
            assertTrue(cli.errors().isEmpty(), cli.errors());
        }
    }

    private static String numbers(Cli daemon) throws Exception {
        int port = daemon.listening().path("metricsPort").asInt();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(
                                            URI.create("http://127.0.0.1:" + port + "/metrics"))
                                    .timeout(Duration.ofSeconds(20))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    /// Every secret a party holds now, in hexadecimal.
    private static Set<String> secrets(Path home) throws Exception {
        NodeKeys keys = NodeKeys.load(DataDirectory.identityFile(home), Optional.empty());
        Set<String> secrets = new HashSet<>();
        String file = HexFormat.of().formatHex(Files.readAllBytes(home.resolve("identity.key")));
        // Three byte strings of 32 bytes each (RFC 8949: major type 2, one byte of length).
        Matcher longLived = Pattern.compile("5820([0-9a-f]{64})").matcher(file);
        while (longLived.find()) {
            secrets.add(longLived.group(1));
        }
        try (Store store = Store.openForReading(home, keys)) {
            for (Bytes32 handle : handles(home)) {
                try {
                    Secret32 secret = store.keys().secret(new KeyId(handle));
                    secrets.add(HexFormat.of().formatHex(secret.expose()));
                } catch (IllegalStateException burned) {
                    // Gone meanwhile.
                }
            }
        }
        return secrets;
    }

    private static List<Bytes32> handles(Path home) throws Exception {
        List<Bytes32> handles = new ArrayList<>();
        String url = "jdbc:sqlite:file:" + home.resolve("journal.db") + "?mode=ro";
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT handle FROM secrets")) {
            while (rows.next()) {
                handles.add(Bytes32.of(rows.getBytes(1)));
            }
        }
        return handles;
    }

    private static String history(Path home) throws Exception {
        StringBuilder lines = new StringBuilder();
        try (Store store = Store.openForReading(home)) {
            store.sessions()
                    .all()
                    .forEach(row -> store.events().of(row.key()).forEach(lines::append));
        }
        return lines.toString();
    }

    private static String arguments(long process) throws IOException {
        return Files.readString(Path.of("/proc/" + process + "/cmdline"))
                + Files.readString(Path.of("/proc/" + process + "/environ"));
    }
}
