package io.evenhand.ledger.evm;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.sign.DealHash;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.DealId;
import io.evenhand.kit.value.Wei;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// What the escrow contract did with a deal, read from one endpoint: snapshots for the machines. A
/// published key is taken from wherever it shows up: an event, a waiting claim, a claim that
/// failed.
public final class Escrow {
    /// What a rollup charges for bytes moves slowly.
    private static final long GAS_SECONDS = 300;

    private static final int MAX_WATCHED = 100_000;

    private final ChainWatcher watcher;
    private final Optional<TransactionManager> ours;
    private final CodeSeen code;
    private final Map<Rail, DealReader> readers = new ConcurrentHashMap<>();
    private final Map<DealId, WatchedDeal> watched = new ConcurrentHashMap<>();
    private final Map<Bytes32, DealId> byWords = new ConcurrentHashMap<>();
    private volatile Optional<ClaimGas> claimGas = Optional.empty();

    /// The gas of a claim as asked for at a time of the chain, in seconds.
    private record ClaimGas(long at, long gas) {}

    /// @param ours the manager of the account that claims, if this party has one
    public Escrow(ChainWatcher watcher, Optional<TransactionManager> ours) {
        this.watcher = watcher;
        this.ours = ours;
        this.code = new CodeSeen(watcher);
        watcher.addSink(this::look, () -> !watched.isEmpty());
    }

    /// Creates the contract and waits until a block holds it. The same key again gives the same
    /// contract.
    public Rail deploy(TransactionManager manager, String key, Wei maxTotalFee, Duration limit)
            throws InterruptedException {
        Intent creation = EscrowCalls.deploy(key, maxTotalFee);
        Rail rail = KnownContract.deploy(manager, creation, EscrowCode.hash(), limit);
        check(rail);
        return rail;
    }

    /// Throws unless this is the chain and the known contract stands there: a look-alike is refused
    /// (D17).
    public void check(Rail rail) {
        KnownContract.check(watcher.rpc(), rail, EscrowCode.hash());
    }

    /// What `owner` once refused and can withdraw.
    public Wei credit(Rail rail, Address owner) {
        return KnownContract.credit(watcher.rpc(), rail, owner);
    }

    /// Reads a deal.
    ///
    /// @param lookFrom a block before the deal and any other of this exchange can have been opened:
    ///   the newest one when the exchange was agreed on
    public DealView view(Rail rail, Deal deal, long lookFrom) {
        return view(rail, deal, lookFrom, true);
    }

    /// The same for somebody who looks at each block: what no event has shown is looked for in
    /// storage once a minute.
    public DealView follow(Rail rail, Deal deal, long lookFrom) {
        return view(rail, deal, lookFrom, false);
    }

    private DealView view(Rail rail, Deal deal, long lookFrom, boolean closely) {
        WatchedDeal interest = watch(rail, deal, lookFrom);
        return SteadyRead.of(watcher, chain -> read(rail, interest, chain, closely));
    }

    /// Somebody will follow this deal from the next look on: what is asked then is asked for it
    /// too.
    public void expect(Rail rail, Deal deal, long lookFrom) {
        WatchedDeal _ = watch(rail, deal, lookFrom);
        watcher.expect();
    }

    /// Starts to look for this deal's key in passing transactions; {@link #view} does so too.
    private synchronized WatchedDeal watch(Rail rail, Deal deal, long lookFrom) {
        DealId id = DealHash.of(rail, deal);
        WatchedDeal known = watched.get(id);
        if (known != null && known.lookFrom <= lookFrom) {
            return known;
        }
        if (watched.size() >= MAX_WATCHED) {
            throw new IllegalStateException("more than 100,000 deals are watched: forget some");
        }
        WatchedDeal fresh = new WatchedDeal(deal, id, lookFrom);
        DealReader reader = reader(rail);
        if (known != null) {
            fresh.know(known.key());
            reader.remove(known);
        }
        reader.add(fresh);
        watched.put(id, fresh);
        byWords.put(EscrowAbi.fingerprint(deal), id);
        return fresh;
    }

    private DealReader reader(Rail rail) {
        return readers.computeIfAbsent(rail, r -> new DealReader(watcher, r));
    }

    /// What happened to a deal in final blocks, oldest first.
    public List<DealMoment> history(Rail rail, Deal deal, long lookFrom) {
        DealId id = DealHash.of(rail, deal);
        return watcher
                .snapshot()
                .flatMap(chain -> reader(rail).past(id, chain))
                .orElseGet(() -> readHistory(rail, id, lookFrom))
                .stream()
                .map(this::moment)
                .toList();
    }

    private List<Logs.Event> readHistory(Rail rail, DealId id, long lookFrom) {
        ChainSnapshot chain = watcher.refresh();
        EventHistory history = EventHistory.ofDeals(watcher.rpc(), rail);
        history.add(id.value(), lookFrom);
        return history.read(id.value(), watcher, chain).stream()
                .filter(event -> event.block() <= chain.finalized().number())
                .toList();
    }

    private DealMoment moment(Logs.Event event) {
        Header block = watcher.canonical(event.block());
        if (!block.hash().equals(event.blockHash())) {
            throw LedgerException.malformed(
                    watcher.rpc().name() + " gives logs of another block " + event.block());
        }
        boolean claimed = event.kind().equals(EscrowAbi.REVEALED);
        DealMoment.Kind kind =
                claimed
                        ? DealMoment.Kind.CLAIMED
                        : event.kind().equals(EscrowAbi.OPENED)
                                ? DealMoment.Kind.OPENED
                                : DealMoment.Kind.REFUNDED;
        return new DealMoment(
                kind,
                event.transaction(),
                block.hash(),
                block.number(),
                block.timestamp(),
                claimed ? Optional.of(new RevealedKey(event.data())) : Optional.empty());
    }

    /// Whether an event shows that this call was made in the block of its receipt, by what is read
    /// of the chain for its deal.
    public boolean saw(
            Rail rail, Intent call, TransactionStatus.Receipt receipt, ChainSnapshot chain) {
        DealId id = new DealId(EscrowAbi.dealId(call.data(), rail.chainId(), rail.contract()));
        // Others may have read on meanwhile.
        return watcher.snapshot()
                .filter(newest -> newest.epoch() == chain.epoch())
                .filter(newest ->
                        reader(rail).saw(Optional.ofNullable(watched.get(id)), id, receipt, newest))
                .isPresent();
    }

    /// Whether somebody is interested in it.
    public boolean isWatched(DealId deal) {
        return watched.containsKey(deal);
    }

    /// Ends the interest in a deal.
    public synchronized void forget(Rail rail, Deal deal) {
        WatchedDeal known = watched.remove(DealHash.of(rail, deal));
        if (known != null) {
            reader(rail).remove(known);
        }
        byWords.remove(EscrowAbi.fingerprint(deal));
    }

    private DealView read(Rail rail, WatchedDeal interest, ChainSnapshot chain, boolean closely) {
        DealReader.Standing standing = reader(rail).read(interest, chain, closely);
        interest.claimKnown |=
                ours.filter(m -> m.handedOver(EscrowCalls.claimKey(rail, interest.deal)))
                        .isPresent();
        return new DealView(
                code.at(rail, chain),
                standing.tip(),
                standing.finalized(),
                standing.openedAt(),
                interest.key(),
                interest.claimKnown || interest.key().isPresent(),
                standing.otherDeal(),
                claimFee(chain));
    }

    private Wei claimFee(ChainSnapshot chain) {
        return fee(chain, claimGas(chain.tip().timestamp()));
    }

    /// Whether the deal that a call names is open at the newest block.
    public boolean isOpen(Rail rail, Intent call) {
        Header tip = Blocks.byNumber(watcher.rpc(), "latest");
        Bytes32 id = EscrowAbi.dealId(call.data(), rail.chainId(), rail.contract());
        return !Blocks.storage(watcher.rpc(), rail.contract(), id, tip.hash()).equals(Bytes32.ZERO);
    }

    /// What a claim costs at the present fee.
    public Wei claimFee() {
        return claimFee(watcher.snapshot().orElseGet(watcher::refresh));
    }

    /// What a deposit costs at the present fee.
    public Wei openFee() {
        return fee(watcher.snapshot().orElseGet(watcher::refresh), EscrowCalls.OPEN_GAS);
    }

    private long claimGas(long now) {
        Optional<ClaimGas> known = claimGas.filter(seen -> Math.abs(now - seen.at()) < GAS_SECONDS);
        if (known.isPresent()) {
            return known.get().gas();
        }
        Address account = ours.map(TransactionManager::account).orElse(Address.ZERO);
        long gas = EscrowCalls.claimGas(watcher.rpc(), account);
        claimGas = Optional.of(new ClaimGas(now, gas));
        return gas;
    }

    private Wei fee(ChainSnapshot chain, long gas) {
        FeePolicy.Market market = watcher.priceLevel(chain.tip());
        BigInteger perGas = market.offer().maxPerGas();
        return new Wei(perGas).times(gas);
    }

    private boolean look(SeenTransaction transaction) {
        boolean news = false;
        if (!watched.isEmpty()) {
            for (EscrowAbi.Published published :
                    EscrowAbi.published(transaction.input().expose())) {
                DealId id = byWords.get(published.dealWords());
                WatchedDeal interest = id == null ? null : watched.get(id);
                news |= interest != null && interest.offer(published.scalar());
            }
        }
        return news;
    }
}
