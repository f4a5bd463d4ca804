package io.evenhand.node.evm;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.ledger.evm.LedgerException;
import io.evenhand.ledger.evm.TransactionManager;
import io.evenhand.ledger.evm.TransactionRecord;
import io.evenhand.ledger.evm.TransactionStatus;
import io.evenhand.ledger.evm.TransactionStatus.Receipt;
import io.evenhand.node.LogDeduplicator;
import io.evenhand.node.Node;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.exchange.Documents;
import io.evenhand.node.store.SessionKey;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Tells how far the transactions of each session are, each step once, and keeps the receipt of a
/// final one.
final class TransactionNews {
    private final Node node;
    private final TransactionManager transactions;
    private final LogDeduplicator said;

    /// By session and key.
    private final Map<SessionKey, Map<String, Followed>> followed = new ConcurrentHashMap<>();

    TransactionNews(Node node, TransactionManager transactions, LogDeduplicator said) {
        this.node = node;
        this.transactions = transactions;
        this.said = said;
    }

    private enum Stage {
        WANTED,
        SENT,
        INCLUDED,
        OVER
    }

    private static final class Followed {
        private final SessionKey session;
        private final int slot;
        private final String kind;
        private Stage told = Stage.WANTED;
        private Bytes32 hash = Bytes32.ZERO;

        Followed(SessionKey session, int slot, String kind) {
            this.session = session;
            this.slot = slot;
            this.kind = kind;
        }
    }

    /// From now on the transaction with this key is reported for this session.
    ///
    /// @param slot of the output that it opens or ends
    void follow(SessionKey session, int slot, String kind, String key) {
        if (node.store().documents().find(session, Documents.receipt(kind, slot)).isEmpty()) {
            Map<String, Followed> _ =
                    followed.compute(
                            session,
                            (_, known) -> {
                                Map<String, Followed> all =
                                        known == null ? new ConcurrentHashMap<>() : known;
                                all.putIfAbsent(key, new Followed(session, slot, kind));
                                return all;
                            });
        }
    }

    /// The same for one that an earlier process may have sent.
    void followKnown(SessionKey session, int slot, String kind, String key) {
        if (transactions.find(key).isPresent()) {
            follow(session, slot, kind, key);
        }
    }

    void tell(SessionKey session) {
        followed.getOrDefault(session, Map.of()).forEach(this::tell);
    }

    void tellAll() {
        followed.keySet().forEach(this::tell);
    }

    private void tell(String key, Followed one) {
        Optional<TransactionRecord> record = transactions.find(key);
        if (record.isEmpty()) {
            return;
        }
        synchronized (one) {
            Optional<LedgerException> refusal = transactions.refusal(key);
            refusal.ifPresent(no -> said.tell(one.kind + ": " + no.getMessage()));
            // A replacement with a higher fee that is refused too is not reported again.
            if (record.get().handedOver() && (refusal.isEmpty() || one.told == Stage.WANTED)) {
                sent(one, record.get());
            }
            TransactionStatus status = record.get().status();
            status.inBlock().ifPresent(receipt -> included(one, receipt));
            switch (status) {
                case TransactionStatus.Final(Receipt receipt) -> over(key, one, receipt, true);
                case TransactionStatus.Failed(Receipt receipt) -> over(key, one, receipt, false);
                case TransactionStatus.Pending _,
                        TransactionStatus.Held _,
                        TransactionStatus.Included _ -> {}
            }
        }
    }

    /// A replacement with a higher fee has another hash, and is news again.
    private void sent(Followed one, TransactionRecord record) {
        Bytes32 hash = record.attempts().getLast().hash();
        boolean isNew = one.told == Stage.WANTED || !one.hash.equals(hash);
        if (isNew && one.told.compareTo(Stage.SENT) <= 0) {
            one.told = Stage.SENT;
            one.hash = hash;
            on(new NodeEvent.TransactionSent(one.session, one.kind, hash));
        }
    }

    private void included(Followed one, Receipt receipt) {
        if (one.told.compareTo(Stage.INCLUDED) < 0) {
            one.told = Stage.INCLUDED;
            on(
                    new NodeEvent.TransactionIncluded(
                            one.session,
                            one.kind,
                            receipt.transaction(),
                            receipt.block(),
                            receipt.gasUsed(),
                            receipt.fee()));
        }
    }

    private void over(String key, Followed one, Receipt receipt, boolean succeeded) {
        if (one.told == Stage.OVER) {
            return;
        }
        if (succeeded) {
            // What was refused may be tried again. Kept before it is over: what cannot be stored
            // now
            // is told again with the next block.
            node.store()
                    .documents()
                    .put(
                            one.session,
                            Documents.receipt(one.kind, one.slot),
                            new Octets(Records.encode(receipt)));
        }
        one.told = Stage.OVER;
        Map<String, Followed> _ =
                followed.computeIfPresent(
                        one.session,
                        (_, all) -> {
                            all.remove(key);
                            return all.isEmpty() ? null : all;
                        });
        on(
                succeeded
                        ? new NodeEvent.TransactionFinal(
                                one.session, one.kind, receipt.transaction())
                        : new NodeEvent.TransactionFailed(
                                one.session, one.kind, receipt.transaction()));
    }

    private void on(NodeEvent event) {
        node.events().on(event);
    }
}
