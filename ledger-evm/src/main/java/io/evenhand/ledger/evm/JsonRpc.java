package io.evenhand.ledger.evm;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// One JSON-RPC endpoint, by HTTP or WebSocket.
///
/// Every call ends in an answer or a `LedgerException` within twice the timeout: once to wait for
/// its turn if the endpoint limits requests, once for the answer. Calls may come from several
/// threads. A WebSocket connects anew by itself, with growing pauses, and takes up its
/// subscriptions again; what was missed meanwhile is for `ChainWatcher` to fetch.
public sealed interface JsonRpc extends AutoCloseable
        permits HttpRpc, SocketRpc, PacedRpc, Endpoints {
    /// The largest answer: a block with all its transactions has a few MiB, a code 24 KiB.
    int MAX_ANSWER_BYTES = 16 << 20;

    /// A healthy node answers in milliseconds; a loaded public one may take seconds.
    Duration TIMEOUT = Duration.ofSeconds(10);

    /// Opens an endpoint given as URL; nothing is sent yet. Keys in the URL never appear in errors.
    static JsonRpc open(String url) {
        return open(url, TIMEOUT);
    }

    static JsonRpc open(String url, Duration timeout) {
        Endpoint endpoint = Endpoint.parse(url);
        JsonRpc bare =
                endpoint.isWebSocket()
                        ? new SocketRpc(endpoint, timeout)
                        : new HttpRpc(endpoint, timeout);
        return new PacedRpc(bare, endpoint, timeout);
    }

    /// The URL itself if it is one that can be opened; else a `MalformedException` without the keys
    /// in it.
    static String checkUrl(String url) {
        Endpoint _ = Endpoint.parse(url);
        return url;
    }

    /// Whether a URL names this machine: then the node is the user's own (16e).
    static boolean isOnThisMachine(String url) {
        return Endpoint.parse(url).isOnThisMachine();
    }

    /// Asks and waits. Parameters are strings, booleans, numbers, lists and maps of them.
    RpcResult call(String method, List<?> params);

    default RpcResult call(String method, Object... params) {
        return call(method, List.of(params));
    }

    /// Has `sink` called with what the node pushes on `topic` (such as `newHeads`), now and after
    /// every reconnection. Returns false if this endpoint cannot push, so that the caller polls.
    boolean subscribe(List<?> topic, Consumer<RpcResult> sink);

    /// For how many blocks it gives logs at once; fresh where nobody keeps it.
    default LogRange logRange() {
        return new LogRange();
    }

    /// Scheme, host and port: what people may see.
    String name();

    @Override
    void close();
}
