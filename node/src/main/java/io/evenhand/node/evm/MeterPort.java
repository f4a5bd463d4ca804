package io.evenhand.node.evm;

import io.evenhand.kit.alarm.Alarm;
import io.evenhand.kit.deal.ChannelView;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Wei;
import io.evenhand.kit.value.Xid;
import io.evenhand.ledger.evm.ChainSnapshot;
import io.evenhand.ledger.evm.CompactSignature;
import io.evenhand.ledger.evm.Intent;
import io.evenhand.ledger.evm.Meter;
import io.evenhand.ledger.evm.MeterCalls;
import io.evenhand.ledger.evm.MeterChannel;
import io.evenhand.ledger.evm.MeterHashes;
import io.evenhand.ledger.evm.MeterMoment;
import io.evenhand.ledger.evm.MeterPair;
import io.evenhand.ledger.evm.TransactionManager;
import io.evenhand.ledger.evm.TransactionStatus;
import io.evenhand.node.AgainException;
import io.evenhand.node.Node;
import io.evenhand.node.exchange.Documents;
import io.evenhand.node.store.OutputTable;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import java.util.List;
import java.util.function.Consumer;

/// The channels of our account in one Meter, as payer and as payee: opens, closes and refunds them,
/// and tells sessions how they stand. A session may have several. Knows no protocol.
///
/// Every call is journalled, sent, and sent again as often as it needs; asking for it again makes
/// no second transaction. While no node has seen it, an `AgainException` is thrown: it has to be
/// asked for again.
public final class MeterPort implements EvmAccount.Follower {
    private final Store store;
    private final EvmAccount account;
    private final TransactionManager transactions;
    private final Rail own;
    private final Meter meter;
    private final ReorgRecovery recovery;
    private final Watches<Place, ChannelView> watches;

    /// @param own the Meter that this node serves, on the account's chain
    public MeterPort(Node node, EvmAccount account, Rail own) {
        this.store = node.store();
        this.account = account;
        this.transactions = account.transactions();
        this.own = own;
        this.meter = new Meter(account.watcher());
        this.recovery = new ReorgRecovery(transactions, node.events(), new Endings());
        this.watches = new Watches<>(node, account, "channel", new Channels());
        account.follow(this);
    }

    /// A channel of a session.
    ///
    /// @param slot which of the session's channels
    public record Place(SessionKey session, int slot, Rail meter, MeterChannel channel)
            implements Watches.Place {}

    /// How the journal names a channel of an exchange.
    public static OutputTable.Output output(
            Xid exchange, int slot, Rail meter, MeterChannel channel) {
        return new OutputTable.Output(
                exchange,
                slot,
                "evm/" + meter.chainId() + "/" + meter.contract(),
                new Octets(MeterHashes.key(meter, channel).toByteArray()));
    }

    /// Throws a `LedgerException` unless the Meter stands on the agreed chain (D17).
    public void check() {
        meter.check(own);
        account.check();
    }

    public ChannelView view(MeterChannel channel, long lookFrom) {
        return meter.view(own, channel, lookFrom);
    }

    /// What happened to a channel in final blocks.
    public List<MeterMoment> history(MeterChannel channel, long lookFrom) {
        return meter.history(own, channel, lookFrom);
    }

    /// Throws a `LedgerException` that names what is missing unless our account holds this deposit
    /// and the fee of its opening.
    public void checkBalance(Wei deposit) {
        account.checkBalance(
                deposit.plus(meter.openFee()), "the deposit and the fee of its opening");
    }

    /// What a closing costs at worst at the present fee (F7).
    public Wei dearestClose() {
        return meter.dearestClose();
    }

    /// Opens a channel, if it never was opened before (F11).
    ///
    /// @param handOverBy seconds: a deposit that a crash held back longer is not made
    public void open(Place place, Wei deposit, long handOverBy) throws AgainException {
        Intent intent = MeterCalls.open(place.meter(), place.channel(), deposit);
        know(place, intent, deposit);
        publish(place, "open", intent.withHandOverBy(handOverBy));
    }

    /// Adds to the deposit.
    ///
    /// @param number of this top-up among those of the channel
    /// @param most what the deposit shall be after it; nothing is sent if it would be more
    public void topUp(Place place, int number, Wei more, Wei most) throws AgainException {
        Intent intent = MeterCalls.topUp(place.meter(), place.channel(), number, more);
        know(place, intent, most);
        publish(place, "topUp", intent);
    }

    private void know(Place place, Intent intent, Wei most) {
        long mark = Documents.mark(store.documents(), place.session());
        account.channels().know(intent.key(), meter, place.meter(), place.channel(), mark, most);
    }

    /// Takes the total and so publishes the key. One pair for ever, unless a final block refused
    /// it.
    ///
    /// @param notAfter seconds: it is handed to a node for the first time before then
    public void close(Place place, MeterPair pair, long notAfter) throws AgainException {
        Intent intent = MeterCalls.close(place.meter(), place.channel(), pair);
        publish(place, "close", intent.withHandOverBy(notAfter));
    }

    /// Closes for the payee with its `Close` of exactly this update (F8).
    ///
    /// @param most what it may cost in fees
    public void closeFor(
            Place place, MeterPair pair, long notBefore, CompactSignature close, Wei most)
            throws AgainException {
        publish(
                place,
                "closeFor",
                MeterCalls.closeFor(place.meter(), place.channel(), pair, notBefore, close, most));
    }

    /// Takes the deposit back from the timeout on.
    ///
    /// @param most what it may cost in fees, such as the deposit
    public void refund(Place place, Wei most) throws AgainException {
        publish(place, "refund", MeterCalls.refund(place.meter(), place.channel(), most));
    }

    /// Gives the deposit back to the payer.
    ///
    /// @param most what it may cost in fees
    public void release(Place place, Wei most) throws AgainException {
        publish(place, "release", MeterCalls.release(place.meter(), place.channel(), most));
    }

    /// A call that no session asks for, such as {@link MeterCalls#withdrawFor}.
    public void submit(Intent intent) {
        TransactionStatus _ = transactions.submit(intent);
    }

    private void publish(Place place, String kind, Intent intent) throws AgainException {
        if (!place.meter().equals(own)) {
            throw new IllegalStateException("a transaction of a Meter this node does not serve");
        }
        account.publish(place.session(), place.slot(), kind, intent);
    }

    /// Tells about a channel after the next look, which is soon, and after every new block, until
    /// {@link #unwatch}. Watching again changes nothing but tells at once.
    public void watch(Place place, Consumer<ChannelView> listener) {
        for (String kind : List.of("open", "close", "closeFor", "refund", "release")) {
            account.news()
                    .followKnown(
                            place.session(),
                            place.slot(),
                            kind,
                            MeterCalls.key(place.meter(), place.channel(), kind));
        }
        watches.watch(place, listener);
    }

    /// All channels of a session.
    public void unwatch(SessionKey session) {
        watches.unwatch(session);
    }

    /// F11: an opening is never made anew, nor is a top-up.
    private final class Endings implements ReorgRecovery.Contract {
        @Override
        public boolean isOurs(Intent call) {
            return MeterCalls.isOfChannel(call);
        }

        @Override
        public boolean canEnd(Intent call, long head) {
            boolean ends = call.to().filter(own.contract()::equals).isPresent() && call.isFree();
            return ends
                    && MeterCalls.isDue(call, head)
                    && meter.isOpen(own, account.address(), call);
        }
    }

    /// The contract as the watches of sessions see it.
    private final class Channels implements Watches.Source<Place, ChannelView> {
        @Override
        public ChannelView read(Place place, long lookFrom) {
            return meter.view(place.meter(), place.channel(), lookFrom);
        }

        /// A call that was refused while the channel could not be ended, as after a reorg, is made
        /// again when it can; a closing only if the deposit holds its total.
        @Override
        public void retry(Place place, ChannelView view) {
            if (view.tip().status() != ChannelView.Status.OPEN) {
                return;
            }
            if (account.time().head() >= place.channel().timeout()) {
                retry(place, "refund");
                return;
            }
            boolean covered =
                    watches.refused(key(place, "close"))
                            .flatMap(record -> MeterCalls.total(record.intent()))
                            .filter(total -> total.compareTo(view.tip().deposit()) <= 0)
                            .isPresent();
            if (covered) {
                retry(place, "close");
            }
            retry(place, "release");
        }

        private void retry(Place place, String kind) {
            watches.retryRefused(place, kind, key(place, kind));
        }

        private static String key(Place place, String kind) {
            return MeterCalls.key(place.meter(), place.channel(), kind);
        }

        @Override
        public void expect(Place place, long lookFrom) {
            meter.expect(place.meter(), place.channel(), lookFrom);
        }

        @Override
        public void forget(Place place) {
            meter.forget(place.meter(), place.channel());
        }
    }

    @Override
    public void onBlock(ChainSnapshot snapshot) {
        watches.tellAll();
        recovery.look(snapshot);
    }

    @Override
    public boolean waits() {
        return watches.size() > 0;
    }

    @Override
    public void onLook(ChainSnapshot snapshot) {}

    /// Each channel is ended once, by its payee or by its payer.
    @Override
    public Wei needed() {
        return meter.dearestClose().times(watches.size());
    }

    @Override
    public List<Alarm> alarms() {
        return watches.alarms();
    }
}
