package io.evenhand.node.stream;

import com.sun.management.OperatingSystemMXBean;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.node.transport.Standing;
import io.evenhand.node.transport.TlsIdentity;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/// Measures streams on loopback, both ends in this process: round trips a second and processor time
/// for each, with several frames on their way and with one.
final class StreamBench {
    private static final int FRAME_BYTES = 500;
    private static final double NANOS = 1e9;

    private StreamBench() {}

    /// What answers each frame with itself.
    private static final class Echo implements StreamHandler {
        @Override
        public void onFrame(PeerStream stream, byte[] frame) {
            if (!stream.send(frame)) {
                throw new IllegalStateException("the queue is full");
            }
        }

        @Override
        public void onClosed(PeerStream stream, StreamEnd why) {}
    }

    /// Lets one more leave for each that came back.
    private static final class Counter implements StreamHandler {
        private final AtomicInteger came = new AtomicInteger();
        private final Semaphore free;

        Counter(int window) {
            free = new Semaphore(window);
        }

        @Override
        public void onFrame(PeerStream stream, byte[] frame) {
            int _ = came.incrementAndGet();
            free.release();
        }

        @Override
        public void onClosed(PeerStream stream, StreamEnd why) {}
    }

    /// @param args round trips of each measurement
    public static void main(String[] args) throws Exception {
        Locale.setDefault(Locale.ROOT);
        int trips = args.length > 0 ? Integer.parseInt(args[0]) : 200_000;
        TlsIdentity node = identity();
        TlsIdentity requester = identity();
        try (StreamServer server =
                        StreamServer.start(
                                node,
                                new StreamServer.Options(
                                        "127.0.0.1",
                                        0,
                                        StreamServer.ROOM.withKnown(512, 512),
                                        StreamLimits.DEFAULT),
                                _ -> Standing.KNOWN,
                                new Echo());
                StreamClient client = new StreamClient(requester, StreamLimits.DEFAULT)) {
            for (int window : new int[] {64, 1, 8, 64, 256, 1}) {
                Counter counter = new Counter(window);
                try (PeerStream stream =
                        client.connect("127.0.0.1", server.port(), node.party(), counter)) {
                    run("1 stream, window " + window, List.of(stream), counter, window, trips);
                }
            }
            for (int streams : new int[] {64, 256}) {
                Counter counter = new Counter(streams);
                List<PeerStream> open = new ArrayList<>();
                for (int i = 0; i < streams; i++) {
                    open.add(client.connect("127.0.0.1", server.port(), node.party(), counter));
                }
                run(streams + " streams, window 1 each", open, counter, streams, trips);
                open.forEach(PeerStream::close);
            }
        }
    }

    private static TlsIdentity identity() {
        return new TlsIdentity(new Ed25519Identity(Secret32.random(new SecureRandom())));
    }

    /// @param window frames on their way at once, over all streams in turn
    private static void run(
            String what, List<PeerStream> streams, Counter counter, int window, int trips)
            throws InterruptedException {
        OperatingSystemMXBean machine =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        int count = window == 1 ? trips / 8 : trips;
        long cpu = machine.getProcessCpuTime();
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            counter.free.acquire();
            if (!streams.get(i % streams.size()).send(new byte[FRAME_BYTES])) {
                throw new IllegalStateException("the stream is over");
            }
        }
        counter.free.acquire(window);
        double seconds = (System.nanoTime() - start) / NANOS;
        double used = (machine.getProcessCpuTime() - cpu) / NANOS;
        System.out.printf(
                "%s: %.0f round trips/s, %.1f us each, %.1f us processor of both ends%n",
                what, count / seconds, seconds / count * 1e6, used / count * 1e6);
    }
}
