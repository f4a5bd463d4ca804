package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.value.Bytes32;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/// WebSocket: the same deal as by HTTP, and a server that misbehaves.
class SocketRpcTest {
    /// The JDK's WebSocket does not always say that its connection was reset: then the limit of the
    /// request ends the wait.
    private static final Duration NOTICED = Duration.ofMinutes(1);

    @Test
    void aDealGoesThroughByWebSocket() throws IOException, InterruptedException {
        try (Rig rig = new Rig(true)) {
            var key = Rig.newKey();
            Deal deal = rig.deal(key);
            rig.settle(rig.payer, EscrowCalls.open(rig.rail, deal));
            assertEquals(DealStatus.OPEN, rig.view(deal).finalized());
            rig.chain.setMining(new LocalChain.Mining.Manual());
            TransactionStatus _ = rig.payee.submit(EscrowCalls.claim(rig.rail, deal, key));
            DealView waiting = rig.awaitView(deal, "the key", v -> v.revealed().isPresent());
            assertEquals(
                    Optional.of(new RevealedKey(Bytes32.of(key.expose()))), waiting.revealed());
            TransactionStatus.Receipt _ =
                    rig.mineUntilIncluded(rig.payee, EscrowCalls.claimKey(rig.rail, deal));
            assertEquals(DealStatus.CLAIMED, rig.view(deal).tip());
        }
    }

    @Test
    void aCutConnectionIsMadeAnew() throws IOException, InterruptedException, ExecutionException {
        try (LocalChain chain = LocalChain.start(new LocalChain.Mining.Manual());
                JsonRpc rpc = JsonRpc.open(chain.wsUrl(), NOTICED)) {
            assertEquals(LocalChain.CHAIN_ID, rpc.call("eth_chainId").quantity());
            chain.stop();
            LedgerException e = assertThrows(LedgerException.class, () -> rpc.call("eth_chainId"));
            assertInstanceOf(LedgerException.Kind.Unreachable.class, e.kind());
            chain.restart();
            assertEquals(LocalChain.CHAIN_ID, untilBack(rpc));
        }
    }

    /// Calls until the pause after the failure is over.
    private static long untilBack(JsonRpc rpc) {
        long end = System.nanoTime() + Rig.PATIENCE.toNanos();
        while (true) {
            try {
                return rpc.call("eth_chainId").quantity();
            } catch (LedgerException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }

    private interface Script {
        void run(OutputStream out) throws IOException;
    }

    /// A WebSocket server for one connection that says its piece and falls silent.
    private static ServerSocket server(Script script) throws IOException {
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try (Socket socket = server.accept()) {
                        handshake(socket);
                        // A node speaks when it is asked; the JDK's client may stumble over one
                        // that
                        // speaks in the same moment as it greets.
                        if (socket.getInputStream().read() < 0) {
                            return;
                        }
                        script.run(socket.getOutputStream());
                        // Open until the client hangs up: a socket nobody holds is closed some day.
                        long _ =
                                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                    } catch (IOException e) {
                        // The client has hung up, as it should.
                        return;
                    }
                });
        return server;
    }

    private static void handshake(Socket socket) throws IOException {
        BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        String key = "";
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            if (line.startsWith("Sec-WebSocket-Key: ")) {
                key = line.substring(19);
            }
        }
        try {
            byte[] accept =
                    MessageDigest.getInstance("SHA-1")
                            .digest(
                                    (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                                            .getBytes(StandardCharsets.US_ASCII));
            String answer =
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                            + "Connection: Upgrade\r\nSec-WebSocket-Accept: "
                            + Base64.getEncoder().encodeToString(accept)
                            + "\r\n\r\n";
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void frame(OutputStream out, int opcode, byte[] payload) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(10).put((byte) opcode);
        if (payload.length < 126) {
            head.put((byte) payload.length);
        } else {
            head.put((byte) 127).putLong(payload.length);
        }
        out.write(head.array(), 0, head.position());
        out.write(payload);
        out.flush();
    }

    private static LedgerException failure(Script script, Duration timeout) throws IOException {
        try (ServerSocket server = server(script);
                JsonRpc rpc = JsonRpc.open("ws://127.0.0.1:" + server.getLocalPort(), timeout)) {
            return assertThrows(LedgerException.class, () -> rpc.call("eth_chainId"));
        }
    }

    @Test
    void silenceIsUnreachable() throws IOException {
        LedgerException e = failure(_ -> {}, Duration.ofMillis(300));
        assertInstanceOf(LedgerException.Kind.Unreachable.class, e.kind());
        assertTrue(String.valueOf(e.getMessage()).contains("within 300 ms"), e.getMessage());
    }

    @Test
    void junkIsMalformed() throws IOException {
        LedgerException e =
                failure(
                        out -> frame(out, 0x81, "hello".getBytes(StandardCharsets.US_ASCII)),
                        Rig.PATIENCE);
        assertInstanceOf(LedgerException.Kind.Malformed.class, e.kind(), e::toString);
    }

    @Test
    void aMessageAbove16MiBIsCutOff() throws IOException {
        byte[] part = "a".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
        LedgerException e =
                failure(
                        out -> {
                            frame(out, 0x01, part);
                            for (int i = 0; i < 20; i++) {
                                frame(out, 0x00, part);
                            }
                        },
                        Rig.PATIENCE);
        assertInstanceOf(LedgerException.Kind.Malformed.class, e.kind(), e::toString);
        assertTrue(String.valueOf(e.getMessage()).contains("16 MiB"), e.getMessage());
    }

    @Test
    void anAnswerToAnotherRequestIsNoAnswer() throws IOException {
        String other = "{\"jsonrpc\":\"2.0\",\"id\":77,\"result\":\"0x1\"}";
        LedgerException e =
                failure(
                        out -> frame(out, 0x81, other.getBytes(StandardCharsets.US_ASCII)),
                        Duration.ofMillis(300));
        assertInstanceOf(LedgerException.Kind.Unreachable.class, e.kind());
        assertTrue(String.valueOf(e.getMessage()).contains("did not answer"), e.getMessage());
    }
}
