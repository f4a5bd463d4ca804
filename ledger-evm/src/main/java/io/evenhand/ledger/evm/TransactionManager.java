package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Wei;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/// Sees to it that each transaction asked for, of one account on one chain happens once.
///
/// - Signed bytes are in the journal before any node sees them; a restart sends the same bytes or
///   replaces them at the same nonce (10b).
/// - What a node has seen is followed until a final block holds it: sent again after a reorg, its
///   fee raised up to the intent's bound, never cancelled (R3).
/// - A new nonce is taken only when another transaction has finally used up the old one.
///
/// It works when the watcher has news and when something is submitted, and has no thread of its
/// own.
public final class TransactionManager implements ChainWatcher.Listener, AutoCloseable {
    /// A node that counts requests refuses one now and then.
    private static final int MEANT_REFUSALS = 4;

    private static final Duration SIGNAL_SLICE = Duration.ofMillis(200);

    private final ChainWatcher watcher;
    private final long chainId;
    private final Wallet wallet;
    private final TransactionJournal journal;
    private final FeePolicy fees;
    private final TransactionTracker tracker;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, Tracked> active = new LinkedHashMap<>();
    private final GasNeed gas = new GasNeed();
    private boolean closed;
    private Optional<AccountView> view = Optional.empty();
    private Optional<Blocked> blockedAt = Optional.empty();
    private final ReorgedTransactions undone;

    /// A foreign transaction holds this nonce, and ours wait behind it.
    ///
    /// @param since block in which that was first seen
    private record Blocked(long nonce, long since) {}

    private TransactionManager(
            ChainWatcher watcher,
            long chainId,
            Wallet wallet,
            TransactionJournal journal,
            FeePolicy fees,
            Scruple scruple) {
        this.watcher = watcher;
        this.chainId = chainId;
        this.wallet = wallet;
        this.journal = new FailStopJournal(new CachedJournal(journal));
        this.fees = fees;
        this.undone =
                new ReorgedTransactions(watcher, this.journal, scruple, chainId, wallet.address());
        this.tracker = new TransactionTracker(watcher.rpc(), wallet, this.journal, fees, scruple);
        for (TransactionRecord record : journal.pending(chainId, wallet.address())) {
            // What was never handed over waits until it is submitted again (10a).
            active.put(record.intent().key(), new Tracked(record, record.handedOver()));
        }
    }

    /// Takes up what the journal holds and starts to work. One manager for each chain and account.
    public static TransactionManager start(
            ChainWatcher watcher,
            long chainId,
            Wallet wallet,
            TransactionJournal journal,
            FeePolicy fees) {
        return start(watcher, chainId, wallet, journal, fees, _ -> Optional.empty());
    }

    /// The same with somebody who is asked before a call gets a nonce that it did not have.
    public static TransactionManager start(
            ChainWatcher watcher,
            long chainId,
            Wallet wallet,
            TransactionJournal journal,
            FeePolicy fees,
            Scruple scruple) {
        TransactionManager manager =
                new TransactionManager(watcher, chainId, wallet, journal, fees, scruple);
        watcher.add(manager);
        return manager;
    }

    /// A last look before a call is signed for another nonce. The journal may be an old backup that
    /// does not know what this account has done since (10b, 12).
    public interface Scruple {
        /// Why this must not be sent now, or nothing; may throw a `LedgerException`.
        Optional<String> against(Intent intent);

        /// Whether more than its receipt shows that a call succeeded, up to this snapshot: then the
        /// receipt is not asked for again when it is final.
        default boolean isSeen(
                Intent intent, TransactionStatus.Receipt receipt, ChainSnapshot chain) {
            return false;
        }

        /// Whether a call that was final and was taken back with its block is to be sent again.
        ///
        /// @param head timestamp of the newest block, in seconds
        default boolean isOfUse(Intent intent, long head) {
            return true;
        }
    }

    public Address account() {
        return wallet.address();
    }

    public long chainId() {
        return chainId;
    }

    /// Wants this to happen, or goes on wanting it: the same key never makes a second transaction.
    /// Returns what is known now. A node in trouble is no error here: the request is journalled.
    public TransactionStatus submit(Intent intent) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("this manager of transactions was closed");
            }
            Tracked tracked = adopt(intent);
            if (!tracked.record.status().isFinished()) {
                tracked.wanted = true;
                boolean unsigned = tracked.record.attempts().isEmpty();
                // An old look would date what is signed now, and have its fee raised too early.
                advance(
                        List.of(tracked),
                        watcher.snapshot().filter(s -> s.answering() && !unsigned));
                watcher.wake();
            }
            return tracked.record.status();
        } finally {
            changed.signalAll();
            lock.unlock();
        }
    }

    /// What is known of a transaction.
    public Optional<TransactionRecord> find(String key) {
        lock.lock();
        try {
            Tracked tracked = active.get(key);
            return tracked == null ? journal.find(key) : Optional.of(tracked.record);
        } finally {
            lock.unlock();
        }
    }

    /// Wants again what a final block refused: the contract did nothing then, and may do it now.
    /// For calls that do nothing twice; anything else is {@link #submit}.
    public TransactionStatus retry(Intent intent) {
        lock.lock();
        try {
            Optional<TransactionRecord> old = journal.find(intent.key());
            if (old.filter(r -> r.status() instanceof TransactionStatus.Failed).isPresent()) {
                journal.update(
                        new TransactionRecord(
                                intent,
                                chainId,
                                wallet.address(),
                                List.of(),
                                new TransactionStatus.Pending("")));
            }
            return submit(intent);
        } finally {
            lock.unlock();
        }
    }

    /// What was final, was taken back with its block, and is sent again.
    public List<Intent> undone() {
        lock.lock();
        try {
            return undone.all();
        } finally {
            lock.unlock();
        }
    }

    /// What keeps a transaction from being sent or raised now, as far as the last look told.
    public Optional<Shortfall> shortage(String key) {
        lock.lock();
        try {
            Tracked tracked = active.get(key);
            return tracked == null ? Optional.empty() : tracked.shortage;
        } finally {
            lock.unlock();
        }
    }

    /// The node's no to the newest form of a transaction, once it has said it often enough to mean
    /// it. The transaction stays in the journal, and may still get through elsewhere.
    public Optional<LedgerException> refusal(String key) {
        lock.lock();
        try {
            Tracked tracked = active.get(key);
            return tracked == null || tracked.refusedInARow < MEANT_REFUSALS
                    ? Optional.empty()
                    : tracked.refusal;
        } finally {
            lock.unlock();
        }
    }

    /// The most that the account is short of now for anything it is to send.
    public Optional<Wei> neededBalance() {
        lock.lock();
        try {
            return active.values().stream()
                    .flatMap(tracked -> tracked.shortage.stream())
                    .filter(Shortfall.Balance.class::isInstance)
                    .map(shortage -> ((Shortfall.Balance) shortage).needed())
                    .max(Wei::compareTo);
        } finally {
            lock.unlock();
        }
    }

    /// Whether a node has seen it: then its secret, if it has one, is public.
    public boolean handedOver(String key) {
        return find(key).filter(TransactionRecord::handedOver).isPresent();
    }

    /// Waits until the status satisfies the caller; throws `LedgerException` if it takes too long.
    public TransactionStatus await(String key, Duration limit, Predicate<TransactionStatus> wanted)
            throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        lock.lock();
        try {
            while (true) {
                TransactionStatus status =
                        find(key)
                                .map(TransactionRecord::status)
                                .orElseThrow(() ->
                                        new IllegalArgumentException(
                                                "no transaction has the key " + key));
                if (wanted.test(status)) {
                    return status;
                }
                long left = end - System.nanoTime();
                if (left <= 0) {
                    throw LedgerException.unreachable(
                            "transaction "
                                    + key
                                    + " is not through after "
                                    + limit.toSeconds()
                                    + " s: "
                                    + describe(status));
                }
                long _ = changed.awaitNanos(Math.min(left, SIGNAL_SLICE.toNanos()));
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onSnapshot(ChainSnapshot snapshot) {
        if (!snapshot.answering()) {
            return;
        }
        lock.lock();
        try {
            if (!closed) {
                undone.look(snapshot)
                        .forEach(again ->
                                active.put(again.intent().key(), new Tracked(again, true)));
                advance(new ArrayList<>(active.values()), Optional.of(snapshot));
            }
        } finally {
            changed.signalAll();
            lock.unlock();
        }
    }

    @Override
    public boolean waits() {
        lock.lock();
        try {
            return active.values().stream()
                    .anyMatch(tracked ->
                            !(tracked.record.status() instanceof TransactionStatus.Held));
        } finally {
            lock.unlock();
        }
    }

    /// Stops working; what is under way stays in the journal.
    @Override
    public void close() {
        watcher.remove(this);
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    private Tracked adopt(Intent intent) {
        Optional<TransactionRecord> known = find(intent.key());
        if (known.isPresent() && !known.get().intent().sameCall(intent)) {
            throw new IllegalArgumentException(
                    "the key " + intent.key() + " already names another transaction");
        }
        if (known.isPresent() && known.get().status().isFinished()) {
            return new Tracked(known.get(), false);
        }
        TransactionRecord record =
                known.map(old -> resumed(old, intent))
                        .orElseGet(() ->
                                new TransactionRecord(
                                        intent,
                                        chainId,
                                        wallet.address(),
                                        List.of(),
                                        new TransactionStatus.Pending("")));
        // Whoever asked for it asks again after a crash, until a node has it.
        if (known.isEmpty() || !known.get().equals(record)) {
            journal.note(record);
        }
        Tracked tracked = active.computeIfAbsent(intent.key(), _ -> new Tracked(record, false));
        tracked.record = record;
        return tracked;
    }

    /// Two requests of one key may name two times to hand over by: the later one holds, in whatever
    /// order they come. A claim whose key is public may go out until `claimBy` (R5).
    private static TransactionRecord resumed(TransactionRecord old, Intent intent) {
        long latest = Math.max(old.intent().handOverBy(), intent.handOverBy());
        TransactionRecord record = old.with(intent.withHandOverBy(latest));
        return old.status() instanceof TransactionStatus.Held
                ? record.with(new TransactionStatus.Pending(""))
                : record;
    }

    private void advance(Collection<Tracked> all, Optional<ChainSnapshot> chain) {
        if (all.isEmpty()) {
            return;
        }
        try {
            ChainSnapshot snapshot = chain.orElseGet(watcher::recent);
            if (snapshot.chainId() != chainId) {
                throw LedgerException.mismatch(
                        "%s serves chain %d, transactions are for chain %d"
                                .formatted(watcher.rpc().name(), snapshot.chainId(), chainId));
            }
            AccountView now = view(snapshot);
            for (Tracked tracked : all) {
                advance(tracked, now);
            }
            closeGap(now);
        } catch (LedgerException e) {
            all.forEach(tracked -> tracker.trouble(tracked, String.valueOf(e.getMessage())));
        }
    }

    /// The account as of a snapshot; asked for each thing once.
    private AccountView view(ChainSnapshot snapshot) {
        AccountView now =
                view.filter(known -> known.isAt(snapshot))
                        .orElseGet(() -> new AccountView(watcher, wallet.address(), snapshot, gas));
        view = Optional.of(now);
        return now;
    }

    /// What the account holds after the newest block.
    public Wei balance() {
        return balance(watcher.recent());
    }

    /// What the account holds after the snapshot's newest block.
    public Wei balance(ChainSnapshot snapshot) {
        AccountView now;
        lock.lock();
        try {
            now = view(snapshot);
        } finally {
            lock.unlock();
        }
        return now.balance();
    }

    /// One transaction in trouble does not hold up the others; a silent node does.
    private void advance(Tracked tracked, AccountView view) {
        try {
            tracker.advance(tracked, view, active.values());
        } catch (LedgerException e) {
            if (e.isPassing()) {
                throw e;
            }
            tracker.trouble(tracked, String.valueOf(e.getMessage()));
        }
        if (tracked.record.status().isFinished()) {
            active.remove(tracked.record.intent().key());
        }
    }

    /// A nonce that nothing of ours waits for blocks every later one: the transaction that had it
    /// was held back or fell out of a pool, or another client of this wallet sent one that no block
    /// takes. A payment of nothing to ourselves takes its place.
    private void closeGap(AccountView view) {
        long gap = view.latestNonce();
        List<Tracked> waiting =
                active.values().stream()
                        .filter(tracked -> tracked.isUnderWay() && tracked.nonce() >= gap)
                        .toList();
        boolean blocked =
                !waiting.isEmpty() && waiting.stream().allMatch(tracked -> tracked.nonce() > gap);
        String key = "gap:" + chainId + ":" + wallet.address() + ":" + gap;
        if (!blocked) {
            blockedAt = Optional.empty();
            return;
        }
        if (view.pendingNonce() != gap && !isStuck(gap, view.chain().tip().number())) {
            return;
        }
        // It is worth what waits for it.
        Wei most =
                waiting.stream()
                        .map(tracked -> tracked.record.intent().maxTotalFee())
                        .max(Wei::compareTo)
                        .orElse(Wei.ZERO);
        Intent nothing =
                new Intent(
                        key,
                        Optional.of(wallet.address()),
                        CallData.of(new byte[0]),
                        Wei.ZERO,
                        21_000,
                        most,
                        Intent.ANY_TIME,
                        false);
        Tracked filler = adopt(nothing);
        if (filler.record.status().isFinished()) {
            return;
        }
        filler.wanted = true;
        if (filler.nonce() < 0) {
            tracker.send(filler, view, gap, active.values());
        } else {
            tracker.advance(filler, view, active.values());
        }
    }

    /// Whether a foreign transaction has had as long as one of ours before its fee is raised.
    private boolean isStuck(long nonce, long tip) {
        if (blockedAt.filter(at -> at.nonce() == nonce).isEmpty()) {
            blockedAt = Optional.of(new Blocked(nonce, tip));
        }
        return tip - blockedAt.get().since() >= fees.bumpAfterBlocks();
    }

    private static String describe(TransactionStatus status) {
        return switch (status) {
            case TransactionStatus.Pending(String trouble) ->
                    trouble.isEmpty() ? "waiting for a block" : trouble;
            case TransactionStatus.Held(String why) -> why;
            case TransactionStatus.Included(TransactionStatus.Receipt receipt) ->
                    "in block " + receipt.block() + ", which is not final";
            case TransactionStatus.Final _ -> "final";
            case TransactionStatus.Failed _ -> "the contract refused it";
        };
    }
}
