package io.evenhand.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.cli.Config.Pace;
import io.evenhand.kit.value.Address;
import io.evenhand.ledger.evm.FinalityPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigTest {
    private static final String CHAIN =
            """
            chain:
              endpoints: ["http://127.0.0.1:8545"]
              id: 31337
              contract: "0x81dbe047b62910f716d011be3b797fba9610c21a"
              pace: local
            """;

    @TempDir private Path directory = Path.of("");

    private Path file() {
        return directory.resolve("config.yaml");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "201", "-1", "many", "1.5", "99999999999"})
    void finalityIsANumberOfBlocks(String text) {
        byte[] yaml = (CHAIN + "  finality: " + text).getBytes(StandardCharsets.UTF_8);
        CliException e =
                assertThrows(CliException.class, () -> Config.parse(Path.of("config.yaml"), yaml));
        assertTrue(String.valueOf(e.getMessage()).contains("chain.finality"), e.getMessage());
    }

    @Test
    void finalityIsKept() {
        Config config =
                new Config(
                        Optional.of(
                                new Config.Chain(
                                        List.of("http://127.0.0.1:8545"),
                                        50,
                                        Optional.empty(),
                                        Config.Pace.ETHEREUM,
                                        Optional.of(60))));
        byte[] text = config.toYaml().getBytes(StandardCharsets.UTF_8);
        Config read = Config.parse(Path.of("config.yaml"), text);
        assertEquals(config, read);
        assertEquals(FinalityPolicy.depth(60), read.chainOrExplain().finalityPolicy());
    }

    @Test
    @DisplayName("what is written is read again")
    void roundTrip() {
        Config config =
                new Config(
                        Optional.of(
                                new Config.Chain(
                                        List.of(
                                                "https://node.example/key?a='b'",
                                                "ws://127.0.0.1:1"),
                                        1,
                                        Optional.of(
                                                Address.parse(
                                                        "0x81dbe047b62910f716d011be3b797fba9610c21a")),
                                        Pace.ETHEREUM)));
        config.save(file());
        assertEquals(config, Config.load(file()));
        new Config(Optional.empty()).save(file());
        assertEquals(new Config(Optional.empty()), Config.load(file()));
    }

    @Test
    @DisplayName("the file may hold a key in a URL, so only its owner reads it")
    void permissions() throws IOException {
        new Config(Optional.empty()).save(file());
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chain: [",
                "chane: {}",
                "chain: {endpoints: [], id: 1, pace: local}",
                "chain: {endpoints: [a, b, c], id: 1, pace: local}",
                "chain: {endpoints: [a], pace: local}",
                "chain: {endpoints: [a], id: 1, pace: fast}",
                "chain: {endpoints: [a], id: 1, pace: local, contract: 0x12}",
                "chain: {endpoints: [a], id: 1, pace: local, contrat: a}"
            })
    @DisplayName("a wrong or misspelt entry is named, with the file")
    void wrong(String text) {
        CliException failure =
                assertThrows(
                        CliException.class,
                        () -> Config.parse(file(), text.getBytes(StandardCharsets.UTF_8)));
        assertEquals(ExitCode.STORAGE, failure.exit());
        assertTrue(String.valueOf(failure.getMessage()).contains("config.yaml"));
    }

    @Test
    @DisplayName("an endless file is not read")
    void tooLong() throws IOException {
        Files.writeString(file(), CHAIN + "#".repeat(70_000));
        assertThrows(CliException.class, () -> Config.load(file()));
        Files.writeString(file(), CHAIN);
        assertTrue(Config.load(file()).chain().isPresent());
    }

    @Test
    @DisplayName("before init the way out is named")
    void missing() {
        CliException failure = assertThrows(CliException.class, () -> Config.load(file()));
        assertTrue(String.valueOf(failure.getMessage()).contains("evenhand init"));
    }

    @Test
    @DisplayName("public chains get wide margins, chains of one's own short ones")
    void pace() {
        assertEquals(Pace.LOCAL, Pace.of(31_337));
        assertEquals(Pace.ETHEREUM, Pace.of(1));
        assertFalse(Pace.LOCAL.timing().revealMargin() >= Pace.ETHEREUM.timing().revealMargin());
    }
}
