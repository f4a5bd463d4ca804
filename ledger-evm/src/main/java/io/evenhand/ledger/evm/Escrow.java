package io.evenhand.ledger.evm;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.sign.DealHash;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.sign.PointLock;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.DealId;
import io.evenhand.kit.value.Hex;
import io.evenhand.kit.value.Wei;
import java.math.BigInteger;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// What the escrow contract did with a deal, read from one endpoint: snapshots for the machines.
///
/// Status comes from storage (16e): the contract keeps one word under each deal's id, the time of
/// its opening. Only how a finished deal ended is read from its events. A published key is taken
/// from wherever it shows up: an event, a waiting claim, a claim that failed.
public final class Escrow {
    /// EIP-170 allows 24 KiB.
    private static final int MAX_CODE_BYTES = 64 << 10;

    /// The chain may move on while a deal is read; more often than this it is not moving but
    /// broken.
    private static final int MAX_READS = 4;

    /// Transactions with openings under our xid that are looked at; so many are an attack: they
    /// count as ours. Only the parties know the xid before its deal is opened.
    private static final int MAX_OTHERS = 64;

    private static final int GAS_BLOCKS = 32;

    private static final int MAX_WATCHED = 100_000;

    private final ChainWatcher watcher;
    private final Optional<TransactionManager> ours;
    private final Map<DealId, Watched> watched = new ConcurrentHashMap<>();
    private final Map<Bytes32, DealId> byWords = new ConcurrentHashMap<>();
    private volatile Optional<AtTip> atTip = Optional.empty();
    private volatile Optional<ClaimGas> claimGas = Optional.empty();

    /// The gas of a claim as asked for at a block.
    private record ClaimGas(long block, long gas) {}

    /// A deal of interest and what was learnt about it.
    private static final class Watched {
        final Deal deal;
        final EventHistory history;
        final EventHistory openings;

        /// Transactions of others that opened deals under the same xid.
        final Set<Bytes32> strangers = ConcurrentHashMap.newKeySet();

        volatile Optional<RevealedKey> key = Optional.empty();

        Watched(Deal deal, EventHistory history, EventHistory openings) {
            this.deal = deal;
            this.history = history;
            this.openings = openings;
        }

        /// True if this is news. Wrong keys are passed over: junk must not hide the real one.
        boolean offer(Bytes32 scalar) {
            if (key.isPresent() || !PointLock.opens(deal.lock(), scalar)) {
                return false;
            }
            key = Optional.of(new RevealedKey(scalar));
            return true;
        }
    }

    /// @param ours the manager of the account that claims, if this party has one
    public Escrow(ChainWatcher watcher, Optional<TransactionManager> ours) {
        this.watcher = watcher;
        this.ours = ours;
        watcher.addSink(this::look);
    }

    /// Creates the contract and waits until a block holds it. The same key again gives the same
    /// contract.
    public Rail deploy(TransactionManager manager, String key, Wei maxTotalFee, Duration limit)
            throws InterruptedException {
        TransactionStatus _ = manager.submit(EscrowCalls.deploy(key, maxTotalFee));
        // Whoever waits for it wants to read a no when it comes.
        TransactionStatus status =
                manager.await(
                        key,
                        limit,
                        now -> now.inBlock().isPresent() || manager.refusal(key).isPresent());
        TransactionStatus.Receipt receipt =
                status.inBlock().orElseThrow(() -> manager.refusal(key).orElseThrow());
        if (!receipt.succeeded() || receipt.created().isEmpty()) {
            throw LedgerException.mismatch("the chain refused to create the escrow contract");
        }
        Rail rail = new Rail(manager.chainId(), receipt.created().get(), EscrowCode.hash());
        check(rail);
        return rail;
    }

    /// Throws unless this is the chain and the known contract stands there: a look-alike is refused
    /// (D17).
    public void check(Rail rail) {
        if (!rail.codeHash().equals(EscrowCode.hash())) {
            throw LedgerException.mismatch(
                    "the rail names a contract with code hash "
                            + shortened(rail.codeHash())
                            + "; this program knows "
                            + shortened(EscrowCode.hash()));
        }
        long chainId = watcher.rpc().call("eth_chainId").quantity();
        if (chainId != rail.chainId()) {
            throw LedgerException.mismatch(
                    watcher.rpc().name()
                            + " serves chain "
                            + chainId
                            + ", the rail is on chain "
                            + rail.chainId());
        }
        byte[] code =
                watcher.rpc()
                        .call("eth_getCode", rail.contract().toString(), "latest")
                        .data(MAX_CODE_BYTES);
        if (!Bytes32.of(Hashes.keccak256(code)).equals(rail.codeHash())) {
            throw LedgerException.mismatch(
                    (code.length == 0 ? "no contract" : "another contract")
                            + " stands at "
                            + rail.contract()
                            + ": do not send money there");
        }
    }

    /// What `owner` once refused and can withdraw.
    public Wei credit(Rail rail, Address owner) {
        CallData call = EscrowAbi.call(EscrowAbi.CREDIT, EscrowAbi.word(owner));
        Map<String, String> request =
                Map.of(
                        "to", rail.contract().toString(),
                        "data", Hex.format(call.expose()));
        Bytes32 word = watcher.rpc().call("eth_call", request, "latest").hash();
        return new Wei(new BigInteger(1, word.toByteArray()));
    }

    /// Reads a deal.
    ///
    /// @param lookFrom a block before the deal and any other of this exchange can have been opened:
    ///   the newest one when the exchange was agreed on
    public DealView view(Rail rail, Deal deal, long lookFrom) {
        Watched interest = watch(rail, deal, lookFrom);
        Optional<ChainSnapshot> last = watcher.snapshot().filter(ChainSnapshot::answering);
        ChainSnapshot chain = last.orElseGet(watcher::refresh);
        for (int reads = 1; ; reads++) {
            try {
                DealView view = read(rail, interest, chain);
                if (isNewest(chain)) {
                    return view;
                }
            } catch (LedgerException e) {
                boolean gone = !e.isPassing() && !isNewest(chain);
                if (!gone) {
                    throw e;
                }
            }
            if (reads == MAX_READS) {
                throw LedgerException.unreachable(
                        "the chain of "
                                + watcher.rpc().name()
                                + " changes faster than it can be read: try again");
            }
            chain = watcher.refresh();
        }
    }

    /// Starts to look for this deal's key in passing transactions; {@link #view} does so too.
    private synchronized Watched watch(Rail rail, Deal deal, long lookFrom) {
        DealId id = DealHash.of(rail, deal);
        Watched known = watched.get(id);
        if (known != null && known.history.from() <= lookFrom) {
            return known;
        }
        if (watched.size() >= MAX_WATCHED) {
            throw new IllegalStateException("more than 100,000 deals are watched: forget some");
        }
        Watched fresh =
                new Watched(
                        deal,
                        EventHistory.of(watcher.rpc(), rail, lookFrom, id),
                        EventHistory.openings(watcher.rpc(), rail, lookFrom, deal.termsHash()));
        if (known != null) {
            fresh.key = known.key;
        }
        watched.put(id, fresh);
        byWords.put(EscrowAbi.fingerprint(deal), id);
        return fresh;
    }

    /// What happened to a deal in final blocks, oldest first.
    public List<DealMoment> history(Rail rail, Deal deal, long lookFrom) {
        DealId id = DealHash.of(rail, deal);
        ChainSnapshot chain = watcher.refresh();
        EventHistory history = EventHistory.of(watcher.rpc(), rail, lookFrom, id);
        return history.read(watcher, chain).stream()
                .filter(event -> event.block() <= chain.finalized().number())
                .map(this::moment)
                .toList();
    }

    private DealMoment moment(Logs.Event event) {
        Header block = Blocks.byNumber(watcher.rpc(), Blocks.quantity(event.block()));
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

    /// Ends the interest in a deal.
    public synchronized void forget(Rail rail, Deal deal) {
        watched.remove(DealHash.of(rail, deal));
        byWords.remove(EscrowAbi.fingerprint(deal));
    }

    private DealView read(Rail rail, Watched interest, ChainSnapshot chain) {
        Deal deal = interest.deal;
        DealId id = DealHash.of(rail, deal);
        long openedAt = slot(rail, id, chain.tip());
        long finallyOpenedAt = slot(rail, id, chain.finalized());
        watcher.second().ifPresent(other -> agree(other, rail, id, chain, finallyOpenedAt));
        List<Logs.Event> events;
        boolean otherDeal;
        synchronized (interest) {
            events = interest.history.read(watcher, chain);
            // Once ours stands nobody asks for others, and then strangers know the xid.
            otherDeal = openedAt == 0 && events.isEmpty() && otherDeal(rail, interest, chain);
        }
        for (Logs.Event event : events) {
            if (event.kind().equals(EscrowAbi.REVEALED)) {
                boolean _ = interest.offer(event.data());
            }
        }
        boolean claimKnown =
                ours.filter(m -> m.handedOver(EscrowCalls.claimKey(rail, deal))).isPresent();
        AtTip tip = atTip(rail, chain);
        return new DealView(
                tip.codeHash(),
                status(openedAt, events, chain.tip()),
                status(finallyOpenedAt, events, chain.finalized()),
                openedAt,
                interest.key,
                claimKnown || interest.key.isPresent(),
                otherDeal,
                tip.claimFee());
    }

    /// What every deal asks about the same block: asked once, as there may be hundreds of deals.
    private record AtTip(Bytes32 block, Address contract, Bytes32 codeHash, Wei claimFee) {}

    private AtTip atTip(Rail rail, ChainSnapshot chain) {
        Bytes32 block = chain.tip().hash();
        Optional<AtTip> known =
                atTip.filter(last -> last.block.equals(block))
                        .filter(last -> last.contract.equals(rail.contract()));
        if (known.isPresent()) {
            return known.get();
        }
        AtTip read =
                new AtTip(
                        block,
                        rail.contract(),
                        codeHash(rail, chain.tip()),
                        fee(chain, claimGas(chain.tip().number())));
        atTip = Optional.of(read);
        return read;
    }

    /// D17: what stands at the contract's address, whatever the parties believe.
    private Bytes32 codeHash(Rail rail, Header block) {
        byte[] code =
                Blocks.named(
                                watcher.rpc(),
                                "eth_getCode",
                                rail.contract().toString(),
                                Blocks.reference(block.hash()))
                        .data(MAX_CODE_BYTES);
        return Bytes32.of(Hashes.keccak256(code));
    }

    private long slot(Rail rail, DealId id, Header block) {
        Bytes32 word = Blocks.storage(watcher.rpc(), rail.contract(), id.value(), block.hash());
        return timestamp(word);
    }

    private static long timestamp(Bytes32 word) {
        if (word.a() != 0 || word.b() != 0 || word.c() != 0 || word.d() < 0) {
            throw LedgerException.malformed("eth_getStorageAt: a deal's word is no timestamp");
        }
        return word.d();
    }

    private static void agree(
            SecondOpinion other, Rail rail, DealId id, ChainSnapshot chain, long expected) {
        Bytes32 word = other.storage(rail.contract(), id.value(), chain.finalized().hash());
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
    private boolean otherDeal(Rail rail, Watched interest, ChainSnapshot chain) {
        Set<Bytes32> unknown = new HashSet<>();
        for (Logs.Event event : interest.openings.read(watcher, chain)) {
            if (!interest.strangers.contains(event.transaction())) {
                unknown.add(event.transaction());
            }
        }
        if (unknown.size() + interest.strangers.size() > MAX_OTHERS) {
            return true;
        }
        for (Bytes32 transaction : unknown) {
            if (openedBy(rail, interest.deal.payer(), transaction)) {
                return true;
            }
            interest.strangers.add(transaction);
        }
        return false;
    }

    /// The escrow insists that its caller is the payer: an account without code calls it in its own
    /// transactions alone. A payer that is a contract is at least mentioned; in doubt it is ours.
    private boolean openedBy(Rail rail, Address payer, Bytes32 transaction) {
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
                        .data(MAX_CODE_BYTES)
                        .length
                > 0;
    }

    /// Whether the deal that a call names is open at the newest block.
    public boolean isOpen(Rail rail, Intent call) {
        Header tip = Blocks.byNumber(watcher.rpc(), "latest");
        Bytes32 id = EscrowAbi.dealId(call.data(), rail.chainId(), rail.contract());
        return !Blocks.storage(watcher.rpc(), rail.contract(), id, tip.hash()).equals(Bytes32.ZERO);
    }

    /// What a claim costs at the present fee.
    public Wei claimFee() {
        ChainSnapshot chain = watcher.snapshot().orElseGet(watcher::refresh);
        return fee(chain, claimGas(chain.tip().number()));
    }

    /// What a deposit costs at the present fee.
    public Wei openFee() {
        return fee(watcher.snapshot().orElseGet(watcher::refresh), EscrowCalls.OPEN_GAS);
    }

    /// What a rollup charges for bytes moves slowly.
    private long claimGas(long block) {
        Optional<ClaimGas> known = claimGas.filter(at -> Math.abs(block - at.block) < GAS_BLOCKS);
        if (known.isPresent()) {
            return known.get().gas;
        }
        Address account = ours.map(TransactionManager::account).orElse(Address.ZERO);
        long gas = EscrowCalls.claimGas(watcher.rpc(), account);
        claimGas = Optional.of(new ClaimGas(block, gas));
        return gas;
    }

    private Wei fee(ChainSnapshot chain, long gas) {
        FeePolicy.Market market = watcher.market(chain.tip());
        BigInteger perGas = market.offer().maxPerGas();
        return new Wei(perGas).times(gas);
    }

    /// Whether the snapshot's tip is still on the chain, asked of the node and not of memory.
    private boolean isNewest(ChainSnapshot chain) {
        RpcResult block =
                Blocks.named(
                        watcher.rpc(),
                        "eth_getBlockByNumber",
                        Blocks.quantity(chain.tip().number()),
                        false);
        return !block.isNull() && block.field("hash").hash().equals(chain.tip().hash());
    }

    private boolean look(SeenTransaction transaction) {
        boolean news = false;
        if (!watched.isEmpty()) {
            for (EscrowAbi.Published published :
                    EscrowAbi.published(transaction.input().expose())) {
                DealId id = byWords.get(published.dealWords());
                Watched interest = id == null ? null : watched.get(id);
                news |= interest != null && interest.offer(published.scalar());
            }
        }
        return news;
    }

    private static String shortened(Bytes32 hash) {
        return hash.toString().substring(0, 8) + "...";
    }
}
