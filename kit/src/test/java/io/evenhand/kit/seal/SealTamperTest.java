package io.evenhand.kit.seal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PublicKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// S6 and every check of the opener: each header field, each kind of damage to the chunks.
class SealTamperTest {
    private static final int MIB = 1 << 20;
    private static final int CHUNK = MIB + 16;

    @TempDir Path directory;

    @Test
    @DisplayName("a header reads back as itself, has one name, and each field changes the name")
    void header() {
        SealHeader h = new Samples(directory, 110, 3 * MIB).header();
        assertEquals(h, SealHeader.decode(h.encode()));
        assertEquals(h.sealId(), SealHeader.decode(h.encode()).sealId());
        assertEquals(
                Bytes32.of(Hashes.sha256(Hashes.ascii("fx/sealid/v1"), h.encode())),
                h.sealId().value());
        assertNotEquals(h.sealId(), SealTest.with(h, h.enc(), Bytes32.ZERO).sealId());
        assertNotEquals(h.sealId(), sized(h, h.chunkSize(), 9, h.paddedLength()).sealId());
        assertNotEquals(h.sealId(), rooted(h, Bytes32.ZERO).sealId());
        assertTrue(h.encode().length < 300);
    }

    @Test
    @DisplayName("limit: a header has at most 1 KiB")
    void headerLimit() {
        assertRefused("limit 1024", () -> SealHeader.decode(new byte[1025]));
    }

    @Test
    @DisplayName("limits: chunk size, count, length, class and curve are each checked")
    void headerNumbers() {
        SealHeader h = new Samples(directory, 111, 3 * MIB).header();
        int chunks = h.chunks();
        long padded = h.paddedLength();
        assertRefused("only 2.20", () -> redecode(sized(h, 1 << 19, chunks, padded)));
        assertRefused("1 to 16777216", () -> redecode(sized(h, MIB, 0, padded)));
        assertRefused("1 to 16777216", () -> redecode(sized(h, MIB, -1, padded)));
        assertRefused("1 to 16777216", () -> redecode(sized(h, MIB, (1 << 24) + 1, padded)));
        assertRefused("padded length", () -> redecode(sized(h, MIB, 1, 7)));
        assertRefused("padded length", () -> redecode(sized(h, MIB, 1, -1)));
        assertRefused("padded length", () -> redecode(sized(h, MIB, 1, (1L << 44) + 1)));
        assertRefused("do not make", () -> redecode(sized(h, MIB, chunks + 1, padded)));
        assertRefused("do not make", () -> redecode(sized(h, MIB, chunks - 1, padded)));
        assertRefused("size class", () -> redecode(sized(h, MIB, chunks, padded + 1)));
        PublicKey bad = new PublicKey((byte) 2, new Bytes32(0, 0, 0, 5));
        assertRefused("not a point", () -> redecode(SealTest.with(h, bad, h.commitment())));
    }

    @ParameterizedTest(name = "seed {0}: a header with any bit flipped opens nothing")
    @ValueSource(longs = {112, 113})
    void flippedHeader(long seed) throws IOException {
        Samples s = new Samples(directory, seed, 50);
        byte[] header = s.header().encode();
        byte[] bytes = s.sealedBytes();
        for (int bit = 0; bit < 8 * header.length; bit++) {
            byte[] bad = header.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            assertThrows(
                    MalformedException.class,
                    () -> s.open(SealHeader.decode(bad), bytes),
                    "bit " + bit);
        }
    }

    @ParameterizedTest(name = "seed {0}: a flipped bit in any chunk is refused, nothing is written")
    @ValueSource(longs = {114, 115})
    void flippedChunk(long seed) throws IOException {
        Random random = new Random(seed);
        Samples s = new Samples(directory, seed, 2 * MIB + 5);
        byte[] bytes = s.sealedBytes();
        for (int i = 0; i < 10; i++) {
            int at = random.nextInt(bytes.length);
            bytes[at] ^= 1;
            assertRefused("not genuine", () -> s.open(s.header(), bytes));
            assertFalse(Files.exists(directory.resolve("opened")));
            bytes[at] ^= 1;
        }
        assertArrayEquals(s.work, s.open(s.header(), bytes));
    }

    @Test
    @DisplayName("S6: truncation, trailing bytes, swapped and doubled chunks are refused")
    void order() throws IOException {
        Samples s = new Samples(directory, 116, 2 * MIB + 5);
        byte[] b = s.sealedBytes();
        assertRefused("bytes", () -> s.open(s.header(), Arrays.copyOf(b, b.length - 1)));
        assertRefused("bytes", () -> s.open(s.header(), Arrays.copyOf(b, 2 * CHUNK)));
        assertRefused("bytes", () -> s.open(s.header(), Arrays.copyOf(b, b.length + 1)));
        assertRefused("bytes", () -> s.open(s.header(), new byte[0]));
        byte[] swapped = b.clone();
        System.arraycopy(b, CHUNK, swapped, 0, CHUNK);
        System.arraycopy(b, 0, swapped, CHUNK, CHUNK);
        assertRefused("chunk 0", () -> s.open(s.header(), swapped));
        byte[] doubled = b.clone();
        System.arraycopy(b, 0, doubled, CHUNK, CHUNK);
        assertRefused("chunk 1", () -> s.open(s.header(), doubled));
    }

    @Test
    @DisplayName(
            "S6: a shorter seal made of the first chunks is refused by its length and by the last mark")
    void truncatedWithHeader() throws IOException {
        Samples s = new Samples(directory, 117, 2 * MIB + 5);
        byte[] two = Arrays.copyOf(s.sealedBytes(), 2 * CHUNK);
        byte[] leaves = Arrays.copyOf(s.leafBytes(), 64);
        SealHeader shorter = rooted(sized(s.header(), MIB, 2, 2 * MIB), MerkleTree.root(leaves));
        assertRefused("size class", () -> s.open(shorter, two));

        Samples t = new Samples(directory, 124, 1040);
        DemKeys keys = DemKeys.ofSeed(t.header().label(), t.seed, t.psk, t.opener);
        byte[] plain = new byte[1088];
        byte[] notLast = new byte[1104];
        keys.encrypt(0, false, plain, plain.length, notLast);
        assertRefused("not genuine", () -> t.open(t.header(), notLast));
    }

    @Test
    @DisplayName("a wrong root is refused although every chunk is genuine")
    void wrongRoot() throws IOException {
        Samples s = new Samples(directory, 118, 10);
        SealHeader wrong = rooted(s.header(), Bytes32.ZERO);
        assertRefused("another root", () -> s.open(wrong, s.sealedBytes()));
        assertFalse(Files.exists(directory.resolve("opened")));
    }

    @Test
    @DisplayName(
            "S8: a genuine chunk with a false length or with padding that is not zero is refused")
    void insidePadding() throws IOException {
        Samples s = new Samples(directory, 119, 1040);
        byte[] plain = new byte[1088];
        ByteBuffer.wrap(plain).putLong(1040);
        System.arraycopy(s.work, 0, plain, 8, 1040);
        Forged honest = forge(s, plain);
        assertArrayEquals(s.work, s.open(honest.header, honest.chunk));
        assertEquals(s.header(), honest.header);

        for (int at : new int[] {1048, 1087}) {
            byte[] bad = plain.clone();
            bad[at] = 1;
            Forged forged = forge(s, bad);
            assertRefused("not zero", () -> s.open(forged.header, forged.chunk));
        }
        for (long length : new long[] {-1, 1016, 1081, Long.MAX_VALUE, Long.MIN_VALUE}) {
            byte[] bad = plain.clone();
            ByteBuffer.wrap(bad).putLong(length);
            Forged forged = forge(s, bad);
            assertRefused("size class", () -> s.open(forged.header, forged.chunk));
        }
    }

    @Test
    @DisplayName("S6: chunks are accepted in any order, each only in its place and whole")
    void verifier() throws IOException {
        Samples s = new Samples(directory, 120, 2 * MIB + 5);
        ChunkVerifier verifier = ChunkVerifier.of(s.header(), s.leaves);
        byte[] b = s.sealedBytes();
        for (int i = s.header().chunks() - 1; i >= 0; i--) {
            byte[] chunk = chunk(s.header(), b, i);
            assertTrue(verifier.accepts(i, chunk));
            assertFalse(verifier.accepts(i + 1, chunk));
            assertFalse(verifier.accepts(i - 1, chunk));
            assertFalse(verifier.accepts(i, Arrays.copyOf(chunk, chunk.length + 1)));
            assertFalse(verifier.accepts(i, Arrays.copyOf(chunk, chunk.length - 1)));
            chunk[chunk.length / 2] ^= 1;
            assertFalse(verifier.accepts(i, chunk));
        }
        assertFalse(verifier.accepts(-1, new byte[0]));
    }

    @Test
    @DisplayName("S6: a leaf list of another size, order or content is refused")
    void leafList() throws IOException {
        Samples s = new Samples(directory, 121, 2 * MIB + 5);
        byte[] leaves = s.leafBytes();
        SealHeader h = s.header();
        assertRefused("leaf list", () -> new ChunkVerifier(h, Arrays.copyOf(leaves, 64)));
        assertRefused("leaf list", () -> new ChunkVerifier(h, Arrays.copyOf(leaves, 128)));
        byte[] flipped = leaves.clone();
        flipped[40] ^= 1;
        assertRefused("another root", () -> new ChunkVerifier(h, flipped));
        byte[] swapped = leaves.clone();
        System.arraycopy(leaves, 0, swapped, 32, 32);
        System.arraycopy(leaves, 32, swapped, 0, 32);
        assertRefused("another root", () -> new ChunkVerifier(h, swapped));
        Files.write(s.leaves, new byte[5]);
        assertRefused("no leaf list", () -> ChunkVerifier.of(h, s.leaves));
        assertRefused("do not make", () -> new ChunkVerifier(sized(h, MIB, 9, 2 * MIB), leaves));
    }

    @Test
    @DisplayName("S6: after a break the receiver knows which chunks it holds")
    void resume() throws IOException {
        Samples s = new Samples(directory, 122, 3 * MIB);
        ChunkVerifier verifier = ChunkVerifier.of(s.header(), s.leaves);
        byte[] b = s.sealedBytes();
        b[CHUNK + 3] ^= 1;
        Path partial = directory.resolve("partial");
        Files.write(partial, Arrays.copyOf(b, b.length - 1));
        BitSet expected = new BitSet();
        expected.set(0);
        expected.set(2, s.header().chunks() - 1);
        assertEquals(expected, verifier.held(partial));
        assertEquals(s.header().chunks(), verifier.held(s.ciphertext).cardinality());
    }

    @Test
    @DisplayName("chunks outside the seal have no length")
    void chunkIndex() {
        SealHeader h = new Samples(directory, 123, 10).header();
        assertEquals(h.ciphertextLength(), h.chunkOffset(0) + h.chunkLength(0));
        assertThrows(IndexOutOfBoundsException.class, () -> h.chunkLength(1));
        assertThrows(IndexOutOfBoundsException.class, () -> h.chunkLength(-1));
    }

    private static final class Forged {
        final SealHeader header;
        final byte[] chunk;

        Forged(SealHeader header, byte[] chunk) {
            this.header = header;
            this.chunk = chunk;
        }
    }

    private static byte[] chunk(SealHeader header, byte[] bytes, int index) {
        int from = (int) header.chunkOffset(index);
        return Arrays.copyOfRange(bytes, from, from + header.chunkLength(index));
    }

    /// What a dishonest sealer who knows all keys can make: any plaintext under a genuine header.
    private static Forged forge(Samples s, byte[] plain) {
        DemKeys keys = DemKeys.ofSeed(s.header().label(), s.seed, s.psk, s.opener);
        byte[] chunk = new byte[plain.length + 16];
        keys.encrypt(0, true, plain, plain.length, chunk);
        MerkleTree tree = new MerkleTree();
        tree.add(MerkleTree.leaf(chunk).toByteArray());
        return new Forged(rooted(sized(s.header(), MIB, 1, plain.length), tree.root()), chunk);
    }

    private static void redecode(SealHeader header) {
        SealHeader.decode(header.encode());
    }

    private static SealHeader sized(SealHeader h, int chunkSize, int chunks, long padded) {
        return new SealHeader(
                h.label(), h.enc(), h.commitment(), chunkSize, chunks, padded, h.root());
    }

    private static SealHeader rooted(SealHeader h, Bytes32 root) {
        return new SealHeader(
                h.label(),
                h.enc(),
                h.commitment(),
                h.chunkSize(),
                h.chunks(),
                h.paddedLength(),
                root);
    }

    private static void assertRefused(String words, Executable action) {
        MalformedException e = assertThrows(MalformedException.class, action);
        assertTrue(Pattern.compile(words).matcher(String.valueOf(e.getMessage())).find(), words);
    }
}
