package io.evenhand.node.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Two engines that speak with each other without a network.
class GuardedEngineTest {
    private static final TlsIdentity SERVER = TestNode.identity(1);
    private static final TlsIdentity CLIENT = TestNode.identity(2);
    private static final int ROOM = 1 << 16;

    private final ByteBuffer toServer = ByteBuffer.allocate(ROOM);
    private final ByteBuffer toClient = ByteBuffer.allocate(ROOM);
    private final ByteBuffer heard = ByteBuffer.allocate(ROOM);

    @Test
    @DisplayName("nothing of a record stays in a connection's buffers once the next one has come")
    void cleared() throws Exception {
        SSLEngine client = CLIENT.clientContext(SERVER.party()).createSSLEngine();
        client.setUseClientMode(true);
        SSLContext context = SERVER.serverContext();
        SSLEngine server = new GuardedEngine(context.createSSLEngine());
        server.setUseClientMode(false);
        handshake(client, server);
        say(client, "a secret that is rather long");
        hear(server);
        assertEquals("a secret that is rather long", text(heard));
        assertArrayEquals(new byte[ROOM], toServer.array(), "what came from the network");
        heard.clear();
        say(client, "short");
        hear(server);
        assertEquals("short", text(heard));
        byte[] expected = new byte[ROOM];
        System.arraycopy("short".getBytes(StandardCharsets.US_ASCII), 0, expected, 0, 5);
        assertArrayEquals(expected, heard.array(), "what was given on");
    }

    private void handshake(SSLEngine client, SSLEngine server) throws Exception {
        client.beginHandshake();
        server.beginHandshake();
        for (int turn = 0; turn < 100 && (busy(client) || busy(server)); turn++) {
            turn(client, toServer, toClient);
            turn(server, toClient, toServer);
        }
        heard.clear();
        toServer.clear();
    }

    private static boolean busy(SSLEngine engine) {
        return engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING;
    }

    private void turn(SSLEngine engine, ByteBuffer out, ByteBuffer in) throws Exception {
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> {
                Runnable task = engine.getDelegatedTask();
                if (task != null) {
                    task.run();
                }
            }
            case NEED_WRAP -> {
                SSLEngineResult _ = engine.wrap(ByteBuffer.allocate(0), out);
            }
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN, NOT_HANDSHAKING, FINISHED -> {
                in.flip();
                SSLEngineResult _ = engine.unwrap(in, heard);
                in.compact();
            }
        }
    }

    private void say(SSLEngine client, String text) throws Exception {
        SSLEngineResult _ =
                client.wrap(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), toServer);
    }

    private void hear(SSLEngine server) throws Exception {
        toServer.flip();
        SSLEngineResult _ = server.unwrap(toServer, heard);
        toServer.clear();
    }

    private static String text(ByteBuffer buffer) {
        return new String(
                buffer.array(), buffer.arrayOffset(), buffer.position(), StandardCharsets.US_ASCII);
    }
}
