package io.evenhand.demo.delegation.stage;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.kit.process.ChildProcess;
import io.evenhand.kit.sign.Hashes;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;

/// The classifier of `examples/digits`, compiled: as an example it is a source file, which Java
/// would compile anew for each work.
public final class Classifier {
    private static final String SOURCE = "examples/digits/Classify.java";

    /// As the example says how it is started, and how it is here.
    private static final String COMMAND = "\"java\", \"" + SOURCE + "\"";

    private final Path classes;
    private final Path fresh;
    private final Optional<Process> compiler;

    private Classifier(Path classes, Path fresh, Optional<Process> compiler) {
        this.classes = classes;
        this.fresh = fresh;
        this.compiler = compiler;
    }

    /// Starts to compile it, unless an earlier run did.
    ///
    /// @param kept where it is looked for and kept
    public static Classifier compile(Path root, Path kept) throws IOException {
        Path source = root.resolve(SOURCE);
        byte[] hash = Hashes.sha256(Files.readAllBytes(source));
        String name =
                "classify-%s-java%d"
                        .formatted(
                                HexFormat.of().formatHex(hash, 0, 8), Runtime.version().feature());
        Path classes = kept.resolve(name).toAbsolutePath();
        if (Files.isDirectory(classes)) {
            return new Classifier(classes, classes, Optional.empty());
        }
        Path fresh = Files.createTempDirectory(kept, name);
        Path log = fresh.resolve("javac.log");
        ProcessBuilder javac =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
                                "-J-XX:TieredStopAtLevel=1",
                                "-J-XX:+UseSerialGC",
                                "-d",
                                fresh.toString(),
                                source.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        return new Classifier(classes, fresh, Optional.of(ChildProcess.start(javac)));
    }

    /// Waits until it can be started.
    public void await() throws IOException, InterruptedException {
        if (compiler.isEmpty()) {
            return;
        }
        if (compiler.get().waitFor() != 0) {
            throw new CliException(
                    ExitCode.FAILED,
                    SOURCE + " does not compile: see " + fresh.resolve("javac.log"));
        }
        Files.delete(fresh.resolve("javac.log"));
        try {
            Files.move(fresh, classes);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            // Another run was as fast, and its classes are the same.
            delete(fresh);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /// The service of the example with the compiled classifier.
    ///
    /// @param yaml that of the example
    public String service(String yaml) {
        if (!yaml.contains(COMMAND)) {
            throw new IllegalStateException("the example does not start " + COMMAND);
        }
        String quoted = classes.toString().replace("\\", "\\\\").replace("\"", "\\\"");
        return yaml.replace(COMMAND, "\"java\", \"-cp\", \"" + quoted + "\", \"Classify\"");
    }
}
