package io.evenhand.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlTest {
    @TempDir private Path directory = Path.of("");

    private Home home() {
        return new Home(directory);
    }

    @Test
    @DisplayName("the owner's command is answered, and the file is for the owner only")
    void answers() throws IOException {
        try (Control _ = Control.listen(home(), words -> String.join("+", words))) {
            assertEquals("invite+60", Control.ask(home(), "invite", "60"));
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(directory.resolve("control"))));
        }
        assertFalse(Files.exists(directory.resolve("control")));
    }

    @Test
    @DisplayName("whoever does not know the token gets no answer")
    void strangers() throws IOException {
        try (Control _ = Control.listen(home(), words -> "secret")) {
            int port = Integer.parseInt(control().getFirst());
            for (String line : List.of("\n", "wrong invite 60\n", "x".repeat(5000) + "\n")) {
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    socket.setSoTimeout(10_000);
                    socket.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
                    assertEquals("", answer(socket));
                }
            }
            assertEquals("secret", Control.ask(home(), "invite"));
        }
    }

    @Test
    @DisplayName("others who connect and say nothing do not keep the owner waiting")
    void silent() throws IOException {
        try (Control _ = Control.listen(home(), words -> "secret")) {
            int port = Integer.parseInt(control().getFirst());
            List<Socket> silent = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                silent.add(new Socket(InetAddress.getLoopbackAddress(), port));
            }
            assertEquals("secret", Control.ask(home(), "invite"));
            // Who came first is gone, whatever it waits for.
            silent.getFirst().setSoTimeout(60_000);
            assertEquals("", answer(silent.getFirst()));
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    /// A connection that is reset is no answer either.
    private static String answer(Socket socket) {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    @DisplayName("a refusal of the daemon is one line")
    void refusals() throws IOException {
        try (Control _ =
                Control.listen(
                        home(),
                        words -> {
                            throw new IllegalArgumentException("only\ninvites");
                        })) {
            CliException refused =
                    assertThrows(CliException.class, () -> Control.ask(home(), "stop"));
            assertEquals("only invites", refused.getMessage());
        }
    }

    @Test
    @DisplayName("a daemon that is gone, also without a farewell, is named as not running")
    void gone() throws IOException {
        Files.writeString(directory.resolve("control"), "1 token\n");
        CliException failure =
                assertThrows(CliException.class, () -> Control.ask(home(), "invite"));
        assertEquals(ExitCode.UNREACHABLE, failure.exit());
        Files.writeString(directory.resolve("control"), "nonsense");
        assertTrue(
                String.valueOf(
                                assertThrows(
                                                CliException.class,
                                                () -> Control.ask(home(), "invite"))
                                        .getMessage())
                        .contains("no provider or stamper runs"));
    }

    private List<String> control() throws IOException {
        return List.of(Files.readString(directory.resolve("control")).strip().split(" ", -1));
    }
}
