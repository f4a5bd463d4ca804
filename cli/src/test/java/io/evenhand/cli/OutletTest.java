package io.evenhand.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class OutletTest {
    private static final int FLOOD = 100_000;
    private static final int SOME = 1_000;

    private final List<String> complaints = new ArrayList<>();

    private PrintStream to(Outlet outlet) {
        return new PrintStream(outlet, false, StandardCharsets.UTF_8);
    }

    private Outlet outlet(OutputStream target) {
        return new Outlet(target, complaints::add);
    }

    @Test
    @DisplayName("a reader that stands still: nobody waits, it is said once, only whole lines go")
    void unread() throws Exception {
        try (PipedInputStream pipe = new PipedInputStream();
                Outlet outlet = outlet(new PipedOutputStream(pipe))) {
            outlet.unattended();
            PrintStream out = to(outlet);
            for (int i = 0; i < FLOOD; i++) {
                out.println("line " + i + " of many that nobody reads");
            }
            assertEquals(List.of("nobody reads it"), complaints);
            // The reader comes back: what was kept is whole, and so is what follows.
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(pipe, StandardCharsets.UTF_8));
            int read = 0;
            for (; read < SOME; read++) {
                assertEquals("line " + read + " of many that nobody reads", reader.readLine());
            }
            out.println("the last");
            for (String line = reader.readLine();
                    line.endsWith("reads");
                    line = reader.readLine()) {
                assertEquals("line " + read++ + " of many that nobody reads", line);
            }
            assertTrue(read > SOME && read < FLOOD, read + " lines");
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @DisplayName("a full disk is said once while the work goes on, and at the end")
    void full() throws Exception {
        try (Outlet outlet = outlet(Files.newOutputStream(Path.of("/dev/full")))) {
            outlet.unattended();
            PrintStream out = to(outlet);
            out.println("one");
            out.println("two");
            assertEquals(Optional.of("No space left on device"), outlet.drain());
            assertEquals(List.of("No space left on device"), complaints);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @DisplayName("a command that only tells something learns of it at once")
    void attended() throws Exception {
        try (Outlet outlet = outlet(Files.newOutputStream(Path.of("/dev/full")))) {
            assertThrows(IOException.class, () -> outlet.write('x'));
            assertEquals(Optional.of("No space left on device"), outlet.drain());
            assertEquals(List.of(), complaints);
        }
    }
}
