package io.evenhand.node.transport;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.file.PrivateFiles;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.node.transport.PeerHandler.BlobSource;
import io.evenhand.node.transport.PeerHandler.BlobTarget;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Files in and out: resumable, one buffer for each transfer whatever the size.
final class BlobRoutes {
    private static final Pattern REF = Pattern.compile("[0-9a-f]{64}");

    /// The only kind of range there is a use for: from a byte to the end or to another byte.
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-(\\d{0,18})");

    private final PeerHandler handler;
    private final Bandwidth bandwidth;
    private final Uploads uploads = new Uploads();
    final AtomicLong received = new AtomicLong();
    final AtomicLong sent = new AtomicLong();

    BlobRoutes(PeerHandler handler, Bandwidth bandwidth) {
        this.handler = handler;
        this.bandwidth = bandwidth;
    }

    private static BlobName name(Call call) throws Refused {
        var path = call.request().path().pathParameters();
        String protocol = path.get("protocol");
        String ref = path.get("ref");
        String name = path.get("name");
        if (!Wire.PROTOCOL.matcher(protocol).matches()
                || !REF.matcher(ref).matches()
                || !Wire.NAME.matcher(name).matches()) {
            throw new Refused(Refused.Kind.UNKNOWN, "no blob can have this name");
        }
        return new BlobName(protocol, Bytes32.parse(ref), name);
    }

    /// HEAD: how much of an upload is held.
    void held(Call call) throws Refused, IOException {
        long total = Call.number(Wire.UPLOAD_LENGTH, call.header(Wire.UPLOAD_LENGTH));
        BlobName name = name(call);
        BlobTarget target = target(call, name, total);
        long held = whole(call, name, target.path(), total) ? total : PartFile.held(target.path());
        // More than there should be is of no use: the client starts again, and PUT cuts it off.
        call.response().header(Wire.UPLOAD_OFFSET, Long.toString(held > total ? 0 : held));
        call.answer(200);
    }

    /// PUT: a piece of an upload, up to the end of the file or not.
    void put(Call call) throws Refused, IOException, InterruptedException {
        BlobName name = name(call);
        ContentRange range = ContentRange.parse(call.header("Content-Range"));
        if (call.contentLength() != range.length()) {
            throw new MalformedException("Content-Length and Content-Range differ");
        }
        BlobTarget target = target(call, name, range.total());
        Thread me = Thread.currentThread();
        try (Uploads.Writer writer = uploads.enter(target.path(), me::interrupt)) {
            if (whole(call, name, target.path(), range.total())) {
                writer.with(() -> written(call, name, target.path()));
                call.answer(201);
            } else {
                receive(call, name, range, target.path(), writer);
            }
        }
    }

    private void receive(
            Call call, BlobName name, ContentRange range, Path path, Uploads.Writer writer)
            throws Refused, IOException, InterruptedException {
        try (PartFile part = open(path, range.start(), call, writer)) {
            byte[] buffer = new byte[Wire.BUFFER_BYTES];
            for (long left = range.length(); left > 0; ) {
                int n = call.read(buffer);
                if (n < 0) {
                    throw new CloseConnectionException("the body ended early");
                }
                bandwidth.take(call.peer(), n);
                writer.append(part, ByteBuffer.wrap(buffer, 0, n));
                received.addAndGet(n);
                left -= n;
            }
            if (part.size() < range.total()) {
                call.response().header(Wire.UPLOAD_OFFSET, Long.toString(part.size()));
                call.answer(202);
                return;
            }
            writer.with(() -> {
                part.finish();
                written(call, name, path);
            });
            call.answer(201);
        }
    }

    private static PartFile open(Path path, long start, Call call, Uploads.Writer writer)
            throws Refused, IOException {
        PartFile[] opened = new PartFile[1];
        writer.with(() -> {
            PartFile part = PartFile.open(path);
            opened[0] = part;
            if (part.size() < start) {
                long size = part.size();
                part.close();
                call.response().header(Wire.UPLOAD_OFFSET, Long.toString(size));
                throw new Refused(
                        Refused.Kind.CONFLICT,
                        "the piece starts at " + start + ", but only " + size + " are here");
            }
            part.truncate(start);
        });
        return opened[0];
    }

    private void written(Call call, BlobName name, Path path) throws Refused, IOException {
        try {
            handler.written(call.peer(), name, path);
        } catch (Refused e) {
            if (!e.kind().again()) {
                PrivateFiles.erase(path);
            }
            throw told(call, name, e);
        }
    }

    private BlobTarget target(Call call, BlobName name, long total) throws Refused, IOException {
        try {
            BlobTarget target = handler.accept(call.peer(), name, total);
            if (total > target.limit()) {
                throw new Refused(
                        Refused.Kind.TOO_LARGE,
                        name.name() + " of " + total + " bytes, limit " + target.limit());
            }
            return target;
        } catch (Refused e) {
            throw told(call, name, e);
        }
    }

    private Refused told(Call call, BlobName name, Refused e) {
        if (!e.kind().again()) {
            handler.turnedAway(
                    call.peer(), name.protocol(), name.ref(), "the upload of " + name.name(), e);
        }
        return e;
    }

    private boolean whole(Call call, BlobName name, Path path, long total)
            throws Refused, IOException {
        if (!Files.exists(path)) {
            return false;
        }
        long size = Files.size(path);
        if (size != total) {
            throw told(
                    call,
                    name,
                    new Refused(
                            Refused.Kind.CONFLICT,
                            "this blob is already here, with " + size + " bytes"));
        }
        return true;
    }

    /// GET: a file the peer may read, from wherever it left off.
    void get(Call call) throws Refused, IOException, InterruptedException {
        BlobName name = name(call);
        BlobSource source =
                handler.readable(call.peer(), name)
                        .orElseThrow(() ->
                                new Refused(
                                        Refused.Kind.UNKNOWN,
                                        "there is no " + name.name() + " for you here"));
        Optional<String> asked = call.request().headers().first(HeaderNames.RANGE);
        ContentRange range = range(asked, source.size());
        try (FileChannel file = FileChannel.open(source.path(), StandardOpenOption.READ)) {
            call.response().status(asked.isPresent() ? 206 : 200);
            call.response().header("Content-Type", "application/octet-stream");
            if (asked.isPresent()) {
                call.response().header("Content-Range", range.header());
            }
            call.response().contentLength(range.length());
            send(call, file, range);
        }
    }

    private static ContentRange range(Optional<String> asked, long size) throws Refused {
        if (asked.isEmpty()) {
            return ContentRange.rest(0, size);
        }
        Matcher m = RANGE.matcher(asked.get());
        if (!m.matches()) {
            throw new MalformedException("Range is not \"bytes=FIRST-\" or \"bytes=FIRST-LAST\"");
        }
        long first = Long.parseLong(m.group(1));
        long last = m.group(2).isEmpty() ? size - 1 : Long.parseLong(m.group(2));
        if (first >= size || last < first) {
            throw new MalformedException("Range is not inside a file of " + size + " bytes");
        }
        return new ContentRange(first, Math.min(last, size - 1) - first + 1, size);
    }

    private void send(Call call, FileChannel file, ContentRange range)
            throws IOException, InterruptedException {
        byte[] buffer = new byte[Wire.BUFFER_BYTES];
        OutputStream out = call.response().outputStream();
        long at = range.start();
        long end = at + range.length();
        while (at < end) {
            int wanted = (int) Math.min(buffer.length, end - at);
            int n = file.read(ByteBuffer.wrap(buffer, 0, wanted), at);
            if (n < 0) {
                throw new CloseConnectionException("the file is shorter than it was");
            }
            bandwidth.take(call.peer(), n);
            call.watch().arm();
            write(out, buffer, n);
            call.watch().disarm();
            sent.addAndGet(n);
            at += n;
        }
        call.watch().arm();
        out.close();
        call.watch().disarm();
    }

    private static void write(OutputStream out, byte[] bytes, int n) {
        try {
            out.write(bytes, 0, n);
        } catch (IOException | UncheckedIOException e) {
            throw new CloseConnectionException("the connection broke", e);
        }
    }
}
