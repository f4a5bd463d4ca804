package io.evenhand.node.evm;

import io.evenhand.kit.alarm.Alarm;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.DealId;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Wei;
import io.evenhand.kit.value.Xid;
import io.evenhand.ledger.evm.ChainSnapshot;
import io.evenhand.ledger.evm.DealMoment;
import io.evenhand.ledger.evm.Deposits;
import io.evenhand.ledger.evm.Escrow;
import io.evenhand.ledger.evm.EscrowCalls;
import io.evenhand.ledger.evm.IncomingDeals;
import io.evenhand.ledger.evm.Intent;
import io.evenhand.ledger.evm.LedgerException;
import io.evenhand.ledger.evm.MeterCalls;
import io.evenhand.ledger.evm.TransactionManager;
import io.evenhand.ledger.evm.TransactionStatus;
import io.evenhand.node.AgainException;
import io.evenhand.node.Node;
import io.evenhand.node.exchange.Documents;
import io.evenhand.node.store.OutputTable;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The deals of our account in one escrow contract: opens and ends them, and tells sessions how
/// they stand. A session may have several. Knows no protocol.
public final class EscrowPort implements EvmAccount.Follower {
    private final Store store;
    private final EvmAccount account;
    private final TransactionManager transactions;
    private final TransactionNews news;
    private final Rail own;
    private final Escrow escrow;
    private final DealAlarms alarms;
    private final ReorgRecovery recovery;
    private final Watches<Place, DealView> watches;

    public EscrowPort(Node node, EvmAccount account, DealAlarms alarms) {
        this.store = node.store();
        this.account = account;
        this.transactions = account.transactions();
        this.news = account.news();
        this.own = account.config().rail();
        this.alarms = alarms;
        this.escrow = new Escrow(account.watcher(), Optional.of(transactions));
        account.openings().connect(escrow);
        this.watches = new Watches<>(node, account, "deal", new Deals());
        this.recovery = new ReorgRecovery(transactions, node.events(), new Endings());
        account.follow(this);
    }

    /// A deal of a session.
    ///
    /// @param slot which of the session's deals
    public record Place(SessionKey session, int slot, Rail rail, Deal deal)
            implements Watches.Place {}

    /// How the journal names a deal of an exchange.
    public static OutputTable.Output output(Xid exchange, int slot, Rail rail, DealId deal) {
        return new OutputTable.Output(exchange, slot, ledger(rail), id(deal));
    }

    private static Octets id(DealId deal) {
        return new Octets(deal.value().toByteArray());
    }

    private static String ledger(Rail rail) {
        return "evm/" + rail.chainId() + "/" + rail.contract();
    }

    /// Throws a `LedgerException` unless the agreed contract stands on the agreed chain (D17).
    public void check() {
        escrow.check(own);
        account.check();
    }

    /// Deals for our account that were opened in these blocks and that no session follows (12).
    public List<IncomingDeals.Incoming> incoming(long first, long last) {
        return IncomingDeals.read(
                account.watcher().rpc(), own, account.address(), first, last, escrow::isWatched);
    }

    public DealView view(Deal deal, long lookFrom) {
        return escrow.view(own, deal, lookFrom);
    }

    /// What happened to a deal in final blocks.
    public List<DealMoment> history(long from, Rail rail, Deal deal) {
        return escrow.history(rail, deal, from);
    }

    /// Open deposits of our account that the journal does not know (12).
    public List<Deposits.Deposit> lostDeposits() {
        return Deposits.open(account.watcher().rpc(), own, account.address()).stream()
                .filter(deposit -> !store.outputs().isKnown(ledger(own), id(deposit.deal())))
                .toList();
    }

    /// Takes a deposit back and waits until that is final; throws a `LedgerException` if it takes
    /// too long or the contract refuses.
    public void takeBack(Deposits.Deposit deposit, Duration limit) throws InterruptedException {
        String key = deposit.refund().key();
        TransactionStatus _ = transactions.submit(deposit.refund());
        if (transactions.await(key, limit, TransactionStatus::isFinished)
                instanceof TransactionStatus.Failed) {
            throw LedgerException.mismatch("the contract gives deposit " + key + " back no more");
        }
    }

    /// Throws a `LedgerException` that names what is missing unless our account holds this amount
    /// and the fee of its deposit.
    public void checkBalance(Wei wage) {
        account.checkBalance(wage.plus(escrow.openFee()), "the wage and the fee of its deposit");
    }

    /// Opens a deal. Journalled, sent, and sent again as often as it needs, as all calls here.
    ///
    /// @param handOverBy seconds: a deposit that a crash held back longer is not made
    /// @throws AgainException while no node has seen it: it has to be asked for again
    public void open(Place place, long handOverBy) throws AgainException {
        Intent intent = EscrowCalls.open(place.rail(), place.deal()).withHandOverBy(handOverBy);
        know(place);
        publish(place, "open", intent);
    }

    private void know(Place place) {
        account.openings()
                .know(
                        EscrowCalls.open(place.rail(), place.deal()).key(),
                        place.deal(),
                        Documents.mark(store.documents(), place.session()));
    }

    /// Publishes a key and so takes the wage: {@link EscrowCalls#claim(Rail, Deal, Secret32)}.
    ///
    /// @param notAfter seconds: it is handed to a node for the first time before then
    public void claim(Place place, KeyId key, long notAfter) throws AgainException {
        publish(place, "claim", claim(place.rail(), place.deal(), key).withHandOverBy(notAfter));
    }

    public void refund(Place place) throws AgainException {
        publish(place, "refund", EscrowCalls.refund(place.rail(), place.deal()));
    }

    public void release(Place place) throws AgainException {
        publish(place, "release", EscrowCalls.release(place.rail(), place.deal()));
    }

    /// A call that no session asks for.
    public void submit(Intent intent) {
        TransactionStatus _ = transactions.submit(intent);
    }

    private void publish(Place place, String kind, Intent intent) throws AgainException {
        if (!place.rail().equals(own)) {
            throw new IllegalStateException("a transaction on a rail this node does not serve");
        }
        account.publish(place.session(), place.slot(), kind, intent);
    }

    /// The key counts as shown before anything that holds it is even signed (D-I12).
    private Intent claim(Rail rail, Deal deal, KeyId key) {
        store.keys().shown(key);
        Secret32 secret = store.keys().secret(key);
        try {
            return EscrowCalls.claim(rail, deal, secret);
        } finally {
            secret.erase();
        }
    }

    /// 10b: an opening is never made anew.
    private final class Endings implements ReorgRecovery.Contract {
        @Override
        public boolean isOurs(Intent call) {
            return !MeterCalls.isOfChannel(call);
        }

        @Override
        public boolean canEnd(Intent call, long head) {
            boolean ends = call.to().filter(own.contract()::equals).isPresent() && call.isFree();
            return ends && EscrowCalls.isDue(call, head) && escrow.isOpen(own, call);
        }
    }

    /// The contract as the watches of sessions see it.
    private final class Deals implements Watches.Source<Place, DealView> {
        @Override
        public DealView read(Place place, long lookFrom) {
            DealView view = escrow.follow(place.rail(), place.deal(), lookFrom);
            alarms.seen(place.session(), place.slot(), view);
            return view;
        }

        /// A call that was refused while the deal could not be ended, as after a reorg, is made
        /// again when it can.
        @Override
        public void retry(Place place, DealView view) {
            Rail rail = place.rail();
            Deal deal = place.deal();
            if (view.tip() == DealStatus.OPEN) {
                boolean over = account.time().head() >= deal.claimBy();
                if (over) {
                    watches.retryRefused(place, "refund", EscrowCalls.refund(rail, deal).key());
                } else {
                    watches.retryRefused(place, "claim", EscrowCalls.claimKey(rail, deal));
                    watches.retryRefused(place, "release", EscrowCalls.release(rail, deal).key());
                }
            }
        }

        @Override
        public void expect(Place place, long lookFrom) {
            escrow.expect(place.rail(), place.deal(), lookFrom);
        }

        @Override
        public void forget(Place place) {
            escrow.forget(place.rail(), place.deal());
        }
    }

    /// Tells about a deal after the next look, which is soon, and after every new block, until
    /// {@link #unwatch}. Watching again changes nothing but tells at once.
    public void watch(Place place, Consumer<DealView> listener) {
        Rail rail = place.rail();
        Deal deal = place.deal();
        know(place);
        followKnown(place, "open", EscrowCalls.open(rail, deal).key());
        followKnown(place, "claim", EscrowCalls.claimKey(rail, deal));
        followKnown(place, "refund", EscrowCalls.refund(rail, deal).key());
        followKnown(place, "release", EscrowCalls.release(rail, deal).key());
        watches.watch(place, listener);
    }

    private void followKnown(Place place, String kind, String key) {
        news.followKnown(place.session(), place.slot(), kind, key);
    }

    /// All deals of a session.
    public void unwatch(SessionKey session) {
        alarms.forget(session);
        watches.unwatch(session);
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
    public void onLook(ChainSnapshot snapshot) {
        alarms.look(snapshot.time().now(), snapshot.answering());
    }

    /// What a claim costs at the present fee; a `LedgerException` if the chain does not answer.
    public Wei claimFee() {
        return escrow.claimFee();
    }

    @Override
    public Wei needed() {
        return alarms.needed(new DealAlarms.Prices(escrow.openFee(), escrow.claimFee()));
    }

    @Override
    public List<Alarm> alarms() {
        return watches.alarms();
    }
}
