package io.evenhand.system.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.evenhand.cli.Protocols;
import io.evenhand.kit.machine.NumberedRule;
import io.evenhand.simulation.Model;
import io.evenhand.system.house.SourceTree.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The table of rules names every mutant, and only mutants and tests that are there.
class RulesPageTest {
    private static final Pattern ROW =
            Pattern.compile("\\| ([^|]+) \\| ([^|]+) \\| ([^|]*) \\| ([^|]*) \\|");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");
    private static final Pattern JAVA = Pattern.compile("`(\\w+Test)\\.(\\w+)`");
    private static final Pattern SOLIDITY = Pattern.compile("`(\\w+\\.t\\.sol): (test\\w+)`");

    private static final Pattern NUMBER = Pattern.compile("\\b[ADFGR](-I)?[0-9]{1,2}\\b");

    private static final int GAPS = 25;
    private static final int DEADLINE_RULES = 6;

    private final List<Source> files = SourceTree.files();

    private record Row(String rule, String mutants, String tests) {
        private List<String> named() {
            return NAME.matcher(mutants).results().map(match -> match.group(1)).toList();
        }
    }

    private List<Row> rows() {
        return file("docs/reference/rules.md").lines().stream()
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .map(row -> new Row(row.group(1), row.group(3), row.group(4)))
                .filter(row -> !row.rule().equals("rule"))
                .toList();
    }

    private Source file(String path) {
        return files.stream().filter(file -> file.path().equals(path)).findFirst().orElseThrow();
    }

    @Test
    @DisplayName("every rule has a row, and every row a mutant or a reason")
    void complete() {
        List<String> rules = rows().stream().map(Row::rule).toList();
        assertEquals(rules.size(), rules.stream().distinct().count(), rules::toString);
        Stream<String> wanted =
                Stream.concat(
                        IntStream.rangeClosed(1, GAPS).mapToObj(n -> "D" + n),
                        IntStream.rangeClosed(1, DEADLINE_RULES).mapToObj(n -> "R" + n));
        assertEquals(List.of(), wanted.filter(rule -> !rules.contains(rule)).toList());
        for (Row row : rows()) {
            assertFalse(row.mutants().isBlank() && row.tests().isBlank(), row.rule());
        }
    }

    @Test
    @DisplayName("every mutant stands in the row of its rule, and every mutant named there exists")
    void mutants() {
        Map<String, List<String>> named = new LinkedHashMap<>();
        rows().forEach(row -> named.put(row.rule(), row.named()));
        List<? extends Model.Mutant> mutants =
                Protocols.ALL.stream()
                        .flatMap(protocol -> protocol.model().stream())
                        .flatMap(model -> model.mutants().stream())
                        .toList();
        Set<String> all = new TreeSet<>(mutants.stream().map(Model.Mutant::name).toList());
        Set<String> there = new TreeSet<>(named.values().stream().flatMap(List::stream).toList());
        assertEquals(all, there);
        List<String> elsewhere =
                mutants.stream()
                        .filter(mutant ->
                                !named.getOrDefault(mutant.rule(), List.of())
                                        .contains(mutant.name()))
                        .map(mutant -> mutant.rule() + ": " + mutant.name())
                        .toList();
        assertEquals(List.of(), elsewhere);
    }

    @Test
    @DisplayName("every test that the page names exists")
    void tests() {
        List<String> wrong = new ArrayList<>();
        for (Row row : rows()) {
            JAVA.matcher(row.tests())
                    .results()
                    .filter(test -> !exists(test.group(1) + ".java", test.group(2)))
                    .forEach(test -> wrong.add(test.group()));
            SOLIDITY.matcher(row.tests())
                    .results()
                    .filter(test -> !exists(test.group(1), test.group(2)))
                    .forEach(test -> wrong.add(test.group()));
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    @DisplayName("every number that a refusal names has a row")
    void refusals() {
        Set<String> rows = new TreeSet<>(rows().stream().map(Row::rule).toList());
        List<NumberedRule> rules = rules();
        assertTrue(rules.size() > GAPS, rules::toString);
        assertEquals(
                List.of(),
                rules.stream()
                        .map(NumberedRule::number)
                        .filter(number -> !number.isEmpty() && !rows.contains(number))
                        .distinct()
                        .toList());
    }

    @Test
    @DisplayName("every number that a contract names has a row")
    void contracts() {
        Set<String> rows = new TreeSet<>(rows().stream().map(Row::rule).toList());
        Set<String> named = new TreeSet<>();
        files.stream()
                .filter(file -> file.path().matches("contracts/src/\\w+\\.sol"))
                .flatMap(file -> file.lines().stream())
                .filter(line -> line.contains("//"))
                .map(line -> line.substring(line.indexOf("//")))
                .flatMap(comment -> NUMBER.matcher(comment).results())
                .forEach(number -> named.add(number.group()));
        assertTrue(named.containsAll(Set.of("A10", "D8", "F1", "R5")), named::toString);
        named.removeAll(rows);
        assertEquals(Set.of(), named);
    }

    /// Of every protocol.
    private static List<NumberedRule> rules() {
        return new ClassFileImporter()
                .importPackages("io.evenhand.protocols").stream()
                        .filter(type -> type.isEnum() && type.isAssignableTo(NumberedRule.class))
                        .flatMap(type -> Arrays.stream(type.reflect().getEnumConstants()))
                        .map(NumberedRule.class::cast)
                        .toList();
    }

    private boolean exists(String file, String method) {
        return files.stream()
                .filter(source -> source.path().endsWith("/" + file))
                .flatMap(source -> source.lines().stream())
                .anyMatch(line -> line.contains(" " + method + "("));
    }
}
