package io.evenhand.enclave.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.enclave.Refusal;
import io.evenhand.kit.codec.MalformedException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicySpecTest {
    @TempDir Path folder;

    @ParameterizedTest
    @DisplayName("a canonical text is read and written unchanged")
    @ValueSource(
            strings = {
                "accuracy/1 atLeast=0.9500",
                "accuracy/1 atLeast=0.0000",
                "accuracy/1 atLeast=1.0000",
                "size/1 atLeast=0 atMost=0",
                "size/1 atLeast=1073741824 atMost=999999999999999999"
            })
    void roundTrip(String text) {
        assertEquals(text, PolicySpec.parse(text).canonical());
    }

    @ParameterizedTest
    @DisplayName("any other text is refused: one policy has one text")
    @ValueSource(
            strings = {
                "",
                " ",
                "accuracy",
                "accuracy/2 atLeast=0.9500",
                "accuracy/1",
                "accuracy/1 ",
                "accuracy/1 atLeast=",
                "accuracy/1 atLeast=0.95",
                "accuracy/1 atLeast=.9500",
                "accuracy/1 atLeast=1.0001",
                "accuracy/1 atLeast=2.0000",
                "accuracy/1 atLeast=-0.9500",
                "accuracy/1 atLeast=0.95000",
                "accuracy/1 atLeast=9.5E-1",
                "accuracy/1 atLeast=NaN",
                "accuracy/1 atLeast=\u0660.9500",
                "accuracy/1  atLeast=0.9500",
                "accuracy/1 atLeast=0.9500 ",
                "accuracy/1 atLeast=0.9500\n",
                "accuracy/1 atleast=0.9500",
                "accuracy/1 atLeast=0.9500 atLeast=0.0000",
                "size/1 atLeast=1",
                "size/1 atMost=2 atLeast=1",
                "size/1 atLeast=2 atMost=1",
                "size/1 atLeast=-1 atMost=1",
                "size/1 atLeast=01 atMost=1",
                "size/1 atLeast=1 atMost=9223372036854775808",
                "size/1 atLeast=1 atMost=1e9",
                "wasm/1 hash=00"
            })
    void refused(String text) {
        Refusal.of(() -> PolicySpec.parse(text));
    }

    @Test
    @DisplayName("limit: a text has at most 256 characters, and errors quote little of it")
    void longText() {
        Refusal.of(() -> PolicySpec.parse("x".repeat(257)));
        String why = Refusal.of(() -> PolicySpec.parse("\u001b[2J" + "y".repeat(200)));
        assertTrue(why.length() < 100 && !why.contains("\u001b"), why);
    }

    @Test
    @DisplayName("size looks at the length alone, of works of any size")
    void size() throws IOException {
        Path none = Files.createFile(folder.resolve("hidden"));
        Path work = folder.resolve("work");
        PolicySpec policy = PolicySpec.parse("size/1 atLeast=10 atMost=1099511627776");
        policy.validateHidden(none);
        assertFalse(policy.needsHidden());
        long[] lengths = {0, 9, 10, 1L << 30, 1L << 40, (1L << 40) + 1};
        boolean[] passes = {false, false, true, true, true, false};
        for (int i = 0; i < lengths.length; i++) {
            try (RandomAccessFile file = new RandomAccessFile(work.toFile(), "rw")) {
                file.setLength(lengths[i]);
            }
            assertEquals(passes[i], policy.judge(work, none).passed(), lengths[i] + " bytes");
        }
        Files.writeString(none, "x");
        assertThrows(MalformedException.class, () -> policy.validateHidden(none));
    }
}
