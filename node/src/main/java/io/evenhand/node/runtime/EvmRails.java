package io.evenhand.node.runtime;

import io.evenhand.kit.alarm.Alarm;
import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
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
import io.evenhand.ledger.evm.Deposits;
import io.evenhand.ledger.evm.Endpoints;
import io.evenhand.ledger.evm.Escrow;
import io.evenhand.ledger.evm.EscrowCalls;
import io.evenhand.ledger.evm.FeePolicy;
import io.evenhand.ledger.evm.IncomingDeals;
import io.evenhand.ledger.evm.Intent;
import io.evenhand.ledger.evm.JsonRpc;
import io.evenhand.ledger.evm.LedgerException;
import io.evenhand.ledger.evm.SecondOpinion;
import io.evenhand.ledger.evm.TransactionManager;
import io.evenhand.ledger.evm.TransactionRecord;
import io.evenhand.ledger.evm.TransactionStatus;
import io.evenhand.ledger.evm.Wallet;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.message.Terms;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
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
    private final ChainWatcher watcher;
    private final TransactionManager transactions;
    private final Escrow escrow;
    private final TransactionNews news;
    private final Openings openings;
    private final EndpointCheck check;
    private final ChainAlarms alarms;
    private volatile List<Alarm> chainAlarms = List.of();
    private volatile Optional<Alarm> contradiction = Optional.empty();
    private volatile Optional<Alarm> poverty = Optional.empty();
    private final Map<Watched, Watch> watches = new ConcurrentHashMap<>();
    private final Object telling = new Object();
    private final Aftercare aftercare;
    private final Said said;
    private boolean closed;

    private EvmRails(
            Node node,
            Role role,
            ChainConfig config,
            ChainWatcher watcher,
            TransactionManager transactions,
            Openings openings,
            EndpointCheck check) {
        this.openings = openings;
        this.check = check;
        this.node = node;
        this.config = config;
        this.watcher = watcher;
        this.transactions = transactions;
        this.said = new Said(node.events()::trouble);
        this.escrow = new Escrow(watcher, Optional.of(transactions));
        openings.connect(escrow);
        this.aftercare = new Aftercare(config.rail(), escrow, transactions, node.events());
        this.news = new TransactionNews(node, transactions, said);
        this.alarms = new ChainAlarms(node, role, config.timing(), transactions);
        raise();
        // After the manager, which registered first: a session sees what the manager just learnt.
        watcher.add(new Listener());
    }

    /// Connects. The endpoint need not answer yet; a `LedgerException` if it does and lacks what
    /// will be needed.
    static EvmRails open(ChainConfig config, NodeKeys keys, Node node, Role role) {
        // An answer that takes longer than a block's inclusion helps nobody.
        Duration patience = Duration.ofSeconds(Math.min(10, config.timing().inclusionSeconds()));
        JsonRpc first = JsonRpc.open(config.endpoint(), patience);
        Optional<Endpoints> both =
                config.second().map(url -> new Endpoints(first, JsonRpc.open(url, patience)));
        Wallet wallet = new Wallet(keys.wallet());
        EndpointCheck check =
                EndpointCheck.of(
                        both.map(Endpoints::each).orElse(List.of(first)), config, wallet.address());
        ChainWatcher watcher =
                ChainWatcher.start(
                        both.isPresent() ? both.get() : first,
                        new ChainWatcher.Settings(config.finality(), config.poll(), HEARTBEAT),
                        both.map(SecondOpinion::new),
                        node.clock());
        Openings openings = new Openings(config.rail());
        TransactionManager transactions =
                TransactionManager.start(
                        watcher,
                        config.rail().chainId(),
                        wallet,
                        node.store().transactions(),
                        FeePolicy.standard(),
                        check.before(openings));
        return new EvmRails(node, role, config, watcher, transactions, openings, check);
    }

    /// Our account.
    Address account() {
        return transactions.account();
    }

    /// Throws a `LedgerException` unless the agreed contract stands on the agreed chain (D17).
    void check() {
        escrow.check(config.rail());
        check.require();
    }

    /// The newest final block; a `LedgerException` if the chain does not answer.
    long finalBlock() {
        return watcher.snapshot()
                .filter(ChainSnapshot::answering)
                .orElseGet(watcher::refresh)
                .finalized()
                .number();
    }

    /// Deals for our account that were opened in these blocks (12).
    List<IncomingDeals.Incoming> incoming(long first, long last) {
        return IncomingDeals.read(watcher.rpc(), config.rail(), account(), first, last);
    }

    DealView view(Deal deal, long lookFrom) {
        return escrow.view(config.rail(), deal, lookFrom);
    }

    void submit(Intent intent) {
        TransactionStatus _ = transactions.submit(intent);
    }

    /// Open deposits of our account that the journal does not know (12).
    List<Deposits.Deposit> lostDeposits() {
        return Deposits.open(watcher.rpc(), config.rail(), account()).stream()
                .filter(deposit -> node.store().deals().find(deposit.xid()).isEmpty())
                .toList();
    }

    /// Takes a deposit back and waits until that is final; throws a `LedgerException` if it takes
    /// too long or the contract refuses.
    void takeBack(Deposits.Deposit deposit, Duration limit) throws InterruptedException {
        String key = deposit.refund().key();
        TransactionStatus _ = transactions.submit(deposit.refund());
        if (transactions.await(key, limit, TransactionStatus::isFinished)
                instanceof TransactionStatus.Failed) {
            throw LedgerException.mismatch("the contract gives deposit " + key + " back no more");
        }
    }

    /// What our account holds as of the newest block.
    Wei balance() {
        return new Wei(
                watcher.rpc().call("eth_getBalance", account().toString(), "latest").number());
    }

    /// The newest block's time in seconds, asked now.
    long newest() {
        return watcher.rpc()
                .call("eth_getBlockByNumber", "latest", false)
                .field("timestamp")
                .quantity();
    }

    /// Throws a `LedgerException` that names what is missing unless our account holds this wage and
    /// the fee of its deposit.
    void checkBalance(Wei wage) {
        Wei needed = wage.plus(escrow.openFee());
        Wei balance = balance();
        if (balance.compareTo(needed) < 0) {
            throw LedgerException.poor(
                    "the account %s holds %s, the wage and the fee of its deposit need %s: send coins to it first"
                            .formatted(account(), balance, needed));
        }
    }

    @Override
    public Optional<String> busy() {
        return check.notReady()
                .or(() ->
                        poverty.map(_ ->
                                "our wallet cannot pay for another claim now; try again later"));
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
        return watcher.firstLook().map(snapshot -> number(snapshot.tip().number()));
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
        if (transaction instanceof Effect.Transaction.Open) {
            openings.know(
                    intent.key(),
                    transaction.deal(),
                    Documents.mark(node.store().facts(), session));
        }
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

    /// A session may look at several deals.
    private record Watched(SessionKey session, Deal deal) {}

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
            this.lookFrom = Documents.mark(node.store().facts(), session);
        }

        synchronized void tell() {
            if (watches.get(new Watched(session, deal)) != this) {
                return;
            }
            try {
                DealView view = escrow.view(rail, deal, lookFrom);
                contradiction = Optional.empty();
                alarms.seen(session, view);
                // A refusal is told before its transaction is forgotten and made anew.
                news.tell(session);
                retryRefused(view);
                news.tell(session);
                listener.on(view);
            } catch (LedgerException e) {
                if (e.kind() instanceof LedgerException.Kind.Mismatch) {
                    contradiction = Optional.of(contradiction(e));
                }
                said.tell(String.valueOf(e.getMessage()));
            }
        }

        private Alarm contradiction(LedgerException e) {
            return new Alarm.EndpointsDisagree(
                    watcher.rpc().name(), "the other endpoint", String.valueOf(e.getMessage()));
        }

        /// A call that was refused while the deal could not be ended, as after a reorg, is made
        /// again when it can.
        private void retryRefused(DealView view) {
            if (view.tip() == DealStatus.OPEN) {
                boolean over = time().head() >= deal.claimBy();
                if (over) {
                    retryRefused("refund", EscrowCalls.refund(rail, deal).key());
                } else {
                    retryRefused("claim", EscrowCalls.claimKey(rail, deal));
                    retryRefused("release", EscrowCalls.release(rail, deal).key());
                }
            }
        }

        private void retryRefused(String kind, String key) {
            Optional<TransactionRecord> refused =
                    transactions
                            .find(key)
                            .filter(r -> r.status() instanceof TransactionStatus.Failed);
            if (refused.isPresent()) {
                TransactionStatus _ = transactions.retry(refused.get().intent());
                news.follow(session, kind, key);
            }
        }
    }

    /// What happened to a deal in final blocks.
    List<DealMoment> history(long from, Rail rail, Deal deal) {
        return escrow.history(rail, deal, from);
    }

    @Override
    public void watch(SessionKey session, Rail rail, Deal deal, Watcher listener) {
        openings.know(
                EscrowCalls.open(rail, deal).key(),
                deal,
                Documents.mark(node.store().facts(), session));
        news.followKnown(session, "open", EscrowCalls.open(rail, deal).key());
        news.followKnown(session, "claim", EscrowCalls.claimKey(rail, deal));
        news.followKnown(session, "refund", EscrowCalls.refund(rail, deal).key());
        news.followKnown(session, "release", EscrowCalls.release(rail, deal).key());
        Watch watch =
                watches.computeIfAbsent(
                        new Watched(session, deal), _ -> new Watch(session, rail, deal, listener));
        if (watcher.snapshot().isPresent()) {
            watch.tell();
        }
    }

    @Override
    public void unwatch(SessionKey session) {
        alarms.forget(session);
        for (Watched watched : List.copyOf(watches.keySet())) {
            Watch watch = watched.session().equals(session) ? watches.remove(watched) : null;
            if (watch != null) {
                news.tell(session);
                escrow.forget(watch.rail, watch.deal);
            }
        }
    }

    private final class Listener implements ChainWatcher.Listener {
        @Override
        public void onSnapshot(ChainSnapshot snapshot) {
            synchronized (telling) {
                if (closed) {
                    return;
                }
                if (snapshot.answering()) {
                    check.look();
                    look(snapshot);
                }
                if (snapshot.chainId() == config.rail().chainId()) {
                    watches.values().forEach(Watch::tell);
                    news.tellAll();
                    aftercare.look(snapshot);
                }
                alarms.look(snapshot.time().now(), snapshot.answering());
                raise();
            }
        }

        @Override
        public void onAlarms(List<Alarm> present) {
            synchronized (telling) {
                if (!closed) {
                    chainAlarms = present;
                    raise();
                }
            }
        }

        @Override
        public void onTrouble(String line) {
            said.tell(line);
        }
    }

    /// What a node's answers say about our account and about the node itself.
    private void look(ChainSnapshot snapshot) {
        if (snapshot.chainId() != config.rail().chainId()) {
            List<Alarm> more = new ArrayList<>(chainAlarms);
            more.add(
                    new Alarm.EndpointLost(
                            watcher.rpc().name(),
                            "%s serves chain %d, our deals are on chain %d"
                                    .formatted(
                                            watcher.rpc().name(),
                                            snapshot.chainId(),
                                            config.rail().chainId())));
            chainAlarms = more;
            return;
        }
        try {
            poverty =
                    alarms.balance(
                            account(),
                            balance(),
                            new ChainAlarms.Prices(escrow.openFee(), escrow.claimFee()));
        } catch (LedgerException e) {
            // The next look tells.
            return;
        }
    }

    private void raise() {
        List<Alarm> present = new ArrayList<>(chainAlarms);
        present.addAll(check.alarms());
        config.ownFinality().map(Alarm.OwnFinality::new).ifPresent(present::add);
        contradiction.ifPresent(present::add);
        poverty.ifPresent(present::add);
        if (config.second().isEmpty() && !JsonRpc.isOnThisMachine(config.endpoint())) {
            present.add(new Alarm.SingleEndpoint(watcher.rpc().name()));
        }
        node.alarms().set(Optional.empty(), present);
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
        watcher.rpc().close();
    }
}
