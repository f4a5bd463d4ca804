package io.evenhand.node.transport;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.process.Lanes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;

/// One file on its way from a server, in pieces of which at most {@link Wire#WINDOW_BYTES} are
/// asked for and not here.
///
/// What arrives is kept at once, and each chunk is checked when it is whole, while the next one
/// arrives: a broken download goes on after the last byte that is here.
final class Download {
    private final Exchange exchange;
    private final PeerClientOptions options;
    private final String path;
    private final PeerClient.Fetch fetch;
    private final long size;

    /// Two chunks in memory: one arrives, one is checked.
    private final Lanes<byte[]> checks;

    private byte[] chunk;

    /// Where the chunk that arrives begins.
    private long start;

    /// Whether an earlier run left the beginning of it on the disk, where a crash may have torn it.
    private boolean inherited;

    Download(Exchange exchange, PeerClientOptions options, String path, PeerClient.Fetch fetch) {
        this.exchange = exchange;
        this.options = options;
        this.path = path;
        this.fetch = fetch;
        this.size = fetch.size();
        int most = (int) Math.min(fetch.chunkSize(), size);
        this.checks = new Lanes<>(() -> new byte[most], 2);
        this.chunk = new byte[0];
    }

    void run() throws PeerException, IOException, InterruptedException {
        Path target = fetch.target();
        if (Files.exists(target)) {
            // A whole file of an earlier run is looked at like a partial one.
            Files.move(target, PartFile.part(target), StandardCopyOption.REPLACE_EXISTING);
        }
        try (checks;
                PartFile part = PartFile.open(target)) {
            chunk = checks.slot();
            keepGoodChunks(part);
            fetch.progress().at(part.size(), size);
            try {
                receiveAll(part);
            } catch (BadChunkException e) {
                part.truncate(e.start);
                throw exchange.malformed(String.valueOf(e.getMessage()));
            }
            part.finish();
        }
    }

    private void receiveAll(PartFile part) throws PeerException, IOException, InterruptedException {
        RetryBudget patience = new RetryBudget(options);
        String name = String.valueOf(fetch.target().getFileName());
        while (part.size() < size) {
            try {
                exchange.pipeline(name, line -> receive(line, part));
            } catch (PeerException e) {
                patience.resume(part.size(), e);
            }
        }
        checks.finish();
    }

    /// Cuts off everything after the last good chunk, but not the beginning of the next one: a
    /// crash may have left a torn one.
    private void keepGoodChunks(PartFile part) throws IOException {
        long held = Math.min(part.size(), size);
        while (start < size) {
            int length = (int) Math.min(held - start, length());
            part.read(start, ByteBuffer.wrap(chunk, 0, length));
            if (length < length()) {
                inherited = length > 0;
                break;
            }
            try {
                check(start, chunk, length);
            } catch (BadChunkException _) {
                held = start;
                break;
            }
            start += length;
        }
        part.truncate(held);
    }

    /// Bytes of the chunk that arrives.
    private int length() {
        return (int) Math.min(fetch.chunkSize(), size - start);
    }

    /// Receives all that is left, or less if somebody else waits.
    private void receive(Pipeline line, PartFile part)
            throws PeerException, IOException, InterruptedException {
        Deque<ContentRange> asked = new ArrayDeque<>();
        long next = part.size();
        do {
            while (asked.isEmpty()
                    || (next < size
                            && next + Wire.PIECE_BYTES - part.size() <= Wire.WINDOW_BYTES
                            && !exchange.slotWanted())) {
                ContentRange piece = ContentRange.piece(next, Wire.PIECE_BYTES, size);
                line.request(
                        "GET", path, "Range: bytes=" + piece.start() + "-" + (piece.end() - 1));
                asked.add(piece);
                next = piece.end();
            }
            ContentRange piece = asked.remove();
            check(line, piece);
            keep(line, part, piece.end());
            fetch.progress().at(part.size(), size);
        } while (part.size() < size && !(asked.isEmpty() && exchange.slotWanted()));
    }

    private void check(Pipeline line, ContentRange piece)
            throws PeerException, InterruptedException {
        AnswerHead answer = line.answer(options.stall());
        if (!answer.good()) {
            throw line.refusal(answer);
        }
        String said = answer.header("Content-Range").orElse("none");
        if (answer.status() != 206
                || answer.length() != piece.length()
                || !said.equals(piece.header())) {
            throw exchange.malformed(
                    "asked for \"" + piece.header() + "\", got \"" + Wire.oneLine(said) + "\"");
        }
    }

    /// Reads up to this place in the file.
    private void keep(Pipeline line, PartFile part, long end)
            throws PeerException, IOException, InterruptedException {
        while (part.size() < end) {
            int from = (int) (part.size() - start);
            int to = (int) Math.min(end - start, length());
            for (int at = from; at < to; ) {
                at += line.read(chunk, at, to - at);
            }
            part.append(ByteBuffer.wrap(chunk, from, to - from));
            if (to == length()) {
                nextChunk(part);
            }
        }
    }

    private void nextChunk(PartFile part) throws PeerException, IOException {
        byte[] whole = chunk;
        long at = start;
        int length = length();
        if (inherited) {
            inherited = false;
            try {
                check(at, whole, length);
            } catch (BadChunkException e) {
                part.truncate(at);
                throw exchange.torn(String.valueOf(fetch.target().getFileName()));
            }
        } else {
            checks.submit(whole, () -> check(at, whole, length), () -> {});
            chunk = checks.slot();
        }
        start += length;
    }

    private void check(long at, byte[] bytes, int length) throws IOException {
        long index = at / fetch.chunkSize();
        try {
            fetch.sink().accept(index, ByteBuffer.wrap(bytes, 0, length));
        } catch (MalformedException e) {
            throw new BadChunkException(at, "chunk " + index + " is not good: " + e.getMessage());
        }
    }

    /// A chunk that is not the one that was to come.
    private static final class BadChunkException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final long start;

        BadChunkException(long start, String message) {
            super(message);
            this.start = start;
        }
    }
}
