package io.evenhand.system.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.kit.process.ChildProcess;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Heap dumps of real processes in the middle of an exchange and after it, and all that the system
/// tells about them, searched for every secret of all parties. Runs as `make soak PARTS=secrets`.
class MemoryDrill {
    private static final String WORK = "ZEBRAQUINCE";
    private static final String HIDDEN = "OKAPIMEDLAR";

    /// Work that says something its input does not.
    private static final String SERVICE =
            """
            name: turn
            about: turns capital letters by thirteen
            price: 0.005 eth
            command: ["sh", "-c", "read _ < GATE; tr A-Z N-ZA-M < $1 > $0", "{output}", "{input}"]
            limits: { inputBytes: 1048576, workBytes: 1048576, seconds: 100, attempts: 1 }
            policies: [accuracy]
            """;

    private static final String POLICY = "policy: accuracy\natLeast: 0.5\nhidden: hidden.csv\n";
    private static final List<String> PARTIES = List.of("customer", "provider", "stamper");
    private static final Pattern LONG_LIVED = Pattern.compile("5820([0-9a-f]{64})");

    private static final List<Pattern> ALLOWED =
            Stream.of(
                            "\\w+ (\\w+)( heap|/identity.key): \\1 lasting \\d",
                            "\\w+ customer/hidden: hidden",
                            "provisioned stamper/hidden: hidden",
                            // The pipe to a guest host, which is kept for half a minute.
                            "delivered stamper heap: (work|hidden)",
                            "over customer/work: work",
                            // The claim publishes the work key.
                            "over (customer|provider)/.*[.](asice|db|db-wal): provider")
                    .map(Pattern::compile)
                    .toList();

    @TempDir private Path folder = Path.of("");

    /// Of every secret, its name: who has it, and which one of its key file it is. So that of a
    /// customer alone is the salt of its hidden data, those of a provider alone are work key and
    /// seed, that of a stamper alone is its stamp key, and that of all three is the psk.
    private final Map<String, String> keys = new TreeMap<>();

    private final Set<String> found = new TreeSet<>();

    @Test
    @DisplayName("no process holds, says or leaves open a secret that it does not need now")
    void exchange() throws Exception {
        Path gate = folder.resolve("gate");
        Process made = ChildProcess.start(new ProcessBuilder("mkfifo", gate.toString()));
        assertEquals(0, made.waitFor());
        Map<String, String> dumpable = Map.of("EVENHAND_JAVA_OPTS", "-XX:-DisableAttachMechanism");
        try (TestCluster town =
                new TestCluster(folder, SERVICE.replace("GATE", gate.toString()), dumpable)) {
            Files.writeString(town.file("input.txt"), "row,label\n1,MROEN\n2,MROENDHVAPR\n");
            Files.writeString(town.file("hidden.csv"), "row,label\n1,ZEBRA\n2," + HIDDEN + "\n");
            Cli delegate = town.delegate("input.txt", POLICY, "output.txt");
            Map<String, Cli> all =
                    Map.of(
                            "customer", delegate,
                            "provider", town.provider(),
                            "stamper", town.stamper());
            JsonNode _ = town.provider().state("Working");
            look(town, "provisioned", all);
            town.chain().setMining(new LocalChain.Mining.Manual());
            Files.writeString(gate, "\n");
            JsonNode _ = town.provider().state("Confirming");
            List<ProcessHandle> hosts =
                    ProcessHandle.of(town.stamper().processId())
                            .orElseThrow()
                            .descendants()
                            .filter(MemoryDrill::isGuestHost)
                            .toList();
            assertEquals(1, hosts.size(), "the guest host that has judged");
            look(town, "delivered", all);
            town.chain().setMining(new LocalChain.Mining.Every(1));
            assertEquals("settled", delegate.summary().path("outcome").asText());
            assertTrue(Files.readString(town.file("output.txt")).contains(WORK));
            JsonNode _ = town.provider().state("Settled");
            for (ProcessHandle host : hosts) {
                ProcessHandle _ = host.onExit().get(90, TimeUnit.SECONDS);
            }
            look(town, "over", Map.of("provider", town.provider(), "stamper", town.stamper()));
            passphrase(town, dumpable);
        }
        for (String party : PARTIES) {
            assertTrue(
                    found.stream().anyMatch(f -> f.contains(party + " heap: " + party + " last")),
                    "the search is blind: a node has its own keys; " + found);
        }
        assertEquals(
                List.of(),
                found.stream()
                        .filter(f -> ALLOWED.stream().noneMatch(rule -> rule.matcher(f).matches()))
                        .toList());
    }

    private static boolean isGuestHost(ProcessHandle process) {
        return process.info().commandLine().orElse("").contains(".GuestHost");
    }

    private void passphrase(TestCluster town, Map<String, String> dumpable) throws Exception {
        String passphrase = "correct-horse-pawpaw";
        town.stamper().kill();
        Path file = DataDirectory.identityFile(town.home("stamper"));
        NodeKeys.load(file, Optional.empty())
                .rewrite(file, Optional.of(passphrase.toCharArray()), new SecureRandom());
        SecretSearch search = new SecretSearch();
        search.text("passphrase", passphrase);
        try (Cli stamper =
                Cli.startIn(
                        dumpable,
                        passphrase + "\n",
                        town.home("stamper"),
                        "stamper",
                        "--listen",
                        "127.0.0.1:0",
                        "--passphrase-fd",
                        "0")) {
            JsonNode _ = stamper.listening();
            note("locked stamper heap", search.in(dump(stamper)));
            note("locked stamper outside", search.in(outside(stamper)));
        }
    }

    private void look(TestCluster town, String when, Map<String, Cli> running) throws Exception {
        for (String party : PARTIES) {
            collect(town.home(party), party);
        }
        SecretSearch search = search();
        for (Map.Entry<String, Cli> one : running.entrySet()) {
            String where = when + " " + one.getKey() + " ";
            note(where + "heap", search.in(dump(one.getValue())));
            note(where + "outside", search.in(outside(one.getValue())));
        }
        for (String party : PARTIES) {
            try (Stream<Path> files = Files.walk(town.home(party))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    note(
                            when + " " + party + "/" + file.getFileName(),
                            search.in(Files.readAllBytes(file)));
                }
            }
        }
    }

    private void note(String where, Set<String> secrets) {
        for (String secret : secrets) {
            found.add(where + ": " + secret);
        }
    }

    private SecretSearch search() {
        SecretSearch search = new SecretSearch();
        keys.forEach((key, name) -> search.key(name, HexFormat.of().parseHex(key)));
        search.text("work", WORK);
        search.text("hidden", HIDDEN);
        return search;
    }

    private void collect(Path home, String party) throws Exception {
        NodeKeys own = NodeKeys.load(DataDirectory.identityFile(home), Optional.empty());
        String file = HexFormat.of().formatHex(Files.readAllBytes(home.resolve("identity.key")));
        Matcher longLived = LONG_LIVED.matcher(file);
        for (int i = 1; longLived.find(); i++) {
            keys.put(longLived.group(1), party + " lasting " + i);
        }
        try (Store store = Store.openForReading(home, own);
                Connection sql =
                        DriverManager.getConnection(
                                "jdbc:sqlite:file:" + home.resolve("journal.db") + "?mode=ro");
                Statement query = sql.createStatement();
                ResultSet rows =
                        query.executeQuery("SELECT handle FROM secrets WHERE status <> 'BURNED'")) {
            while (rows.next()) {
                KeyId handle = new KeyId(Bytes32.of(rows.getBytes(1)));
                String key = HexFormat.of().formatHex(store.keys().secret(handle).expose());
                String old = keys.getOrDefault(key, "");
                if (!old.contains(party)) {
                    keys.put(key, (old + " " + party).strip());
                }
            }
        }
    }

    /// Only what is still reachable: the virtual machine collects first.
    private byte[] dump(Cli cli) throws Exception {
        Path file = folder.resolve("dump.hprof");
        Files.deleteIfExists(file);
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process asked =
                ChildProcess.start(
                        new ProcessBuilder(
                                        jcmd.toString(),
                                        Long.toString(cli.processId()),
                                        "GC.heap_dump",
                                        file.toString())
                                .redirectErrorStream(true));
        String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(asked.waitFor() == 0 && Files.size(file) > 0, said);
        byte[] content = Files.readAllBytes(file);
        Files.delete(file);
        return content;
    }

    /// What the process has printed, and what the system tells everybody of the same user.
    private static byte[] outside(Cli cli) throws IOException {
        StringBuilder all = new StringBuilder(cli.printed());
        Path process = Path.of("/proc/" + cli.processId());
        for (String name : List.of("cmdline", "environ", "maps")) {
            all.append(Files.readString(process.resolve(name), StandardCharsets.ISO_8859_1));
        }
        try (Stream<Path> open = Files.list(process.resolve("fd"))) {
            for (Path one : open.toList()) {
                all.append(Files.readSymbolicLink(one));
            }
        }
        return all.toString().getBytes(StandardCharsets.UTF_8);
    }
}
