package io.evenhand.system.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.cli.Config;
import io.evenhand.demo.stage.LocalEscrow;
import io.evenhand.kit.process.ChildProcess;
import io.evenhand.kit.value.Address;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The units of docs/how-to/systemd as printed, under their own restrictions.
class SystemdStamperWitnessIT {
    /// Of nobody else on this machine.
    private static final int USER = 61_234;

    private static final String PASSPHRASE = "as long as a sentence";

    @TempDir private Path folder = Path.of("");

    private final List<Cli> running = new ArrayList<>();

    /// Mounts and other users need root, which a build server has.
    @BeforeEach
    void root() throws Exception {
        boolean root = run("id", "-u").strip().equals("0");
        if (!root) {
            assertNull(System.getenv("CI"), "the build server must run this as root");
        }
        assumeTrue(root, "the units are tried only as root");
        Files.createDirectories(folder.resolve("etc"));
        Files.createDirectories(folder.resolve("lib"));
        Files.writeString(folder.resolve("etc/passphrase.cred"), PASSPHRASE + "\n");
    }

    private static String run(String... command) throws Exception {
        Process process = ChildProcess.start(new ProcessBuilder(command).redirectErrorStream(true));
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), text);
        return text;
    }

    /// The data directory that a unit names, made by its owner as the guide says.
    private Path home(UnitFile unit, int account, Optional<Config.Chain> chain) throws Exception {
        return home(unit.name(), unit.home(), account, chain);
    }

    private Path home(String name, String path, int account, Optional<Config.Chain> chain)
            throws Exception {
        Path below = Path.of("/var/lib").relativize(Path.of(path));
        Path home = folder.resolve("lib").resolve(below);
        Files.createDirectories(
                home,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        NodeKeys _ =
                NodeKeys.create(
                        DataDirectory.identityFile(home),
                        LocalChain.key(account),
                        Optional.of(PASSPHRASE.toCharArray()),
                        new SecureRandom());
        new Config(chain).save(home.resolve("config.yaml"));
        String user = USER + ":" + USER;
        String _ = run("chown", "-R", user, folder.resolve("lib").resolve(name).toString());
        return home;
    }

    /// ExecStart as printed, but for addresses: other tests run on this machine.
    private Cli start(UnitFile unit) throws IOException {
        List<String> words = new ArrayList<>(unit.execStart());
        words.replaceAll(word ->
                word.replaceAll("0\\.0\\.0\\.0:72\\d\\d", "127.0.0.1:0")
                        .replaceAll("127\\.0\\.0\\.1:94\\d\\d", "127.0.0.1:0")
                        .replaceAll("(stamper|provider)\\.example\\.org", "127.0.0.1")
                        .replace("--invites 0", "--invites 2"));
        Cli cli = Cli.launch(unit.name(), unit.sandbox(folder, USER, words), "");
        running.add(cli);
        return cli;
    }

    @Test
    @DisplayName(
            "stamper and provider start, settle an exchange and stop, with nothing open to others")
    void units() throws Exception {
        UnitFile stamperUnit = UnitFile.read("evenhand-stamper");
        UnitFile providerUnit = UnitFile.read("evenhand-provider");
        if (Files.isExecutable(Path.of("/usr/bin/systemd-analyze"))) {
            String[] units = {
                UnitFile.path(stamperUnit.name()) + "", UnitFile.path(providerUnit.name()) + ""
            };
            assertEquals("", run("systemd-analyze", "verify", "--man=no", units[0], units[1]));
        }
        try (LocalChain chain = LocalChain.start(new LocalChain.Mining.Instant())) {
            Address escrow = LocalEscrow.deploy(chain).contract();
            chain.setMining(new LocalChain.Mining.Every(1));
            Config.Chain config =
                    new Config.Chain(
                            List.of(chain.httpUrl()),
                            LocalChain.CHAIN_ID,
                            Optional.of(escrow),
                            Config.Pace.LOCAL);
            Path stamperHome = home(stamperUnit, 2, Optional.empty());
            Cli stamper = start(stamperUnit);
            JsonNode invites = stamper.listening().path("invites");
            Files.writeString(folder.resolve("etc/stamper.invite"), invites.get(0).asText() + "\n");
            Files.writeString(folder.resolve("etc/service.yaml"), TestCluster.COPY);
            Path providerHome = home(providerUnit, 1, Optional.of(config));
            Cli provider = start(providerUnit);
            JsonNode providerInvite = provider.listening().path("invites").get(0);
            settle(config, providerInvite.asText(), invites.get(1).asText());
            JsonNode _ = provider.state("Settled");
            assertDoctorIsContent(stamperUnit);
            for (Cli server : List.of(provider, stamper)) {
                server.stop();
                assertEquals(143, server.exit(), server.errors());
            }
            for (Path home : List.of(stamperHome, providerHome)) {
                assertPrivate(home);
            }
            Path witness = stamperHome.resolveSibling(stamperHome.getFileName() + ".witness");
            assertEquals(Long.BYTES, Files.size(witness));
        } finally {
            for (Cli cli : running) {
                cli.close();
            }
        }
    }

    private void settle(Config.Chain config, String provider, String stamper) throws Exception {
        Path home = Files.createDirectory(folder.resolve("customer"));
        NodeKeys _ =
                NodeKeys.create(
                        DataDirectory.identityFile(home),
                        LocalChain.key(0),
                        Optional.empty(),
                        new SecureRandom());
        new Config(Optional.of(config)).save(home.resolve("config.yaml"));
        Path input = Files.writeString(folder.resolve("input"), "to be copied");
        Path policy =
                Files.writeString(
                        folder.resolve("policy.yaml"), "policy: size\natLeast: 1\natMost: 99\n");
        Path output = folder.resolve("output");
        List<String> line = new ArrayList<>(List.of("delegate", "--provider", provider));
        line.addAll(List.of("--stamper", stamper, "--input", input.toString()));
        line.addAll(List.of("--policy", policy.toString(), "--output", output.toString()));
        line.addAll(List.of("--wage", "0.01 eth", "--deadline", "10m"));
        try (Cli delegate = Cli.start(home, line.toArray(String[]::new))) {
            assertEquals("settled", delegate.summary().path("outcome").asText());
            assertEquals(0, delegate.exit(), delegate.errors());
        }
        assertArrayEquals(Files.readAllBytes(input), Files.readAllBytes(output));
    }

    /// In the place of the service, with its rights, while it runs.
    private void assertDoctorIsContent(UnitFile unit) throws Exception {
        List<String> line =
                List.of("/opt/evenhand/evenhand", "--json", "doctor", "--home", unit.home());
        try (Cli doctor = Cli.launch("doctor", unit.sandbox(folder, USER, line), "")) {
            JsonNode summary = doctor.summary();
            assertEquals(0, summary.path("failures").asInt(), doctor.printed());
            assertTrue(doctor.printed().contains("home.witness can be written"), doctor.printed());
        }
    }

    private static void assertPrivate(Path home) throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.toList()) {
                Set<PosixFilePermission> rights = Files.getPosixFilePermissions(file);
                assertTrue(
                        PosixFilePermissions.toString(rights).endsWith("------"),
                        file + " " + rights);
            }
        }
    }

    @Test
    @DisplayName("where no witness can be made: the reason, and doctor says so before")
    void noPlaceForAWitness() throws Exception {
        UnitFile unit = UnitFile.read("evenhand-stamper");
        Path _ = home(unit.name(), "/var/lib/evenhand-stamper", 2, Optional.empty());
        String home = " --home /var/lib/evenhand-stamper ";
        String both =
                ("./evenhand doctor%s; echo doctor=$?; ./evenhand stamper%s --listen 127.0.0.1:0"
                                + " --passphrase-fd 3 3<$CREDENTIALS_DIRECTORY/passphrase;"
                                + " echo stamper=$?")
                        .formatted(home, home);
        List<String> command = List.of("sh", "-c", both);
        Process process =
                ChildProcess.start(unit.sandbox(folder, USER, command).redirectErrorStream(true));
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(text.contains("doctor=1") && text.contains("1 to put right"), text);
        assertTrue(text.contains("stamper.witness cannot be written: Read-only file"), text);
        assertTrue(text.contains("stamper.witness cannot be written (Read-only file"), text);
        assertTrue(text.contains("stamper=4"), text);
        assertFalse(text.contains("Exception"), text);
    }
}
