package io.evenhand.node.evm;

import io.evenhand.kit.alarm.Alarm;
import io.evenhand.ledger.evm.ChainAlarm;
import io.evenhand.ledger.evm.LedgerException;
import io.evenhand.ledger.evm.TransactionManager;
import io.evenhand.ledger.evm.TransactionRecord;
import io.evenhand.ledger.evm.TransactionStatus;
import io.evenhand.node.Alarms;
import io.evenhand.node.Node;
import io.evenhand.node.Trouble;
import io.evenhand.node.exchange.Documents;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// What sessions look at in one contract, told after every new block.
///
/// @param <P> a place in the contract: a deal or a channel of a session
/// @param <V> a view of it
final class Watches<P extends Watches.Place, V> {
    private final Store store;
    private final Alarms parts;
    private final EvmAccount account;
    private final TransactionManager transactions;
    private final TransactionNews news;
    private final String what;
    private final Source<P, V> source;
    private final Map<P, Watch> watches = new ConcurrentHashMap<>();
    private volatile Optional<Alarm> contradiction = Optional.empty();

    /// @param what a place is called, in lines for people
    Watches(Node node, EvmAccount account, String what, Source<P, V> source) {
        this.store = node.store();
        this.parts = node.alarms();
        this.account = account;
        this.transactions = account.transactions();
        this.news = account.news();
        this.what = what;
        this.source = source;
    }

    /// @see Documents#mark
    interface Place {
        SessionKey session();

        /// Which of the session's places.
        int slot();
    }

    /// The contract behind the places.
    interface Source<P, V> {
        /// A `LedgerException` if the chain does not answer, or two endpoints contradict each
        /// other.
        ///
        /// @param lookFrom number of a block before anything can be there
        V read(P place, long lookFrom);

        /// Makes calls again that were refused and can work now: see {@link Watches#retryRefused}.
        void retry(P place, V view);

        /// It will be read after the next look.
        void expect(P place, long lookFrom);

        void forget(P place);
    }

    /// Something that a session looks at. Its views are read and told one after the other, so no
    /// old one comes after a newer one.
    private final class Watch {
        private final P place;
        private final Consumer<V> listener;
        private final long lookFrom;
        private volatile boolean told;

        Watch(P place, Consumer<V> listener) {
            this.place = place;
            this.listener = listener;
            this.lookFrom = Documents.mark(store.documents(), place.session());
        }

        synchronized void tell() {
            if (watches.get(place) != this) {
                return;
            }
            told = true;
            try {
                V view = source.read(place, lookFrom);
                contradiction = Optional.empty();
                // A refusal is told before its transaction is forgotten and made anew.
                news.tell(place.session());
                source.retry(place, view);
                news.tell(place.session());
                listener.accept(view);
            } catch (LedgerException e) {
                boolean contradicted = e.kind() instanceof LedgerException.Kind.Contradicted;
                if (contradicted) {
                    contradiction = Optional.of(contradiction(e));
                }
                account.tell(
                        contradicted ? Trouble.ENDPOINTS_CONTRADICT : Trouble.OTHER,
                        String.valueOf(e.getMessage()));
            }
        }

        private Alarm contradiction(LedgerException e) {
            return new ChainAlarm.EndpointsDisagree(
                    account.watcher().rpc().name(),
                    "the other endpoint",
                    String.valueOf(e.getMessage()));
        }
    }

    /// Tells about a place after the next look, which is soon, and after every new block, until
    /// {@link #unwatch}: so all that are followed anew share a question. Watching again changes
    /// nothing but tells at once.
    void watch(P place, Consumer<V> listener) {
        Watch watch = watches.computeIfAbsent(place, _ -> new Watch(place, listener));
        if (watch.told) {
            watch.tell();
        } else {
            source.expect(place, watch.lookFrom);
        }
    }

    /// All places of a session.
    void unwatch(SessionKey session) {
        for (P place : List.copyOf(watches.keySet())) {
            Watch watch = place.session().equals(session) ? watches.remove(place) : null;
            if (watch != null) {
                parts.works(part(place));
                news.tell(session);
                source.forget(place);
            }
        }
    }

    void tellAll() {
        watches.values().forEach(this::tell);
    }

    /// A session that cannot take its news keeps none of the others waiting for theirs.
    private void tell(Watch watch) {
        String part = part(watch.place);
        try {
            watch.tell();
            parts.works(part);
        } catch (RuntimeException e) {
            parts.fails(part, e);
            // It may have ended meanwhile; then nobody tells it again.
            if (watches.get(watch.place) != watch) {
                parts.works(part);
            }
        }
    }

    private String part(P place) {
        String exchange = place.session().ref().toString().substring(0, 8);
        return what + " " + place.slot() + " of exchange " + exchange;
    }

    int size() {
        return watches.size();
    }

    /// A call that a final block refused is made again, if it was.
    void retryRefused(P place, String kind, String key) {
        Optional<TransactionRecord> refused = refused(key);
        if (refused.isPresent()) {
            TransactionStatus _ = transactions.retry(refused.get().intent());
            news.follow(place.session(), place.slot(), kind, key);
        }
    }

    /// What a final block refused.
    Optional<TransactionRecord> refused(String key) {
        return transactions.find(key).filter(r -> r.status() instanceof TransactionStatus.Failed);
    }

    List<Alarm> alarms() {
        return contradiction.map(List::of).orElse(List.of());
    }
}
