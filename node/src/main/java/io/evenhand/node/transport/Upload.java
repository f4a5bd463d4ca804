package io.evenhand.node.transport;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;

/// One file on its way to a server: asks how much it holds, sends the rest in pieces, at most
/// {@link Wire#WINDOW_BYTES} ahead of its answers, and starts again there when the connection
/// breaks.
final class Upload {
    private final Exchange exchange;
    private final PeerClientOptions options;
    private final String path;
    private final Path file;
    private final Progress progress;
    private final byte[] buffer = new byte[Wire.BUFFER_BYTES];

    /// How much the server said it holds.
    private long held;

    Upload(
            Exchange exchange,
            PeerClientOptions options,
            String path,
            Path file,
            Progress progress) {
        this.exchange = exchange;
        this.options = options;
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
                        exchange.pipeline(
                                String.valueOf(file.getFileName()), line -> send(line, in, total));
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

    /// Sends all that is left, or less if somebody else waits. What is held whole has one more
    /// piece, which is empty: the server looks at the file once more.
    private void send(Pipeline line, FileChannel in, long total)
            throws PeerException, IOException, InterruptedException {
        Deque<ContentRange> underWay = new ArrayDeque<>();
        long sent = held;
        do {
            while (underWay.isEmpty()
                    || (sent < total
                            && sent + Wire.PIECE_BYTES - held <= Wire.WINDOW_BYTES
                            && !exchange.slotWanted())) {
                ContentRange piece = ContentRange.piece(sent, Wire.PIECE_BYTES, total);
                put(line, in, piece);
                underWay.add(piece);
                sent = piece.end();
            }
            ContentRange first = underWay.remove();
            boolean last = first.end() == total;
            // After the last byte the server flushes and checks the whole file.
            AnswerHead answer = line.answer(last ? options.answerFor(total) : options.stall());
            if (!answer.good()) {
                throw line.refusal(answer);
            }
            if (answer.status() != (last ? 201 : 202) || answer.length() != 0) {
                throw exchange.malformed("it does not say that it holds what it was sent");
            }
            held = first.end();
            progress.at(held, total);
        } while (held < total && !(underWay.isEmpty() && exchange.slotWanted()));
    }

    private void put(Pipeline line, FileChannel in, ContentRange piece)
            throws PeerException, IOException, InterruptedException {
        line.request(
                "PUT",
                path,
                "Content-Range: " + piece.header() + "\r\nContent-Length: " + piece.length());
        for (long at = piece.start(); at < piece.end(); ) {
            int wanted = (int) Math.min(buffer.length, piece.end() - at);
            int n = in.read(ByteBuffer.wrap(buffer, 0, wanted), at);
            if (n < 0) {
                throw new IOException(file + " became shorter while it was sent");
            }
            line.send(buffer, n);
            at += n;
        }
    }
}
