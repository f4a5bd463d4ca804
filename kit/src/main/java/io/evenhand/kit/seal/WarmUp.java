package io.evenhand.kit.seal;

import io.evenhand.kit.process.Loop;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.concurrent.ExecutorService;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Makes the JIT compile AES-GCM before a large work is sealed or opened.
///
/// The JDK uses the processor's AES instructions only in compiled code, and a method is compiled
/// for being called often, not for running long: with one call for each 1 MiB chunk the first GiB
/// would take tens of seconds. Many small calls, about a quarter of a second once for each process,
/// bring full speed from the first chunk on.
final class WarmUp {
    /// Below this many bytes the slow code is done sooner than the warm-up.
    private static final long WORTHWHILE = 16L << 20;

    /// As measured on JDK 25; fewer or larger messages left it half compiled.
    private static final int MESSAGES = 20_000;

    private static final int MESSAGE_SIZE = 512;

    private static final ExecutorService SOON = Loop.CHUNKS.tasks();

    private WarmUp() {}

    /// On another thread, for who will need it later.
    static void soon(long bytes) {
        if (bytes >= WORTHWHILE) {
            SOON.execute(Once::touch);
        }
    }

    static void before(long bytes) {
        if (bytes >= WORTHWHILE) {
            Once.touch();
        }
    }

    /// The class loader runs the static block once, while other threads wait for it.
    private static final class Once {
        static {
            try {
                compile();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("AES-256-GCM failed to warm up", e);
            }
        }

        static void touch() {}
    }

    private static void compile() throws GeneralSecurityException {
        // A key of zeros: nothing secret passes through here.
        SecretKeySpec key = new SecretKeySpec(new byte[32], "AES");
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        byte[] plain = new byte[MESSAGE_SIZE];
        byte[] sealed = new byte[MESSAGE_SIZE + DemKeys.TAG_SIZE];
        byte[] opened = new byte[MESSAGE_SIZE];
        for (int i = 0; i < MESSAGES; i++) {
            GCMParameterSpec nonce =
                    new GCMParameterSpec(
                            8 * DemKeys.TAG_SIZE, ByteBuffer.allocate(12).putInt(i).array());
            cipher.init(Cipher.ENCRYPT_MODE, key, nonce);
            cipher.doFinal(plain, 0, plain.length, sealed, 0);
            cipher.init(Cipher.DECRYPT_MODE, key, nonce);
            cipher.doFinal(sealed, 0, sealed.length, opened, 0);
        }
    }
}
