package io.evenhand.node.store;

import static io.evenhand.node.store.StoreFixture.number;

import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.node.store.ChannelRows.At;
import io.evenhand.node.store.ChannelRows.Round;
import io.evenhand.node.store.ChannelRows.Update;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// A process that stores updates of channels as fast as it can and says of each that it is stored.
final class ChannelWriter {
    private ChannelWriter() {}

    /// @param args directory, number of channels
    public static void main(String[] args) throws InterruptedException {
        Locale.setDefault(Locale.ROOT);
        Store store = StoreFixture.open(Path.of(args[0]));
        System.out.println("open");
        for (int i = 0; i < Integer.parseInt(args[1]); i++) {
            ChannelRows rows = store.channels().of(number(i));
            next(store, rows, i, 1 + rows.newest().map(u -> u.at().round()).orElse(0L));
        }
        new CountDownLatch(1).await();
    }

    private static void next(Store store, ChannelRows rows, int channel, long round) {
        At at = new At(1, round);
        store.transactLater(
                () -> {
                    rows.add(new Round(at, bytes(at, 250), bytes(at, 400)));
                    rows.put(new Update(at, bytes(at, 120), Optional.of(key(at))));
                },
                new WhenStored() {
                    @Override
                    public void stored() {
                        System.out.println("stored " + channel + " " + round);
                        next(store, rows, channel, round + 1);
                    }

                    @Override
                    public void failed(RuntimeException why) {
                        throw why;
                    }
                });
    }

    static Octets bytes(At at, int length) {
        byte[] bytes = new byte[length];
        ByteBuffer.wrap(bytes).putLong(at.round());
        return new Octets(bytes);
    }

    static Secret32 key(At at) {
        return Secret32.of(new Bytes32(7, 7, 7, at.round()).toByteArray());
    }
}
