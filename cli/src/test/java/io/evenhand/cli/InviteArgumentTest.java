package io.evenhand.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.cli.command.InviteArgument;
import io.evenhand.node.transport.Invite;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/// Alone, as it changes what this process reads from standard input.
@Isolated
class InviteArgumentTest {
    private static final String INVITE = Invite.PREFIX + "abc";

    private final InputStream stdin = System.in;
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Shell shell = new Shell(new PrintStream(err), new PrintStream(err), Map.of());

    @TempDir Path folder;

    @AfterEach
    void restore() {
        System.setIn(stdin);
    }

    private String read(String argument) throws IOException {
        return InviteArgument.read(shell, "--stamper", argument);
    }

    private String refused(String argument) {
        return String.valueOf(assertThrows(CliException.class, () -> read(argument)).getMessage());
    }

    @Test
    @DisplayName("an invite comes from a file that its owner alone can read")
    void file() throws IOException {
        Path file = folder.resolve("a b.invite");
        String argument = InviteArgument.keep(file, INVITE + "\n");
        assertEquals("@" + file, argument);
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(INVITE, read(argument));
        assertEquals("", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    @DisplayName("two options take two lines of standard input")
    void lines() throws IOException {
        byte[] two = (INVITE + "1\r\n" + INVITE + "2").getBytes(StandardCharsets.UTF_8);
        System.setIn(new ByteArrayInputStream(two));
        assertEquals(INVITE + "1", read("-"));
        assertEquals(INVITE + "2", read("-"));
        assertTrue(refused("-").contains("there is no invite"));
    }

    @Test
    @DisplayName("one in the arguments is taken with a warning, without its text")
    void argument() throws IOException {
        String invite = Typing.invite("STAMPER");
        assertEquals(invite, read(invite));
        String said = err.toString(StandardCharsets.UTF_8);
        assertTrue(said.contains("@FILE") && !said.contains(Invite.PREFIX), said);
    }

    @Test
    @DisplayName("what is missing, empty or too long is named")
    void faults() throws IOException {
        assertTrue(refused("@" + folder.resolve("none")).contains("does not exist"));
        assertTrue(refused("@" + folder).contains("is a directory"));
        Path empty = Files.createFile(folder.resolve("empty"));
        assertTrue(refused("@" + empty).contains("there is no invite"));
        Path large = Files.writeString(folder.resolve("large"), "x".repeat(10_000));
        assertTrue(refused("@" + large).contains("longer than 640"));
        System.setIn(new ByteArrayInputStream(new byte[10_000]));
        assertTrue(refused("-").contains("longer than 640"));
    }
}
