package io.evenhand.cli;

import io.evenhand.kit.process.Loop;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// The last line of a terminal: it says what goes on now, and rewrites itself. What is printed
/// stands above it.
final class LiveLine {
    private static final String TO_THE_START = "\r";
    private static final String ERASE_THE_REST = "\033[K";
    private static final long EVERY_MILLIS = 500;

    private final PrintStream out;
    private final Terminal terminal;
    private Supplier<String> text = () -> "";
    private String drawn = "";
    private boolean ticks;
    private boolean over;

    LiveLine(PrintStream out, Terminal terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /// Whether anything can move here.
    boolean moves() {
        return terminal.columns() > 0;
    }

    /// From now on it says this, which is asked for again and again.
    synchronized void say(Supplier<String> what) {
        text = what;
        if (!ticks && moves()) {
            ticks = true;
            Loop.SCREEN.thread("moving line", this::tick).start();
        }
        draw();
    }

    /// Prints whole lines above it.
    synchronized void above(Runnable print) {
        erase();
        print.run();
        draw();
    }

    /// It is gone, and nothing more is drawn.
    synchronized void end() {
        erase();
        over = true;
    }

    private void tick() {
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(EVERY_MILLIS);
                draw();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void erase() {
        if (!drawn.isEmpty()) {
            drawn = "";
            out.print(TO_THE_START + ERASE_THE_REST);
            out.flush();
        }
    }

    /// Cut to the width of the terminal, so that it never wraps; the last column stays free, as a
    /// terminal wraps after it.
    private synchronized void draw() {
        String said = over ? "" : text.get();
        int width = said.isEmpty() ? 0 : terminal.columns() - 1;
        String line = width > 0 ? cut(said, width) : "";
        if (line.isEmpty()) {
            erase();
        } else if (!line.equals(drawn)) {
            drawn = line;
            out.print(TO_THE_START + line + ERASE_THE_REST);
            out.flush();
        }
    }

    private static String cut(String line, int width) {
        int points = line.codePointCount(0, line.length());
        return points <= width ? line : line.substring(0, line.offsetByCodePoints(0, width));
    }
}
