package io.evenhand.node.delegation.provider;

import io.evenhand.kit.file.PrivateFiles;
import io.evenhand.kit.process.ChildProcess;
import io.evenhand.kit.process.Loop;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The provider's own program that turns an input file into a work file (paper step 3).
///
/// Its words are not read by a shell; it runs in a process group of its own, with a clean
/// environment, and is killed with all its children when it takes too long, writes too much, or
/// when the provider is gone, however that ended. What it prints is kept for the provider's log;
/// nothing of it goes to the customer.
public final class ServiceCommand {
    /// Stand for the two files in the words of a command.
    static final String INPUT = "{input}";

    static final String OUTPUT = "{output}";

    /// The end of what a program prints is where it says what went wrong.
    private static final int TAIL_BYTES = 4096;

    /// How often the size of the output is looked at: a disk takes longer to fill.
    private static final Duration LOOK = Duration.ofMillis(100);

    private final List<String> command;
    private final Path directory;
    private final Duration timeLimit;

    /// @param command program and arguments; `{input}` and `{output}` stand for the two files
    /// @param directory where it runs
    public ServiceCommand(List<String> command, Path directory, Duration timeLimit) {
        if (command.isEmpty()) {
            throw new IllegalArgumentException("command: a program is needed");
        }
        this.command = List.copyOf(command);
        this.directory = directory;
        this.timeLimit = timeLimit;
    }

    /// That of a service.
    public static ServiceCommand of(ServiceConfig service, Path directory) {
        return new ServiceCommand(
                service.command(), directory, Duration.ofSeconds(service.limits().seconds()));
    }

    /// How a run ended.
    ///
    /// @param fault one line for the customer, empty if the output is there
    /// @param tooLarge whether the fault is that it wrote more than it may
    /// @param log what the program printed last, for the provider only
    public record Outcome(String fault, boolean tooLarge, String log) {
        public boolean succeeded() {
            return fault.isEmpty();
        }
    }

    /// Runs the program once.
    ///
    /// @param maxOutputBytes the output may not grow beyond this
    /// @throws InterruptedException if the node stops; the program is killed
    public Outcome run(Path input, Path output, long maxOutputBytes)
            throws IOException, InterruptedException {
        PrivateFiles.erase(output);
        Process process;
        try {
            process = start(input, output);
        } catch (IOException e) {
            return new Outcome("the service does not start", false, String.valueOf(e.getMessage()));
        }
        Tail tail = new Tail(process.getInputStream());
        Thread reader = Loop.SERVICE_OUTPUT.virtual("service output", tail);
        reader.start();
        try {
            Fault fault = await(process, output, maxOutputBytes);
            kill(process);
            reader.join(LOOK.multipliedBy(10));
            return new Outcome(fault.line(), fault.tooLarge(), tail.text());
        } finally {
            kill(process);
        }
    }

    /// Where programs are looked for; `java` is the one that runs this node.
    private static String path() {
        String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
        return Path.of(System.getProperty("java.home"), "bin") + File.pathSeparator + path;
    }

    /// Why the program cannot be started, as far as that shows without starting it.
    public Optional<String> fault() {
        String program = command.getFirst();
        if (program.indexOf('/') >= 0) {
            Path file = directory.resolve(program);
            return Files.isDirectory(file)
                    ? Optional.of("the program " + file + " is a directory")
                    : !Files.exists(file)
                            ? Optional.of("there is no program " + file)
                            : isProgram(file)
                                    ? Optional.empty()
                                    : Optional.of("this user may not run the program " + file);
        }
        boolean found =
                Stream.of(path().split(File.pathSeparator, -1))
                        .anyMatch(each -> isProgram(directory.resolve(each).resolve(program)));
        boolean line = program.strip().indexOf(' ') >= 0;
        return found
                ? Optional.empty()
                : Optional.of(
                        "no directory of PATH has a program \""
                                + program
                                + "\""
                                + (line ? "; each word of a command is an item of its own" : ""));
    }

    private static boolean isProgram(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }

    private Process start(Path input, Path output) throws IOException {
        List<String> words = new ArrayList<>();
        for (String word : command) {
            words.add(
                    word.replace(INPUT, input.toAbsolutePath().toString())
                            .replace(OUTPUT, output.toAbsolutePath().toString()));
        }
        ProcessBuilder builder =
                new ProcessBuilder(words).directory(directory.toFile()).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        String home = environment.getOrDefault("HOME", "/");
        // The program gets nothing else of our environment.
        environment.clear();
        environment.put("PATH", path());
        environment.put("HOME", home);
        environment.put("LANG", "C.UTF-8");
        return ChildProcess.start(builder);
    }

    private record Fault(String line, boolean tooLarge) {
        static Fault of(String line) {
            return new Fault(line, false);
        }

        static Fault tooLarge(long maxOutputBytes) {
            return new Fault("the service wrote more than " + maxOutputBytes + " bytes", true);
        }
    }

    private Fault await(Process process, Path output, long maxOutputBytes)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + timeLimit.toNanos();
        while (!process.waitFor(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
            if (System.nanoTime() - deadline > 0) {
                return Fault.of("the service took longer than " + timeLimit.toSeconds() + " s");
            }
            if (size(output) > maxOutputBytes) {
                return Fault.tooLarge(maxOutputBytes);
            }
        }
        if (process.exitValue() != 0) {
            return Fault.of("the service ended with exit code " + process.exitValue());
        }
        if (!Files.isRegularFile(output)) {
            return Fault.of("the service wrote no output");
        }
        return size(output) > maxOutputBytes ? Fault.tooLarge(maxOutputBytes) : Fault.of("");
    }

    private static long size(Path output) throws IOException {
        return Files.isRegularFile(output) ? Files.size(output) : 0;
    }

    /// Kills the whole group; children that left the group are found by descent.
    private static void kill(Process process) {
        // Of one that has ended there are none, and to look for them is to look at every process.
        if (process.isAlive()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
        }
        ChildProcess.kill(process);
    }

    /// The last bytes of a stream.
    private static final class Tail implements Runnable {
        private final InputStream in;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

        Tail(InputStream in) {
            this.in = in;
        }

        @Override
        public void run() {
            byte[] buffer = new byte[TAIL_BYTES];
            try {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    keep(buffer, n);
                }
            } catch (IOException ignored) {
                // The program was killed: what was read until then is its end.
            }
        }

        private synchronized void keep(byte[] buffer, int length) {
            kept.write(buffer, 0, length);
            if (kept.size() > 2 * TAIL_BYTES) {
                byte[] all = kept.toByteArray();
                kept.reset();
                kept.write(all, all.length - TAIL_BYTES, TAIL_BYTES);
            }
        }

        synchronized String text() {
            byte[] all = kept.toByteArray();
            int from = Math.max(0, all.length - TAIL_BYTES);
            return new String(all, from, all.length - from, StandardCharsets.UTF_8).strip();
        }
    }
}
