package io.evenhand.node.transport;

import io.evenhand.kit.value.PartyId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/// The bandwidth of a server's transfers: of all together, and of each peer.
final class Bandwidth {
    /// Peers whose last transfers are remembered; who comes back later starts anew, which gives
    /// nobody more than one buffer.
    private static final int MAX_REMEMBERED = 1_024;

    private final RateLimit all;
    private final OptionalLong eachPerSecond;
    private final Map<PartyId, RateLimit> each =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<PartyId, RateLimit> eldest) {
                    return size() > MAX_REMEMBERED;
                }
            };

    Bandwidth(PeerServerOptions options) {
        this.all = new RateLimit(options.bytesPerSecond());
        this.eachPerSecond = options.peerBytesPerSecond();
    }

    /// Waits until the peer may move so many bytes.
    void take(PartyId peer, int bytes) throws InterruptedException {
        if (eachPerSecond.isPresent()) {
            of(peer).take(bytes);
        }
        all.take(bytes);
    }

    private synchronized RateLimit of(PartyId peer) {
        return each.computeIfAbsent(peer, _ -> new RateLimit(eachPerSecond));
    }
}
