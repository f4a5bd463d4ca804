package io.evenhand.node.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Who has to leave when somebody comes, and how addresses are put together.
class PlacesTest {
    private record Guest(int number, String network, String host, boolean busy) {
        Guest(int number, String network, String host) {
            this(number, network, host, false);
        }
    }

    private static Places<Guest> places(int all, int each) {
        return new Places<>(all, each, Guest::network, Guest::host, Guest::busy);
    }

    private static Optional<Integer> enter(Places<Guest> places, Guest guest) {
        return places.enter(guest).map(Guest::number);
    }

    @Test
    @DisplayName("a flood from one network pushes out its own, host by host, and nobody else")
    void floodOfOneNetwork() {
        Places<Guest> places = places(4, 4);
        assertEquals(Optional.empty(), enter(places, new Guest(0, "quiet", "h")));
        assertEquals(Optional.empty(), enter(places, new Guest(1, "loud", "small")));
        assertEquals(Optional.empty(), enter(places, new Guest(2, "loud", "big")));
        assertEquals(Optional.empty(), enter(places, new Guest(3, "loud", "big")));
        for (int i = 4; i < 100; i++) {
            assertEquals(Optional.of(i - 2), enter(places, new Guest(i, "loud", "big")));
        }
        assertEquals(4, places.taken());
    }

    @Test
    @DisplayName("a newcomer from a quiet network takes its place from the loudest")
    void newcomer() {
        Places<Guest> places = places(8, 8);
        for (int i = 0; i < 8; i++) {
            assertEquals(Optional.empty(), enter(places, new Guest(i, "loud", "h" + i % 2)));
        }
        assertEquals(Optional.of(0), enter(places, new Guest(8, "quiet", "h")));
        assertEquals(Optional.of(1), enter(places, new Guest(9, "loud", "h1")));
    }

    @Test
    @DisplayName("where all hold one, the oldest leaves")
    void oldest() {
        Places<Guest> places = places(3, 3);
        for (int i = 0; i < 10; i++) {
            Optional<Integer> loser = enter(places, new Guest(i, "n" + i, "h"));
            assertEquals(i < 3 ? Optional.empty() : Optional.of(i - 3), loser);
        }
    }

    @Test
    @DisplayName("beyond its own limit a group gives up its own, first what does nothing")
    void each() {
        Places<Guest> places = places(100, 2);
        assertEquals(Optional.empty(), enter(places, new Guest(0, "key", "", true)));
        assertEquals(Optional.empty(), enter(places, new Guest(1, "key", "")));
        assertEquals(Optional.empty(), enter(places, new Guest(2, "other", "")));
        assertEquals(Optional.of(1), enter(places, new Guest(3, "key", "", true)));
        assertEquals(Optional.of(0), enter(places, new Guest(4, "key", "", true)));
        Guest gone = new Guest(2, "other", "");
        places.leave(gone);
        assertEquals(2, places.taken());
    }

    private static Origin origin(int... bytes) throws Exception {
        byte[] address = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            address[i] = (byte) bytes[i];
        }
        return Origin.of(InetAddress.getByAddress(address));
    }

    @Test
    @DisplayName("IPv4 by /24 and address, IPv6 by /48 and /64, IPv4 in IPv6 as IPv4")
    void origins() throws Exception {
        assertEquals(new Origin("192.0.2.0/24", "192.0.2.7/32"), origin(192, 0, 2, 7));
        Origin six = origin(0x20, 1, 0xd, 0xb8, 0, 1, 0, 2, 9, 9, 9, 9, 9, 9, 9, 9);
        assertEquals(new Origin("2001:db8:1:0:0:0:0:0/48", "2001:db8:1:2:0:0:0:0/64"), six);
        Origin beside = origin(0x20, 1, 0xd, 0xb8, 0, 1, 0, 3, 9, 9, 9, 9, 9, 9, 9, 9);
        assertEquals(six.network(), beside.network());
        assertNotEquals(six.host(), beside.host());
        assertEquals(
                origin(192, 0, 2, 7),
                origin(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 7));
    }

    @Test
    @DisplayName("a host that connects too fast is stopped, another is not, and it may come back")
    void rate() {
        ConnectRate rate = new ConnectRate(10, 5);
        long now = -1;
        int let = 0;
        for (int i = 0; i < 100; i++) {
            let += rate.take("loud", now) ? 1 : 0;
        }
        assertEquals(6, let);
        assertTrue(rate.take("quiet", now));
        assertFalse(rate.take("loud", now + TimeUnit.MILLISECONDS.toNanos(50)));
        assertTrue(rate.take("loud", now + TimeUnit.MILLISECONDS.toNanos(150)));
        assertFalse(rate.take("loud", now + TimeUnit.MILLISECONDS.toNanos(150)));
        assertTrue(rate.take("loud", now + TimeUnit.HOURS.toNanos(1)));
    }

    @Test
    @DisplayName("fewer descriptors make fewer places, and too few are said before it listens")
    void descriptors() throws Exception {
        PeerServerOptions.Room room =
                new PeerServerOptions.Room(200, 32, 40, 40, Duration.ofSeconds(5));
        assertEquals(room, Descriptors.fitting(room, 10, 1_000, 100));
        PeerServerOptions.Room half = Descriptors.fitting(room, 10, 284, 50);
        assertEquals(100, half.known());
        assertEquals(20, half.strangers());
        assertTrue(half.all() <= 284 - 50 - 10);
        IOException e =
                assertThrows(IOException.class, () -> Descriptors.fitting(room, 10, 64, 40));
        assertTrue(String.valueOf(e.getMessage()).contains("ulimit -n"), e.getMessage());
    }
}
