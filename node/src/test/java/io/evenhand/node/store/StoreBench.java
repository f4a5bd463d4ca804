package io.evenhand.node.store;

import static io.evenhand.node.store.StoreFixture.number;

import com.sun.management.OperatingSystemMXBean;
import io.evenhand.kit.file.PrivateFiles;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Octets;
import io.evenhand.node.store.ChannelRows.At;
import io.evenhand.node.store.ChannelRows.Update;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/// Measures how many updates are stored and flushed in a second, if each of so many channels stores
/// its next one as soon as the last one was flushed.
final class StoreBench {
    /// Rows of one channel in one measurement.
    private static final int EACH = 200;

    /// Rows of one measurement at least.
    private static final int LEAST = 2_000;

    private static final int UPDATE_BYTES = 400;
    private static final double NANOS = 1e9;

    private final Store store;
    private final Semaphore over = new Semaphore(0);
    private final AtomicLong rows = new AtomicLong();
    private final SecureRandom random = new SecureRandom();
    private final long most;

    /// @param most rows to store
    private StoreBench(Store store, long most) {
        this.store = store;
        this.most = most;
    }

    /// @param args a directory on the disk that is measured; what it makes there stays
    public static void main(String[] args) throws IOException, InterruptedException {
        Locale.setDefault(Locale.ROOT);
        Path directory = Path.of(args[0]);
        PrivateFiles.directory(directory);
        try (Store store = StoreFixture.open(directory)) {
            long session = 0;
            for (int channels : new int[] {256, 1, 8, 64, 256, 256}) {
                new StoreBench(store, Math.max(LEAST, EACH * channels)).run(channels, ++session);
            }
        }
    }

    private void run(int channels, long session) throws InterruptedException {
        OperatingSystemMXBean machine =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long flushes = store.counts().flushes();
        long cpu = machine.getProcessCpuTime();
        long start = System.nanoTime();
        for (int i = 0; i < channels; i++) {
            next(store.channels().of(number(i)), new At(session, 0));
        }
        over.acquire(channels);
        double seconds = (System.nanoTime() - start) / NANOS;
        long done = rows.get();
        flushes = store.counts().flushes() - flushes;
        System.out.printf(
                "%3d channels: %7.0f rows/s, %5.0f flushes/s, %5.1f rows a flush, %6.2f ms from put"
                        + " to flushed, %5.1f us processor a row%n",
                channels,
                done / seconds,
                flushes / seconds,
                (double) done / flushes,
                channels * seconds / done * 1e3,
                (machine.getProcessCpuTime() - cpu) / 1e3 / done);
    }

    private void next(ChannelRows channel, At at) {
        byte[] bytes = new byte[UPDATE_BYTES];
        random.nextBytes(bytes);
        Update update = new Update(at, new Octets(bytes), Optional.of(Secret32.random(random)));
        store.transactLater(
                () -> channel.put(update),
                new WhenStored() {
                    @Override
                    public void stored() {
                        if (rows.incrementAndGet() >= most) {
                            over.release();
                        } else {
                            next(channel, new At(at.number(), at.round() + 1));
                        }
                    }

                    @Override
                    public void failed(RuntimeException why) {
                        throw why;
                    }
                });
    }
}
