package io.evenhand.node.transport;

import io.evenhand.kit.value.PartyId;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.security.cert.CertificateException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLHandshakeException;
import jdk.net.ExtendedSocketOptions;

/// A connection between two parties over TLS 1.3: bytes both ways, and nothing of what they mean.
///
/// One thread reads and one writes, at the same time; both block. {@link #abort} ends that from any
/// thread, and a {@link Watchdog} is how a limit is set: there is none here but the one on the
/// handshake.
public final class TlsChannel {
    /// A peer that has gone without a word is noticed after a minute of silence: TCP asks.
    private static final int IDLE_SECONDS = 30;

    private static final int ASK_SECONDS = 10;
    private static final int ASKED = 3;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel channel;
    private final SSLEngine engine;

    /// Of records that came and were not decrypted yet, to be read.
    private final ByteBuffer received;

    private final ByteBuffer plain;
    private final ByteBuffer sending;
    private final PartyId peer;

    /// Shakes hands; closes the connection if that fails.
    private TlsChannel(SocketChannel channel, SSLEngine engine) throws IOException {
        this.channel = channel;
        this.engine = engine;
        int packet = engine.getSession().getPacketBufferSize();
        this.received = ByteBuffer.allocate(packet).flip();
        this.plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        this.sending = ByteBuffer.allocate(packet);
        boolean shaken = false;
        try {
            shakeHands();
            peer = PeerCertificates.party(engine.getSession().getPeerCertificates());
            shaken = true;
        } catch (CertificateException e) {
            throw new SSLHandshakeException(String.valueOf(e.getMessage()), e);
        } finally {
            if (!shaken) {
                abort();
            }
        }
    }

    /// The end that was called.
    static TlsChannel accept(SocketChannel channel, SSLContext tls) throws IOException {
        SSLEngine engine = tls.createSSLEngine();
        engine.setSSLParameters(TlsIdentity.parameters());
        engine.setUseClientMode(false);
        return new TlsChannel(channel, engine);
    }

    /// Calls a server whose key is pinned.
    ///
    /// @param limit for connecting and the handshake together
    public static TlsChannel connect(
            TlsIdentity me,
            InetSocketAddress server,
            PartyId pinned,
            Watchdog watchdog,
            Duration limit)
            throws PeerException, InterruptedException {
        try (SocketCloser socket = new SocketCloser();
                Watchdog.Watch watch = watchdog.watch(socket::close)) {
            watch.arm(limit);
            try {
                configure(socket.channel);
                socket.channel.socket().connect(server);
                SSLEngine engine = me.streamContext(pinned).createSSLEngine();
                engine.setSSLParameters(TlsIdentity.parameters());
                engine.setUseClientMode(true);
                TlsChannel made = new TlsChannel(socket.channel, engine);
                watch.disarm();
                if (watch.ended()) {
                    throw new ClosedChannelException();
                }
                socket.keep();
                return made;
            } catch (IOException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("a connection was interrupted");
                }
                throw PeerException.of(
                        "peer " + server.getHostString() + ":" + server.getPort(),
                        watch.ended()
                                ? new java.net.http.HttpConnectTimeoutException(
                                        "no handshake in time")
                                : e);
            }
        }
    }

    /// A socket that is closed unless it is kept.
    private static final class SocketCloser implements AutoCloseable {
        private final SocketChannel channel;
        private boolean kept;

        SocketCloser() throws PeerException {
            try {
                channel = SocketChannel.open();
            } catch (IOException e) {
                throw PeerException.of("a new connection", e);
            }
        }

        void keep() {
            kept = true;
        }

        @Override
        public void close() {
            if (!kept) {
                TlsChannel.close(channel);
            }
        }
    }

    /// What is sent leaves at once, and a peer that has vanished is noticed.
    static void configure(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, IDLE_SECONDS);
        channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, ASK_SECONDS);
        channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, ASKED);
    }

    /// Who proved to be at the other end.
    public PartyId peer() {
        return peer;
    }

    private void shakeHands() throws IOException {
        engine.beginHandshake();
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> runTasks();
                case NEED_WRAP -> wrap(NOTHING);
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    plain.clear();
                    if (!unwrap(() -> {})) {
                        throw new EOFException("received no bytes of a handshake");
                    }
                    if (plain.position() > 0) {
                        throw new SSLHandshakeException("data before the end of the handshake");
                    }
                }
                case FINISHED, NOT_HANDSHAKING -> {
                    return;
                }
            }
        }
    }

    private void runTasks() {
        for (Runnable task = engine.getDelegatedTask();
                task != null;
                task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    /// What came, at least one byte of it and at most one record; nothing if the peer has closed
    /// the connection. It is valid until the next call.
    ///
    /// @param waiting runs each time before it may wait for the peer; {@link #holdsPart} says then
    ///   whether a part of a record has come
    public ByteBuffer read(Runnable waiting) throws IOException {
        plain.clear();
        while (plain.position() == 0) {
            if (!unwrap(waiting)) {
                return NOTHING;
            }
        }
        return plain.flip();
    }

    /// Whether a record has come in part.
    public boolean holdsPart() {
        return received.hasRemaining();
    }

    /// One step; false if the peer has closed the connection.
    private boolean unwrap(Runnable waiting) throws IOException {
        SSLEngineResult result = engine.unwrap(received, plain);
        if (result.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_TASK) {
            runTasks();
        }
        return switch (result.getStatus()) {
            case OK -> true;
            case CLOSED -> false;
            case BUFFER_UNDERFLOW -> {
                waiting.run();
                yield fill();
            }
            case BUFFER_OVERFLOW -> throw new IllegalStateException("a record above its limit");
        };
    }

    private boolean fill() throws IOException {
        received.compact();
        int came = channel.read(received);
        received.flip();
        return came >= 0;
    }

    /// Sends bytes, in as few records as they fit into; returns when the system has all of them.
    public void write(ByteBuffer bytes) throws IOException {
        do {
            wrap(bytes);
        } while (bytes.hasRemaining());
    }

    private void wrap(ByteBuffer bytes) throws IOException {
        sending.clear();
        SSLEngineResult result = engine.wrap(bytes, sending);
        switch (result.getStatus()) {
            case OK -> send();
            case CLOSED -> throw new ClosedChannelException();
            case BUFFER_OVERFLOW, BUFFER_UNDERFLOW ->
                    throw new IllegalStateException("a record above its limit");
        }
    }

    private void send() throws IOException {
        sending.flip();
        while (sending.hasRemaining()) {
            int _ = channel.write(sending);
        }
    }

    /// Tells the peer that no more comes, and closes the connection. For the thread that writes.
    public void close() throws IOException {
        try {
            engine.closeOutbound();
            sending.clear();
            SSLEngineResult _ = engine.wrap(NOTHING, sending);
            send();
        } finally {
            abort();
        }
    }

    /// Closes the connection at once; who reads or writes fails.
    public void abort() {
        close(channel);
    }

    static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException _) {
            // It was closed to break it off; that it broke is no news.
        }
    }

    @Override
    public String toString() {
        return "connection with " + peer;
    }
}
