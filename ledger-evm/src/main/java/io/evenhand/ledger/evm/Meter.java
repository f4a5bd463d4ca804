package io.evenhand.ledger.evm;

import io.evenhand.kit.deal.ChannelView;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// What a Meter did with the channels of interest, read from one endpoint or from two that agree.
///
/// A rail names the contract, as for the {@link Escrow}. Every reading throws a `LedgerException`
/// if the chain does not answer, or answers what cannot be: nothing is guessed.
public final class Meter {
    private static final int MAX_WATCHED = 100_000;

    private final ChainWatcher watcher;
    private final CodeSeen code;
    private final Map<Rail, MeterReader> readers = new ConcurrentHashMap<>();

    /// By storage key: the block from which events are read.
    private final Map<Bytes32, Long> watched = new HashMap<>();

    public Meter(ChainWatcher watcher) {
        this.watcher = watcher;
        this.code = new CodeSeen(watcher);
    }

    /// Creates the contract and waits until a block holds it. The same key again gives the same
    /// contract.
    public Rail deploy(TransactionManager manager, String key, Wei maxTotalFee, Duration limit)
            throws InterruptedException {
        Intent creation = MeterCalls.deploy(key, maxTotalFee);
        Rail meter = KnownContract.deploy(manager, creation, MeterCode.hash(), limit);
        check(meter);
        return meter;
    }

    /// Throws unless this is the chain and the known contract stands there: a look-alike is refused
    /// (D17).
    public void check(Rail meter) {
        KnownContract.check(watcher.rpc(), meter, MeterCode.hash());
    }

    /// What `owner` once refused and can withdraw.
    public Wei credit(Rail meter, Address owner) {
        return KnownContract.credit(watcher.rpc(), meter, owner);
    }

    /// Reads a channel; from then on it is read with all others until {@link #forget}.
    ///
    /// @param lookFrom number of a block before the channel can have been opened: the newest one
    ///   when its Terms were made
    public ChannelView view(Rail meter, MeterChannel channel, long lookFrom) {
        Bytes32 key = watch(meter, channel, lookFrom);
        return SteadyRead.of(
                watcher,
                chain -> {
                    MeterReader.Standing standing = reader(meter).read(key, chain);
                    return new ChannelView(
                            code.at(meter, chain),
                            standing.tip(),
                            standing.finalized(),
                            standing.openings(),
                            standing.secret());
                });
    }

    /// Somebody will follow this channel from the next look on.
    public void expect(Rail meter, MeterChannel channel, long lookFrom) {
        Bytes32 _ = watch(meter, channel, lookFrom);
        watcher.expect();
    }

    /// Ends the interest in a channel.
    public synchronized void forget(Rail meter, MeterChannel channel) {
        Bytes32 key = MeterHashes.key(meter, channel);
        if (watched.remove(key) != null) {
            reader(meter).remove(key);
        }
    }

    private synchronized Bytes32 watch(Rail meter, MeterChannel channel, long lookFrom) {
        Bytes32 key = MeterHashes.key(meter, channel);
        Long known = watched.get(key);
        if (known != null && known <= lookFrom) {
            return key;
        }
        if (known == null && watched.size() >= MAX_WATCHED) {
            throw new IllegalStateException("more than 100,000 channels are watched: forget some");
        }
        MeterReader reader = reader(meter);
        if (known != null) {
            reader.remove(key);
        }
        reader.add(key, lookFrom);
        watched.put(key, lookFrom);
        return key;
    }

    private MeterReader reader(Rail meter) {
        return readers.computeIfAbsent(meter, rail -> new MeterReader(watcher, rail));
    }

    /// What happened to a channel in final blocks, oldest first.
    public List<MeterMoment> history(Rail meter, MeterChannel channel, long lookFrom) {
        Bytes32 key = MeterHashes.key(meter, channel);
        ChainSnapshot chain = watcher.refresh();
        EventHistory history = EventHistory.ofChannels(watcher.rpc(), meter);
        history.add(key, lookFrom + 1);
        return history.read(key, watcher, chain).stream()
                .filter(event -> event.block() <= chain.finalized().number())
                .map(event -> moment(meter, event))
                .toList();
    }

    private MeterMoment moment(Rail meter, Logs.Event event) {
        Header block = watcher.canonical(event.block());
        if (!block.hash().equals(event.blockHash())) {
            throw LedgerException.malformed(
                    watcher.rpc().name() + " gives logs of another block " + event.block());
        }
        boolean closed = event.kind().equals(MeterAbi.CLOSED);
        return new MeterMoment(
                kind(event),
                event.transaction(),
                block.hash(),
                block.number(),
                block.timestamp(),
                closed ? Optional.of(event.data()) : Optional.empty(),
                closed ? total(meter, event) : Optional.empty());
    }

    private static MeterMoment.Kind kind(Logs.Event event) {
        if (event.kind().equals(MeterAbi.OPENED)) {
            return MeterMoment.Kind.OPENED;
        }
        if (event.kind().equals(MeterAbi.CLOSED)) {
            return MeterMoment.Kind.CLOSED;
        }
        return event.kind().equals(MeterAbi.REFUNDED)
                ? MeterMoment.Kind.REFUNDED
                : MeterMoment.Kind.RELEASED;
    }

    /// The total of a closing that the transaction itself asks for; nothing if it calls another
    /// contract, whose words prove nothing (G11).
    private Optional<Wei> total(Rail meter, Logs.Event closed) {
        RpcResult answer =
                Blocks.named(
                        watcher.rpc(), "eth_getTransactionByHash", "0x" + closed.transaction());
        if (answer.isNull()) {
            throw LedgerException.malformed(
                    watcher.rpc().name() + " does not know the transaction of one of its logs");
        }
        return SeenTransaction.read(answer)
                .filter(seen -> seen.hash().equals(closed.transaction()))
                .filter(seen -> seen.to().filter(meter.contract()::equals).isPresent())
                .flatMap(seen -> MeterAbi.named(meter, seen.from(), seen.input()))
                .filter(named -> named.key().equals(closed.deal().value()))
                .filter(named -> named.secret().filter(closed.data()::equals).isPresent())
                .flatMap(MeterAbi.Named::total);
    }

    /// Whether the channel that a call of this account names is open at the newest block.
    public boolean isOpen(Rail meter, Address caller, Intent call) {
        Optional<MeterAbi.Named> named = MeterAbi.named(meter, caller, call.data());
        if (named.isEmpty()) {
            return false;
        }
        Header tip = Blocks.byNumber(watcher.rpc(), "latest");
        Bytes32 key = named.get().key();
        return !Blocks.storage(watcher.rpc(), meter.contract(), key, tip.hash())
                .equals(Bytes32.ZERO);
    }

    /// What opening a channel costs at the present fee.
    public Wei openFee() {
        return fee(MeterCalls.OPEN_GAS);
    }

    /// What a closing costs at worst at the present fee (F7): twice as much is the least total that
    /// counts as paid.
    public Wei dearestClose() {
        return fee(MeterCalls.DEAREST_CLOSE_GAS);
    }

    private Wei fee(long gas) {
        ChainSnapshot chain = watcher.snapshot().orElseGet(watcher::refresh);
        return new Wei(watcher.priceLevel(chain.tip()).offer().maxPerGas()).times(gas);
    }
}
