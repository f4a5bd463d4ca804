package io.evenhand.demo.delegation.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.evenhand.node.delegation.provider.ServiceConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifierTest {
    private static final Path ROOT = Path.of("..");

    @TempDir Path kept;

    private Path only() throws IOException {
        try (Stream<Path> files = Files.list(kept)) {
            List<Path> all = files.toList();
            assertEquals(1, all.size(), all.toString());
            return all.getFirst();
        }
    }

    private Object compiled() throws IOException {
        return Files.getAttribute(only().resolve("Classify.class"), "unix:ino");
    }

    @Test
    @DisplayName("it is compiled once, by two runs at the same time too, and nothing else is left")
    void once() throws Exception {
        Classifier first = Classifier.compile(ROOT, kept);
        Classifier second = Classifier.compile(ROOT, kept);
        first.await();
        second.await();
        Object compiled = compiled();
        Classifier.compile(ROOT, kept).await();
        assertEquals(compiled, compiled());
    }

    @Test
    @DisplayName(
            "the service of the example starts what was compiled, and stays the same otherwise")
    void service() throws Exception {
        Path example = ROOT.resolve("examples/digits/provider.yaml");
        Path quoted = Files.createDirectory(kept.resolve("a \"b\" \\c"));
        Classifier classifier = Classifier.compile(ROOT, quoted);
        classifier.await();
        Path file =
                Files.writeString(
                        kept.resolve("s.yaml"), classifier.service(Files.readString(example)));
        ServiceConfig made = ServiceConfig.read(file);
        ServiceConfig given = ServiceConfig.read(example);
        assertEquals("-cp", made.command().get(1));
        assertEquals(quoted, Path.of(made.command().get(2)).getParent());
        assertEquals(List.of("Classify", "{input}", "{output}"), made.command().subList(3, 6));
        assertEquals(given.limits(), made.limits());
        assertEquals(given.policies(), made.policies());
        assertThrows(IllegalStateException.class, () -> classifier.service("command: [\"sh\"]"));
    }
}
