package io.evenhand.system.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.stamper.StamperState;
import io.evenhand.system.fuzz.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The bytes of every kind of message, state and effect, as the wire and the journal hold them.
///
/// A line that changes is a change of a format: it needs a new version of the journal, or of the
/// protocol, and a reader or a refusal for the old one.
class GoldenKindsTest {
    private static final String FILE =
            "system-tests/src/test/resources/io/evenhand/system/house/golden-kinds.txt";

    private static <T> List<String> lines(String family, Class<T> type) {
        List<String> lines = new ArrayList<>();
        Samples.of(type)
                .forEach(value -> {
                    byte[] hash = Hashes.sha256("evenhand/golden", Records.encode(type, value));
                    String hex = HexFormat.of().formatHex(hash, 0, 8);
                    lines.add(family + " " + Records.kind(value) + " " + hex);
                });
        return lines;
    }

    @Test
    @DisplayName("the bytes of every kind of message, state and effect are the recorded ones")
    void golden() throws IOException {
        TreeSet<String> now = new TreeSet<>();
        now.addAll(lines("message", Message.class));
        now.addAll(lines("customer", CustomerState.class));
        now.addAll(lines("provider", ProviderState.class));
        now.addAll(lines("stamper", StamperState.class));
        now.addAll(lines("effect", Effect.class));
        assertTrue(now.size() > 60, now::toString);
        Path file = SourceTree.root().resolve(FILE);
        assertEquals(
                Files.readString(file), String.join("\n", now) + "\n", "a stored format changed");
    }
}
