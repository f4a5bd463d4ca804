package io.evenhand.node.delegation.provider;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.process.Loop;
import io.evenhand.kit.sign.DealHash;
import io.evenhand.kit.value.Xid;
import io.evenhand.ledger.evm.EscrowCalls;
import io.evenhand.ledger.evm.IncomingDeals.Incoming;
import io.evenhand.ledger.evm.LedgerException;
import io.evenhand.node.Node;
import io.evenhand.node.evm.EscrowPort;
import io.evenhand.node.evm.EvmAccount;
import io.evenhand.node.store.KeyStore;
import io.evenhand.node.store.OutputTable;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.provider.DealCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Wages that wait in the contract for a provider whose journal does not know them, as it is an old
/// backup (decision 12).
///
/// Every deal that was opened for us since the journal last looked is compared with the journal. A
/// deposit is made after the sealed work has arrived, so the wage behind a lock of ours is earned.
final class UnclaimedDeposits implements AutoCloseable {
    /// Blocks read by a journal that never looked, as when only `identity.key` was saved.
    private static final long FIRST_LOOK = 100_000;

    private final Node node;
    private final EvmAccount account;
    private final EscrowPort escrow;
    private final Rail rail;
    private final Timing timing;
    private final WorkKeys keys;
    private final List<Incoming> lost = new ArrayList<>();
    private String trouble = "";
    private boolean closed;

    UnclaimedDeposits(Node node, EvmAccount account, EscrowPort escrow) {
        this.node = node;
        this.account = account;
        this.escrow = escrow;
        this.rail = account.config().rail();
        this.timing = account.config().timing();
        this.keys = new WorkKeys(node.store().keys());
    }

    /// Looks at once, and again as often as a transaction takes to be in a block.
    void start() {
        Loop.LOST_WAGES.virtual("lost-wages", this::run).start();
    }

    private synchronized void run() {
        try {
            while (!closed) {
                try {
                    look();
                    trouble = "";
                    node.alarms().works(Loop.LOST_WAGES.text());
                } catch (LedgerException e) {
                    tell(String.valueOf(e.getMessage()));
                } catch (RuntimeException e) {
                    node.alarms().fails(Loop.LOST_WAGES.text(), e);
                }
                wait(timing.inclusionSeconds() * 1_000);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(String line) {
        if (!line.equals(trouble)) {
            trouble = line;
            node.events().trouble(line);
        }
    }

    /// Final blocks only: an opening that a reorg takes back must not cost the key (R1).
    private void look() {
        Store store = node.store();
        long last = account.finalBlock();
        long first =
                store.cursors().find(rail.contract()).orElse(Math.max(-1, last - FIRST_LOOK)) + 1;
        for (Incoming incoming : escrow.incoming(first, last)) {
            if (!lost.contains(incoming) && isLost(incoming.deal())) {
                lost.add(incoming);
                say(
                        incoming,
                        "waits for us and the journal knows nothing of it: it is an old backup");
            }
        }
        lost.removeIf(this::isOver);
        if (lost.isEmpty() && last >= first) {
            store.cursors().put(rail.contract(), last);
        }
    }

    /// Locked with a key of ours that no session uses.
    private boolean isLost(Deal deal) {
        Optional<KeyStore.Derived> key = keys.find(rail, deal);
        key.ifPresent(found -> found.secret().erase());
        return key.isPresent()
                && (node.store().keys().status(key.get().handle()).isEmpty() || isBegun(deal));
    }

    /// A claim of it was begun here before.
    private boolean isBegun(Deal deal) {
        OutputTable.Output output = output(deal);
        return node.store().outputs().isKnown(output.ledger(), output.id());
    }

    private OutputTable.Output output(Deal deal) {
        return EscrowPort.output(new Xid(deal.termsHash()), 0, rail, DealHash.of(rail, deal));
    }

    /// Claims what can be claimed; true if there is nothing left to do. The rules are those of T10
    /// and T11: final, the known code, in time, worth its fee (D17, R2, 10a); and R3 once the key
    /// is shown.
    private boolean isOver(Incoming incoming) {
        Deal deal = incoming.deal();
        DealView view = escrow.view(deal, incoming.block() - 1);
        if (view.finalized() == DealStatus.CLAIMED) {
            say(incoming, "has come");
            return true;
        }
        ChainTime now = account.time();
        boolean late = now.head() - deal.claimBy() >= timing.finalitySeconds();
        if (view.finalized() == DealStatus.REFUNDED || late) {
            say(incoming, "went back to the customer");
            return true;
        }
        boolean shown = view.claimKnown() || view.revealed().isPresent();
        boolean due =
                view.codeHash().equals(rail.codeHash())
                        && view.finalized() == DealStatus.OPEN
                        && view.tip() == DealStatus.OPEN;
        if (due && shown && now.head() < deal.claimBy()) {
            claim(deal, deal.claimBy());
        } else if (due && DealCheck.inTime(timing, deal, now) && DealCheck.worthIt(deal, view)) {
            claim(deal, DealCheck.revealBefore(timing, deal));
        }
        return false;
    }

    private void claim(Deal deal, long notAfter) {
        Store store = node.store();
        KeyStore.Derived key = keys.find(rail, deal).orElseThrow();
        try {
            // In one transaction: a claim that was begun is found again after a crash.
            store.transact(() -> {
                store.outputs().make(output(deal));
                boolean _ = store.keys().put(key.handle(), key.secret());
                store.keys().shown(key.handle());
            });
            escrow.submit(EscrowCalls.claim(rail, deal, key.secret()).withHandOverBy(notAfter));
        } finally {
            key.secret().erase();
        }
    }

    private void say(Incoming incoming, String what) {
        Deal deal = incoming.deal();
        node.events()
                .trouble(
                        "exchange %s: the wage of %s %s"
                                .formatted(deal.termsHash(), deal.amount(), what));
    }

    /// Waits for a look that has begun.
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
