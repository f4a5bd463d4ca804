package io.evenhand.system.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.MissingNode;
import io.evenhand.cli.Config;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Home;
import io.evenhand.enclave.policy.PolicySpec;
import io.evenhand.enclave.policy.Verdict;
import io.evenhand.enclave.policy.Work;
import io.evenhand.enclave.sandbox.FileSource;
import io.evenhand.enclave.sandbox.Source;
import io.evenhand.node.Capacity;
import io.evenhand.node.delegation.provider.ServiceConfig;
import io.evenhand.programs.policy.PolicyFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The pages about files and exit codes know every key and kind, and their examples hold.
class ReferencePagesTest {
    private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\| (.*) \\|");
    private static final Pattern BLOCK = Pattern.compile("(?s)```(\\w+)\n(.*?)```");

    @TempDir private Path folder = Path.of("");

    private static String page(String name) throws IOException {
        return Files.readString(SourceTree.root().resolve("docs/reference").resolve(name));
    }

    /// What stands under a heading, up to the next one.
    private static String section(String page, String heading) {
        int start = page.indexOf("\n## " + heading + "\n");
        assertTrue(start >= 0, "no section " + heading);
        int end = page.indexOf("\n## ", start + 1);
        return page.substring(start, end < 0 ? page.length() : end);
    }

    /// The first columns of a table, with what stands in the others.
    private static Map<String, String> rows(String section) {
        Map<String, String> rows = new LinkedHashMap<>();
        ROW.matcher(section).results().forEach(row -> rows.put(row.group(1), row.group(2)));
        return rows;
    }

    private static List<String> blocks(String text, String language) {
        return BLOCK.matcher(text)
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .toList();
    }

    @Test
    @DisplayName(
            "the page about the service file has every key and default, and its example serves")
    void serviceFile() throws IOException {
        String page = page("service-file.md");
        assertEquals(ServiceConfig.KEYS, rows(section(page, "Keys")).keySet());
        assertEquals(ServiceConfig.LIMITS, rows(section(page, "`limits`")).keySet());
        Map<String, String> capacity = rows(section(page, "`capacity`"));
        assertEquals(Capacity.KEYS, capacity.keySet());
        assertEquals(
                defaults(),
                capacity.values().stream().map(row -> row.replaceFirst(" \\|.*", "")).toList());
        ServiceConfig example =
                ServiceConfig.parse(
                        blocks(page, "yaml").getFirst().getBytes(StandardCharsets.UTF_8));
        assertEquals("sort", example.name());
    }

    /// In the order of the record, which the page keeps.
    private static List<String> defaults() {
        Capacity usual = Capacity.read(MissingNode.getInstance());
        return Arrays.stream(Capacity.class.getRecordComponents())
                .map(component -> {
                    try {
                        return component.getAccessor().invoke(usual);
                    } catch (ReflectiveOperationException e) {
                        throw new LinkageError(component.getName(), e);
                    }
                })
                .map(value -> value.equals(OptionalLong.empty()) ? "no limit" : value.toString())
                .toList();
    }

    @Test
    @DisplayName("the page about policies has every kind, and its works pass its policies")
    void policies() throws IOException {
        String page = page("policies.md");
        Path example = SourceTree.root().resolve("examples/policies/wasm-sorted/sorted.wasm");
        Files.copy(example, folder.resolve("sorted.wasm"));
        Set<String> kinds =
                Pattern.compile("(?m)^## `(.*)`$")
                        .matcher(page)
                        .results()
                        .map(heading -> heading.group(1))
                        .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(Set.copyOf(PolicySpec.NAMES), kinds);
        for (String kind : kinds) {
            String section = section(page, "`" + kind + "`");
            List<String> works = new ArrayList<>(blocks(section, "csv"));
            String hidden = works.isEmpty() ? "" : works.removeFirst();
            works.addAll(blocks(section, "text"));
            Files.writeString(folder.resolve("hidden.csv"), hidden);
            Path file = folder.resolve(kind + ".yaml");
            Files.writeString(file, blocks(section, "yaml").getFirst());
            PolicyFile policy = PolicyFile.read(file);
            policy.spec().checkRuns();
            assertEquals(keys(file), rows(section).keySet(), kind);
            for (String work : works) {
                assertTrue(judged(policy.spec(), work).passed(), work);
            }
            assertTrue(kind.equals("size") || !works.isEmpty(), kind + " has no work");
        }
    }

    /// What the reader of policy files says that it knows.
    private static Set<String> keys(Path file) throws IOException {
        String text = Files.readString(file) + "unheard-of: 1\n";
        Files.writeString(file, text);
        try {
            PolicyFile _ = PolicyFile.read(file);
        } catch (RuntimeException e) {
            Matcher known =
                    Pattern.compile("only \\[(.*)]").matcher(String.valueOf(e.getMessage()));
            assertTrue(known.find(), e.getMessage());
            return Set.of(known.group(1).split(", "));
        }
        throw new AssertionError("a key that nobody knows was taken");
    }

    private Verdict judged(PolicySpec spec, String text) throws IOException {
        Path work = folder.resolve("work");
        Files.writeString(work, text);
        try (Source bytes = FileSource.open(work);
                Source hidden = FileSource.open(folder.resolve("hidden.csv"))) {
            return spec.judge(Work.of(bytes), Work.of(hidden));
        }
    }

    @Test
    @DisplayName("the page about the configuration has every key, and its example is read")
    void configuration() throws IOException {
        String page = page("configuration.md");
        Set<String> keys = new TreeSet<>(Config.KEYS);
        Config.CHAIN.forEach(key -> keys.add("chain." + key));
        String section = section(page, "`config.yaml`");
        assertEquals(keys, rows(section).keySet());
        Files.writeString(folder.resolve("config.yaml"), blocks(section, "yaml").getFirst());
        Config example = new Home(folder).config();
        assertEquals(Config.RETENTION, example.retention());
        assertEquals(31_337, example.chainOrExplain().id());
        String launcher = Files.readString(SourceTree.root().resolve("evenhand"));
        for (String variable : rows(section(page, "Environment")).keySet()) {
            assertTrue(launcher.contains(variable) || variable.equals("EVENHAND_HOME"), variable);
        }
    }

    @Test
    @DisplayName("the page about exit codes is made of their declaration")
    void exitCodes() throws IOException {
        Path file = SourceTree.root().resolve("docs/reference/exit-codes.md");
        String page = Files.readString(file);
        String head = "|---|---|\n";
        String rows =
                Arrays.stream(ExitCode.values())
                        .map(exit -> "| %d | %s |%n".formatted(exit.code(), exit.meaning()))
                        .collect(Collectors.joining());
        String wanted = page.substring(0, page.indexOf(head) + head.length()) + rows;
        if (Boolean.getBoolean("pages.write")) {
            Files.writeString(file, wanted);
        }
        assertEquals(wanted, Files.readString(file), "run it with -Dpages.write=true");
    }
}
