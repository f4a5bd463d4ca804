package io.evenhand.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.node.transport.PeerServerOptions;
import io.evenhand.node.transport.PeerServerOptions.Room;
import io.evenhand.programs.yaml.YamlTree;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/// How much a node lets its peers use. A peer that asks for more is refused with a line that names
/// the limit; nothing it sent before is lost.
///
/// @param exchanges open at a time, of everybody together
/// @param exchangesPerPeer of one peer
/// @param unpaidPerPeer deliveries to one customer that are not paid for, open or of the last day:
///   a customer that never funds gets no more work for free
/// @param fruitlessPerPeer exchanges that one peer began, of the last day or open, in which nothing
///   was delivered (judged, at a stamper): each stays in the journal
/// @param bytes kept on disk for everybody together
/// @param bytesPerPeer kept for one peer
/// @param freeBytes always left free on the disk, so that the journal always finds room
/// @param jobs of work, sealing and judging at a time
/// @param connections of known keys at a time; one more takes the place of one of the key that
///   holds most
/// @param connectionsPerPeer connections of one key at a time
/// @param bytesPerSecond bandwidth of all transfers together, without a limit if empty
/// @param bytesPerSecondPerPeer of one peer's
public record Capacity(
        int exchanges,
        int exchangesPerPeer,
        int unpaidPerPeer,
        int fruitlessPerPeer,
        long bytes,
        long bytesPerPeer,
        long freeBytes,
        int jobs,
        int connections,
        int connectionsPerPeer,
        OptionalLong bytesPerSecond,
        OptionalLong bytesPerSecondPerPeer) {
    /// For one operator's machine: more exchanges than it works on at a time, three of 10 GiB for
    /// one peer, jobs bound by processor and disk.
    public static final Capacity DEFAULT =
            new Capacity(
                    256,
                    32,
                    32,
                    1024,
                    1L << 40,
                    64L << 30,
                    512L << 20,
                    2,
                    Room.DEFAULT.known(),
                    Room.DEFAULT.knownEach(),
                    OptionalLong.empty(),
                    OptionalLong.empty());

    private static final int MAX_COUNT = 1_000_000;
    private static final long MAX_BYTES = 1L << 60;

    /// The keys of `capacity:` in a service file; each may be left out.
    public static final Set<String> KEYS =
            Set.of(
                    "exchanges",
                    "exchangesPerCustomer",
                    "unpaidPerCustomer",
                    "fruitlessPerCustomer",
                    "bytes",
                    "bytesPerCustomer",
                    "freeBytes",
                    "jobs",
                    "connections",
                    "connectionsPerCustomer",
                    "bytesPerSecond",
                    "bytesPerSecondPerCustomer");

    /// Reads `capacity:`; what is not there has its default.
    public static Capacity read(JsonNode node) {
        if (node.isMissingNode()) {
            return DEFAULT;
        }
        if (!node.isObject()) {
            throw new MalformedException(
                    "`capacity:` is a mapping of some of " + new TreeSet<>(KEYS));
        }
        YamlTree.onlyKeys(node, "capacity", KEYS);
        return new Capacity(
                count(node, "exchanges", DEFAULT.exchanges),
                count(node, "exchangesPerCustomer", DEFAULT.exchangesPerPeer),
                count(node, "unpaidPerCustomer", DEFAULT.unpaidPerPeer),
                count(node, "fruitlessPerCustomer", DEFAULT.fruitlessPerPeer),
                bytes(node, "bytes", DEFAULT.bytes),
                bytes(node, "bytesPerCustomer", DEFAULT.bytesPerPeer),
                bytes(node, "freeBytes", DEFAULT.freeBytes),
                count(node, "jobs", DEFAULT.jobs),
                count(node, "connections", DEFAULT.connections),
                count(node, "connectionsPerCustomer", DEFAULT.connectionsPerPeer),
                speed(node, "bytesPerSecond"),
                speed(node, "bytesPerSecondPerCustomer"));
    }

    private static int count(JsonNode node, String key, int otherwise) {
        return node.has(key) ? (int) number(node, key, 1, MAX_COUNT) : otherwise;
    }

    private static long bytes(JsonNode node, String key, long otherwise) {
        return node.has(key) ? number(node, key, 0, MAX_BYTES) : otherwise;
    }

    private static OptionalLong speed(JsonNode node, String key) {
        return node.has(key)
                ? OptionalLong.of(number(node, key, 1, MAX_BYTES))
                : OptionalLong.empty();
    }

    /// The same with other limits on what is open and kept.
    public Capacity withKept(int all, int each, long allBytes, long eachBytes) {
        return new Capacity(
                all,
                each,
                unpaidPerPeer,
                fruitlessPerPeer,
                allBytes,
                eachBytes,
                freeBytes,
                jobs,
                connections,
                connectionsPerPeer,
                bytesPerSecond,
                bytesPerSecondPerPeer);
    }

    /// The same with a bandwidth for all transfers together.
    public Capacity withBytesPerSecond(OptionalLong speed) {
        return new Capacity(
                exchanges,
                exchangesPerPeer,
                unpaidPerPeer,
                fruitlessPerPeer,
                bytes,
                bytesPerPeer,
                freeBytes,
                jobs,
                connections,
                connectionsPerPeer,
                speed,
                bytesPerSecondPerPeer);
    }

    public PeerServerOptions serverOptions(String host, int port) {
        return PeerServerOptions.on(host, port)
                .withRoom(Room.DEFAULT.withKnown(connections, connectionsPerPeer))
                .withBytesPerSecond(bytesPerSecond, bytesPerSecondPerPeer);
    }

    /// A whole number of a configuration file.
    public static long number(JsonNode node, String key, long least, long most) {
        JsonNode value = node.path(key);
        if (!value.canConvertToExactIntegral()
                || !value.canConvertToLong()
                || value.longValue() < least
                || value.longValue() > most) {
            throw new MalformedException(
                    "`" + key + ":` must be a whole number from " + least + " to " + most);
        }
        return value.longValue();
    }
}
