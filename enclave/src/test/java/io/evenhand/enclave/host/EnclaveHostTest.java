package io.evenhand.enclave.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.evenhand.enclave.metered.EnclaveFrame;
import io.evenhand.enclave.metered.EnclaveFrames;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// How an enclave ends that its node treats badly, or forgets.
class EnclaveHostTest {
    /// With what code it ends.
    private static int end(byte[] said) throws Exception {
        CompletableFuture<Integer> code = new CompletableFuture<>();
        new EnclaveHost(
                        new DataInputStream(new ByteArrayInputStream(said)),
                        new DataOutputStream(new ByteArrayOutputStream()),
                        code::complete)
                .serve();
        return code.get();
    }

    @Test
    @DisplayName("it ends at the end of its input, and at what is no frame or comes out of turn")
    void input() throws Exception {
        assertEquals(0, end(new byte[0]));
        assertEquals(EnclaveHost.BROKEN, end("hello, world".getBytes(StandardCharsets.US_ASCII)));
        ByteArrayOutputStream sign = new ByteArrayOutputStream();
        EnclaveFrames.write(new DataOutputStream(sign), new EnclaveFrame.Sign(1));
        assertEquals(EnclaveHost.BROKEN, end(sign.toByteArray()));
    }

    @Test
    @DisplayName("it ends if nobody provides it")
    void patience() throws Exception {
        CompletableFuture<Integer> code = new CompletableFuture<>();
        EnclaveHost host =
                new EnclaveHost(
                        new DataInputStream(InputStream.nullInputStream()),
                        new DataOutputStream(new ByteArrayOutputStream()),
                        code::complete);
        host.endUnlessProvisioned(Duration.ofMillis(1));
        assertEquals(EnclaveHost.UNUSED, code.get());
    }
}
