package io.evenhand.node.transport;

import io.evenhand.kit.process.Fatal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// One file on its way to a server: asks how much it holds, sends the rest piece by piece, and
/// starts again there when the connection breaks.
final class Upload {
    private final Exchange exchange;
    private final PeerClientOptions options;
    private final Watchdog watchdog;
    private final String path;
    private final Path file;
    private final Progress progress;

    /// How much the server said it holds.
    private long held;

    Upload(
            Exchange exchange,
            PeerClientOptions options,
            Watchdog watchdog,
            String path,
            Path file,
            Progress progress) {
        this.exchange = exchange;
        this.options = options;
        this.watchdog = watchdog;
        this.path = path;
        this.file = file;
        this.progress = progress;
    }

    void run() throws PeerException, IOException, InterruptedException {
        RetryBudget patience = new RetryBudget(options);
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            long total = in.size();
            while (true) {
                try {
                    held = ask(total);
                    progress.at(held, total);
                    do {
                        put(in, ContentRange.piece(held, Wire.PIECE_BYTES, total));
                    } while (held < total);
                    return;
                } catch (PeerException e) {
                    patience.resume(held, e);
                }
            }
        }
    }

    private long ask(long total) throws PeerException, InterruptedException {
        HttpResponse<byte[]> answer;
        try (Exchange.Slot _ = exchange.slot()) {
            answer =
                    exchange.call(
                            exchange.request(path, null)
                                    .HEAD()
                                    .header(Wire.UPLOAD_LENGTH, Long.toString(total))
                                    .timeout(options.stall())
                                    .build());
        }
        String offset = answer.headers().firstValue(Wire.UPLOAD_OFFSET).orElse("");
        if (!offset.matches("\\d{1,18}") || Long.parseLong(offset) > total) {
            throw exchange.malformed("it does not say how much of the upload it holds");
        }
        return Long.parseLong(offset);
    }

    private void put(FileChannel in, ContentRange piece)
            throws PeerException, IOException, InterruptedException {
        CompletableFuture<?>[] sending = new CompletableFuture<?>[1];
        try (Exchange.Slot _ = exchange.slot();
                Watchdog.Watch watch = watchdog.watch(() -> sending[0].cancel(true))) {
            HttpRequest request =
                    exchange.request(path, null)
                            .header("Content-Range", piece.header())
                            .PUT(body(in, piece, watch))
                            .build();
            var future = exchange.http().sendAsync(request, Exchange.limited());
            sending[0] = future;
            watch.arm(
                    piece.length() == 0
                            ? options.answerFor(piece.total())
                            : options.connect().plus(options.stall()));
            HttpResponse<byte[]> answer = exchange.good(future.get());
            if (answer.statusCode() != (piece.end() < piece.total() ? 202 : 201)) {
                throw exchange.malformed("it does not say that it holds what it was sent");
            }
            held = piece.end();
        } catch (CancellationException _) {
            throw exchange.stalled(file.getFileName() + "");
        } catch (InterruptedException e) {
            if (sending[0] != null) {
                sending[0].cancel(true);
            }
            throw e;
        } catch (ExecutionException e) {
            throw cause(e);
        }
    }

    private PeerException cause(ExecutionException e) throws IOException {
        Fatal.endIfError(e);
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof LocalFileException local) {
                throw new IOException("cannot read " + file, local.getCause());
            }
        }
        return exchange.failure(
                e.getCause() instanceof IOException io ? io : new IOException(e.getCause()));
    }

    private BodyPublisher body(FileChannel in, ContentRange piece, Watchdog.Watch watch) {
        if (piece.length() == 0) {
            return BodyPublishers.noBody();
        }
        Iterable<byte[]> buffers = () -> new Buffers(in, piece, watch);
        return BodyPublishers.fromPublisher(BodyPublishers.ofByteArrays(buffers), piece.length());
    }

    /// Our file, not the peer, is at fault.
    private static final class LocalFileException extends UncheckedIOException {
        private static final long serialVersionUID = 1L;

        LocalFileException(IOException cause) {
            super(cause);
        }
    }

    /// A piece of the file in buffers, read when the connection has room for one more.
    private final class Buffers implements Iterator<byte[]> {
        private final FileChannel in;
        private final ContentRange range;
        private final Watchdog.Watch watch;
        private long at;

        Buffers(FileChannel in, ContentRange range, Watchdog.Watch watch) {
            this.in = in;
            this.range = range;
            this.at = range.start();
            this.watch = watch;
        }

        @Override
        public boolean hasNext() {
            return at < range.end();
        }

        @Override
        public byte[] next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            byte[] piece = new byte[(int) Math.min(Wire.BUFFER_BYTES, range.end() - at)];
            ByteBuffer buffer = ByteBuffer.wrap(piece);
            try {
                while (buffer.hasRemaining()) {
                    int n = in.read(buffer, at);
                    if (n < 0) {
                        throw new IOException("it became shorter while it was sent");
                    }
                    at += n;
                }
            } catch (IOException e) {
                throw new LocalFileException(e);
            }
            progress.at(at, range.total());
            // After the last byte the server flushes and checks the whole file.
            watch.arm(at == range.total() ? options.answerFor(range.total()) : options.stall());
            return piece;
        }
    }
}
