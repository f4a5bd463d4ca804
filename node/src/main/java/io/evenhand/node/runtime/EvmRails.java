package io.evenhand.node.runtime;

import io.evenhand.delegation.Effect;
import io.evenhand.delegation.message.Terms;
import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.ChainSnapshot;
import io.evenhand.ledger.evm.ChainWatcher;
import io.evenhand.ledger.evm.DealMoment;
import io.evenhand.ledger.evm.Escrow;
import io.evenhand.ledger.evm.EscrowCalls;
import io.evenhand.ledger.evm.FeePolicy;
import io.evenhand.ledger.evm.Intent;
import io.evenhand.ledger.evm.JsonRpc;
import io.evenhand.ledger.evm.LedgerException;
import io.evenhand.ledger.evm.SecondOpinion;
import io.evenhand.ledger.evm.TransactionManager;
import io.evenhand.ledger.evm.TransactionRecord;
import io.evenhand.ledger.evm.TransactionStatus;
import io.evenhand.ledger.evm.Wallet;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.SessionKey;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// One EVM chain: its watcher, our account on it, and the deals that sessions look at.
final class EvmRails implements Rails {
    /// Sessions hear about a silent chain at least this often, as their clocks go on.
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    private final Node node;
    private final ChainConfig config;
    private final List<JsonRpc> endpoints;
    private final ChainWatcher watcher;
    private final TransactionManager transactions;
    private final Escrow escrow;
    private final TransactionNews news;
    private final Map<SessionKey, Watch> watches = new ConcurrentHashMap<>();
    private final Object telling = new Object();
    private boolean closed;

    private EvmRails(
            Node node,
            ChainConfig config,
            List<JsonRpc> endpoints,
            ChainWatcher watcher,
            TransactionManager transactions) {
        this.node = node;
        this.config = config;
        this.endpoints = endpoints;
        this.watcher = watcher;
        this.transactions = transactions;
        this.escrow = new Escrow(watcher, Optional.of(transactions));
        this.news = new TransactionNews(node, transactions);
        // After the manager, which registered first: a session sees what the manager just learnt.
        watcher.add(new Listener());
    }

    /// Connects. The endpoint need not answer yet.
    static EvmRails open(ChainConfig config, NodeKeys keys, Node node) {
        JsonRpc rpc = JsonRpc.open(config.endpoint());
        Optional<JsonRpc> other = config.second().map(JsonRpc::open);
        ChainWatcher watcher =
                ChainWatcher.start(
                        rpc,
                        new ChainWatcher.Settings(config.finality(), config.poll(), HEARTBEAT),
                        other.map(SecondOpinion::new),
                        node.clock());
        TransactionManager transactions =
                TransactionManager.start(
                        watcher,
                        config.rail().chainId(),
                        new Wallet(keys.wallet()),
                        node.store().transactions(),
                        FeePolicy.standard());
        List<JsonRpc> endpoints = other.map(second -> List.of(rpc, second)).orElse(List.of(rpc));
        return new EvmRails(node, config, endpoints, watcher, transactions);
    }

    /// Our account.
    Address account() {
        return transactions.account();
    }

    /// Throws a `LedgerException` unless the agreed contract stands on the agreed chain (D17).
    void check() {
        escrow.check(config.rail());
    }

    /// What our account holds as of the newest block.
    Wei balance() {
        return new Wei(
                watcher.rpc().call("eth_getBalance", account().toString(), "latest").number());
    }

    /// The same if the chain answers.
    Optional<Wei> knownBalance() {
        try {
            return Optional.of(balance());
        } catch (LedgerException e) {
            return Optional.empty();
        }
    }

    /// The newest look at the chain.
    Optional<ChainSnapshot> snapshot() {
        return watcher.snapshot();
    }

    @Override
    public ChainTime time() {
        return watcher.snapshot()
                .map(ChainSnapshot::time)
                .orElseGet(() -> new ChainTime(node.clock().instant().getEpochSecond(), 0));
    }

    @Override
    public Optional<Octets> mark() {
        return watcher.snapshot().map(snapshot -> number(snapshot.tip().number()));
    }

    private static Octets number(long value) {
        return new Octets(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    @Override
    public void publish(SessionKey session, Effect.Transaction transaction) throws AgainException {
        if (!transaction.rail().equals(config.rail())) {
            throw new IllegalStateException("a transaction on a rail this node does not serve");
        }
        Intent intent =
                switch (transaction) {
                    case Effect.Transaction.Open(Rail rail, Deal deal) ->
                            EscrowCalls.open(rail, deal).withHandOverBy(lastOpening(session));
                    case Effect.Transaction.Claim(Rail rail, Deal deal, KeyId key, long notAfter) ->
                            claim(rail, deal, key).withHandOverBy(notAfter);
                    case Effect.Transaction.Refund(Rail rail, Deal deal) ->
                            EscrowCalls.refund(rail, deal);
                    case Effect.Transaction.Release(Rail rail, Deal deal) ->
                            EscrowCalls.release(rail, deal);
                };
        news.follow(session, kind(transaction), intent.key());
        TransactionStatus status = transactions.submit(intent);
        news.tell(session);
        if (!transactions.handedOver(intent.key()) && !status.isFinished()) {
            // Until a node has it, a restart only sends it if it is wished for again (10a).
            throw why(status);
        }
    }

    private static AgainException why(TransactionStatus status) {
        return switch (status) {
            case TransactionStatus.Pending(String trouble) ->
                    trouble.isEmpty()
                            ? AgainException.notYet("no node has it yet")
                            : new AgainException(trouble);
            case TransactionStatus.Held(String why) -> new AgainException(why);
            case TransactionStatus.Included _,
                    TransactionStatus.Final _,
                    TransactionStatus.Failed _ ->
                    AgainException.notYet("in a block");
        };
    }

    /// The key counts as shown before anything that holds it is even signed (D-I12).
    private Intent claim(Rail rail, Deal deal, KeyId key) {
        node.store().keys().shown(key);
        Secret32 secret = node.store().keys().secret(key);
        try {
            return EscrowCalls.claim(rail, deal, secret);
        } finally {
            secret.erase();
        }
    }

    /// A deposit that a crash held back is not made when it can no longer be in a block by tFund:
    /// the provider would only give it back.
    private long lastOpening(SessionKey session) {
        return Facts.terms(node.store().facts(), session)
                .map(Terms::order)
                .map(order -> order.deadlines().tFund() - config.timing().inclusionSeconds())
                .orElse(Intent.ANY_TIME);
    }

    private static String kind(Effect.Transaction transaction) {
        return switch (transaction) {
            case Effect.Transaction.Open _ -> "open";
            case Effect.Transaction.Claim _ -> "claim";
            case Effect.Transaction.Refund _ -> "refund";
            case Effect.Transaction.Release _ -> "release";
        };
    }

    /// A deal that a session looks at. Its views are read and told one after the other, so no old
    /// one comes after a newer one.
    private final class Watch {
        private final SessionKey session;
        private final Rail rail;
        private final Deal deal;
        private final Watcher listener;
        private final long lookFrom;

        Watch(SessionKey session, Rail rail, Deal deal, Watcher listener) {
            this.session = session;
            this.rail = rail;
            this.deal = deal;
            this.listener = listener;
            this.lookFrom = Facts.mark(node.store().facts(), session);
        }

        synchronized void tell() {
            if (watches.get(session) != this) {
                return;
            }
            try {
                DealView view = escrow.view(rail, deal, lookFrom);
                news.tell(session);
                listener.on(view);
            } catch (LedgerException e) {
                node.events().trouble(String.valueOf(e.getMessage()));
            }
        }
    }

    /// What happened to a deal in final blocks.
    List<DealMoment> history(long from, Rail rail, Deal deal) {
        return escrow.history(rail, deal, from);
    }

    @Override
    public void watch(SessionKey session, Rail rail, Deal deal, Watcher listener) {
        news.followKnown(session, "open", EscrowCalls.open(rail, deal).key());
        news.followKnown(session, "claim", EscrowCalls.claimKey(rail, deal));
        news.followKnown(session, "refund", EscrowCalls.refund(rail, deal).key());
        news.followKnown(session, "release", EscrowCalls.release(rail, deal).key());
        Watch watch =
                watches.computeIfAbsent(session, _ -> new Watch(session, rail, deal, listener));
        if (watcher.snapshot().isPresent()) {
            watch.tell();
        }
    }

    @Override
    public void unwatch(SessionKey session) {
        Watch watch = watches.remove(session);
        if (watch != null) {
            news.tell(session);
            escrow.forget(watch.rail, watch.deal);
        }
    }

    private final class Listener implements ChainWatcher.Listener {
        @Override
        public void onSnapshot(ChainSnapshot snapshot) {
            synchronized (telling) {
                if (!closed) {
                    snapshot.warnings().forEach(node.events()::trouble);
                    watches.values().forEach(Watch::tell);
                    news.tellAll();
                }
            }
        }

        @Override
        public void onAlarm(String line) {
            node.events().trouble(line);
        }
    }

    @Override
    public void close() {
        transactions.close();
        watcher.close();
        // Whoever is being told holds the journal, which is closed after us.
        synchronized (telling) {
            closed = true;
        }
        watches.clear();
        // Waits for what the manager may be doing on the watcher's thread.
        Optional<TransactionRecord> _ = transactions.find("");
        endpoints.forEach(JsonRpc::close);
    }
}
