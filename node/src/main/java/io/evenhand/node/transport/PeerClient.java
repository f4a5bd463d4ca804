package io.evenhand.node.transport;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The end that calls: one server, whose key is pinned. Its methods block; any number of threads
/// may use it.
///
/// Messages are sent once, and {@link PeerException#again()} says whether to try later. Transfers
/// resume by themselves while bytes move (see {@link PeerClientOptions}).
public final class PeerClient implements AutoCloseable {
    private final Exchange exchange;
    private final PeerClientOptions options;
    private final PartyId server;

    public PeerClient(
            TlsIdentity me, String host, int port, PartyId server, PeerClientOptions options) {
        this.exchange = new Exchange(me, host, port, server, options);
        this.options = options;
        this.server = server;
    }

    /// To the server an invite names. The token in it is not used yet: see {@link #join}.
    public static PeerClient of(TlsIdentity me, Invite invite, PeerClientOptions options) {
        return new PeerClient(me, invite.host(), invite.port(), invite.server(), options);
    }

    /// Whom it talks to.
    public PartyId server() {
        return server;
    }

    /// Shows the token of an invite, so that the server lets our key in. May be repeated.
    public void join(Bytes32 token) throws PeerException, InterruptedException {
        post(Wire.JOIN, Records.encode(new Wire.Join(token)), options.stall());
    }

    /// Hands a message over; when this returns the server has stored it.
    public void send(Envelope envelope) throws PeerException, InterruptedException {
        send(envelope, options.stall());
    }

    /// The same for a message about an uploaded file, which the server has to read once more.
    public void send(Envelope envelope, long fileBytes) throws PeerException, InterruptedException {
        send(envelope, options.answerFor(fileBytes));
    }

    private void send(Envelope envelope, Duration limit)
            throws PeerException, InterruptedException {
        byte[] body = Records.encode(envelope);
        if (body.length > Envelope.MAX_BYTES) {
            throw new IllegalArgumentException(
                    "envelope of " + body.length + " bytes, limit " + Envelope.MAX_BYTES);
        }
        post(Wire.MESSAGES, body, limit);
    }

    private void post(String path, byte[] body, Duration limit)
            throws PeerException, InterruptedException {
        try (Exchange.Slot _ = exchange.slot()) {
            exchange.call(
                    exchange.request(path, null)
                            .POST(BodyPublishers.ofByteArray(body))
                            .header("Content-Type", "application/cbor")
                            .timeout(limit)
                            .build());
        }
    }

    /// What the server has for us after number `after`, oldest first; waits up to `wait` (at most
    /// 30 s) for something to come. By asking we say that we hold everything up to `after`.
    public List<Received> poll(long after, Duration wait)
            throws PeerException, InterruptedException {
        long seconds = Math.min(wait.toSeconds(), Wire.MAX_WAIT.toSeconds());
        HttpRequest request =
                exchange.request(Wire.OUTBOX, "after=" + after + "&wait=" + seconds)
                        .GET()
                        .timeout(options.stall().plusSeconds(seconds))
                        .build();
        HttpResponse<byte[]> answer = exchange.call(request);
        List<Received> received = new ArrayList<>();
        try {
            long last = after;
            for (Outgoing item : Records.decode(Wire.Page.class, answer.body()).items()) {
                if (item.seq() <= last) {
                    throw new MalformedException("number " + item.seq() + " after " + last);
                }
                last = item.seq();
                byte[] envelope = item.envelope().toByteArray();
                received.add(new Received(last, Records.decode(Envelope.class, envelope)));
            }
        } catch (MalformedException e) {
            throw exchange.malformed("its outbox is not readable: " + e.getMessage());
        }
        return received;
    }

    /// Sends a whole file; when this returns the server has flushed and accepted it. What an
    /// earlier run sent is not sent again.
    ///
    /// @throws IOException if our own file cannot be read
    public void upload(BlobName blob, Path file, Progress progress)
            throws PeerException, IOException, InterruptedException {
        new Upload(exchange, options, blob.path(), file, progress).run();
    }

    /// Fetches a whole file; when this returns it is flushed under its name. Until then it grows as
    /// `NAME.part`, from which a later run goes on.
    ///
    /// @throws IOException if our own file cannot be written
    public void download(BlobName blob, Fetch fetch)
            throws PeerException, IOException, InterruptedException {
        new Download(exchange, options, blob.path(), fetch).run();
    }

    /// What to fetch and where to.
    ///
    /// @param target the file to make
    /// @param size its exact size, known from elsewhere
    /// @param chunkSize bytes in every chunk but the last; two are held in memory
    public record Fetch(Path target, long size, int chunkSize, ChunkSink sink, Progress progress) {
        /// 1 MiB and the tag of its encryption: a chunk of a sealed file.
        public static final int SEALED_CHUNK = (1 << 20) + 16;

        /// More than any chunk of ours: a chunk is held in memory.
        private static final int MAX_CHUNK = 16 << 20;

        public Fetch {
            if (size < 0 || chunkSize < 1 || chunkSize > MAX_CHUNK) {
                throw new IllegalArgumentException(
                        "cannot fetch " + size + " bytes in chunks of " + chunkSize);
            }
        }
    }

    /// Breaks off what is under way.
    @Override
    public void close() {
        exchange.close();
    }

    @Override
    public String toString() {
        return exchange.toString();
    }
}
