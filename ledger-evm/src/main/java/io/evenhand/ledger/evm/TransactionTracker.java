package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Hex;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.TransactionRecord.Attempt;
import io.evenhand.ledger.evm.TransactionStatus.Receipt;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Optional;

/// One look at one transaction that was asked for, and the one thing to do about it now.
final class TransactionTracker {
    /// Nobody knows a node's words for "too cheap": what was refused so often in a row may be.
    private static final int REFUSALS_TO_RAISE = 2;

    /// A node that promises a newer block is believed at so many newest blocks.
    private static final int LATE_TIPS = 2;

    private final JsonRpc rpc;
    private final Wallet wallet;
    private final TransactionJournal journal;
    private final FeePolicy fees;
    private final TransactionManager.Scruple scruple;

    TransactionTracker(
            JsonRpc rpc,
            Wallet wallet,
            TransactionJournal journal,
            FeePolicy fees,
            TransactionManager.Scruple scruple) {
        this.scruple = scruple;
        this.rpc = rpc;
        this.wallet = wallet;
        this.journal = journal;
        this.fees = fees;
    }

    /// @param all every transaction of the account: their nonces are taken
    void advance(Tracked tracked, AccountView view, Collection<Tracked> all) {
        if (tracked.record.attempts().isEmpty()) {
            if (!tracked.wanted) {
                status(tracked, new TransactionStatus.Held("not sent before the restart"));
            } else if (isTooLate(tracked, view)) {
                status(tracked, new TransactionStatus.Held("too late to be handed over"));
            } else {
                send(tracked, view, freeNonce(view, all), all);
            }
            return;
        }
        Optional<Receipt> receipt = findReceipt(tracked, view);
        if (receipt.isPresent()) {
            included(tracked, receipt.get(), view);
            return;
        }
        if (tracked.record.status() instanceof TransactionStatus.Included) {
            status(tracked, new TransactionStatus.Pending("its block was taken back"));
        }
        if (tracked.nonce() < view.finalNonce()) {
            displaced(tracked, view, all);
        } else if (tracked.nonce() < view.latestNonce()) {
            passed(tracked, view, all);
        } else {
            resendOrRaise(tracked, view, all);
        }
    }

    /// A receipt can exist only once the account's nonce has passed the transaction's.
    private Optional<Receipt> findReceipt(Tracked tracked, AccountView view) {
        if (tracked.receiptEpoch == view.chain().epoch()) {
            // What is over for good is not decided by a receipt of long ago.
            Optional<Receipt> known =
                    tracked.record
                            .status()
                            .inBlock()
                            .filter(old ->
                                    old.block() > view.chain().finalized().number()
                                            || isSeen(tracked, old, view.chain()));
            if (known.isPresent()) {
                return known;
            }
        }
        for (Attempt attempt : tracked.record.attempts().reversed()) {
            if (attempt.nonce() < view.latestNonce()) {
                Optional<Receipt> receipt =
                        view.receipt(attempt.hash(), attempt, tracked.record.intent());
                if (receipt.isPresent()) {
                    tracked.receiptEpoch = view.chain().epoch();
                    return receipt;
                }
            }
        }
        return Optional.empty();
    }

    /// Another question has shown it, of late: that says as much as the same one once more.
    private boolean isSeen(Tracked tracked, Receipt receipt, ChainSnapshot chain) {
        try {
            return receipt.succeeded() && scruple.isSeen(tracked.record.intent(), receipt, chain);
        } catch (LedgerException e) {
            return false;
        }
    }

    private void included(Tracked tracked, Receipt receipt, AccountView view) {
        markHandedOver(tracked, receipt.transaction());
        tracked.shortage = Optional.empty();
        if (receipt.block() > view.chain().finalized().number()) {
            status(tracked, new TransactionStatus.Included(receipt));
        } else if (receipt.succeeded()) {
            status(tracked, new TransactionStatus.Final(receipt));
        } else {
            status(tracked, new TransactionStatus.Failed(receipt));
        }
    }

    /// Another transaction took its nonce, in a block that may be taken back. A shown claim has no
    /// time to wait (R3), and does nothing when it is made twice.
    private void passed(Tracked tracked, AccountView view, Collection<Tracked> all) {
        boolean shown = tracked.record.intent().secret() && tracked.record.handedOver();
        Optional<Bytes32> other =
                shown
                        ? view.consumer(
                                tracked.nonce(), signedAt(tracked), view.chain().tip().number())
                        : Optional.empty();
        if (other.filter(hash -> isForeign(hash, tracked, view)).isPresent()) {
            send(tracked, view, freeNonce(view, all), all);
        } else {
            trouble(
                    tracked,
                    "another transaction took nonce " + tracked.nonce() + ": waiting until final");
        }
    }

    private static boolean isForeign(Bytes32 hash, Tracked tracked, AccountView view) {
        return tracked.record.attempts().stream().noneMatch(a -> a.hash().equals(hash))
                && !view.isCall(hash, tracked.record.intent());
    }

    private static long signedAt(Tracked tracked) {
        return tracked.record.attempts().stream().mapToLong(Attempt::tipAtSigning).min().orElse(0);
    }

    /// Its nonce is used up for ever and no receipt is ours. Only the sight of the other
    /// transaction allows a new nonce.
    private void displaced(Tracked tracked, AccountView view, Collection<Tracked> all) {
        Optional<Bytes32> consumer =
                view.consumer(
                        tracked.nonce(), signedAt(tracked), view.chain().finalized().number());
        if (consumer.isEmpty()) {
            trouble(
                    tracked,
                    "nonce "
                            + tracked.nonce()
                            + " is used up, but "
                            + rpc.name()
                            + " does not show by what: use a node with older states");
            return;
        }
        if (tracked.record.attempts().stream().anyMatch(a -> a.hash().equals(consumer.get()))) {
            trouble(tracked, rpc.name() + " has no receipt of an included transaction yet");
            return;
        }
        if (view.isCall(consumer.get(), tracked.record.intent())) {
            // Ours all the same: raised or signed anew after the backup that we come from.
            view.receipt(
                            consumer.get(),
                            tracked.record.attempts().getLast(),
                            tracked.record.intent())
                    .ifPresent(receipt -> included(tracked, receipt, view));
            return;
        }
        boolean shown = tracked.record.intent().secret() && tracked.record.handedOver();
        if (!shown && (!tracked.wanted || isTooLate(tracked, view))) {
            status(
                    tracked,
                    new TransactionStatus.Held("displaced by another transaction, now too late"));
            return;
        }
        send(tracked, view, freeNonce(view, all), all);
    }

    private void resendOrRaise(Tracked tracked, AccountView view, Collection<Tracked> all) {
        Attempt last = tracked.record.attempts().getLast();
        Bytes32 tip = view.chain().tip().hash();
        boolean known = tracked.knownAt.equals(tip) || view.knows(last.hash());
        tracked.knownAt = known ? tip : Bytes32.ZERO;
        if (known) {
            tracked.wanted = true;
            markHandedOver(tracked, last.hash());
        } else if (!tracked.record.handedOver() && !tracked.wanted) {
            status(tracked, new TransactionStatus.Held("not sent before the restart"));
            return;
        } else if (!tracked.record.handedOver() && isTooLate(tracked, view)) {
            status(tracked, new TransactionStatus.Held("too late to be handed over"));
            return;
        }
        boolean wanting = tracked.nonce() == view.latestNonce() && wantsMore(tracked, last, view);
        if (wanting && !isInNewerBlock(tracked, last, view)) {
            raise(tracked, view, known, all);
        } else if (known) {
            tracked.shortage = Optional.empty();
            status(tracked, new TransactionStatus.Pending(""));
        } else {
            broadcast(tracked, last, view.chain().tip().hash());
        }
    }

    /// A look that is a block late would have it paid for twice. The next newest block is that one:
    /// whoever says so at one after the other is not believed, nor waited for if it says what
    /// cannot be read.
    private static boolean isInNewerBlock(Tracked tracked, Attempt last, AccountView view) {
        Bytes32 tip = view.chain().tip().hash();
        if (tracked.lateTips >= LATE_TIPS && !tracked.lateAt.equals(tip)) {
            return false;
        }
        boolean late;
        try {
            late = view.isInNewerBlock(last.hash());
        } catch (LedgerException e) {
            if (!e.isPassing()) {
                countLate(tracked, tip);
            }
            throw e;
        }
        if (late) {
            countLate(tracked, tip);
        }
        return late;
    }

    private static void countLate(Tracked tracked, Bytes32 tip) {
        tracked.lateTips += tracked.lateAt.equals(tip) ? 0 : 1;
        tracked.lateAt = tip;
    }

    private boolean wantsMore(Tracked tracked, Attempt last, AccountView view) {
        long blocks = view.chain().tip().number() - last.tipAtSigning();
        boolean tooCheap =
                blocks > 0 && last.fee().maxPerGas().compareTo(view.market().nextBaseFee()) < 0;
        // Whoever says that it is too little is believed once a block.
        boolean refused = blocks > 0 && tracked.refusals >= REFUSALS_TO_RAISE;
        return refused || tooCheap || blocks >= fees.bumpAfterBlocks();
    }

    private void raise(Tracked tracked, AccountView view, boolean known, Collection<Tracked> all) {
        Attempt last = tracked.record.attempts().getLast();
        Intent intent = tracked.record.intent();
        Wallet.Fee least = FeePolicy.replacing(last.fee());
        Wei most = stake(tracked, all);
        long gas = Math.max(last.gasLimit(), view.gas(intent));
        Wallet.Fee offer = view.market().raised(most.value(), gas);
        Wallet.Fee wanted = FeePolicy.higher(least, offer);
        BigInteger held = view.balance().value().subtract(intent.value().value());
        Wallet.Fee allowed = FeePolicy.capped(wanted, most.value(), gas);
        Wallet.Fee payable = FeePolicy.capped(allowed, held.max(BigInteger.ZERO), gas);
        BigInteger base = view.market().nextBaseFee();
        if (covers(payable, least, base)
                && tracked.record.attempts().size() < TransactionRecord.MAX_ATTEMPTS) {
            sign(tracked, view, last.nonce(), payable, gas);
            return;
        }
        if (!known) {
            broadcast(tracked, last, view.chain().tip().hash());
        }
        boolean waits = last.fee().maxPerGas().compareTo(base) >= 0;
        Wei cost = cost(wanted, gas);
        if (covers(allowed, least, base)) {
            tracked.shortage = Optional.of(Shortfall.ofBalance(intent.value().plus(cost)));
            trouble(tracked, holds(view) + ", which is too little to raise its fee");
        } else {
            tracked.shortage = waits ? Optional.empty() : Optional.of(Shortfall.ofFee(cost, most));
            trouble(tracked, "its fee has reached " + most);
        }
    }

    /// Whether nodes take it in place of the last one, and the next block may hold it.
    private static boolean covers(Wallet.Fee fee, Wallet.Fee least, BigInteger base) {
        return fee.maxPerGas().compareTo(least.maxPerGas().max(base)) >= 0
                && fee.tipPerGas().compareTo(least.tipPerGas()) >= 0;
    }

    /// What a transaction may cost: what hangs on it, and what hangs on those that wait for its
    /// nonce and cannot be taken back any more (R3).
    private static Wei stake(Tracked tracked, Collection<Tracked> all) {
        return all.stream()
                .filter(other -> other.isUnderWay() && other.nonce() > tracked.nonce())
                .map(other -> other.record)
                .filter(record -> record.intent().secret() && record.handedOver())
                .map(record -> record.intent().maxTotalFee())
                .reduce(
                        tracked.record.intent().maxTotalFee(),
                        (a, b) -> a.compareTo(b) < 0 ? b : a);
    }

    private static Wei cost(Wallet.Fee fee, long gas) {
        return new Wei(fee.maxPerGas()).times(gas);
    }

    private static String holds(AccountView view) {
        return view.account() + " holds " + view.balance();
    }

    /// Signs for a fresh nonce at the market's fee and sends; but nothing is shown that could not
    /// be included or paid for.
    void send(Tracked tracked, AccountView view, long nonce, Collection<Tracked> all) {
        Intent intent = tracked.record.intent();
        Optional<String> why = scruple.against(intent);
        if (why.isPresent()) {
            trouble(tracked, why.get());
            return;
        }
        long gas = view.gas(intent);
        if (gas > Intent.MAX_GAS) {
            trouble(tracked, "this chain wants more gas for it than a transaction may have");
            return;
        }
        Wallet.Fee offer = view.market().offer(intent.maxTotalFee().value(), gas);
        Wallet.Fee fee = FeePolicy.capped(offer, intent.maxTotalFee().value(), gas);
        Wei needed = reserved(tracked, all).plus(intent.value()).plus(cost(fee, gas));
        if (fee.maxPerGas().compareTo(view.market().nextBaseFee()) < 0) {
            tracked.shortage = Optional.of(Shortfall.ofFee(cost(offer, gas), intent.maxTotalFee()));
            trouble(
                    tracked,
                    "gas costs more now than the " + intent.maxTotalFee() + " it may cost");
        } else if (view.balance().compareTo(needed) < 0) {
            tracked.shortage = Optional.of(Shortfall.ofBalance(needed));
            trouble(tracked, holds(view) + ", and needs " + needed + " to send this: send coins");
        } else {
            sign(tracked, view, nonce, fee, gas);
        }
    }

    /// What the others under way may take out of the account.
    private static Wei reserved(Tracked tracked, Collection<Tracked> all) {
        return all.stream()
                .filter(other -> other != tracked && other.isUnderWay())
                .map(other -> {
                    Attempt last = other.record.attempts().getLast();
                    return other.record.intent().value().plus(cost(last.fee(), last.gasLimit()));
                })
                .reduce(Wei.ZERO, Wei::plus);
    }

    private void sign(Tracked tracked, AccountView view, long nonce, Wallet.Fee fee, long gas) {
        Intent intent = tracked.record.intent();
        Eip1559 transaction =
                new Eip1559(
                        tracked.record.chainId(),
                        nonce,
                        fee,
                        gas,
                        intent.to(),
                        intent.value(),
                        intent.data());
        Wallet.SignedTransaction signed =
                wallet.sign(
                        view.chain().tip().baseFee().isPresent()
                                ? transaction
                                : new Legacy(transaction));
        Attempt attempt =
                new Attempt(
                        nonce,
                        signed.hash(),
                        signed.raw(),
                        fee,
                        view.chain().tip().number(),
                        false);
        TransactionRecord next =
                tracked.record.with(attempt).with(new TransactionStatus.Pending(""));
        // The journal first: a node must never know bytes that a restart does not.
        journal.update(next);
        tracked.record = next;
        tracked.refusals = 0;
        tracked.lateTips = 0;
        tracked.lateAt = Bytes32.ZERO;
        tracked.knownAt = Bytes32.ZERO;
        tracked.shortage = Optional.empty();
        broadcast(tracked, attempt, view.chain().tip().hash());
    }

    private void broadcast(Tracked tracked, Attempt attempt, Bytes32 tip) {
        try {
            rpc.call("eth_sendRawTransaction", Hex.format(attempt.raw().expose()));
            markHandedOver(tracked, attempt.hash());
            tracked.knownAt = tip;
            tracked.refusals = 0;
            tracked.refusedInARow = 0;
            tracked.refusal = Optional.empty();
            status(tracked, new TransactionStatus.Pending(""));
        } catch (LedgerException e) {
            // Refused, unanswered or lost on the way: what may have left counts as shown (R4).
            if (e.mayHaveArrived()) {
                markHandedOver(tracked, attempt.hash());
            }
            if (e.isRefusal() && isKnown(attempt)) {
                status(tracked, new TransactionStatus.Pending(""));
                return;
            }
            tracked.refusals = e.isRefusal() ? tracked.refusals + 1 : 0;
            tracked.refusedInARow = e.isRefusal() ? tracked.refusedInARow + 1 : 0;
            tracked.refusal = e.isRefusal() ? Optional.of(e) : Optional.empty();
            trouble(tracked, String.valueOf(e.getMessage()));
        }
    }

    /// Nodes refuse what they have already, each in words of its own: so it is asked for.
    private boolean isKnown(Attempt attempt) {
        try {
            return !rpc.call("eth_getTransactionByHash", "0x" + attempt.hash()).isNull();
        } catch (LedgerException e) {
            // Then it is sent once more, which is harmless.
            return false;
        }
    }

    private long freeNonce(AccountView view, Collection<Tracked> all) {
        long afterOurs = all.stream().mapToLong(Tracked::nonce).max().orElse(-1) + 1;
        return Math.max(view.pendingNonce(), afterOurs);
    }

    private static boolean isTooLate(Tracked tracked, AccountView view) {
        return view.chain().time().now() >= tracked.record.intent().handOverBy();
    }

    void trouble(Tracked tracked, String line) {
        // What was in a block stays so, and what is held stays held, until a look says otherwise.
        if (tracked.record.status() instanceof TransactionStatus.Pending) {
            status(tracked, new TransactionStatus.Pending(line));
        }
    }

    private void markHandedOver(Tracked tracked, Bytes32 hash) {
        TransactionRecord marked = tracked.record.withHandedOver(hash);
        if (!marked.equals(tracked.record)) {
            // A crash before this leaves it to be sent or found again.
            journal.note(marked);
            tracked.record = marked;
        }
    }

    private void status(Tracked tracked, TransactionStatus status) {
        if (!status.equals(tracked.record.status())) {
            TransactionRecord next = tracked.record.with(status);
            // The chain tells it again.
            journal.note(next);
            tracked.record = next;
        }
    }
}
