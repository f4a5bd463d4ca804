package io.evenhand.node.transport;

import io.evenhand.kit.codec.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// One file on its way from a server, a request for each chunk: it is checked, then kept, so what
/// is on disk is a sequence of good chunks, and a broken download goes on after the last of them.
final class Download {
    private final Exchange exchange;
    private final PeerClientOptions options;
    private final Watchdog watchdog;
    private final String path;
    private final Path target;
    private final long size;
    private final ChunkSink sink;
    private final Progress progress;
    private final ByteBuffer chunk;

    Download(
            Exchange exchange,
            PeerClientOptions options,
            Watchdog watchdog,
            String path,
            PeerClient.Fetch fetch) {
        this.exchange = exchange;
        this.options = options;
        this.watchdog = watchdog;
        this.path = path;
        this.target = fetch.target();
        this.size = fetch.size();
        this.sink = fetch.sink();
        this.progress = fetch.progress();
        this.chunk = ByteBuffer.allocate(fetch.chunkSize());
    }

    void run() throws PeerException, IOException, InterruptedException {
        if (Files.exists(target)) {
            // A whole file of an earlier run is looked at like a partial one.
            Files.move(target, PartFile.part(target), StandardCopyOption.REPLACE_EXISTING);
        }
        RetryBudget patience = new RetryBudget(options);
        try (PartFile part = PartFile.open(target)) {
            keepGoodChunks(part);
            progress.at(part.size(), size);
            while (part.size() < size) {
                try {
                    fetch(part);
                } catch (PeerException e) {
                    patience.resume(part.size(), e);
                }
            }
            part.finish();
        }
    }

    /// Cuts off everything after the last chunk that is whole and good: a crash may have left a
    /// torn one.
    private void keepGoodChunks(PartFile part) throws IOException {
        long held = part.size();
        long good = 0;
        while (good < size) {
            int length = (int) Math.min(chunk.capacity(), size - good);
            if (held - good < length) {
                break;
            }
            chunk.clear().limit(length);
            part.read(good, chunk);
            try {
                sink.accept(good / chunk.capacity(), chunk.flip().duplicate());
            } catch (MalformedException _) {
                break;
            }
            good += length;
        }
        part.truncate(good);
    }

    private void fetch(PartFile part) throws PeerException, IOException, InterruptedException {
        try (Exchange.Slot _ = exchange.slot()) {
            fetchNext(part);
        }
    }

    private void fetchNext(PartFile part) throws PeerException, IOException, InterruptedException {
        ContentRange range = ContentRange.piece(part.size(), chunk.capacity(), size);
        HttpResponse<InputStream> answer;
        try {
            answer =
                    exchange.http()
                            .send(
                                    exchange.request(path, null)
                                            .GET()
                                            .header(
                                                    "Range",
                                                    "bytes="
                                                            + range.start()
                                                            + "-"
                                                            + (range.end() - 1))
                                            .timeout(options.stall())
                                            .build(),
                                    HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw exchange.failure(e);
        }
        InputStream in = answer.body();
        try (in;
                Watchdog.Watch watch = watchdog.watch(() -> closeQuietly(in))) {
            check(answer, range, watch);
            fill(in, watch, (int) range.length());
            keep(part);
        }
    }

    private void check(HttpResponse<InputStream> answer, ContentRange range, Watchdog.Watch watch)
            throws PeerException {
        if (answer.statusCode() / 100 != 2) {
            throw exchange.refusal(answer, reason(answer.body(), watch));
        }
        String said = answer.headers().firstValue("Content-Range").orElse("none");
        if (answer.statusCode() != 206 || !said.equals(range.header())) {
            throw exchange.malformed(
                    "asked for \"" + range.header() + "\", got \"" + Wire.oneLine(said) + "\"");
        }
    }

    private static byte[] reason(InputStream in, Watchdog.Watch watch) {
        watch.arm();
        try {
            return in.readNBytes(Wire.MAX_REASON);
        } catch (IOException _) {
            // The status says enough.
            return new byte[0];
        } finally {
            watch.disarm();
        }
    }

    /// Reads one chunk into the buffer.
    private void fill(InputStream in, Watchdog.Watch watch, int length) throws PeerException {
        chunk.clear().limit(length);
        try {
            while (chunk.hasRemaining()) {
                watch.goOn();
                int n = in.read(chunk.array(), chunk.position(), chunk.remaining());
                watch.disarm();
                watch.moved(n);
                if (n < 0) {
                    throw new IOException("the answer ended early");
                }
                chunk.position(chunk.position() + n);
            }
        } catch (IOException e) {
            throw watch.ended()
                    ? exchange.stalled(String.valueOf(target.getFileName()))
                    : exchange.failure(e);
        }
        chunk.flip();
    }

    private void keep(PartFile part) throws PeerException, IOException {
        long index = part.size() / chunk.capacity();
        try {
            sink.accept(index, chunk.duplicate());
        } catch (MalformedException e) {
            throw exchange.malformed("chunk " + index + " is not good: " + e.getMessage());
        }
        part.append(chunk);
        progress.at(part.size(), size);
    }

    private static void closeQuietly(InputStream in) {
        try {
            in.close();
        } catch (IOException _) {
            // It was closed to break it off; that it broke is no news.
        }
    }
}
