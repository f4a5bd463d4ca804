package io.evenhand.kit.seal;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.system.fuzz.FuzzFiles;
import io.evenhand.system.fuzz.FuzzTarget;
import io.evenhand.system.fuzz.Samples;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// S6: a leaf list is the one whose root the seal names.
class ChunkVerifierFuzz extends FuzzTarget {
    private static final FuzzFiles FILES = new FuzzFiles();
    private static final byte[] LEAF = Hashes.sha256(Hashes.ascii("leaf"));
    private static final SealHeader HEADER = header();

    private static SealHeader header() {
        SealHeader sample = Samples.of(SealHeader.class).findFirst().orElseThrow();
        MerkleTree tree = new MerkleTree();
        tree.add(LEAF);
        return new SealHeader(
                sample.label(),
                sample.enc(),
                sample.commitment(),
                sample.chunkSize(),
                sample.chunks(),
                sample.paddedLength(),
                tree.root());
    }

    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return Stream.of(LEAF);
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        Path leaves = FILES.with("leaves", input);
        boolean accepted = read(() -> ChunkVerifier.of(HEADER, leaves)).isPresent();
        require(accepted == Arrays.equals(input, LEAF), "a leaf list with another root");
    }
}
