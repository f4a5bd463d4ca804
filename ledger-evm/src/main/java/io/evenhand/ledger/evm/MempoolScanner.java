package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Bytes32;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/// Shows passing transactions to whoever looks for published keys: those of new blocks, whether
/// they succeeded or not, and those still waiting, as far as the endpoint shows them.
///
/// Waiting transactions come from a push of whole transactions, else from the pool, else from the
/// pending block. An endpoint that has none of these is no error: the key is then seen in a block.
final class MempoolScanner implements HeaderChain.Source {
    /// Transactions looked at in one block or pool.
    private static final int MAX_TRANSACTIONS = 100_000;

    /// An endpoint that pushes what waits is asked for its pool this rarely.
    private static final long PUSHED_REST_NANOS = 15_000_000_000L;

    /// Pushed transactions looked at between two looks at the chain.
    static final int MAX_PUSHES = 4_096;

    /// Pools can be large: looking at one takes at most a twentieth of the time.
    private static final int POOL_REST = 20;

    /// What an endpoint does not give in time may be a block or a pool that somebody filled for
    /// that purpose: it is passed over after this many tries, and never keeps the watch from going
    /// on.
    private static final int MAX_TRIES = 3;

    private enum Source {
        POOL,
        PENDING_BLOCK,
        NONE;

        Source next() {
            return this == POOL ? PENDING_BLOCK : NONE;
        }
    }

    private final JsonRpc rpc;
    private final Runnable wake;
    private final List<Sink> sinks = new CopyOnWriteArrayList<>();
    private final Deque<Bytes32> blocks = new ArrayDeque<>();
    private Source source = Source.POOL;
    private long nextPoolLookNanos = System.nanoTime();

    /// It has had the rest that its size asks for.
    private long afterPool = nextPoolLookNanos;

    private final Set<Bytes32> seen = new LinkedHashSet<>();
    private final AtomicBoolean news = new AtomicBoolean();
    private volatile boolean pushed;
    private final AtomicInteger pushes = new AtomicInteger();
    private boolean subscribed;
    private int blockFailures;
    private int poolFailures;

    MempoolScanner(JsonRpc rpc, Runnable wake) {
        this.rpc = rpc;
        this.wake = wake;
    }

    private record Sink(Predicate<SeenTransaction> sees, BooleanSupplier looks) {}

    /// A sink answers true if the transaction tells it something new.
    ///
    /// @param looks whether it wants to see any now
    void add(Predicate<SeenTransaction> sink, BooleanSupplier looks) {
        sinks.add(new Sink(sink, looks));
    }

    private boolean isIdle() {
        return sinks.stream().noneMatch(sink -> sink.looks().getAsBoolean());
    }

    /// The header with this hash. Its transactions are looked at in the same answer, so that who is
    /// behind asks for each block once.
    @Override
    public Header byHash(Bytes32 hash) {
        if (!isIdle()) {
            try {
                RpcResult block = rpc.call("eth_getBlockByHash", "0x" + hash, true);
                if (!block.isNull()) {
                    Header header = Header.read(block);
                    if (offerAll(block.field("transactions").list(MAX_TRANSACTIONS))) {
                        news.set(true);
                    }
                    seen.add(hash);
                    return header;
                }
            } catch (LedgerException e) {
                if (e.kind() instanceof LedgerException.Kind.Limited) {
                    throw e;
                }
                // Too large or too slow: the header alone may do, and the block gets its tries.
            }
        }
        return Blocks.byHash(rpc, hash);
    }

    @Override
    public Header byNumber(long number) {
        return Blocks.byNumber(rpc, Blocks.quantity(number));
    }

    /// Looks at these new blocks and at what waits; true if any sink learnt something.
    boolean look(List<Header> added) {
        if (isIdle()) {
            blocks.clear();
            seen.clear();
            return false;
        }
        subscribe();
        boolean flooded = pushes.getAndSet(0) > MAX_PUSHES;
        added.stream().map(Header::hash).filter(hash -> !seen.remove(hash)).forEach(blocks::add);
        while (blocks.size() > HeaderChain.WINDOW) {
            blocks.removeFirst();
        }
        while (seen.size() > HeaderChain.WINDOW) {
            boolean _ = seen.remove(seen.iterator().next());
        }
        boolean told = news.getAndSet(false);
        boolean found = lookAtBlocks() || told;
        found |= lookAtPool(flooded);
        return found;
    }

    private boolean lookAtBlocks() {
        boolean news = false;
        while (!blocks.isEmpty()) {
            try {
                news |= lookAtBlock(blocks.getFirst());
            } catch (LedgerException e) {
                if (isSlow(e) && ++blockFailures < MAX_TRIES) {
                    return news;
                }
            }
            blockFailures = 0;
            blocks.removeFirst();
        }
        return news;
    }

    private boolean lookAtBlock(Bytes32 hash) {
        RpcResult block = rpc.call("eth_getBlockByHash", "0x" + hash, true);
        return !block.isNull() && offerAll(block.field("transactions").list(MAX_TRANSACTIONS));
    }

    /// A slow endpoint is asked again; one that has no such answer is not.
    private static boolean isSlow(LedgerException e) {
        return e.isPassing();
    }

    private void subscribe() {
        if (!subscribed) {
            subscribed = true;
            boolean _ = rpc.subscribe(List.of("newPendingTransactions", true), this::push);
        }
    }

    /// A node that does not know the flag pushes bare hashes, which are passed over. What a flood
    /// pushes beyond a bound is not looked at here, where answers wait behind it, but in the pool.
    void push(RpcResult answer) {
        if (answer.isObject()) {
            boolean tooMany = pushes.incrementAndGet() > MAX_PUSHES;
            pushed = !tooMany;
            if (!tooMany && offerOne(answer)) {
                news.set(true);
                wake.run();
            }
        }
    }

    private boolean lookAtPool(boolean flooded) {
        long start = System.nanoTime();
        if (start - (flooded ? afterPool : nextPoolLookNanos) < 0) {
            return false;
        }
        boolean news = false;
        while (source != Source.NONE) {
            try {
                news = offerAll(waiting());
                poolFailures = 0;
                break;
            } catch (LedgerException e) {
                if (isSlow(e) && ++poolFailures < MAX_TRIES) {
                    break;
                }
                // Not offered, or too large here: take the next source from now on.
                poolFailures = 0;
                source = source.next();
            }
        }
        long now = System.nanoTime();
        long rest = POOL_REST * (now - start);
        afterPool = now + rest;
        nextPoolLookNanos = pushed ? Math.max(afterPool, now + PUSHED_REST_NANOS) : afterPool;
        return news;
    }

    private List<RpcResult> waiting() {
        if (source == Source.PENDING_BLOCK) {
            return rpc.call("eth_getBlockByNumber", "pending", true)
                    .field("transactions")
                    .list(MAX_TRANSACTIONS);
        }
        RpcResult content = rpc.call("txpool_content");
        List<RpcResult> found = new ArrayList<>();
        for (String part : List.of("pending", "queued")) {
            for (RpcResult bySender : content.field(part).values(MAX_TRANSACTIONS)) {
                found.addAll(bySender.values(MAX_TRANSACTIONS));
            }
        }
        return found;
    }

    private boolean offerAll(List<RpcResult> transactions) {
        boolean news = false;
        for (RpcResult transaction : transactions) {
            news |= offerOne(transaction);
        }
        return news;
    }

    /// One that makes no sense hides no other.
    private boolean offerOne(RpcResult transaction) {
        try {
            return transaction.isObject()
                    && SeenTransaction.read(transaction).filter(this::offer).isPresent();
        } catch (LedgerException e) {
            return false;
        }
    }

    private boolean offer(SeenTransaction seen) {
        boolean news = false;
        for (Sink sink : sinks) {
            news |= sink.sees().test(seen);
        }
        return news;
    }
}
