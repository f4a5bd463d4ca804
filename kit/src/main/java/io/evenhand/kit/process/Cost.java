package io.evenhand.kit.process;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/// What this process has asked of the disk, the chain and the network since it began: numbers that
/// no other load of the machine changes.
public enum Cost {
    /// Times that a file or a folder was flushed to the disk.
    FLUSHES,
    /// JSON-RPC calls; each element of a batch is one.
    RPC_CALLS,
    /// Bytes of TLS to and from peers, where they call in, and of streams at both ends.
    PEER_BYTES;

    private static final Map<Cost, LongAdder> SUMS = new EnumMap<>(Cost.class);

    static {
        for (Cost each : values()) {
            SUMS.put(each, new LongAdder());
        }
    }

    public void add(long more) {
        Objects.requireNonNull(SUMS.get(this)).add(more);
    }

    /// All of them now.
    public static Map<Cost, Long> now() {
        Map<Cost, Long> all = new EnumMap<>(Cost.class);
        SUMS.forEach((cost, sum) -> all.put(cost, sum.sum()));
        return all;
    }
}
