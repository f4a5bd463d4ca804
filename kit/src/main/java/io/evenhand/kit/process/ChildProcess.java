package io.evenhand.kit.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A program that ends with the process that started it, however that one ends: SIGKILL and a crash
/// included.
///
/// The child leads a process group of its own. A shell in that group, its guard, reads a pipe that
/// only the parent holds; when the kernel closes the pipe the guard kills the whole group. As the
/// guard belongs to the group, no other process can have got the group's number meanwhile. The same
/// happens when the child itself ends: what it left behind in its group ends too.
///
/// `Process.pid`, exit code, signals, output and errors are those of the program itself. A program
/// that leaves the group on purpose is not found.
public final class ChildProcess {
    /// The guard, and then the program in the shell's place. Fast signals at the group, such as
    /// those of an init system, must not end the guard first.
    private static final String GUARDED =
            """
            input=$1; shift; exec 3<&0
            ( trap '' INT TERM HUP; while read -r _; do :; done; kill -KILL 0 ) <&3 >/dev/null 2>&1 &
            exec "$@" <"$input" 3<&-
            """;

    /// The same with a guard that hands on what it reads.
    private static final String FED =
            """
            exec 3<&0
            exec "$@" < <(trap '' INT TERM HUP; cat <&3 2>/dev/null; kill -KILL 0) 3<&-
            """;

    /// Makes what follows the leader of a new process group: the first is of every Linux, the
    /// second of every other system.
    private static final List<List<String>> LEADERS =
            List.of(
                    List.of("/usr/bin/setsid"),
                    List.of("/bin/setsid"),
                    List.of("/usr/bin/perl", "-MPOSIX", "-e", "POSIX::setsid(); exec @ARGV"));

    private ChildProcess() {}

    /// Starts a program whose standard input is empty.
    public static Process start(ProcessBuilder builder) throws IOException {
        return start(builder, Path.of("/dev/null"));
    }

    /// Starts a program that reads a file.
    public static Process start(ProcessBuilder builder, Path input) throws IOException {
        return guarded(builder, List.of("/bin/sh", "-c", GUARDED, "sh", input + ""));
    }

    /// Starts a program that reads what is written to `Process.getOutputStream`. Closing that
    /// stream ends the program.
    public static Process startFed(ProcessBuilder builder) throws IOException {
        return guarded(builder, List.of("bash", "-c", FED, "bash"));
    }

    /// Asks the program to end, as SIGTERM does. `Process.destroy` would close the guard's pipe
    /// too, and so kill the program before it can tidy up.
    public static void stop(Process process) {
        boolean _ = process.toHandle().destroy();
    }

    /// Kills the program and its whole group. Its output can still be read to the end.
    public static void kill(Process process) {
        // By its handle: Process.destroyForcibly would close the output.
        boolean _ = process.toHandle().destroyForcibly();
        try (OutputStream line = process.getOutputStream()) {
            line.flush();
        } catch (IOException e) {
            // The guard has gone, and the group with it.
        }
    }

    private static Process guarded(ProcessBuilder builder, List<String> shell) throws IOException {
        List<String> line = new ArrayList<>(leader());
        line.addAll(shell);
        line.addAll(builder.command());
        return builder.command(line).redirectInput(ProcessBuilder.Redirect.PIPE).start();
    }

    private static List<String> leader() throws IOException {
        return LEADERS.stream()
                .filter(words -> Files.isExecutable(Path.of(words.getFirst())))
                .findFirst()
                .orElseThrow(() -> new IOException("setsid is missing: install util-linux"));
    }
}
