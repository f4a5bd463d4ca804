package io.evenhand.kit.alarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Wei;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AlarmTest {
    private static final List<Alarm> ONE_OF_EACH =
            List.of(
                    new Alarm.DeadlineNear("the deposit", 1_000),
                    new Alarm.FeeAboveStake("claim", Wei.of(7), Wei.of(5), 1_000),
                    new Alarm.ClockOff(3_600),
                    new Alarm.EndpointLost("http://a", "http://a is not reachable"),
                    new Alarm.EndpointsDisagree("http://a", "http://b", "block 7"),
                    new Alarm.SingleEndpoint("http://a"),
                    new Alarm.OwnFinality(30),
                    new Alarm.DeepReorg("http://a", "7"),
                    new Alarm.LowBalance(Address.ZERO, Wei.of(1), Wei.of(2)),
                    new Alarm.StampMismatch(),
                    new Alarm.PartFails("chain", "IllegalStateException"),
                    new Alarm.ClaimAtRisk("no node answers", 1_000));

    @Test
    void everyKindSaysWhatIsWrongAndTheWayOutOnOneLineEach() {
        Set<String> kinds = ONE_OF_EACH.stream().map(Alarm::kind).collect(Collectors.toSet());
        assertEquals(Set.copyOf(Alarm.kinds()), kinds);
        for (Alarm alarm : ONE_OF_EACH) {
            for (String text : List.of(alarm.line(), alarm.wayOut())) {
                assertFalse(text.isBlank(), alarm.kind());
                assertFalse(text.contains("\n"), alarm.kind());
                assertTrue(text.length() < 200, text);
            }
        }
    }

    @Test
    void everyKindHasItsParagraph() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "how-to", "alarms.md"));
        for (String kind : Alarm.kinds()) {
            assertTrue(page.contains("\n## " + kind + "\n"), kind);
        }
    }
}
