package io.evenhand.node.transport;

import io.evenhand.kit.codec.MalformedException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// A connection that carries pieces of files: requests are sent without waiting for the answers to
/// those before (pipelining, RFC 9112, 9.3.2), which the JDK's client cannot.
///
/// For one thread at a time, which blocks; {@link #abort} ends that from any other.
final class Pipeline {
    private final Exchange exchange;
    private final Watchdog.Watch watch;
    private final SocketChannel channel;
    private final SSLSocket socket;
    private final InputStream in;
    private final OutputStream out;
    private final String host;

    /// What came with the head of an answer and was not read yet.
    private final byte[] ahead = new byte[Wire.BUFFER_BYTES];

    private int from;
    private int to;
    private long since = System.nanoTime();

    /// What it carries just now.
    private String load = "a file";

    /// Connects and shakes hands.
    Pipeline(
            Exchange exchange,
            PeerClientOptions options,
            Watchdog watchdog,
            SSLContext tls,
            InetSocketAddress server)
            throws PeerException, InterruptedException, IOException {
        this.exchange = exchange;
        this.host = server.getHostString();
        this.channel = SocketChannel.open();
        this.watch = watchdog.watch(this::abort);
        try {
            watch.arm(options.connect());
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.socket().connect(server);
            socket =
                    (SSLSocket)
                            tls.getSocketFactory()
                                    .createSocket(channel.socket(), host, server.getPort(), false);
            socket.setSSLParameters(TlsIdentity.parameters());
            socket.startHandshake();
            in = socket.getInputStream();
            out = socket.getOutputStream();
            watch.disarm();
        } catch (IOException e) {
            abort();
            throw failed(
                    watch.ended() ? new HttpConnectTimeoutException("no handshake in time") : e);
        }
    }

    /// Sends the head of a request.
    ///
    /// @param header one line
    void request(String method, String path, String header)
            throws PeerException, InterruptedException {
        String address = host.contains(":") ? "[" + host + "]" : host;
        String head =
                method
                        + " "
                        + path
                        + " HTTP/1.1\r\nHost: "
                        + address
                        + "\r\n"
                        + header
                        + "\r\n\r\n";
        byte[] bytes = head.getBytes(StandardCharsets.US_ASCII);
        send(bytes, bytes.length);
    }

    /// Sends the first bytes of an array.
    void send(byte[] bytes, int length) throws PeerException, InterruptedException {
        watch.arm();
        try {
            out.write(bytes, 0, length);
        } catch (IOException e) {
            throw failed(e);
        }
        watch.disarm();
    }

    /// Waits for the head of the next answer.
    AnswerHead answer(Duration limit) throws PeerException, InterruptedException {
        byte[] head = new byte[AnswerHead.MAX_BYTES];
        int length = 0;
        watch.arm(limit);
        try {
            while (!ends(head, length)) {
                if (length == head.length) {
                    throw new MalformedException(
                            "an answer's head is larger than " + head.length + " bytes");
                }
                if (from == to) {
                    more();
                }
                head[length++] = ahead[from++];
            }
            // What follows has all of its own time.
            watch.arm();
            watch.disarm();
            return AnswerHead.parse(Arrays.copyOf(head, length));
        } catch (IOException e) {
            throw failed(e);
        } catch (MalformedException e) {
            throw exchange.malformed(String.valueOf(e.getMessage()));
        }
    }

    private void more() throws IOException {
        from = 0;
        to = Math.max(0, in.read(ahead));
        if (to == 0) {
            throw new EOFException("received no bytes of an answer");
        }
    }

    private static boolean ends(byte[] head, int length) {
        return length >= 4
                && head[length - 1] == '\n'
                && head[length - 2] == '\r'
                && head[length - 3] == '\n'
                && head[length - 4] == '\r';
    }

    /// Reads some bytes of an answer's body, at least one.
    int read(byte[] into, int at, int length) throws PeerException, InterruptedException {
        if (from < to) {
            int n = Math.min(length, to - from);
            System.arraycopy(ahead, from, into, at, n);
            from += n;
            return n;
        }
        watch.goOn();
        int n;
        try {
            n = in.read(into, at, length);
            if (n < 0) {
                throw new EOFException("the answer ended early");
            }
        } catch (IOException e) {
            throw failed(e);
        }
        watch.disarm();
        watch.moved(n);
        return n;
    }

    /// What an answer that is no success means; nothing can be read after it.
    PeerException refusal(AnswerHead head) throws PeerException, InterruptedException {
        byte[] said = new byte[(int) Math.min(head.length(), Wire.MAX_REASON)];
        int length = 0;
        while (length < said.length) {
            length += read(said, length, said.length - length);
        }
        return exchange.refusal(head, said);
    }

    private PeerException failed(IOException e) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("a transfer was interrupted");
        }
        boolean stalled = watch.ended() && !(e instanceof HttpConnectTimeoutException);
        return stalled ? exchange.stalled(load) : exchange.failure(e);
    }

    /// It carries this file from now on.
    void load(String file) {
        load = file;
    }

    /// It is kept for later from now on.
    void rest() {
        since = System.nanoTime();
    }

    boolean restsLongerThan(Duration time) {
        return System.nanoTime() - since > time.toNanos();
    }

    /// Breaks it off; what is under way on it ends.
    void abort() {
        watch.close();
        try {
            channel.close();
        } catch (IOException _) {
            // It was closed to break it off; that it broke is no news.
        }
    }
}
