package io.evenhand.cli;

import io.evenhand.kit.process.Loop;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/// A line to a running daemon from the same user: `evenhand invite` asks the process that holds the
/// data directory.
///
/// The daemon listens on the loopback interface and writes port and a random token into `control`,
/// which only its owner can read. A request is one line, the token and a command; so is the answer.
public final class Control implements AutoCloseable {
    /// A command and its arguments are short.
    private static final int MAX_LINE = 1024;

    /// The owner's own command answers at once; a whole line must come in so long.
    private static final int TIMEOUT_MILLIS = 10_000;

    /// The owner types one command at a time.
    private static final int MAX_CALLERS = 16;

    private static final long PAUSE_NANOS = 10_000_000;

    private final ServerSocket server;
    private final Path file;

    private Control(ServerSocket server, Path file) {
        this.server = server;
        this.file = file;
    }

    /// Starts to listen.
    ///
    /// @param answer gives one line for the words of a command; may be called from another thread
    public static Control listen(Home home, Function<List<String>, String> answer)
            throws IOException {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        String token = HexFormat.of().formatHex(secret);
        ServerSocket server = new ServerSocket();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Path file = file(home);
        Path beside = file.resolveSibling("control.new");
        Files.deleteIfExists(beside);
        Files.createFile(
                beside,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(beside, server.getLocalPort() + " " + token + "\n");
        Files.move(
                beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Control control = new Control(server, file);
        Loop.CONTROL.thread("control", () -> control.serve(token, answer)).start();
        return control;
    }

    private static Path file(Home home) {
        return home.directory().resolve("control");
    }

    /// Other users of this machine can connect, too, and must not keep the owner waiting: callers
    /// are heard side by side, and one too many takes the place of the one who came first.
    private void serve(String token, Function<List<String>, String> answer) {
        Deque<Socket> callers = new ArrayDeque<>();
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                callers.removeIf(Socket::isClosed);
                callers.addLast(client);
                if (callers.size() > MAX_CALLERS) {
                    callers.removeFirst().close();
                }
                Loop.CONTROL.virtual("control caller", () -> serve(client, token, answer)).start();
            } catch (IOException | RuntimeException ignored) {
                // A caller that hangs up or writes nonsense is its own problem; the next one is
                // served, but not at full speed if accepting itself is what fails.
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private static void serve(Socket client, String token, Function<List<String>, String> answer) {
        try (client) {
            List<String> words = List.of(readLine(client).split(" ", -1));
            if (MessageDigest.isEqual(ascii(words.getFirst()), ascii(token))) {
                write(client, answer(answer, words.subList(1, words.size())));
            }
        } catch (IOException | RuntimeException ignored) {
            // The same.
        }
    }

    private static String answer(Function<List<String>, String> answer, List<String> words) {
        try {
            return "ok " + answer.apply(words);
        } catch (RuntimeException e) {
            return "error " + String.valueOf(e.getMessage()).replaceAll("\\R", " ");
        }
    }

    /// Asks the daemon that runs on this data directory.
    public static String ask(Home home, String... words) {
        try {
            String[] address = Files.readString(file(home)).strip().split(" ", -1);
            try (Socket socket = new Socket()) {
                socket.connect(
                        new InetSocketAddress(
                                InetAddress.getLoopbackAddress(), Integer.parseInt(address[0])),
                        TIMEOUT_MILLIS);
                write(socket, address[1] + " " + String.join(" ", words));
                return result(readLine(socket));
            }
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw notRunning(home);
        }
    }

    private static String result(String line) {
        if (line.startsWith("ok ")) {
            return line.substring(3);
        }
        throw new CliException(
                ExitCode.FAILED, line.startsWith("error ") ? line.substring(6) : "no answer");
    }

    private static CliException notRunning(Home home) {
        if (!Files.isDirectory(home.directory())) {
            return new CliException(
                    ExitCode.STORAGE,
                    home
                            + " does not exist: run \"evenhand init\" first, or name the directory"
                            + " with --home");
        }
        return new CliException(
                ExitCode.UNREACHABLE,
                "no provider or stamper runs on "
                        + home
                        + ": start it, or name its directory with"
                        + " --home");
    }

    private static String readLine(Socket socket) throws IOException {
        BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII),
                        MAX_LINE);
        StringBuilder line = new StringBuilder();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (line.length() == MAX_LINE || left <= 0) {
                throw new IOException("a line longer than " + MAX_LINE + " characters, or slow");
            }
            socket.setSoTimeout((int) left);
            line.append((char) c);
        }
        return line.toString();
    }

    private static void write(Socket socket, String line) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(ascii(line + "\n"));
        out.flush();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        try {
            server.close();
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
