package io.evenhand.node.peer;

/// What all keys without an invite may use together, at a server that is open to any key. Keys cost
/// nothing, so there is a limit for all of them and for each network they come from; what is left
/// is for keys that were let in.
///
/// @param all exchanges open at a time
/// @param network of them from one network (`/24` of IPv4, `/48` of IPv6)
/// @param each of them of one key
/// @param daily exchanges begun in a day, as each stays in the journal
/// @param dailyNetwork of them from one network
public record GuestQuota(int all, int network, int each, int daily, int dailyNetwork) {
    /// So many are begun in a day for each that may be open at a time.
    private static final int TURNS = 64;

    public GuestQuota {
        if (Math.min(all, Math.min(network, each)) < 1 || Math.min(daily, dailyNetwork) < 1) {
            throw new IllegalArgumentException("a server open to any key has a place for one");
        }
    }

    /// Four networks fill it, and so do sixteen keys.
    public static GuestQuota of(int all) {
        int network = Math.max(1, all / 4);
        return new GuestQuota(all, network, Math.max(1, all / 16), all * TURNS, network * TURNS);
    }
}
