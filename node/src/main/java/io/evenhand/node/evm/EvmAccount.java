package io.evenhand.node.evm;

import io.evenhand.kit.alarm.Alarm;
import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.ChainAlarm;
import io.evenhand.ledger.evm.ChainSnapshot;
import io.evenhand.ledger.evm.ChainWatcher;
import io.evenhand.ledger.evm.Endpoints;
import io.evenhand.ledger.evm.FeePolicy;
import io.evenhand.ledger.evm.Intent;
import io.evenhand.ledger.evm.JsonRpc;
import io.evenhand.ledger.evm.LedgerException;
import io.evenhand.ledger.evm.SecondOpinion;
import io.evenhand.ledger.evm.TransactionManager;
import io.evenhand.ledger.evm.TransactionRecord;
import io.evenhand.ledger.evm.TransactionStatus;
import io.evenhand.ledger.evm.Wallet;
import io.evenhand.node.AgainException;
import io.evenhand.node.LogDeduplicator;
import io.evenhand.node.Node;
import io.evenhand.node.Trouble;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.SessionKey;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;

/// One EVM chain and our account on it. What a protocol does on the chain is done by a {@link
/// Follower}, such as {@link EscrowPort}.
public final class EvmAccount implements AutoCloseable {
    /// Sessions hear about a silent chain at least this often, as their clocks go on.
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    /// What the account should hold is compared with what it holds this rarely.
    private static final int COMPARE_POLLS = 4;

    private static final Duration COMPARE_IDLE = Duration.ofMinutes(1);

    private final Node node;
    private final ChainConfig config;
    private final ChainWatcher watcher;
    private final TransactionManager transactions;
    private final TransactionNews news;
    private final EndpointCheck check;
    private final DoubleFundingGuard openings;
    private final ReopeningGuard channels;
    private final LogDeduplicator said;
    private final List<Follower> followers = new CopyOnWriteArrayList<>();
    private final Object telling = new Object();

    /// When the balance was compared with what will be needed; nothing before the first time.
    private OptionalLong comparedNanos = OptionalLong.empty();

    private volatile List<Alarm> chainAlarms = List.of();
    private volatile Optional<Alarm> poverty = Optional.empty();
    private boolean closed;

    /// Follows the chain for one kind of contract.
    interface Follower {
        /// A node answered, for our chain; or our clock went on.
        void onBlock(ChainSnapshot snapshot);

        /// After every look, also while no node answers.
        void onLook(ChainSnapshot snapshot);

        /// What our account should hold for it at the present fees; a `LedgerException` if they are
        /// not known.
        Wei needed();

        List<Alarm> alarms();

        /// Whether anything of it waits for the chain.
        boolean waits();
    }

    private EvmAccount(
            Node node,
            ChainConfig config,
            ChainWatcher watcher,
            TransactionManager transactions,
            DoubleFundingGuard openings,
            ReopeningGuard channels,
            EndpointCheck check) {
        this.node = node;
        this.config = config;
        this.watcher = watcher;
        this.transactions = transactions;
        this.openings = openings;
        this.channels = channels;
        this.check = check;
        this.said = new LogDeduplicator(node.events()::trouble);
        this.news = new TransactionNews(node, transactions, said);
        raise();
        // After the manager, which registered first: a session sees what the manager just learnt.
        watcher.add(new Listener());
    }

    /// Connects. The endpoint need not answer yet; a `LedgerException` if it does and lacks what
    /// will be needed.
    public static EvmAccount open(ChainConfig config, NodeKeys keys, Node node) {
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
        DoubleFundingGuard openings = new DoubleFundingGuard(config.rail());
        ReopeningGuard channels = new ReopeningGuard(openings);
        TransactionManager transactions =
                TransactionManager.start(
                        watcher,
                        config.rail().chainId(),
                        wallet,
                        node.store().transactions(),
                        FeePolicy.standard(),
                        check.before(channels));
        return new EvmAccount(node, config, watcher, transactions, openings, channels, check);
    }

    void follow(Follower follower) {
        followers.add(follower);
    }

    public ChainConfig config() {
        return config;
    }

    ChainWatcher watcher() {
        return watcher;
    }

    public TransactionManager transactions() {
        return transactions;
    }

    TransactionNews news() {
        return news;
    }

    DoubleFundingGuard openings() {
        return openings;
    }

    ReopeningGuard channels() {
        return channels;
    }

    /// Journals a call of a session, sends it, and sends it again as often as it needs.
    ///
    /// @param slot of the output that it opens or ends
    /// @throws AgainException while no node has seen it: it has to be asked for again
    void publish(SessionKey session, int slot, String kind, Intent intent) throws AgainException {
        news.follow(session, slot, kind, intent.key());
        TransactionStatus status = transactions.submit(intent);
        news.tell(session);
        if (!transactions.handedOver(intent.key()) && !status.isFinished()) {
            // Until a node has it, a restart only sends it if it is asked for again (10a).
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

    /// Throws a `LedgerException` that names what is missing unless our account holds this sum.
    ///
    /// @param what needs it, for people
    void checkBalance(Wei needed, String what) {
        if (transactions.balance().compareTo(needed) >= 0) {
            return;
        }
        // Coins may have come since the last look.
        Wei balance = balance();
        if (balance.compareTo(needed) < 0) {
            throw LedgerException.poor(
                    "the account %s holds %s, %s need %s: send coins to it first"
                            .formatted(address(), balance, what, needed));
        }
    }

    /// Tells the owner a line, if it is news.
    void tell(Trouble kind, String line) {
        said.tell(kind, line);
    }

    public Address address() {
        return transactions.account();
    }

    /// Throws a `LedgerException` that names what the endpoints lack.
    void check() {
        check.require();
    }

    /// The newest final block; a `LedgerException` if the chain does not answer.
    public long finalBlock() {
        return watcher.snapshot()
                .filter(ChainSnapshot::answering)
                .orElseGet(watcher::refresh)
                .finalized()
                .number();
    }

    /// What our account holds as of the newest block.
    public Wei balance() {
        return new Wei(
                watcher.rpc().call("eth_getBalance", address().toString(), "latest").number());
    }

    /// The same if the chain answers.
    public Optional<Wei> knownBalance() {
        try {
            return Optional.of(balance());
        } catch (LedgerException e) {
            return Optional.empty();
        }
    }

    /// The newest block's time in seconds, asked now.
    public long newest() {
        return watcher.rpc()
                .call("eth_getBlockByNumber", "latest", false)
                .field("timestamp")
                .quantity();
    }

    /// Why no new exchange can begin now, for the other party; nothing almost always.
    public Optional<String> busy() {
        return check.notReady()
                .or(() ->
                        poverty.map(_ ->
                                "our wallet cannot pay for another claim now; try again later"));
    }

    /// The newest look at the chain.
    public Optional<ChainSnapshot> snapshot() {
        return watcher.snapshot();
    }

    /// Both clocks; the chain's is 0 while no block was seen.
    public ChainTime time() {
        return watcher.snapshot()
                .map(ChainSnapshot::time)
                .orElseGet(() -> new ChainTime(node.clock().instant().getEpochSecond(), 0));
    }

    /// Where the chain stands, to be kept when a session begins; nothing while no block was seen.
    public Optional<Octets> mark() {
        return watcher.firstLook().map(snapshot -> number(snapshot.tip().number()));
    }

    private static Octets number(long value) {
        return new Octets(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
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
                    followers.forEach(follower -> follower.onBlock(snapshot));
                    news.tellAll();
                }
                followers.forEach(follower -> follower.onLook(snapshot));
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
        public boolean waits() {
            return isWaiting();
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
                    new ChainAlarm.EndpointLost(
                            watcher.rpc().name(),
                            "%s serves chain %d, our deals are on chain %d"
                                    .formatted(
                                            watcher.rpc().name(),
                                            snapshot.chainId(),
                                            config.rail().chainId())));
            chainAlarms = more;
            return;
        }
        long now = System.nanoTime();
        Duration rest = isWaiting() ? config.poll().multipliedBy(COMPARE_POLLS) : COMPARE_IDLE;
        if (comparedNanos.isPresent() && now - comparedNanos.getAsLong() < rest.toNanos()) {
            return;
        }
        try {
            Wei planned = followers.stream().map(Follower::needed).reduce(Wei.ZERO, Wei::plus);
            Wei needed =
                    transactions
                            .neededBalance()
                            .filter(waiting -> waiting.compareTo(planned) > 0)
                            .orElse(planned);
            Wei balance = transactions.balance(snapshot);
            comparedNanos = OptionalLong.of(now);
            poverty =
                    balance.compareTo(needed) < 0
                            ? Optional.of(new ChainAlarm.LowBalance(address(), balance, needed))
                            : Optional.empty();
        } catch (LedgerException e) {
            // The next look tells.
            return;
        }
    }

    private boolean isWaiting() {
        return followers.stream().anyMatch(Follower::waits);
    }

    private void raise() {
        List<Alarm> present = new ArrayList<>(chainAlarms);
        present.addAll(check.alarms());
        config.ownFinality().map(ChainAlarm.OwnFinality::new).ifPresent(present::add);
        followers.forEach(follower -> present.addAll(follower.alarms()));
        poverty.ifPresent(present::add);
        if (config.second().isEmpty() && !JsonRpc.isOnThisMachine(config.endpoint())) {
            present.add(new ChainAlarm.SingleEndpoint(watcher.rpc().name()));
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
        // Waits for what the manager may be doing on the watcher's thread.
        Optional<TransactionRecord> _ = transactions.find("");
        watcher.rpc().close();
    }
}
