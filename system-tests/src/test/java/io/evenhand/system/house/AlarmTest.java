package io.evenhand.system.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.evenhand.kit.alarm.Alarm;
import io.evenhand.kit.alarm.NodeAlarm;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.ChainAlarm;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.protocols.delegation.DelegationAlarm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AlarmTest {
    private static final Path PAGE = Path.of("..", "docs", "how-to", "alarms.md");

    private static final List<Alarm> ONE_OF_EACH =
            List.of(
                    new NodeAlarm.DeadlineNear("the deposit", 1_000),
                    new ChainAlarm.FeeAboveStake("claim", Wei.of(7), Wei.of(5), 1_000),
                    new ChainAlarm.ClockOff(3_600),
                    new ChainAlarm.EndpointLost("http://a", "http://a is not reachable"),
                    new ChainAlarm.EndpointsDisagree("http://a", "http://b", "block 7"),
                    new ChainAlarm.SingleEndpoint("http://a"),
                    new ChainAlarm.OwnFinality(30),
                    new ChainAlarm.DeepReorg("http://a", "7"),
                    new ChainAlarm.LowBalance(Address.ZERO, Wei.of(1), Wei.of(2)),
                    new DelegationAlarm.StampMismatch(),
                    new NodeAlarm.PartFails("chain", "IllegalStateException"),
                    new DelegationAlarm.ClaimAtRisk("no node answers", 1_000));

    /// Every class of the program that is an alarm.
    private static final List<JavaClass> ALARMS =
            new ClassFileImporter()
                            .withImportOption(new ImportOption.DoNotIncludeTests())
                            .importPackages("io.evenhand")
                            .stream()
                            .filter(type -> type.isAssignableTo(Alarm.class))
                            .filter(type -> !type.isInterface())
                            .toList();

    private static Set<String> kinds() {
        return ALARMS.stream().map(JavaClass::getSimpleName).collect(Collectors.toSet());
    }

    @Test
    @DisplayName("every kind says what is wrong and the way out, on one line each")
    void lines() {
        assertEquals(kinds(), ONE_OF_EACH.stream().map(Alarm::kind).collect(Collectors.toSet()));
        for (Alarm alarm : ONE_OF_EACH) {
            for (String text : List.of(alarm.line(), alarm.wayOut())) {
                assertFalse(text.isBlank(), alarm.kind());
                assertFalse(text.contains("\n"), alarm.kind());
                assertTrue(text.length() < 200, text);
            }
        }
    }

    @Test
    @DisplayName("the page about alarms has a paragraph for every kind, and for no other")
    void paragraphs() throws IOException {
        Set<String> described =
                Files.readString(PAGE)
                        .lines()
                        .filter(line -> line.startsWith("## "))
                        .map(line -> line.substring(3))
                        .collect(Collectors.toSet());
        assertEquals(new TreeSet<>(kinds()), new TreeSet<>(described));
    }

    @Test
    @DisplayName(
            "no two kinds have one name: the journal, the screen and the metrics know the name")
    void names() {
        assertEquals(ALARMS.size(), kinds().size(), ALARMS.toString());
    }

    @Test
    @DisplayName("every kind is of a family that the nodes of some protocol count")
    void families() {
        Set<String> counted =
                DelegationRoles.ALARMS.stream()
                        .flatMap(family -> Alarm.kinds(family).stream())
                        .collect(Collectors.toSet());
        assertEquals(new TreeSet<>(kinds()), new TreeSet<>(counted));
    }
}
