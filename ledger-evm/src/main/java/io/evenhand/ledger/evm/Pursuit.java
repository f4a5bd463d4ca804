package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Hex;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.TransactionManager.Pursued;
import io.evenhand.ledger.evm.TransactionRecord.Attempt;
import io.evenhand.ledger.evm.TransactionStatus.Receipt;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Optional;

/// One look at one wished transaction, and the one thing to do about it now.
final class Pursuit {
    /// Nobody knows a node's words for "too cheap": what was refused so often in a row may be.
    private static final int REFUSALS_TO_RAISE = 2;

    private final JsonRpc rpc;
    private final Wallet wallet;
    private final TransactionJournal journal;
    private final FeePolicy fees;
    private final TransactionManager.Scruple scruple;

    Pursuit(
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

    /// @param all every wish of the account: their nonces are taken
    void advance(Pursued wish, AccountView view, Collection<Pursued> all) {
        if (wish.record.attempts().isEmpty()) {
            if (!wish.wanted) {
                status(wish, new TransactionStatus.Held("not sent before the restart"));
            } else if (isTooLate(wish, view)) {
                status(wish, new TransactionStatus.Held("too late to be handed over"));
            } else {
                send(wish, view, freeNonce(view, all), all);
            }
            return;
        }
        Optional<Receipt> receipt = findReceipt(wish, view);
        if (receipt.isPresent()) {
            included(wish, receipt.get(), view);
            return;
        }
        if (wish.record.status() instanceof TransactionStatus.Included) {
            status(wish, new TransactionStatus.Pending("its block was taken back"));
        }
        if (wish.nonce() < view.finalNonce()) {
            displaced(wish, view, all);
        } else if (wish.nonce() < view.latestNonce()) {
            passed(wish, view, all);
        } else {
            pursue(wish, view, all);
        }
    }

    /// A receipt can exist only once the account's nonce has passed the transaction's.
    private Optional<Receipt> findReceipt(Pursued wish, AccountView view) {
        for (Attempt attempt : wish.record.attempts().reversed()) {
            if (attempt.nonce() < view.latestNonce()) {
                Optional<Receipt> receipt =
                        view.receipt(attempt.hash(), attempt, wish.record.intent());
                if (receipt.isPresent()) {
                    return receipt;
                }
            }
        }
        return Optional.empty();
    }

    private void included(Pursued wish, Receipt receipt, AccountView view) {
        markHandedOver(wish, receipt.transaction());
        wish.shortage = Optional.empty();
        if (receipt.block() > view.chain().finalized().number()) {
            status(wish, new TransactionStatus.Included(receipt));
        } else if (receipt.succeeded()) {
            status(wish, new TransactionStatus.Final(receipt));
        } else {
            status(wish, new TransactionStatus.Failed(receipt));
        }
    }

    /// Another transaction took its nonce, in a block that may be taken back. A shown claim has no
    /// time to wait (R3), and does nothing when it is made twice.
    private void passed(Pursued wish, AccountView view, Collection<Pursued> all) {
        boolean shown = wish.record.intent().secret() && wish.record.handedOver();
        Optional<Bytes32> other =
                shown
                        ? view.consumer(wish.nonce(), signedAt(wish), view.chain().tip().number())
                        : Optional.empty();
        if (other.filter(hash -> isForeign(hash, wish, view)).isPresent()) {
            send(wish, view, freeNonce(view, all), all);
        } else {
            trouble(
                    wish,
                    "another transaction took nonce " + wish.nonce() + ": waiting until final");
        }
    }

    private static boolean isForeign(Bytes32 hash, Pursued wish, AccountView view) {
        return wish.record.attempts().stream().noneMatch(a -> a.hash().equals(hash))
                && !view.isCall(hash, wish.record.intent());
    }

    private static long signedAt(Pursued wish) {
        return wish.record.attempts().stream().mapToLong(Attempt::tipAtSigning).min().orElse(0);
    }

    /// Its nonce is used up for ever and no receipt is ours. Only the sight of the other
    /// transaction allows a new nonce.
    private void displaced(Pursued wish, AccountView view, Collection<Pursued> all) {
        Optional<Bytes32> consumer =
                view.consumer(wish.nonce(), signedAt(wish), view.chain().finalized().number());
        if (consumer.isEmpty()) {
            trouble(
                    wish,
                    "nonce "
                            + wish.nonce()
                            + " is used up, but "
                            + rpc.name()
                            + " does not show by what: use a node with older states");
            return;
        }
        if (wish.record.attempts().stream().anyMatch(a -> a.hash().equals(consumer.get()))) {
            trouble(wish, rpc.name() + " has no receipt of an included transaction yet");
            return;
        }
        if (view.isCall(consumer.get(), wish.record.intent())) {
            // Ours all the same: raised or signed anew after the backup that we come from.
            view.receipt(consumer.get(), wish.record.attempts().getLast(), wish.record.intent())
                    .ifPresent(receipt -> included(wish, receipt, view));
            return;
        }
        boolean shown = wish.record.intent().secret() && wish.record.handedOver();
        if (!shown && (!wish.wanted || isTooLate(wish, view))) {
            status(
                    wish,
                    new TransactionStatus.Held("displaced by another transaction, now too late"));
            return;
        }
        send(wish, view, freeNonce(view, all), all);
    }

    private void pursue(Pursued wish, AccountView view, Collection<Pursued> all) {
        Attempt last = wish.record.attempts().getLast();
        boolean known = view.knows(last.hash());
        if (known) {
            wish.wanted = true;
            markHandedOver(wish, last.hash());
        } else if (!wish.record.handedOver() && !wish.wanted) {
            status(wish, new TransactionStatus.Held("not sent before the restart"));
            return;
        } else if (!wish.record.handedOver() && isTooLate(wish, view)) {
            status(wish, new TransactionStatus.Held("too late to be handed over"));
            return;
        }
        if (wish.nonce() == view.latestNonce() && wantsMore(wish, last, view)) {
            raise(wish, view, known, all);
        } else if (known) {
            wish.shortage = Optional.empty();
            status(wish, new TransactionStatus.Pending(""));
        } else {
            broadcast(wish, last);
        }
    }

    private boolean wantsMore(Pursued wish, Attempt last, AccountView view) {
        long blocks = view.chain().tip().number() - last.tipAtSigning();
        boolean tooCheap =
                blocks > 0 && last.fee().maxPerGas().compareTo(view.market().nextBaseFee()) < 0;
        // Whoever says that it is too little is believed once a block.
        boolean refused = blocks > 0 && wish.refusals >= REFUSALS_TO_RAISE;
        return refused || tooCheap || blocks >= fees.bumpAfterBlocks();
    }

    private void raise(Pursued wish, AccountView view, boolean known, Collection<Pursued> all) {
        Attempt last = wish.record.attempts().getLast();
        Intent intent = wish.record.intent();
        Wallet.Fee least = FeePolicy.replacing(last.fee());
        Wei most = stake(wish, all);
        long gas = Math.max(last.gasLimit(), view.gas(intent));
        Wallet.Fee offer = view.market().raised(most.value(), gas);
        Wallet.Fee wanted = FeePolicy.higher(least, offer);
        BigInteger held = view.balance().value().subtract(intent.value().value());
        Wallet.Fee allowed = FeePolicy.capped(wanted, most.value(), gas);
        Wallet.Fee payable = FeePolicy.capped(allowed, held.max(BigInteger.ZERO), gas);
        BigInteger base = view.market().nextBaseFee();
        if (covers(payable, least, base)
                && wish.record.attempts().size() < TransactionRecord.MAX_ATTEMPTS) {
            sign(wish, view, last.nonce(), payable, gas);
            return;
        }
        if (!known) {
            broadcast(wish, last);
        }
        boolean waits = last.fee().maxPerGas().compareTo(base) >= 0;
        Wei cost = cost(wanted, gas);
        if (covers(allowed, least, base)) {
            wish.shortage = Optional.of(Shortage.ofBalance(intent.value().plus(cost)));
            trouble(wish, holds(view) + ", which is too little to raise its fee");
        } else {
            wish.shortage = waits ? Optional.empty() : Optional.of(Shortage.ofFee(cost, most));
            trouble(wish, "its fee has reached " + most);
        }
    }

    /// Whether nodes take it in place of the last one, and the next block may hold it.
    private static boolean covers(Wallet.Fee fee, Wallet.Fee least, BigInteger base) {
        return fee.maxPerGas().compareTo(least.maxPerGas().max(base)) >= 0
                && fee.tipPerGas().compareTo(least.tipPerGas()) >= 0;
    }

    /// What a transaction may cost: what hangs on it, and what hangs on those that wait for its
    /// nonce and cannot be taken back any more (R3).
    private static Wei stake(Pursued wish, Collection<Pursued> all) {
        return all.stream()
                .filter(other -> other.isUnderWay() && other.nonce() > wish.nonce())
                .map(other -> other.record)
                .filter(record -> record.intent().secret() && record.handedOver())
                .map(record -> record.intent().maxTotalFee())
                .reduce(wish.record.intent().maxTotalFee(), (a, b) -> a.compareTo(b) < 0 ? b : a);
    }

    private static Wei cost(Wallet.Fee fee, long gas) {
        return new Wei(fee.maxPerGas()).times(gas);
    }

    private static String holds(AccountView view) {
        return view.account() + " holds " + view.balance();
    }

    /// Signs for a fresh nonce at the market's fee and sends; but nothing is shown that could not
    /// be included or paid for.
    void send(Pursued wish, AccountView view, long nonce, Collection<Pursued> all) {
        Intent intent = wish.record.intent();
        Optional<String> why = scruple.against(intent);
        if (why.isPresent()) {
            trouble(wish, why.get());
            return;
        }
        long gas = view.gas(intent);
        if (gas > Intent.MAX_GAS) {
            trouble(wish, "this chain wants more gas for it than a transaction may have");
            return;
        }
        Wallet.Fee offer = view.market().offer(intent.maxTotalFee().value(), gas);
        Wallet.Fee fee = FeePolicy.capped(offer, intent.maxTotalFee().value(), gas);
        Wei needed = reserved(wish, all).plus(intent.value()).plus(cost(fee, gas));
        if (fee.maxPerGas().compareTo(view.market().nextBaseFee()) < 0) {
            wish.shortage = Optional.of(Shortage.ofFee(cost(offer, gas), intent.maxTotalFee()));
            trouble(wish, "gas costs more now than the " + intent.maxTotalFee() + " it may cost");
        } else if (view.balance().compareTo(needed) < 0) {
            wish.shortage = Optional.of(Shortage.ofBalance(needed));
            trouble(wish, holds(view) + ", and needs " + needed + " to send this: send coins");
        } else {
            sign(wish, view, nonce, fee, gas);
        }
    }

    /// What the others under way may take out of the account.
    private static Wei reserved(Pursued wish, Collection<Pursued> all) {
        return all.stream()
                .filter(other -> other != wish && other.isUnderWay())
                .map(other -> {
                    Attempt last = other.record.attempts().getLast();
                    return other.record.intent().value().plus(cost(last.fee(), last.gasLimit()));
                })
                .reduce(Wei.ZERO, Wei::plus);
    }

    private void sign(Pursued wish, AccountView view, long nonce, Wallet.Fee fee, long gas) {
        Intent intent = wish.record.intent();
        Eip1559 transaction =
                new Eip1559(
                        wish.record.chainId(),
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
        TransactionRecord next = wish.record.with(attempt).with(new TransactionStatus.Pending(""));
        // The journal first: a node must never know bytes that a restart does not.
        journal.update(next);
        wish.record = next;
        wish.refusals = 0;
        wish.shortage = Optional.empty();
        broadcast(wish, attempt);
    }

    private void broadcast(Pursued wish, Attempt attempt) {
        try {
            rpc.call("eth_sendRawTransaction", Hex.format(attempt.raw().expose()));
            markHandedOver(wish, attempt.hash());
            wish.refusals = 0;
            wish.refusedInARow = 0;
            wish.refusal = Optional.empty();
            status(wish, new TransactionStatus.Pending(""));
        } catch (LedgerException e) {
            // Refused, unanswered or lost on the way: what may have left counts as shown (R4).
            if (e.mayHaveArrived()) {
                markHandedOver(wish, attempt.hash());
            }
            if (e.isRefusal() && isKnown(attempt)) {
                status(wish, new TransactionStatus.Pending(""));
                return;
            }
            wish.refusals = e.isRefusal() ? wish.refusals + 1 : 0;
            wish.refusedInARow = e.isRefusal() ? wish.refusedInARow + 1 : 0;
            wish.refusal = e.isRefusal() ? Optional.of(e) : Optional.empty();
            trouble(wish, String.valueOf(e.getMessage()));
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

    private long freeNonce(AccountView view, Collection<Pursued> all) {
        long afterOurs = all.stream().mapToLong(Pursued::nonce).max().orElse(-1) + 1;
        return Math.max(view.pendingNonce(), afterOurs);
    }

    private static boolean isTooLate(Pursued wish, AccountView view) {
        return view.chain().time().now() >= wish.record.intent().handOverBy();
    }

    void trouble(Pursued wish, String line) {
        // What was in a block stays so, and what is held stays held, until a look says otherwise.
        if (wish.record.status() instanceof TransactionStatus.Pending) {
            status(wish, new TransactionStatus.Pending(line));
        }
    }

    private void markHandedOver(Pursued wish, Bytes32 hash) {
        TransactionRecord marked = wish.record.withHandedOver(hash);
        if (!marked.equals(wish.record)) {
            journal.update(marked);
            wish.record = marked;
        }
    }

    private void status(Pursued wish, TransactionStatus status) {
        if (!status.equals(wish.record.status())) {
            TransactionRecord next = wish.record.with(status);
            journal.update(next);
            wish.record = next;
        }
    }
}
