package io.evenhand.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Store;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever lies in a data directory, a disk returns or a copy meets: one line that names the thing
/// and the way out, an exit code of its kind, and nothing changed.
class BadHomeTest extends Typing {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "chain: {rpc: http://127.0.0.1:1} | does not know \"rpc\"",
                "rpc: http://127.0.0.1:1 | does not know \"rpc\"",
                "chain: {endpoints: [nonsense], id: 1, pace: local} | an endpoint is",
                "chain: {endpoints: ['http://a'], id: many, pace: local} | chain.id",
                "chain: {endpoints: ['http://a'], id: 1, pace: local, contract: 12} | 20 bytes",
                "chain: {endpoints: ['http://a'], id: 1.5, pace: local} | chain.id",
                "chain: {endpoints: ['http://a'], id: -1, pace: local} | chain.id",
                "chain: {endpoints: 'http://a', id: 1, pace: local} | a list of one or two",
                "chain: {endpoints: ['http://a', 'http://a'], id: 1, pace: local} | twice the same",
                "chain: {endpoints: ['http://a:99999'], id: 1, pace: local} | 1 to 65535",
                "chain: {endpoints: &a ['http://a'], id: 1, pace: *a} | no aliases",
                "{a: {a: {a: {a: {a: {a: {a: {a: {a: 1}}}}}}}}} | more than 8 levels",
                "chain: [1 | not YAML",
                "chain: {id: 1, id: 2} | not YAML",
                "- 1 | a mapping is expected"
            })
    @DisplayName("a configuration that is old or wrong is named, with what it may hold")
    void config(String yaml, String message) throws IOException {
        Files.writeString(home.resolve("config.yaml"), yaml);
        refused(delegate(), 4, "config.yaml");
        refused(delegate(), 4, message);
    }

    @Test
    @DisplayName(
            "a configuration that is no text, a directory, or holds a mistyped address (EIP-55)")
    void configFile() throws IOException {
        Path file = home.resolve("config.yaml");
        Files.writeString(file, CONFIG.replace("5aAeb", "5aaeB"));
        refused(delegate(), 4, "wrong checksum (EIP-55)");
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        refused(delegate(), 4, "not UTF-8");
        Files.delete(file);
        Files.createDirectory(file);
        refused(delegate(), 4, "config.yaml");
        Files.delete(file);
        refused(delegate(), 4, "evenhand init");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chain:\n  endpoints: [\"http://h/SECRETKEY]\n",
                "chain:\n  endpoints: http://h/SECRETKEY: x\n",
                "chain:\n  http://h/SECRETKEY: 1\n",
                "http://h/SECRETKEY: 1\n",
                "? {http://h/SECRETKEY: 1}\n: 2\n",
                "chain:\n  endpoints: [\"http://h/SECRET KEY\"]\n  id: 1\n  pace: local\n",
                "chain: {http://h/SECRETKEY: 1, http://h/SECRETKEY: 1}\n",
                "chain:\n\tendpoints: [http://h/SECRETKEY]\n",
                "chain: {}\n---\nhttp://h/SECRETKEY\n"
            })
    @DisplayName("a damaged configuration: the line is told, the key in its URL is not")
    void configKey(String yaml) throws IOException {
        Files.writeString(home.resolve("config.yaml"), yaml);
        Run run = delegate();
        refused(run, 4, "config.yaml");
        assertFalse(run.err().contains("SECRET"), run.err());
    }

    @Test
    @DisplayName("init: a wallet key that is none leaves no keys behind")
    void walletKey() throws IOException {
        home = folder.resolve("other");
        for (String key : List.of("0".repeat(64), "f".repeat(64), "1".repeat(63), "x".repeat(64))) {
            Path file = Files.writeString(folder.resolve("wallet"), key);
            try (RandomAccessFile _ = new RandomAccessFile(file.toFile(), "r")) {
                refused(run("init", "--wallet-fd=" + descriptor()), 2, "64 hex digits, above");
            }
            assertFalse(Files.exists(home.resolve("identity.key")));
            assertFalse(Files.exists(home.resolve("config.yaml")));
        }
    }

    /// The number under which the system knows the open file `wallet` of this process.
    private static String descriptor() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(fd -> fd.toFile().exists())
                    .filter(fd -> points(fd, "wallet"))
                    .map(fd -> fd.getFileName().toString())
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no descriptor is open"));
        }
    }

    private static boolean points(Path descriptor, String name) {
        try {
            return Files.readSymbolicLink(descriptor).endsWith(name);
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    @DisplayName("backup: not into itself, by whatever name, and a journal that is none")
    void backup() throws IOException {
        NodeKeys keys = NodeKeys.load(home.resolve("identity.key"), Optional.empty());
        Store.open(home, keys, InstantSource.system()).close();
        Files.createSymbolicLink(folder.resolve("link"), home);
        refused(run("backup", folder.resolve("link/copy").toString()), 2, "must lie outside");
        refused(run("--home=" + folder.resolve("link"), "backup", home + "/copy"), 2, "outside");
        refused(run("backup", ""), 2, "DIR is empty");
        Files.writeString(folder.resolve("copy.part"), "");
        refused(run("backup", folder.resolve("copy").toString()), 4, "delete it");
        Files.delete(folder.resolve("copy.part"));
        Files.write(home.resolve("journal.db"), Files.readAllBytes(folder.resolve("noise")));
        refused(run("backup", folder.resolve("copy").toString()), 4, "is damaged or no journal");
        assertFalse(Files.exists(folder.resolve("copy")));
        assertFalse(Files.exists(folder.resolve("copy.part")));
    }

    @Test
    @DisplayName("doctor: every fault is a finding with a way out, and the exit code is 1")
    void doctor() throws IOException {
        Files.writeString(home.resolve("config.yaml"), "chain: [");
        Files.write(home.resolve("journal.db"), Files.readAllBytes(folder.resolve("noise")));
        Files.write(home.resolve("identity.key"), new byte[] {1, 2, 3});
        Run run = run("doctor");
        assertEquals(ExitCode.FAILED.code(), run.exit());
        assertEquals("", run.err());
        for (String line :
                List.of("FAIL  configuration", "FAIL  journal", "damaged", "not YAML", "-> ")) {
            assertTrue(run.out().contains(line), line + " in " + run.out());
        }
        assertFalse(run.out().contains("Exception"), run.out());
        run = run("--home=" + folder.resolve("missing"), "doctor");
        assertEquals(ExitCode.FAILED.code(), run.exit());
        assertTrue(run.out().contains("run \"evenhand init\""), run.out());
        assertFalse(Files.exists(folder.resolve("missing")), "doctor makes nothing");
    }

    @Test
    @DisplayName("--json: the same refusal as one object on standard output")
    void json() {
        for (String line :
                List.of(
                        "verify /nonexistent",
                        "doctor /nonexistent",
                        "backup /nonexistent/x",
                        "evidence 3f2a91c0",
                        "list --home /nonexistent",
                        "stamper --metrics x",
                        "frobnicate",
                        "init --nonsense",
                        "invite")) {
            Run run = run(("--json " + line).split(" "));
            assertEquals(1, run.out().strip().lines().count(), line + run.out());
            assertTrue(run.out().startsWith("{\"type\":\"error\","), run.out());
            assertTrue(run.out().contains("\"exit\":" + run.exit()), run.out());
            assertTrue(run.out().contains("\"message\":\"evenhand"), run.out());
            assertEquals(1, run.err().strip().lines().count(), run.err());
        }
    }

    @Test
    @DisplayName("a key file that others can read, is damaged, cut off, too long, or gone")
    void keyFile() throws IOException {
        Path file = home.resolve("identity.key");
        byte[] good = Files.readAllBytes(file);
        String secret = HexFormat.of().formatHex(good, 24, 40);
        for (String rights : List.of("rw-r--r--", "rw--w----", "rw-----w-")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
            refused(delegate(), 4, "chmod 600");
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        for (byte[] bad :
                List.of(
                        new byte[0],
                        Arrays.copyOf(good, good.length - 1),
                        Arrays.copyOf(good, good.length + 1),
                        new byte[2_000])) {
            Files.write(file, bad);
            Run run = delegate();
            refused(run, 4, "identity.key: is ");
            assertFalse(run.err().contains(secret), run.err());
        }
        Files.delete(file);
        refused(delegate(), 4, "evenhand init");
    }

    @Test
    @DisplayName("a journal that was cut off, emptied, overwritten in the middle, or is too new")
    void journalOfThisNode() throws IOException {
        Path file = home.resolve("journal.db");
        NodeKeys keys = NodeKeys.load(home.resolve("identity.key"), Optional.empty());
        Store.open(home, keys, InstantSource.system()).close();
        refused(run("show", "3f"), 2, "4 to 64");
        refused(run("show", "wxyz"), 2, "4 to 64");
        refused(run("refund", "abcdef"), 2, "evenhand list");
        byte[] good = Files.readAllBytes(file);
        byte[] newer = good.clone();
        newer[63] = 99;
        Files.write(file, newer);
        refused(run("list"), 4, "newer evenhand");
        refused(delegate(), 4, "newer evenhand");
        Files.write(file, Arrays.copyOf(good, good.length / 2));
        refused(delegate(), 4, "damaged");
        byte[] holes = good.clone();
        Arrays.fill(holes, 4_096, 8_192, (byte) 0x55);
        Files.write(file, holes);
        refused(delegate(), 4, "damaged");
        Files.createDirectories(home.resolve("blobs/customer-1234"));
        Files.write(file, new byte[0]);
        refused(delegate(), 4, "is empty, but this node has worked before");
        refused(run("list"), 4, "is empty, but this node has worked before");
        Run doctor = run("doctor");
        assertTrue(doctor.out().contains("is empty, but this node has worked"), doctor.out());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"resume | 4", "list | 4", "show 12345678 | 4", "refund 12345678 | 4"})
    @DisplayName("a journal that is no database: every command says so and leaves it as it is")
    void journal(String command, int exit) throws IOException {
        Path file = home.resolve("journal.db");
        byte[] noise = Files.readAllBytes(folder.resolve("noise"));
        Files.write(file, noise);
        refused(run(command.split(" ")), exit, "is damaged or no journal; put a backup");
        refused(delegate(), 4, "is damaged or no journal; put a backup");
        assertEquals(
                HexFormat.of().formatHex(noise),
                HexFormat.of().formatHex(Files.readAllBytes(file)));
    }
}
