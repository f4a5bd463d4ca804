package io.evenhand.demo.stage;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.kit.process.Loop;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.transport.TlsIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Strangers at eight addresses of the loopback interface, in the network of the parties and at no
/// party's address, who want all places of one server: some of their connections say nothing, the
/// others shake hands with keys of their own and ask again and again. A connection that is closed
/// they open again.
public final class StrangerFlood implements AutoCloseable {
    private static final int ADDRESSES = 8;

    private static final int FIRST = 2;

    /// Of each address; with those that ask they are as many as a server takes of known keys.
    private static final int SILENT = 24;

    private static final int ASKING = 8;

    /// Between two rounds of one address, so that the flood takes places and not the processor.
    private static final int PAUSE_MILLIS = 250;

    private static final int ANSWER_MILLIS = 10_000;

    private static final int ANY_PORT = 0;

    private static final String REFUSED = "HTTP/1.1 403";

    private static final byte[] ASK =
            "GET /v1/outbox?after=0 HTTP/1.1\r\nHost: x\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private final int port;
    private final PartyId server;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CountDownLatch there = new CountDownLatch(ADDRESSES);
    private final AtomicInteger refused = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();

    /// @param listening what the server said when it began to listen
    public StrangerFlood(JsonNode listening) {
        this.port = listening.path("port").asInt();
        this.server = new PartyId(Bytes32.parse(listening.path("identity").asText()));
        for (int i = 0; i < ADDRESSES; i++) {
            String address = "127.0.0." + (FIRST + i);
            Thread thread = Loop.PROXY.thread("flood", () -> flood(address));
            thread.start();
            threads.add(thread);
        }
    }

    /// Waits until every address has tried to open all of its connections once.
    public boolean awaitThere(long seconds) throws InterruptedException {
        return there.await(seconds, TimeUnit.SECONDS);
    }

    /// Requests that were refused so far.
    public int refused() {
        return refused.get();
    }

    /// Round after round until it is over: what was lost is opened anew, and one of those that ask
    /// asks.
    private void flood(String address) {
        SSLContext tls =
                new TlsIdentity(new Ed25519Identity(Secret32.random(new SecureRandom())))
                        .clientContext(server);
        List<Socket> silent = new ArrayList<>();
        Deque<Socket> asking = new ArrayDeque<>();
        try {
            for (int round = 0; ; round++) {
                hold(silent, address);
                ask(asking, tls, address);
                if (round == ASKING) {
                    there.countDown();
                }
                if (closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException _) {
            // It is over.
        } finally {
            silent.forEach(StrangerFlood::close);
            asking.forEach(StrangerFlood::close);
        }
    }

    private void hold(List<Socket> silent, String address) {
        silent.removeIf(socket -> !open(socket));
        try {
            while (silent.size() < SILENT) {
                silent.add(new Socket("127.0.0.1", port, InetAddress.getByName(address), ANY_PORT));
            }
        } catch (IOException _) {
            // The server is down, or has enough of us: again in the next round.
        }
    }

    /// The connection that asked longest ago asks again, or a new one takes its place.
    private void ask(Deque<Socket> asking, SSLContext tls, String address) {
        Socket socket = asking.size() < ASKING ? null : asking.poll();
        try {
            if (socket == null) {
                socket =
                        tls.getSocketFactory()
                                .createSocket(
                                        "127.0.0.1",
                                        port,
                                        InetAddress.getByName(address),
                                        ANY_PORT);
                socket.setSoTimeout(ANSWER_MILLIS);
            }
            socket.getOutputStream().write(ASK);
            socket.getOutputStream().flush();
            String answer =
                    new String(
                            socket.getInputStream().readNBytes(REFUSED.length()),
                            StandardCharsets.US_ASCII);
            if (!answer.equals(REFUSED)) {
                close(socket);
                return;
            }
            int _ = refused.incrementAndGet();
            asking.add(socket);
        } catch (IOException _) {
            close(socket);
        }
    }

    /// Whether the server still keeps a connection open that says nothing.
    private static boolean open(Socket socket) {
        try {
            socket.setSoTimeout(1);
            if (socket.getInputStream().read() >= 0) {
                return true;
            }
        } catch (SocketTimeoutException _) {
            return true;
        } catch (IOException _) {
            // Cut off.
        }
        close(socket);
        return false;
    }

    private static void close(@Nullable Socket socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException _) {
            // It is gone.
        }
    }

    /// They close what they hold by themselves.
    @Override
    public void close() {
        closed.countDown();
        threads.forEach(Thread::interrupt);
    }
}
