package io.evenhand.protocols.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.CborReader;
import io.evenhand.kit.codec.CborWriter;
import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.evidence.Evidence;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Text that comes from peers and is shown to people.
class WireTextTest {
    /// Soft hyphen, joiners, zero-width space, line and paragraph separator, bidirectional marks,
    /// overrides and isolates, byte order mark, a tag, fillers, a variation selector.
    private static final int[] INVISIBLE = {
        0xad, 0x34f, 0x61c, 0x200b, 0x200d, 0x200e, 0x2028, 0x2029, 0x202a, 0x202e, 0x2060, 0x2066,
        0x2069, 0xfeff, 0xe0041, 0x3164, 0xfe0f
    };

    private static Stream<Integer> controls() {
        IntStream ascii = IntStream.concat(IntStream.range(0, 0x20), IntStream.range(0x7f, 0xa0));
        return IntStream.concat(ascii, IntStream.of(INVISIBLE)).boxed();
    }

    @TestFactory
    @DisplayName("no text from a wire holds a control character or one that nobody sees")
    Stream<DynamicTest> refusesControls() {
        return controls()
                .map(point ->
                        DynamicTest.dynamicTest(
                                String.format("U+%04X", point),
                                () -> {
                                    byte[] text =
                                            new CborWriter()
                                                    .text("a" + Character.toString(point) + "b")
                                                    .toByteArray();
                                    MalformedException refused =
                                            assertThrows(
                                                    MalformedException.class,
                                                    () -> new CborReader(text).text(9));
                                    assertEquals(
                                            String.format(
                                                    "CBOR: hidden character U+%04X in a text",
                                                    point),
                                            refused.getMessage());
                                }));
    }

    @Test
    @DisplayName("letters of all scripts are text")
    void takesLetters() {
        String text = "ü \u00a0 \u4e2d \ud83d\ude00 ~";
        assertEquals(text, new CborReader(new CborWriter().text(text).toByteArray()).text(64));
    }

    @Test
    @DisplayName("a refusal that paints the screen is refused as a message")
    void refusal() {
        byte[] bytes =
                new CborWriter()
                        .array(3)
                        .text("Refuse")
                        .text("")
                        .text("\u001b[2Jpaid")
                        .toByteArray();
        assertThrows(MalformedException.class, () -> Records.decode(Message.class, bytes));
    }

    @Test
    @DisplayName("every text and list of a message has a limit, and one byte more is refused")
    void limits() {
        byte[] fits =
                new CborWriter()
                        .array(3)
                        .text("Refuse")
                        .text("")
                        .text("x".repeat(1024))
                        .toByteArray();
        assertEquals(new Message.Refuse("x".repeat(1024)), Records.decode(Message.class, fits));
        byte[] long1 =
                new CborWriter()
                        .array(3)
                        .text("Refuse")
                        .text("")
                        .text("x".repeat(1025))
                        .toByteArray();
        assertThrows(MalformedException.class, () -> Records.decode(Message.class, long1));
        byte[] rule =
                new CborWriter()
                        .array(3)
                        .text("Refuse")
                        .text("x".repeat(65))
                        .text("")
                        .toByteArray();
        assertThrows(MalformedException.class, () -> Records.decode(Message.class, rule));
    }

    @Test
    @DisplayName("every list component in messages, states and evidence carries a limit of its own")
    void listsHaveLimits() {
        for (Class<?> type :
                new Class<?>[] {
                    Message.class,
                    Effect.class,
                    Job.class,
                    JobResult.class,
                    CustomerState.class,
                    ProviderState.class,
                    StamperState.class,
                    Evidence.class
                }) {
            check(type);
        }
    }

    private static void check(Class<?> type) {
        if (type.isSealed()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                check(permitted);
            }
        } else if (type.isRecord()) {
            for (var component : type.getRecordComponents()) {
                boolean list = component.getType() == List.class;
                assertTrue(
                        !list || component.isAnnotationPresent(Limit.class),
                        type + "." + component.getName());
            }
        }
    }
}
