package io.evenhand.cli.doctor;

import com.sun.management.UnixOperatingSystemMXBean;
import io.evenhand.enclave.client.Fences;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Java, the native library, and the limits of the operating system.
final class Machine {
    /// A provider with 100 customers holds about 300 files and sockets.
    private static final long FEW_FILES = 1_024;

    private Machine() {}

    static List<Finding> look() {
        return List.of(java(), curve(), database(), files(), guests());
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

    private static Finding database() {
        try (Connection _ = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            return Finding.ok("sqlite", "the native library works");
        } catch (SQLException | LinkageError e) {
            return Finding.fail(
                    "sqlite",
                    "the native library does not load: " + e.getMessage(),
                    "run it with ./evenhand, or name a directory with TMPDIR that is not noexec");
        }
    }

    private static Finding broken(String text) {
        return Finding.fail("secp256k1", text, "use a Linux machine with x86-64 and glibc");
    }

    /// What the kernel puts around the processes that run policies.
    private static Finding guests() {
        Fences fences = Fences.here();
        List<String> missing = new ArrayList<>();
        if (!fences.network()) {
            missing.add("no network of their own (unshare, user namespaces)");
        }
        if (!fences.privileges()) {
            missing.add("may gain privileges (setpriv)");
        }
        if (!fences.files()) {
            missing.add("may write files (prlimit)");
        }
        return missing.isEmpty()
                ? Finding.ok("guest hosts", "no network, no new privileges, no files to write")
                : Finding.warn(
                        "guest hosts",
                        "policies run in a process of their own, but " + String.join(", ", missing),
                        "install util-linux, and allow user namespaces");
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
