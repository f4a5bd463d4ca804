package io.evenhand.cli.doctor;

import com.sun.management.UnixOperatingSystemMXBean;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.util.List;

/// Java, the native library, and the limits of the operating system.
final class Machine {
    /// A provider with 100 customers holds about 300 files and sockets.
    private static final long FEW_FILES = 1_024;

    private Machine() {}

    static List<Finding> look() {
        return List.of(java(), curve(), files());
    }

    private static Finding java() {
        return Finding.ok("java", System.getProperty("java.runtime.version", "unknown"));
    }

    private static Finding curve() {
        byte[] hash = new byte[32];
        try {
            Secret32 key = Secp256k1.newKey(new SecureRandom());
            return Secp256k1.verify(Secp256k1.publicKey(key), hash, Secp256k1.sign(hash, key))
                    ? Finding.ok("secp256k1", "the native library works")
                    : broken("the native library gives wrong results");
        } catch (LinkageError | RuntimeException e) {
            return broken("the native library does not load: " + e.getMessage());
        }
    }

    private static Finding broken(String text) {
        return Finding.fail("secp256k1", text, "use a Linux machine with x86-64 and glibc");
    }

    private static Finding files() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os
                        && os.getMaxFileDescriptorCount() < FEW_FILES
                ? Finding.warn(
                        "open files",
                        "at most " + os.getMaxFileDescriptorCount(),
                        "allow " + FEW_FILES + " or more (ulimit -n, LimitNOFILE=)")
                : Finding.ok("open files", "enough");
    }
}
