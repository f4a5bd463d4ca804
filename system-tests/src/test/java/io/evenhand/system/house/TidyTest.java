package io.evenhand.system.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import io.evenhand.system.house.SourceTree.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Style that the compiler and the formatter do not check.
class TidyTest {
    private static final int MAX_LINE = 120;

    private static final int MAX_FILE_LINES = 500;

    private static final int MAX_FUNCTION_LINES = 70;

    private final List<Source> files = SourceTree.files();

    @Test
    @DisplayName("lines are at most 120 characters")
    void lines() {
        none(
                "too long",
                file -> file.is(".java", "evenhand"),
                line -> line.codePointCount(0, line.length()) > MAX_LINE);
    }

    @Test
    @DisplayName("files are under 500 lines")
    void fileSizes() {
        List<String> wrong =
                files.stream()
                        .filter(file -> file.is(".java", ".sol", ".mjs", ".md", "evenhand"))
                        .filter(file -> file.lines().size() >= MAX_FILE_LINES)
                        .map(file -> file.path() + ": " + file.lines().size() + " lines")
                        .toList();
        assertEquals(List.of(), wrong);
    }

    @Test
    @DisplayName("functions are under 70 lines")
    void functionSizes() throws IOException {
        List<String> wrong = new ArrayList<>();
        Path root = SourceTree.root();
        List<Path> sources =
                files.stream()
                        .filter(file -> file.is(".java"))
                        .map(file -> root.resolve(file.path()))
                        .toList();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task =
                    (JavacTask)
                            compiler.getTask(
                                    null,
                                    manager,
                                    _ -> {},
                                    null,
                                    null,
                                    manager.getJavaFileObjectsFromPaths(sources));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                unit.accept(new Functions(unit, positions, wrong), null);
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    @DisplayName("nothing is left over for later and no test is switched off")
    void leftovers() {
        // Written in two parts, or this line would be one of them.
        Pattern words = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|X" + "XX)\\b|@Dis" + "abled");
        none("left over", _ -> true, line -> words.matcher(line).find());
    }

    @Test
    @DisplayName("no test sleeps to wait for something")
    void sleeps() {
        Pattern sleep = Pattern.compile("Thread\\.sle" + "ep|TimeUnit\\.\\w+\\.sle" + "ep");
        none(
                "sleeps",
                file -> file.path().contains("src/test/"),
                line -> sleep.matcher(line).find());
    }

    @Test
    @DisplayName("no path of one machine, no address of a registry")
    void machines() {
        Pattern path = Pattern.compile("(?<![\\w.~$}])/(ro" + "ot|home|work)/");
        Pattern resolved = Pattern.compile("\"resolved\"\\s*:\\s*\"https?:");
        none("a machine's path", _ -> true, line -> path.matcher(line).find());
        none(
                "an address of a registry",
                file -> file.is("package-lock.json"),
                line -> resolved.matcher(line).find());
    }

    @Test
    @DisplayName("every package says what it is and takes no null")
    void packages() {
        List<String> wrong = new ArrayList<>();
        Path root = SourceTree.root();
        files.stream()
                .filter(file -> file.is(".java") && file.path().contains("src/main/java/"))
                .map(file -> root.resolve(file.path()).getParent())
                .filter(directory -> directory != null && isPackage(directory))
                .distinct()
                .forEach(directory -> {
                    Path info = directory.resolve("package-info.java");
                    if (!Files.exists(info) || !describes(info)) {
                        wrong.add(root.relativize(info).toString());
                    }
                });
        assertEquals(List.of(), wrong);
    }

    private static boolean isPackage(Path directory) {
        return !directory.endsWith("java");
    }

    private static boolean describes(Path info) {
        try {
            String text = Files.readString(info);
            return text.startsWith("///") && text.contains("@NullMarked");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    @DisplayName("links between documents lead somewhere")
    void links() {
        Pattern link = Pattern.compile("]\\(([^)#\\s]+)(#[^)]*)?\\)");
        List<String> wrong = new ArrayList<>();
        Path root = SourceTree.root();
        for (Source file : files) {
            if (!file.is(".md")) {
                continue;
            }
            Matcher matcher = link.matcher(String.join("\n", file.lines()));
            while (matcher.find()) {
                String target = matcher.group(1);
                if (!target.contains("://")
                        && !Files.exists(root.resolve(file.path()).resolveSibling(target))) {
                    wrong.add(file.path() + " -> " + target);
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    @DisplayName("the tree is really read")
    void tree() {
        assertTrue(files.size() > 100, "only " + files.size() + " files found");
        assertTrue(files.stream().anyMatch(file -> file.path().endsWith("CustomerMachine.java")));
    }

    private void none(String what, Predicate<Source> which, Predicate<String> wrongLine) {
        List<String> wrong = new ArrayList<>();
        for (Source file : files) {
            if (!which.test(file)) {
                continue;
            }
            for (int i = 0; i < file.lines().size(); i++) {
                if (wrongLine.test(file.lines().get(i))) {
                    wrong.add(file.path() + ":" + (i + 1) + ": " + what);
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    /// Finds the functions that are too long.
    private static final class Functions extends TreeScanner<@Nullable Void, @Nullable Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<String> wrong;

        Functions(CompilationUnitTree unit, SourcePositions positions, List<String> wrong) {
            this.unit = unit;
            this.positions = positions;
            this.wrong = wrong;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
            LineMap map = unit.getLineMap();
            long start = positions.getStartPosition(unit, method);
            long end = positions.getEndPosition(unit, method);
            if (start >= 0 && end >= 0) {
                long lines = map.getLineNumber(end) - map.getLineNumber(start) + 1;
                if (lines >= MAX_FUNCTION_LINES) {
                    String file = Path.of(unit.getSourceFile().getName()).getFileName().toString();
                    wrong.add(file + ": " + method.getName() + " has " + lines + " lines");
                }
            }
            return super.visitMethod(method, null);
        }
    }
}
