package io.evenhand.ledger.evm;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// An endpoint that is asked no faster than it allows: what was one too many is asked again in its
/// turn, so that a look at the chain becomes slow and does not fail.
///
/// Which answers mean that is told by HTTP status and JSON-RPC code alone, never by their words.
final class PacedRpc implements JsonRpc {
    /// "Limit exceeded" of EIP-1474, its HTTP status, and codes that gateways use in its place. One
    /// that was meant otherwise costs two more attempts.
    private static final Set<Integer> LIMITS = Set.of(-32005, 429, -32007, -32016, -32029, -32090);

    /// What is refused so often in a row, each time after a pause, is refused for itself.
    private static final int MOST_SAID = 3;

    /// The same code may speak of too many blocks or logs, and a pause does not make them fewer.
    private static final int MOST_SAID_OF_LOGS = 2;

    /// A gateway shows a page of its own now and then, in place of an answer. (Junk ends a
    /// WebSocket, with all that others asked there.)
    private static final int MOST_NONSENSE = 2;

    private final JsonRpc inner;
    private final Endpoint endpoint;
    private final Duration patience;
    private final Pace pace;
    private final LogRange logs = new LogRange();
    private boolean closed;

    /// @param patience the longest wait for a turn, whatever the endpoint asks for
    PacedRpc(JsonRpc inner, Endpoint endpoint, Duration patience) {
        this.inner = inner;
        this.endpoint = endpoint;
        this.patience = patience;
        this.pace = Pace.take(endpoint.uri());
    }

    @Override
    public RpcResult call(String method, List<?> params) {
        boolean sends = method.equals("eth_sendRawTransaction");
        long until = System.nanoTime() + patience.toNanos();
        double speed = pace.speed();
        Optional<LedgerException> last = Optional.empty();
        int nonsense = 0;
        for (int said = 1; ; ) {
            long asked = enter(sends, until, last);
            try {
                RpcResult answer = inner.call(method, params);
                pace.answered();
                return answer;
            } catch (LedgerException e) {
                boolean again =
                        e.kind() instanceof LedgerException.Kind.Malformed(boolean readable)
                                && !readable
                                && !sends
                                && endpoint.uri().getScheme().startsWith("http");
                if (again && nonsense++ < MOST_NONSENSE) {
                    continue;
                }
                boolean byStatus = e.kind() instanceof LedgerException.Kind.Limited;
                if (!byStatus && !isLimit(e)) {
                    if (e.isRefusal()) {
                        pace.answered();
                    }
                    throw e;
                }
                if (!byStatus && said++ >= most(method)) {
                    pace.restore(speed);
                    throw e;
                }
                pace.limited(asked, e.retryAfter(), patience);
                if (sends) {
                    // Its sender notes first that it may have arrived (R4).
                    throw e;
                }
                last = Optional.of(e);
            }
        }
    }

    private long enter(boolean sends, long until, Optional<LedgerException> last) {
        try {
            return pace.enter(sends, until);
        } catch (TimeoutException e) {
            throw last.orElseGet(() ->
                    LedgerException.limited(
                            false,
                            Optional.empty(),
                            endpoint + " allows no more requests now: others wait too"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw LedgerException.notSent("interrupted while waiting for " + endpoint);
        }
    }

    private static boolean isLimit(LedgerException e) {
        return e.kind() instanceof LedgerException.Kind.Refused(int code, String _)
                && LIMITS.contains(code);
    }

    private static int most(String method) {
        return method.equals("eth_getLogs") ? MOST_SAID_OF_LOGS : MOST_SAID;
    }

    @Override
    public LogRange logRange() {
        return logs;
    }

    @Override
    public boolean subscribe(List<?> topic, Consumer<RpcResult> sink) {
        return inner.subscribe(topic, sink);
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            Pace.giveBack(endpoint.uri());
        }
        inner.close();
    }

    @Override
    public String toString() {
        return name();
    }
}
