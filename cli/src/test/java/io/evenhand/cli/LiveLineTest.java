package io.evenhand.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LiveLineTest {
    private static final int NARROW = 20;

    private final ByteArrayOutputStream drawn = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(drawn, true, StandardCharsets.UTF_8);

    private String drawn() {
        String text = drawn.toString(StandardCharsets.UTF_8);
        drawn.reset();
        return text;
    }

    @Test
    @DisplayName("a moving line is cut one short of the width, and stands below what is printed")
    void narrow() {
        LiveLine live = new LiveLine(out, () -> NARROW);
        live.say(() -> "3/6 the provider is \u00e4\ud83d\ude00");
        assertEquals("\r3/6 the provider is\033[K", drawn());
        live.above(() -> out.println("news"));
        assertEquals("\r\033[Knews\n\r3/6 the provider is\033[K", drawn());
        live.end();
        assertEquals("\r\033[K", drawn());
        live.above(() -> out.println("the end"));
        assertEquals("the end\n", drawn());
    }

    @Test
    @DisplayName("a letter of two units is never cut in half")
    void surrogates() {
        LiveLine live = new LiveLine(out, () -> 3);
        live.say(() -> "\ud83d\ude00\ud83d\ude00\ud83d\ude00");
        assertEquals("\r\ud83d\ude00\ud83d\ude00\033[K", drawn());
        live.end();
    }

    @Test
    @DisplayName("where nothing can move, nothing is drawn")
    void nowhere() {
        LiveLine live = new LiveLine(out, Terminal.NONE);
        live.say(() -> "3/6");
        live.above(() -> out.println("news"));
        live.end();
        assertEquals("news\n", drawn());
    }
}
