package io.evenhand.ledger.evm;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/// Two endpoints of one chain as one: questions go to the one in use, and to the other as soon as
/// that one fails; transactions go to both, so that none of them can swallow one.
///
/// What is final they must agree on: see {@link SecondOpinion}.
public final class Endpoints implements JsonRpc {
    private final List<JsonRpc> both;
    private volatile int used;
    private volatile long changes;
    private volatile OptionalLong chainId = OptionalLong.empty();

    public Endpoints(JsonRpc first, JsonRpc second) {
        this.both = List.of(first, second);
    }

    /// Both, each for itself.
    public List<JsonRpc> each() {
        return both;
    }

    /// The one that is not in use now.
    JsonRpc other() {
        return both.get(1 - used);
    }

    private JsonRpc inUse() {
        return both.get(used);
    }

    /// How often the one in use was changed: what one has told, the other has not.
    long changes() {
        return changes;
    }

    /// Uses the other one from now on.
    synchronized void change() {
        used = 1 - used;
        changes++;
    }

    @Override
    public RpcResult call(String method, List<?> params) {
        if (method.equals("eth_sendRawTransaction")) {
            return send(method, params);
        }
        JsonRpc asked = inUse();
        try {
            return noted(method, asked.call(method, params));
        } catch (LedgerException e) {
            if (!e.isOfEndpoint()) {
                throw e;
            }
            return noted(method, elsewhere(asked, e).call(method, params));
        }
    }

    /// The other endpoint, if it answers and serves the same chain; else the first one's trouble.
    private synchronized JsonRpc elsewhere(JsonRpc failed, LedgerException trouble) {
        if (failed == inUse()) {
            try {
                long id = other().call("eth_chainId").quantity();
                if (chainId.isPresent() && chainId.getAsLong() != id) {
                    throw trouble;
                }
            } catch (LedgerException e) {
                throw trouble;
            }
            change();
        }
        return inUse();
    }

    private RpcResult noted(String method, RpcResult answer) {
        if (method.equals("eth_chainId") && chainId.isEmpty()) {
            chainId = OptionalLong.of(answer.quantity());
        }
        return answer;
    }

    /// One that takes it is enough. If none does, what the one in use says counts, unless only the
    /// other one may have it now.
    private RpcResult send(String method, List<?> params) {
        Optional<LedgerException> first = Optional.empty();
        Optional<RpcResult> taken = Optional.empty();
        for (JsonRpc rpc : List.of(inUse(), other())) {
            try {
                RpcResult answer = rpc.call(method, params);
                taken = taken.isPresent() ? taken : Optional.of(answer);
            } catch (LedgerException e) {
                boolean says = first.isEmpty() || !first.get().mayHaveArrived();
                first = says ? Optional.of(e) : first;
            }
        }
        if (taken.isEmpty()) {
            throw first.orElseThrow();
        }
        return taken.get();
    }

    @Override
    public boolean subscribe(List<?> topic, Consumer<RpcResult> sink) {
        boolean first = both.getFirst().subscribe(topic, sink);
        return both.getLast().subscribe(topic, sink) || first;
    }

    /// The one in use, then the other one: both at one moment.
    List<JsonRpc> inOrder() {
        int first = used;
        return List.of(both.get(first), both.get(1 - first));
    }

    @Override
    public LogRange logRange() {
        return inUse().logRange();
    }

    @Override
    public String name() {
        return inUse().name();
    }

    @Override
    public void close() {
        both.forEach(JsonRpc::close);
    }

    @Override
    public String toString() {
        return name();
    }
}
