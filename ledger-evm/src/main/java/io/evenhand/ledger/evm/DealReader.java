package io.evenhand.ledger.evm;

import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.DealId;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads the deals of one contract: events once a block for all of them, a deal's word of storage
/// when an event says that it changed and again when that is final.
///
/// Status comes from storage (16e): the contract keeps one word under each deal's id, the time of
/// its opening. Only how a finished deal ended is read from its events.
final class DealReader {
    /// An index of logs may miss what the state shows: a word is read again after so long.
    private static final Duration RECHECK = Duration.ofMinutes(1);

    private static final int MAX_PAST = 1_024;

    private final ChainWatcher watcher;
    private final Rail rail;
    private final EventHistory deals;
    private final EventHistory openings;

    /// Those whose opening was not seen: their xids are looked for, which shows other deals of
    /// their payers too. All others are followed by their ids.
    private final Map<DealId, WatchedDeal> closed = new LinkedHashMap<>();

    /// What happened to deals that are over and that nobody follows any more: evidence is made
    /// then.
    private final Map<DealId, List<Logs.Event>> past =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<DealId, List<Logs.Event>> eldest) {
                    return size() > MAX_PAST;
                }
            };

    /// The tip for which it was looked who was opened.
    private Bytes32 seenAt = Bytes32.ZERO;

    DealReader(ChainWatcher watcher, Rail rail) {
        this.watcher = watcher;
        this.rail = rail;
        this.deals = EventHistory.ofDeals(watcher.rpc(), rail);
        this.openings =
                EventHistory.ofXids(watcher.rpc(), rail, event -> closed.containsKey(event.deal()));
    }

    /// How a deal stands.
    ///
    /// @param openedAt seconds, 0 if it is not open at the tip
    record Standing(DealStatus tip, DealStatus finalized, long openedAt, boolean otherDeal) {}

    synchronized void add(WatchedDeal deal) {
        openings.add(deal.deal.termsHash(), deal.lookFrom + 1);
        closed.put(deal.id, deal);
    }

    synchronized void remove(WatchedDeal deal) {
        deal.ended = true;
        if (closed.remove(deal.id, deal)) {
            openings.remove(deal.deal.termsHash());
        } else {
            List<Logs.Event> events = deals.last(deal.id.value());
            if (isOver(events)) {
                past.put(deal.id, events);
            }
            deals.remove(deal.id.value());
        }
    }

    private static boolean isOver(List<Logs.Event> events) {
        return !events.isEmpty() && !isOpen(events);
    }

    /// All that happened to a deal if it was followed until it was over, in blocks that are final
    /// now.
    Optional<List<Logs.Event>> past(DealId deal, ChainSnapshot chain) {
        return lastRead(deal)
                .filter(events ->
                        events.stream()
                                .allMatch(event ->
                                        event.block() <= chain.finalized().number()
                                                && watcher.isCanonical(
                                                        event.block(), event.blockHash())));
    }

    private synchronized Optional<List<Logs.Event>> lastRead(DealId deal) {
        List<Logs.Event> events = deals.last(deal.value());
        return Optional.ofNullable(isOver(events) ? events : past.get(deal));
    }

    /// Whether an event of this transaction stands in this block.
    synchronized boolean saw(
            Optional<WatchedDeal> deal,
            DealId id,
            TransactionStatus.Receipt by,
            ChainSnapshot now) {
        List<Logs.Event> events =
                deal.filter(d -> !d.ended).isPresent()
                        ? events(deal.get(), now)
                        : past.getOrDefault(id, List.of());
        return events.stream()
                .anyMatch(event ->
                        event.transaction().equals(by.transaction())
                                && event.blockHash().equals(by.blockHash()));
    }

    /// @param closely a deal of which no opening was seen is looked for in storage at once; else
    ///   after a minute
    synchronized Standing read(WatchedDeal deal, ChainSnapshot chain, boolean closely) {
        if (deal.ended) {
            throw LedgerException.unreachable("the deal is not followed any more: try again");
        }
        openSeen(chain);
        List<Logs.Event> events = events(deal, chain);
        for (Logs.Event event : events) {
            if (event.kind().equals(EscrowAbi.REVEALED)) {
                boolean _ = deal.offer(event.data());
            }
        }
        // A node that is compared with another one may hide what is there.
        long openedAt = tipSlot(deal, events, chain, closely || watcher.second().isPresent());
        if (openedAt != 0 && isClosed(deal)) {
            // The index does not show what storage shows: from now on its own events count.
            open(deal, deal.lookFrom + 1);
            events = deals.read(deal.id.value(), watcher, chain);
        }
        // Once ours stands nobody asks for others, and then strangers know the xid.
        boolean otherDeal = openedAt == 0 && events.isEmpty() && otherDeal(deal, chain);
        long finallyOpenedAt = finalSlot(deal, openedAt, events, chain);
        boolean settled =
                openedAt != 0
                        && finallyOpenedAt != 0
                        && !events.isEmpty()
                        && events.getLast().block() <= chain.finalized().number();
        return new Standing(
                status(openedAt, events, chain.tip()),
                status(finallyOpenedAt, events, chain.finalized()),
                settled ? finallyOpenedAt : openedAt,
                otherDeal);
    }

    private List<Logs.Event> events(WatchedDeal deal, ChainSnapshot chain) {
        if (isClosed(deal)) {
            List<Logs.Event> found = openings.read(deal.deal.termsHash(), watcher, chain);
            if (found.stream().noneMatch(event -> event.deal().equals(deal.id))) {
                return List.of();
            }
            openKnown(chain);
        }
        List<Logs.Event> events = deals.read(deal.id.value(), watcher, chain);
        if (events.isEmpty()) {
            // Its opening was taken back.
            deals.remove(deal.id.value());
            add(deal);
        }
        return events;
    }

    private boolean isClosed(WatchedDeal deal) {
        return closed.get(deal.id) == deal;
    }

    /// At the first question about a block: all that were opened in it are read together.
    private void openSeen(ChainSnapshot chain) {
        if (seenAt.equals(chain.tip().hash())) {
            return;
        }
        Optional<WatchedDeal> any = closed.values().stream().findAny();
        if (any.isPresent()) {
            try {
                List<Logs.Event> _ = openings.read(any.get().deal.termsHash(), watcher, chain);
                openKnown(chain);
            } catch (LedgerException e) {
                // Whoever waits for an opening meets it; those that are open go on.
                seenAt = chain.tip().hash();
            }
        }
        seenAt = chain.tip().hash();
    }

    private void openKnown(ChainSnapshot chain) {
        for (WatchedDeal deal : List.copyOf(closed.values())) {
            openings.known(deal.deal.termsHash(), chain).stream()
                    .filter(event -> event.deal().equals(deal.id))
                    .findFirst()
                    .ifPresent(event -> open(deal, event.block()));
        }
    }

    private void open(WatchedDeal deal, long from) {
        deals.add(deal.id.value(), from);
        openings.remove(deal.deal.termsHash());
        closed.remove(deal.id);
    }

    private long tipSlot(
            WatchedDeal deal, List<Logs.Event> events, ChainSnapshot chain, boolean closely) {
        long now = System.nanoTime();
        Optional<WatchedDeal.Slot> known =
                deal.tip
                        .filter(slot -> slot.holds(events, chain.epoch()))
                        .filter(slot -> !(closely && slot.assumed()))
                        .filter(slot -> now - slot.readNanos() < RECHECK.toNanos());
        if (known.isPresent()) {
            return known.get().openedAt();
        }
        boolean claimed = !events.isEmpty() && deal.isClaim(events.getLast());
        Optional<Long> told = openedBy(deal, events, closely);
        boolean assumed = told.isPresent() || (events.isEmpty() && deal.tip.isEmpty() && !closely);
        long openedAt = claimed || assumed ? told.orElse(0L) : slot(deal, chain.tip());
        boolean agrees = (openedAt != 0) == isOpen(events);
        deal.tip =
                agrees
                        ? Optional.of(slot(openedAt, assumed, chain.tip(), events, chain))
                        : Optional.empty();
        return openedAt;
    }

    /// An opening tells its time by its block. Storage settles that when it is final, and says what
    /// an index may have missed when nothing happens for long.
    private Optional<Long> openedBy(WatchedDeal deal, List<Logs.Event> events, boolean closely) {
        boolean isNews = deal.tip.filter(slot -> slot.events().equals(events)).isEmpty();
        if (closely || !isNews || !isOpen(events)) {
            return Optional.empty();
        }
        Logs.Event opened = events.getLast();
        return watcher.known(opened.block())
                .filter(block -> block.hash().equals(opened.blockHash()))
                .map(Header::timestamp);
    }

    private static boolean isOpen(List<Logs.Event> events) {
        return !events.isEmpty() && events.getLast().kind().equals(EscrowAbi.OPENED);
    }

    private long finalSlot(
            WatchedDeal deal, long openedAt, List<Logs.Event> events, ChainSnapshot chain) {
        List<Logs.Event> before =
                events.stream()
                        .filter(event -> event.block() <= chain.finalized().number())
                        .toList();
        boolean agrees = (openedAt != 0) == isOpen(events);
        Optional<SecondOpinion> second = watcher.second();
        if (before.isEmpty() && agrees && second.isEmpty()) {
            return 0;
        }
        // Two endpoints are compared at each final block: one of them may hide an event.
        Optional<WatchedDeal.Slot> known =
                deal.finalized
                        .filter(slot -> agrees && slot.holds(before, chain.epoch()))
                        .filter(slot ->
                                second.isEmpty() || slot.block().equals(chain.finalized().hash()));
        if (known.isPresent()) {
            return known.get().openedAt();
        }
        boolean claimed = !before.isEmpty() && deal.isClaim(before.getLast());
        long finallyOpenedAt = claimed && second.isEmpty() ? 0 : slot(deal, chain.finalized());
        second.ifPresent(other -> agree(other, deal, chain, finallyOpenedAt));
        deal.finalized =
                (finallyOpenedAt != 0) == isOpen(before)
                        ? Optional.of(
                                slot(finallyOpenedAt, false, chain.finalized(), before, chain))
                        : Optional.empty();
        return finallyOpenedAt;
    }

    private static WatchedDeal.Slot slot(
            long openedAt,
            boolean assumed,
            Header block,
            List<Logs.Event> events,
            ChainSnapshot chain) {
        return new WatchedDeal.Slot(
                openedAt, assumed, block.hash(), events, chain.epoch(), System.nanoTime());
    }

    private long slot(WatchedDeal deal, Header block) {
        return timestamp(
                Blocks.storage(watcher.rpc(), rail.contract(), deal.id.value(), block.hash()));
    }

    private static long timestamp(Bytes32 word) {
        if (word.a() != 0 || word.b() != 0 || word.c() != 0 || word.d() < 0) {
            throw LedgerException.malformed("eth_getStorageAt: a deal's word is no timestamp");
        }
        return word.d();
    }

    private void agree(SecondOpinion other, WatchedDeal deal, ChainSnapshot chain, long expected) {
        Bytes32 word = other.storage(rail.contract(), deal.id.value(), chain.finalized().hash());
        if (timestamp(word) != expected) {
            throw LedgerException.contradicted(
                    other.name()
                            + " reads another state of the deal in a final block: one of the"
                            + " two endpoints is lying");
        }
    }

    /// A claim is the end, though the contract lets its payer open the very same deal once more:
    /// what is paid is paid, and the key is out. Else a deal that is opened again before its claim
    /// is final would look as if nobody had ever claimed it.
    private static DealStatus status(long openedAt, List<Logs.Event> events, Header block) {
        boolean claimed =
                events.stream()
                        .filter(event -> event.block() <= block.number())
                        .anyMatch(event -> event.kind().equals(EscrowAbi.REVEALED));
        if (claimed) {
            return DealStatus.CLAIMED;
        }
        if (openedAt != 0) {
            return DealStatus.OPEN;
        }
        DealStatus status = DealStatus.ABSENT;
        for (Logs.Event event : events) {
            if (event.block() <= block.number()) {
                status = after(event);
            }
        }
        if (status == DealStatus.OPEN) {
            throw LedgerException.malformed(
                    "storage says that the deal is not open, its events say that it is");
        }
        return status;
    }

    private static DealStatus after(Logs.Event event) {
        return event.kind().equals(EscrowAbi.OPENED) ? DealStatus.OPEN : DealStatus.REFUNDED;
    }

    /// Whether this payer opened another deal under the same xid (10b). Strangers can do that too,
    /// and are no concern.
    private boolean otherDeal(WatchedDeal deal, ChainSnapshot chain) {
        Set<Bytes32> unknown = new HashSet<>();
        for (Logs.Event event : openings.read(deal.deal.termsHash(), watcher, chain)) {
            if (!deal.strangers.contains(event.transaction())) {
                unknown.add(event.transaction());
            }
        }
        if (unknown.size() + deal.strangers.size() > EventHistory.MAX_OTHERS) {
            return true;
        }
        for (Bytes32 transaction : unknown) {
            if (openedBy(deal.deal.payer(), transaction)) {
                return true;
            }
            deal.strangers.add(transaction);
        }
        return false;
    }

    /// The escrow insists that its caller is the payer: an account without code calls it in its own
    /// transactions alone. A payer that is a contract is at least mentioned; in doubt it is ours.
    private boolean openedBy(Address payer, Bytes32 transaction) {
        RpcResult answer = watcher.rpc().call("eth_getTransactionByHash", "0x" + transaction);
        if (answer.isNull() || answer.field("from").address().equals(payer)) {
            return true;
        }
        if (!hasCode(payer)) {
            return false;
        }
        Optional<SeenTransaction> seen = SeenTransaction.read(answer);
        return seen.isEmpty()
                || (!seen.get().to().filter(rail.contract()::equals).isPresent()
                        && EscrowAbi.mentions(seen.get().input().expose(), payer));
    }

    private boolean hasCode(Address account) {
        return watcher.rpc()
                        .call("eth_getCode", account.toString(), "latest")
                        .data(KnownContract.MAX_CODE_BYTES)
                        .length
                > 0;
    }
}
