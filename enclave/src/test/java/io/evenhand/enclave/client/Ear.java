package io.evenhand.enclave.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.evenhand.enclave.metered.EnclaveFrame;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// Keeps what an enclave says until a test asks for it.
final class Ear implements EnclaveListener {
    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();

    @Override
    public void said(EnclaveFrame.ToNode frame) {
        heard.add(frame);
    }

    @Override
    public void gone(EnclaveEnd why) {
        heard.add(why);
    }

    /// Waits for the next that it says.
    <T> T next(Class<T> type) throws InterruptedException {
        return assertInstanceOf(type, heard.take());
    }

    void gone(EnclaveEnd why, String when) throws InterruptedException {
        assertEquals(why, heard.take(), when);
    }
}
