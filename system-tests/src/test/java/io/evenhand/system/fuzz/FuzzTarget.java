package io.evenhand.system.fuzz;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.PlainText;
import io.evenhand.kit.codec.Records;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// A parser of something that comes from outside, and what must hold for every input: it is read,
/// or refused with the parser's own exception in one short line.
///
/// The seeds are what our own encoders write, so they follow the format. Inputs that once failed
/// stand in `src/test/resources` beside the class, in a folder with the name that Jazzer gives it.
/// `make fuzz` lets Jazzer search; `make verify` runs seeds, old findings and some mutations.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class FuzzTarget {
    /// A screen's worth of lines: more would be the sender's text, not ours.
    private static final int MAX_MESSAGE = 600;

    /// Mutations of each target in `make verify`.
    private static final int MUTATIONS = 300;

    /// Genuine encodings.
    protected abstract Stream<byte[]> seeds() throws Exception;

    /// Fails if anything happens that must not.
    protected abstract void check(byte[] input) throws Exception;

    @Test
    @DisplayName("mutations of genuine encodings are read or refused in one line")
    void mutations() throws Exception {
        List<byte[]> seeds = seeds().toList();
        long seed = getClass().getName().hashCode();
        Random random = new Random(seed);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] input = mutate(seeds.get(i % seeds.size()), random);
            try {
                check(input);
            } catch (Exception | Error e) {
                throw new AssertionError(
                        "mutation " + i + " of random seed " + seed + ": " + show(input), e);
            }
        }
    }

    /// What the parser reads, or nothing if it refuses with a {@link MalformedException}.
    protected static <T> Optional<T> read(Callable<T> parser) throws Exception {
        return read(MalformedException.class, parser);
    }

    /// What the parser reads, or nothing if it refuses in its own way.
    protected static <T> Optional<T> read(Class<? extends Exception> refusal, Callable<T> parser)
            throws Exception {
        try {
            return Optional.of(parser.call());
        } catch (Exception e) {
            if (!refusal.isInstance(e)) {
                throw e;
            }
            checkLine(e.getMessage() == null ? "" : e.getMessage());
            return Optional.empty();
        }
    }

    /// A line for people: not empty, not long, and nothing in it moves a cursor or hides text.
    protected static void checkLine(String message) {
        if (message.isBlank() || message.length() > MAX_MESSAGE) {
            throw new AssertionError("a message of " + message.length() + " characters");
        }
        message.codePoints()
                .filter(PlainText::isHidden)
                .findFirst()
                .ifPresent(c -> {
                    throw new AssertionError("a message with U+%04X".formatted(c));
                });
    }

    /// One value has one encoding.
    protected static void same(byte[] expected, byte[] found) {
        if (!Arrays.equals(expected, found)) {
            throw new AssertionError("read " + show(expected) + ", would write " + show(found));
        }
    }

    /// Reads a record; what is read must be written with the same bytes.
    protected static <T> Optional<T> record(Class<T> type, byte[] input) throws Exception {
        Optional<T> read = read(() -> Records.decode(type, input));
        read.ifPresent(value -> same(input, Records.encode(type, value)));
        return read;
    }

    protected static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    protected static Stream<byte[]> texts(String... texts) {
        return Arrays.stream(texts).map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    protected static String text(byte[] input) {
        return new String(input, StandardCharsets.UTF_8);
    }

    private static String show(byte[] bytes) {
        return HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 2_000));
    }

    private static byte[] mutate(byte[] seed, Random random) {
        byte[] bytes = seed.clone();
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            bytes = change(bytes, random);
        }
        return bytes;
    }

    private static byte[] change(byte[] bytes, Random random) {
        int at = random.nextInt(bytes.length + 1);
        int size = Math.min(1 + random.nextInt(8), bytes.length - at);
        byte[] before = Arrays.copyOf(bytes, at);
        byte[] after = Arrays.copyOfRange(bytes, at, bytes.length);
        byte[] piece = Arrays.copyOfRange(bytes, at, at + size);
        return switch (random.nextInt(6)) {
            case 0 -> before;
            case 1 -> concat(before, Arrays.copyOfRange(bytes, at + size, bytes.length));
            case 2 -> concat(before, piece, after);
            case 3 -> concat(before, INTERESTING[random.nextInt(INTERESTING.length)], after);
            case 4 -> concat(bytes, piece);
            default -> {
                byte[] flipped = bytes.clone();
                if (at < bytes.length) {
                    flipped[at] ^= (byte) (1 << random.nextInt(8));
                }
                yield flipped;
            }
        };
    }

    private static final byte[][] INTERESTING = {
        {0},
        {(byte) 0xff},
        {(byte) 0x9b, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff},
        {0x5b, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff, -1, -1, -1, -1},
        "-1".getBytes(StandardCharsets.UTF_8),
        "99999999999999999999".getBytes(StandardCharsets.UTF_8),
        "\u2028\u202e".getBytes(StandardCharsets.UTF_8),
        "\n".getBytes(StandardCharsets.UTF_8)
    };

    private static byte[] concat(byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
