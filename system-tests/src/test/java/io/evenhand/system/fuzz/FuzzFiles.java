package io.evenhand.system.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Stream;

/// A folder of its own for a target that reads files; gone when the process ends.
public final class FuzzFiles {
    private final Path folder;

    public FuzzFiles() {
        try {
            folder = Files.createTempDirectory("fuzz");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::delete));
    }

    public Path path(String name) {
        return folder.resolve(name);
    }

    /// A file with these bytes.
    public Path with(String name, byte[] content) throws IOException {
        return Files.write(path(name), content);
    }

    /// Everything in the folder, folders as well.
    public void delete() {
        try (Stream<Path> all = Files.walk(folder)) {
            Deque<Path> deepestFirst = new ArrayDeque<>();
            all.forEach(deepestFirst::push);
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
