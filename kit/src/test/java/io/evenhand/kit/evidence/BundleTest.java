package io.evenhand.kit.evidence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.MalformedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BundleTest {
    private static final byte[] A = {1, 2, 3};
    private static final byte[] B = {};

    @TempDir Path directory;

    private static Bundle sample() {
        return Bundle.of(Map.of("statements/terms.cbor", A, "seal/header.cbor", B));
    }

    @Test
    @DisplayName("1.7: a bundle reads back, and other programs can read it")
    void roundTrip() throws IOException {
        Path file = directory.resolve("bundle.asice");
        sample().write(file);
        Bundle read = Bundle.read(file);
        assertEquals(List.of("seal/header.cbor", "statements/terms.cbor"), names(read));
        assertArrayEquals(A, read.get("statements/terms.cbor"));
        assertArrayEquals(B, read.get("seal/header.cbor"));
        assertTrue(read.find("other").isEmpty());
        assertRefused("no entry other", () -> read.get("other"));
        try (ZipFile zip = new ZipFile(file.toFile())) {
            List<String> names = zip.stream().map(ZipEntry::getName).toList();
            assertEquals(List.of("mimetype", "seal/header.cbor", "statements/terms.cbor"), names);
        }
    }

    @Test
    @DisplayName("1.7: mimetype stands uncompressed at the start, where ASiC-E readers look")
    void mimetype() {
        byte[] bytes = sample().toByteArray();
        assertEquals(
                "mimetypeapplication/vnd.etsi.asic-e+zip",
                new String(bytes, 30, 39, StandardCharsets.US_ASCII));
    }

    @Test
    @DisplayName("equal contents give equal bytes, whatever the order they came in")
    void deterministic() {
        TreeMap<String, byte[]> reversed = new TreeMap<>(Comparator.reverseOrder());
        reversed.put("statements/terms.cbor", A);
        reversed.put("seal/header.cbor", B);
        assertArrayEquals(sample().toByteArray(), Bundle.of(reversed).toByteArray());
    }

    @Test
    @DisplayName("a bundle keeps its own copies")
    void copies() {
        byte[] content = A.clone();
        Bundle bundle = Bundle.of(Map.of("a", content));
        content[0] = 9;
        bundle.get("a")[1] = 9;
        assertArrayEquals(A, bundle.get("a"));
    }

    @ParameterizedTest(name = "the entry name \"{0}\" is refused")
    @ValueSource(
            strings = {
                "", "/a", "a/", "../a", "a/../b", "a//b", ".", ".a", "a/.b", "a\\b", "a b", "ä",
                "a\n", "C:a", "-a"
            })
    void names(String name) throws IOException {
        assertRefused("not a name", () -> Bundle.of(Map.of(name, A)));
        byte[] zip = zip("mimetype", Bundle.MIME_TYPE, name, "x");
        assertThrows(MalformedException.class, () -> Bundle.decode(zip));
    }

    @Test
    @DisplayName("limits: name, entry, total and number of entries")
    void limits() {
        assertRefused("not a name", () -> Bundle.of(Map.of("a".repeat(101), A)));
        byte[] large = new byte[Bundle.MAX_ENTRY];
        assertRefused(
                "more than 4194304", () -> Bundle.of(Map.of("a", new byte[large.length + 1])));
        Map<String, byte[]> full =
                new TreeMap<>(Map.of("a", large, "b", large, "c", large, "d", large));
        assertEquals(4, Bundle.decode(Bundle.of(full).toByteArray()).names().size());
        full.put("e", A);
        assertRefused("more than 16777216", () -> Bundle.of(full));
        Map<String, byte[]> many = new TreeMap<>();
        for (int i = 0; i < 64; i++) {
            many.put("n" + i, A);
        }
        assertEquals(64, Bundle.decode(Bundle.of(many).toByteArray()).names().size());
        many.put("one-more", A);
        assertRefused("more than 64", () -> Bundle.of(many));
    }

    @Test
    @DisplayName("limits hold for what is read, too: entries, sizes, the whole file")
    void readLimits() throws IOException {
        String[] many = new String[2 + 2 * 65];
        many[0] = "mimetype";
        many[1] = Bundle.MIME_TYPE;
        for (int i = 0; i < 65; i++) {
            many[2 + 2 * i] = "n" + i;
            many[3 + 2 * i] = "x";
        }
        byte[] zip = zip(many);
        assertRefused("more than 64", () -> Bundle.decode(zip));
        byte[] bomb = zip("mimetype", Bundle.MIME_TYPE, "a", "0".repeat(Bundle.MAX_ENTRY + 1));
        assertTrue(bomb.length < 10_000);
        assertRefused("more than 4194304", () -> Bundle.decode(bomb));
        Path file = directory.resolve("large");
        Files.write(file, new byte[17 << 20]);
        assertRefused("at most", () -> Bundle.read(file));
        assertRefused("at most", () -> Bundle.decode(new byte[17 << 20]));
    }

    @Test
    @DisplayName("a file is told from a bundle by its beginning; a changed byte makes it no other")
    void isOne() throws IOException {
        byte[] genuine = sample().toByteArray();
        Path file = directory.resolve("file");
        for (int at = 0; at < 80; at++) {
            byte[] changed = genuine.clone();
            changed[at] ^= 0x55;
            assertTrue(Bundle.isOne(Files.write(file, changed)), "byte " + at);
        }
        for (byte[] other :
                List.of(
                        new byte[0],
                        new byte[100],
                        zip("a", "x"),
                        "# Changelog".getBytes(StandardCharsets.UTF_8))) {
            assertFalse(Bundle.isOne(Files.write(file, other)));
        }
    }

    @Test
    @DisplayName("what is no bundle, or not in its one form, is refused")
    void otherForms() throws IOException {
        assertRefused("no mimetype", () -> Bundle.decode(new byte[0]));
        assertRefused("no mimetype", () -> Bundle.decode(new byte[100]));
        byte[] noType = zip("a", "x");
        assertRefused("no mimetype", () -> Bundle.decode(noType));
        byte[] otherType = zip("mimetype", "application/zip");
        assertRefused("another", () -> Bundle.decode(otherType));
        byte[] compressed = zip("mimetype", Bundle.MIME_TYPE, "a", "x");
        assertRefused("one form", () -> Bundle.decode(compressed));
        byte[] good = sample().toByteArray();
        assertRefused("one form", () -> Bundle.decode(Arrays.copyOf(good, good.length + 1)));
        assertThrows(
                MalformedException.class,
                () -> Bundle.decode(Arrays.copyOf(good, good.length - 1)));
    }

    @Test
    @DisplayName("nobody can put a second mimetype into a bundle")
    void reserved() {
        assertRefused("not a name", () -> Bundle.of(Map.of("mimetype", A)));
    }

    @Test
    @DisplayName("two entries of one name are refused")
    void duplicates() {
        byte[] zip = Bundle.of(Map.of("aa", A, "ab", A)).toByteArray();
        for (int i = 0; i + 1 < zip.length; i++) {
            if (zip[i] == 'a' && zip[i + 1] == 'b') {
                zip[i + 1] = 'a';
            }
        }
        assertRefused("two entries aa", () -> Bundle.decode(zip));
    }

    @ParameterizedTest(name = "seed {0}: a changed bundle is refused or equal, never anything else")
    @ValueSource(longs = {131, 132, 133})
    void fuzz(long seed) {
        Random random = new Random(seed);
        byte[] good = sample().toByteArray();
        for (int i = 0; i < 3_000; i++) {
            byte[] bad = good.clone();
            for (int n = random.nextInt(3); n >= 0; n--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                assertArrayEquals(bad, Bundle.decode(bad).toByteArray());
            } catch (MalformedException e) {
                // Refused: fine.
            }
        }
    }

    private static List<String> names(Bundle bundle) {
        return List.copyOf(bundle.names());
    }

    private static byte[] zip(String... namesAndContents) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (int i = 0; i < namesAndContents.length; i += 2) {
                zip.putNextEntry(new ZipEntry(namesAndContents[i]));
                zip.write(namesAndContents[i + 1].getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static void assertRefused(String words, Executable action) {
        MalformedException e = assertThrows(MalformedException.class, action);
        assertTrue(String.valueOf(e.getMessage()).contains(words), e.getMessage());
    }
}
