package io.evenhand.enclave.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Bytes32;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HiddenDataTest {
    private static final Bytes32 SALT = new Bytes32(1, 2, 3, 4);

    @TempDir Path folder;

    @Test
    @DisplayName("16a: SHA-256(\"fx/hidden\" ‖ 0 ‖ salt ‖ data), whatever the length")
    void formula() throws Exception {
        for (int length : new int[] {0, 1, 65_535, 65_536, 65_537, 200_000}) {
            byte[] data = new byte[length];
            new Random(length).nextBytes(data);
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            whole.write("fx/hidden".getBytes(StandardCharsets.US_ASCII));
            whole.write(0);
            whole.write(SALT.toByteArray());
            whole.write(data);
            byte[] expected = MessageDigest.getInstance("SHA-256").digest(whole.toByteArray());
            Path file = Files.write(folder.resolve("hidden"), data);
            assertEquals(Bytes32.of(expected), HiddenData.commitment(SALT, file));
            assertNotEquals(
                    HiddenData.commitment(SALT, file),
                    HiddenData.commitment(new Bytes32(1, 2, 3, 5), file));
        }
    }

    @Test
    @DisplayName("limit: hidden data have at most 64 MiB")
    void limit() throws IOException {
        Path file = folder.resolve("hidden");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(HiddenData.MAX_BYTES);
            HiddenData.commitment(SALT, file);
            sparse.setLength(HiddenData.MAX_BYTES + 1);
        }
        assertThrows(MalformedException.class, () -> HiddenData.commitment(SALT, file));
    }
}
