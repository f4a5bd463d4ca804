package io.evenhand.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.cli.command.InviteArgument;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.transport.Invite;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Runs commands as a user of a new node types them, and gives what they print and return.
abstract class Typing {
    static final String CONFIG =
            """
            chain:
              endpoints: ["http://127.0.0.1:1"]
              id: 31337
              contract: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
              pace: local
            """;

    @TempDir Path folder = Path.of("");

    Path home = Path.of("");

    record Run(int exit, String out, String err) {}

    @BeforeEach
    void initialise() throws IOException {
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

    Run run(String... args) {
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

    void refused(Run run, int exit, String message) {
        assertEquals(1, run.err().strip().lines().count(), run.err());
        assertTrue(run.err().contains(message), run.err());
        assertFalse(run.err().contains("should not happen"), run.err());
        assertFalse(run.err().contains("Exception"), run.err());
        assertTrue(run.err().length() < 900, run.err());
        assertEquals(exit, run.exit(), run.err());
    }

    static String invite(String service) {
        PartyId server = new PartyId(Bytes32.parse("58".repeat(32)));
        return new Invite("127.0.0.1", 1, server, service, "name", Bytes32.ZERO).text();
    }

    /// A file with an invite, as an argument.
    String kept(String service) {
        try {
            return InviteArgument.keep(folder.resolve(service + ".invite"), invite(service));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A good `delegate` but for the options given here.
    Run delegate(String... changed) {
        List<String> args = new ArrayList<>();
        args.add("delegate");
        List<String> usual =
                List.of(
                        "--provider=" + kept("PROVIDER"),
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
}
