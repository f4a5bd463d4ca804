package io.evenhand.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Store;
import io.evenhand.node.transport.Invite;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whatever a user types or a disk returns: one line that names the thing and the way out, an exit
/// code of its kind, no stack trace, and nothing changed.
class BadInputTest {
    private static final String CONFIG =
            """
            chain:
              endpoints: ["http://127.0.0.1:1"]
              id: 31337
              contract: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
              pace: local
            """;

    @TempDir private Path folder = Path.of("");

    private Path home = Path.of("");

    private record Run(int exit, String out, String err) {}

    @BeforeEach
    void init() throws IOException {
        home = folder.resolve("node");
        assertEquals(0, run("init").exit());
        Files.writeString(home.resolve("config.yaml"), CONFIG);
        Files.writeString(folder.resolve("input.csv"), "a\n");
        Files.writeString(folder.resolve("policy.yaml"), "policy: size\natLeast: 1\natMost: 9\n");
        Files.writeString(
                folder.resolve("service.yaml"),
                """
                name: sort
                about: sorts
                price: 1 gwei
                command: ["sort", "-o", "{output}", "{input}"]
                limits: { inputBytes: 10, workBytes: 10, seconds: 6, attempts: 1 }
                policies: [size]
                """);
        byte[] noise = new byte[5_000];
        new Random(1).nextBytes(noise);
        Files.write(folder.resolve("noise"), noise);
        Files.createDirectories(folder.resolve("directory"));
    }

    private Run run(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Shell shell =
                new Shell(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        Map.of("EVENHAND_HOME", home.toString()));
        int exit = Main.run(shell, args);
        return new Run(
                exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private void refused(Run run, int exit, String message) {
        assertEquals(1, run.err().strip().lines().count(), run.err());
        assertTrue(run.err().contains(message), run.err());
        assertFalse(run.err().contains("should not happen"), run.err());
        assertFalse(run.err().contains("Exception"), run.err());
        assertTrue(run.err().length() < 900, run.err());
        assertEquals(exit, run.exit(), run.err());
    }

    private static String invite(Invite.Service service) {
        PartyId server = new PartyId(Bytes32.parse("58".repeat(32)));
        return new Invite("127.0.0.1", 1, server, service, "name", Bytes32.ZERO).text();
    }

    /// A good `delegate` but for the options given here.
    private Run delegate(String... changed) {
        List<String> args = new ArrayList<>();
        args.add("delegate");
        List<String> usual =
                List.of(
                        "--provider=" + invite(Invite.Service.PROVIDER),
                        "--input=" + folder.resolve("input.csv"),
                        "--policy=" + folder.resolve("policy.yaml"),
                        "--wage=1 gwei",
                        "--deadline=2m",
                        "--output=" + folder.resolve("work"));
        args.addAll(List.of(changed));
        for (String option : usual) {
            String name = option.substring(0, option.indexOf('=') + 1);
            if (args.stream().noneMatch(arg -> arg.startsWith(name))) {
                args.add(option);
            }
        }
        return run(args.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--wage=-1 eth | not an amount",
                "--wage=-0 eth | not an amount",
                "--wage=-1 | has no unit",
                "--wage=1e999 eth | not an amount",
                "--wage=NaN eth | not an amount",
                "--wage=Infinity wei | not an amount",
                "--wage=0 eth | above 0",
                "--wage=0.0000000000000000001 eth | not a whole number of wei",
                "--wage=1,5 eth | not an amount",
                "--wage=0x10 wei | not an amount",
                "--wage= | has no unit",
                "--wage=\u0661 eth | not an amount",
                "--wage=1 \u202eeth | not an amount",
                "--deadline=0s | 1s to 365d",
                "--deadline=366d | 1s to 365d",
                "--deadline=-5m | not a duration",
                "--deadline= | not a duration",
                "--deadline=1e3s | not a duration",
                "--deadline=99999999999999999999s | not a duration",
                "--attempts=0 | 1 to 1000",
                "--attempts=-1 | 1 to 1000",
                "--attempts=99999999999 | --attempts",
                "--attempts=two | --attempts",
                "--max-work=5 | not a size",
                "--max-work=0 B | at least",
                "--max-work=-1 B | not a size",
                "--fund-time=soon | not a duration",
                "--provider=evenhand:1:garbage | damaged",
                "--provider=evenhand:1: | damaged",
                "--provider=nobody | neither an invite",
                "--provider= | neither an invite",
                "--stamper=1234 | neither an invite",
                "--passphrase-fd=x | --passphrase-fd",
            })
    @DisplayName("delegate: absurd values of options, before anybody is asked")
    void delegateOptions(String option, String message) {
        refused(delegate(option), ExitCode.USAGE.code(), message);
        assertFalse(Files.exists(home.resolve("journal.db")), "a journal was begun");
    }

    @Test
    @DisplayName("delegate: an amount above 2^256-1 wei, and a line of 10,000 characters")
    void huge() {
        refused(delegate("--wage=1" + "0".repeat(70) + " eth"), 2, "0 to 2^256-1");
        refused(delegate("--wage=" + "9".repeat(10_000) + " eth"), 2, "not an amount");
        refused(delegate("--provider=" + Invite.PREFIX + "A".repeat(10_000)), 2, "longer than 640");
    }

    @Test
    @DisplayName("delegate: the invite of the other kind")
    void wrongInvite() {
        refused(
                delegate("--provider=" + invite(Invite.Service.STAMPER)),
                2,
                "a provider is expected");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--input | missing | 4 | does not exist",
                "--input | directory | 4 | is a directory",
                "--policy | missing | 4 | does not exist",
                "--policy | directory | 4 | is a directory",
                "--policy | noise | 2 | noise: ",
                "--policy | input.csv | 2 | input.csv: ",
                "--output | directory | 4 | exists already",
                "--output | input.csv | 4 | exists already",
                "--output | missing/work | 4 | nothing can be written",
                "--output | noise/work | 4 | nothing can be written"
            })
    @DisplayName("delegate: files that are missing, directories, noise, or in the way")
    void delegateFiles(String option, String file, int exit, String message) throws IOException {
        byte[] before = Files.readAllBytes(folder.resolve("input.csv"));
        refused(delegate(option + "=" + folder.resolve(file)), exit, message);
        assertTrue(Files.isDirectory(folder.resolve("directory")));
        assertEquals(before.length, Files.size(folder.resolve("input.csv")));
    }

    @Test
    @DisplayName("delegate: a policy whose hidden data are missing, and evidence in the way")
    void delegateHidden() throws IOException {
        Path policy = folder.resolve("accuracy.yaml");
        Files.writeString(policy, "policy: accuracy\natLeast: 0.5\nhidden: gone.csv\n");
        refused(delegate("--policy=" + policy), 4, "gone.csv does not exist");
        Files.writeString(folder.resolve("work.asice"), "evidence of another exchange");
        refused(delegate(), 4, "work.asice exists already");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "provider {}/missing.yaml --stamper x | 4 | does not exist",
                "provider {}/directory --stamper x | 4 | is a directory",
                "provider {}/noise --stamper x | 2 | noise: ",
                "provider {}/service.yaml --stamper x | 2 | this is no invite",
                "provider {}/service.yaml --stamper x --listen 127.0.0.1:99999 | 2 | not an address",
                "provider {}/service.yaml --stamper x --listen 7201 | 2 | not an address",
                "provider {}/service.yaml --stamper x --listen 0.0.0.0:1 | 2 | --advertise",
                "provider {}/service.yaml --stamper x --invites -5 | 2 | --invites is 0 to 1000",
                "provider {}/service.yaml --stamper x --invites many | 2 | --invites",
                "provider {}/service.yaml --stamper x --operator customer | 2 | --operator",
                "provider {}/service.yaml --stamper x --directory {}/noise | 4 | is no directory",
                "provider {}/service.yaml | 2 | --stamper",
                "stamper --invites 100000 | 2 | --invites is 0 to 1000",
                "stamper --listen nowhere.invalid:0 | 4 | no such host",
                "stamper --name a\u202eb | 2 | --name",
                "verify {}/directory | 4 | is a directory",
                "verify {}/noise | 1 | noise: not a bundle",
                "verify {}/missing | 4 | does not exist",
                "invite --valid 0s | 2 | 1s to 365d",
                "explore delegation --seconds NaN | 2 | seconds must be",
                "explore delegation --seconds -1 | 2 | seconds must be",
                "explore delegation --seed 1.5 | 2 | --seed",
                "explore delegation --walks 0 | 2 | walks must be",
                "explore delegation --walks 99999999 | 2 | walks must be",
                "deploy --rpc ftp://host | 2 | http",
                "deploy --rpc http://127.0.0.1:1 --rpc a --rpc b | 2 | once or twice",
                "deploy --rpc http://127.0.0.1:1 --max-fee 1 | 2 | has no unit",
                "deploy --rpc http://127.0.0.1:1 --pace warp | 2 | --pace",
                "init --passphrase-fd 99999 | 4 | initialised already",
                "list --home {}/noise | 4 | noise",
            })
    @DisplayName("every other command: absurd values, missing and unreadable files")
    void others(String line, int exit, String message) {
        refused(run(line.replace("{}", folder.toString()).split(" ")), exit, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--passphrase-fd 99999 | 2 | 3<file",
                "--passphrase-fd -1 | 2 | 3<file",
                "--passphrase-fd x | 2 | --passphrase-fd",
                "--passphrase | 2 | no terminal",
                "--wallet-fd 99999 | 2 | 3<file",
                "--home {}/noise | 4 | a file stands where a directory should",
                "--home {}/noise/node | 4 | a file stands where a directory should",
                "--home= | 2 | --home is empty"
            })
    @DisplayName("init: wrong descriptors and places, and nothing is made")
    void init(String options, int exit, String message) {
        home = folder.resolve("other");
        String line = "init " + options.replace("{}", folder.toString());
        refused(run(line.split(" ")), exit, message);
        assertFalse(Files.exists(home.resolve("identity.key")));
        assertFalse(Files.exists(home.resolve("config.yaml")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "chain: {rpc: http://127.0.0.1:1} | unknown key \"rpc\"",
                "rpc: http://127.0.0.1:1 | unknown key \"rpc\"",
                "chain: {endpoints: [nonsense], id: 1, pace: local} | an endpoint is",
                "chain: {endpoints: ['http://a'], id: many, pace: local} | chain.id",
                "chain: {endpoints: ['http://a'], id: 1, pace: local, contract: 12} | 20 bytes",
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

    @Test
    @DisplayName("a key file that others can read, is damaged, cut off, too long, or gone")
    void keyFile() throws IOException {
        Path file = home.resolve("identity.key");
        byte[] good = Files.readAllBytes(file);
        String secret = HexFormat.of().formatHex(good, 24, 40);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        refused(delegate(), 4, "chmod 600");
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
