package io.evenhand.node.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What TLS lets a peer ask for without end, and what a node does for it.
class TlsFloodTest {
    private static final TlsIdentity SERVER = TestNode.identity(1);
    private static final TlsIdentity CLIENT = TestNode.identity(2);
    private static final String ASK = "GET /v1/outbox?after=0 HTTP/1.1\r\nHost: x\r\n\r\n";

    @TempDir Path directory;

    @Test
    @DisplayName(
            "a known peer that asks for new keys over and over is cut off, one that seldom does is not")
    void keyUpdates() throws Exception {
        TestNode node = new TestNode(directory);
        node.known.add(CLIENT.party());
        try (PeerServer server = node.serve(SERVER);
                RawTls raw = new RawTls(CLIENT.clientContext(SERVER.party()), server.port())) {
            for (int i = 0; i < 10; i++) {
                raw.write(ASK);
                assertTrue(raw.answer().startsWith("HTTP/1.1 200"));
                // In TLS 1.3 that means new keys for both.
                raw.socket.startHandshake();
            }
            assertThrows(
                    IOException.class,
                    () -> {
                        for (int i = 0; i < 2 * GuardedEngine.MAX_EMPTY; i++) {
                            raw.socket.startHandshake();
                        }
                        raw.write(ASK);
                        if (raw.answer().isEmpty()) {
                            throw new IOException("closed");
                        }
                    });
        }
    }

    @Test
    @DisplayName("no name server is asked who an address is")
    void noReverseLookups() throws Exception {
        // Every machine's hosts file knows this one.
        byte[] loopback = {127, 0, 0, 1};
        assertEquals("127.0.0.1", InetAddress.getByAddress(loopback).getHostName());
        assertNotEquals(0, InetAddress.getAllByName("localhost").length);
    }
}
