package io.evenhand.kit.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.value.Bytes32;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MerkleTreeTest {
    /// The leaves that Certificate Transparency implementations test RFC 6962 with.
    private static final List<String> LEAVES =
            List.of(
                    "",
                    "00",
                    "10",
                    "2021",
                    "3031",
                    "40414243",
                    "5051525354555657",
                    "606162636465666768696a6b6c6d6e6f");

    @ParameterizedTest(name = "RFC 6962: the root of the first {0} leaves")
    @CsvSource({
        "0,e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "1,6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "2,fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "3,aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "4,d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "5,4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "6,76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "7,ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "8,5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    })
    void published(int count, String root) {
        MerkleTree tree = new MerkleTree();
        for (String leaf : LEAVES.subList(0, count)) {
            tree.add(MerkleTree.leaf(HexFormat.of().parseHex(leaf)).toByteArray());
        }
        assertEquals(root, tree.root().toString());
    }

    @ParameterizedTest(name = "seed {0}: streaming gives the root of the recursive definition")
    @ValueSource(longs = {51, 52})
    void recursive(long seed) {
        Random random = new Random(seed);
        for (int count = 1; count < 70; count++) {
            byte[][] leaves = new byte[count][];
            Arrays.setAll(leaves, i -> Samples.bytes(random));
            byte[] list = Hashes.concat(leaves);
            assertEquals(Bytes32.of(recursive(leaves)), MerkleTree.root(list));
            int swap = random.nextInt(count);
            list[32 * swap] ^= 1;
            assertNotEquals(Bytes32.of(recursive(leaves)), MerkleTree.root(list));
        }
    }

    @Test
    @DisplayName("a leaf list is a row of 32-byte hashes")
    void listSize() {
        assertThrows(IllegalArgumentException.class, () -> MerkleTree.root(new byte[33]));
    }

    @ParameterizedTest(name = "plain root of {0} bytes is the tree over its 1 MiB leaves")
    @ValueSource(ints = {0, 1, 1048575, 1048576, 1048577, 2097152, 3000000})
    void plainRoot(int length, @TempDir Path directory) throws IOException {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        Path file = directory.resolve("file");
        Files.write(file, bytes);

        MerkleTree tree = new MerkleTree();
        IntStream.range(0, Math.max(1, Math.ceilDiv(length, 1 << 20)))
                .mapToObj(i -> Arrays.copyOfRange(bytes, i << 20, Math.min(length, (i + 1) << 20)))
                .forEach(leaf -> tree.add(MerkleTree.leaf(leaf).toByteArray()));
        assertEquals(tree.root(), PlainRoot.of(file));

        PlainRoot pieces = new PlainRoot();
        for (int at = 0; at < length; at += 777_777) {
            pieces.update(bytes, at, Math.min(777_777, length - at));
        }
        assertEquals(tree.root(), pieces.finish());
    }

    private static byte[] recursive(byte[][] leaves) {
        if (leaves.length == 1) {
            return leaves[0];
        }
        int split = Integer.highestOneBit(leaves.length - 1);
        return Hashes.sha256(
                new byte[] {1},
                recursive(Arrays.copyOfRange(leaves, 0, split)),
                recursive(Arrays.copyOfRange(leaves, split, leaves.length)));
    }
}
