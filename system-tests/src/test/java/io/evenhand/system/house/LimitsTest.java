package io.evenhand.system.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.evenhand.system.house.SourceTree.Source;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The table of what comes from outside names every parser, every fuzz target and only tests that
/// are there.
class LimitsTest {
    private static final JavaClasses HOUSE =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.evenhand");

    /// How parsers are called here.
    private static final Set<String> NAMES =
            Set.of("parse", "decode", "read", "load", "peek", "ofBlob");

    /// What foreign things arrive as.
    private static final Set<String> RAW =
            Set.of(
                    "byte[]",
                    "java.lang.String",
                    "java.nio.file.Path",
                    "io.evenhand.ledger.evm.RpcResult");

    /// These read what the build put into the jar, or names of cheats in the demo.
    private static final Set<String> OWN = Set.of("EscrowCode", "Cheats", "Cheat");

    private final List<Source> files = SourceTree.files();

    private final String table =
            files.stream()
                    .filter(file -> file.path().equals("docs/reference/inputs.md"))
                    .map(file -> String.join("\n", file.lines()))
                    .findFirst()
                    .orElseThrow();

    @Test
    @DisplayName("every parser of foreign bytes or text stands in the table of limits")
    void parsers() {
        Set<String> parsers =
                HOUSE.stream()
                        .flatMap(type -> type.getMethods().stream())
                        .filter(LimitsTest::parses)
                        .map(method -> outermost(method.getOwner()))
                        .filter(name -> !OWN.contains(name))
                        .collect(Collectors.toCollection(TreeSet::new));
        assertTrue(parsers.size() > 20, "found " + parsers);
        parsers.removeAll(named("[A-Z]\\w+"));
        assertEquals(Set.of(), parsers, "add them to docs/reference/inputs.md, with a target");
    }

    private static boolean parses(JavaMethod method) {
        return NAMES.contains(method.getName())
                && method.getModifiers().contains(JavaModifier.STATIC)
                && !method.getModifiers().contains(JavaModifier.PRIVATE)
                && method.getRawParameterTypes().stream()
                        .anyMatch(type -> RAW.contains(type.getName()) || isBytes(type));
    }

    private static boolean isBytes(JavaClass type) {
        return type.getName().equals("[B");
    }

    private static String outermost(JavaClass type) {
        String name = type.getName().substring(type.getPackageName().length() + 1);
        return name.contains("$") ? name.substring(0, name.indexOf('$')) : name;
    }

    @Test
    @DisplayName("every fuzz target stands in the table, and every target and test in it exists")
    void targets() {
        Set<String> there =
                files.stream()
                        .map(Source::path)
                        .filter(path -> path.endsWith(".java") && path.contains("src/test/"))
                        .map(path -> path.substring(path.lastIndexOf('/') + 1, path.length() - 5))
                        .collect(Collectors.toCollection(TreeSet::new));
        Set<String> targets =
                there.stream()
                        .filter(name -> name.endsWith("Fuzz"))
                        .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(targets, named("[A-Z]\\w+Fuzz"));
        Set<String> missing = named("[A-Z]\\w+Test");
        missing.removeAll(there);
        assertEquals(Set.of(), missing);
    }

    private Set<String> named(String form) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = Pattern.compile("`(" + form + ")`").matcher(table);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }
}
