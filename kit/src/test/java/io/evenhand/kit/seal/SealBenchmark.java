package io.evenhand.kit.seal;

import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Xid;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/// Times sealing, resealing and opening of a work of so many MiB (first argument) in a directory
/// (second); run it with a small heap to see that memory is constant.
final class SealBenchmark {
    private static final int MIB = 1 << 20;

    private SealBenchmark() {}

    private interface Task {
        void run() throws IOException;
    }

    public static void main(String[] arguments) throws IOException {
        int mebibytes = Integer.parseInt(arguments[0]);
        Path directory = Path.of(arguments[1]);
        SecureRandom random = new SecureRandom();
        Path work = directory.resolve("work");
        byte[] block = new byte[MIB];
        random.nextBytes(block);
        try (OutputStream out = Files.newOutputStream(work)) {
            for (int i = 0; i < mebibytes; i++) {
                block[0]++;
                out.write(block);
            }
        }
        Secret32 scalar = Secp256k1.newKey(random);
        Secret32 seed = Secret32.random(random);
        Optional<Secret32> psk = Optional.of(Secret32.random(random));
        SealTarget target =
                new SealTarget(
                        Suite.SECP256K1, new Xid(Bytes32.ZERO), 1, Secp256k1.publicKey(scalar));
        Path sealed = directory.resolve("sealed");
        Path leaves = directory.resolve("leaves");
        for (int round = 0; round < 2; round++) {
            Sealed[] result = new Sealed[1];
            time(
                    "seal",
                    mebibytes,
                    () -> result[0] = Sealer.seal(work, target, seed, psk, sealed, leaves));
            time("reseal", mebibytes, () -> Sealer.reseal(work, target, seed, psk));
            time("plain root", mebibytes, () -> PlainRoot.of(work));
            Path opened = directory.resolve("opened");
            SealHeader header = result[0].header();
            time("open", mebibytes, () -> Opener.open(header, sealed, scalar, psk, opened));
            if (Files.mismatch(work, opened) >= 0) {
                throw new IOException("opened work differs");
            }
        }
    }

    private static void time(String what, int mebibytes, Task task) throws IOException {
        long start = System.nanoTime();
        double startProcessor = processor();
        task.run();
        double processor = processor() - startProcessor;
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "%-10s %6.2f s, processor %6.2f s, %7.0f MiB a processor second%n",
                what, seconds, processor, mebibytes / processor);
    }

    /// Seconds of processor that the whole process has used, with its compiler and writer threads.
    private static double processor() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
    }
}
