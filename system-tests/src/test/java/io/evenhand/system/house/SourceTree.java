package io.evenhand.system.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The text files of this repository, without what tools make.
public final class SourceTree {
    private static final Set<String> MADE =
            Set.of(
                    ".git",
                    ".cifuzz-corpus",
                    "target",
                    "node_modules",
                    "build",
                    "out",
                    "cache",
                    ".idea",
                    ".vscode");

    private static final Set<String> TEXT =
            Set.of(
                    "java",
                    "sol",
                    "mjs",
                    "js",
                    "json",
                    "yml",
                    "yaml",
                    "md",
                    "xml",
                    "sh",
                    "properties",
                    "toml");

    private static final Set<String> SCRIPTS =
            Set.of("evenhand", "Makefile", "run", "summary", "find-jdk", "fuzz", "solc");

    /// One file and its lines.
    record Source(String path, List<String> lines) {
        boolean is(String... endings) {
            return Stream.of(endings).anyMatch(path::endsWith);
        }
    }

    private SourceTree() {}

    /// The directory that holds the launcher, above the one this test runs in.
    public static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.isExecutable(at.resolve("evenhand"))) {
            at = at.getParent();
            if (at == null) {
                throw new IllegalStateException("the tests run outside of the source tree");
            }
        }
        return at;
    }

    static List<Source> files() {
        TreeMap<String, Source> found = new TreeMap<>();
        Path root = root();
        try {
            Files.walkFileTree(
                    root,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(
                                Path directory, BasicFileAttributes attributes) {
                            return MADE.contains(directory.getFileName().toString())
                                            && !directory.equals(root)
                                    ? FileVisitResult.SKIP_SUBTREE
                                    : FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                                throws IOException {
                            if (isText(file.getFileName().toString())) {
                                String path = root.relativize(file).toString();
                                found.put(path, new Source(path, Files.readAllLines(file)));
                            }
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ArrayList<>(found.values());
    }

    private static boolean isText(String name) {
        return SCRIPTS.contains(name) || TEXT.contains(name.substring(name.lastIndexOf('.') + 1));
    }
}
