package io.evenhand.ledger.evm;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.sign.DealHash;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Calls of the escrow contract (`contracts/src/Escrow.sol`) as transactions to ask for.
///
/// Gas limits are what a call really uses on Ethereum, with room for the worst recipient that the
/// contract allows; a chain that wants more gets more. The rest is not paid. Each intent may cost
/// its deal's wage in fees, which the caller may lower; its key is the deal id with the call's
/// name, so that a repeated request is one transaction.
public final class EscrowCalls {
    /// Opening uses 48,000.
    static final long OPEN_GAS = 80_000;

    /// Ending a deal uses 33,000 to 67,000, and the contract insists on 70,000 before it pays.
    static final long END_GAS = 130_000;

    /// A selector, a deal and a key.
    static final int CLAIM_BYTES = 4 + 32 * 11;

    static final long DEPLOY_GAS = 1_500_000;
    static final long WITHDRAW_GAS = 150_000;

    private static final long MANY_BASE_GAS = 100_000;
    private static final long OPEN_EACH_GAS = 32_000;
    private static final long CLAIM_EACH_GAS = 18_000;

    /// A push to one payee at its worst: a precompile that never held coin costs as a new account,
    /// burns all the gas of the push and fails, and the credit is written (9,000 + 25,000 + 30,000
    /// + 24,000).
    private static final long PUSH_GAS = 92_000;

    /// All of a batch must fit one transaction (2^24 gas) at its worst.
    public static final int MAX_BATCH = 150;

    private EscrowCalls() {}

    /// The gas that a claim is given: what `DealView.claimFee` is computed with.
    public static long claimGas() {
        return END_GAS;
    }

    /// The same on the chain of this endpoint, which may charge for bytes besides.
    public static long claimGas(JsonRpc rpc, Address account) {
        return END_GAS + GasNeed.surplus(rpc, account, CLAIM_BYTES);
    }

    /// Creates the contract.
    public static Intent deploy(String key, Wei maxTotalFee) {
        return new Intent(
                key,
                Optional.empty(),
                EscrowCode.creation(),
                Wei.ZERO,
                DEPLOY_GAS,
                maxTotalFee,
                Intent.ANY_TIME,
                false);
    }

    /// Puts the wage into the contract (T9). The account must be the deal's payer.
    public static Intent open(Rail rail, Deal deal) {
        CallData data = EscrowAbi.call(EscrowAbi.OPEN, EscrowAbi.words(deal));
        return intent(rail, key(rail, deal, "open"), data, deal.amount(), OPEN_GAS, deal.amount());
    }

    /// Takes the wage and publishes the key (T11).
    public static Intent claim(Rail rail, Deal deal, Secret32 key) {
        byte[] exposed = key.expose();
        try {
            return claim(rail, deal, new RevealedKey(Bytes32.of(exposed)));
        } finally {
            Arrays.fill(exposed, (byte) 0);
        }
    }

    /// The same with a key that is public already.
    public static Intent claim(Rail rail, Deal deal, RevealedKey key) {
        CallData data =
                EscrowAbi.call(EscrowAbi.CLAIM, EscrowAbi.words(deal), key.scalar().toByteArray());
        return secret(intent(rail, claimKey(rail, deal), data, Wei.ZERO, END_GAS, deal.amount()));
    }

    /// What names a deal's claim at the {@link TransactionManager}.
    public static String claimKey(Rail rail, Deal deal) {
        return key(rail, deal, "claim");
    }

    /// Takes the wage back after the deadline (T13).
    public static Intent refund(Rail rail, Deal deal) {
        CallData data = EscrowAbi.call(EscrowAbi.REFUND, EscrowAbi.words(deal));
        return intent(rail, key(rail, deal, "refund"), data, Wei.ZERO, END_GAS, deal.amount());
    }

    /// Gives the wage back to the payer early. The account must be the deal's payee.
    public static Intent release(Rail rail, Deal deal) {
        CallData data = EscrowAbi.call(EscrowAbi.RELEASE, EscrowAbi.words(deal));
        return intent(rail, key(rail, deal, "release"), data, Wei.ZERO, END_GAS, deal.amount());
    }

    /// Opens all of these or none. They share payer, token, deadline and kind of lock.
    public static Intent openMany(Rail rail, List<Deal> deals, String key) {
        checkBatch(deals.size());
        Deal first = deals.getFirst();
        for (Deal deal : deals) {
            if (!deal.payer().equals(first.payer())
                    || !deal.token().equals(first.token())
                    || deal.claimBy() != first.claimBy()
                    || deal.lockKind() != first.lockKind()) {
                throw new IllegalArgumentException(
                        "deals opened together share payer, token, deadline and kind of lock");
            }
        }
        Wei sum = sum(deals);
        long gas = MANY_BASE_GAS + OPEN_EACH_GAS * deals.size();
        return intent(rail, key, EscrowAbi.openMany(deals), sum, gas, sum);
    }

    /// Claims all of these that can be claimed; the others are passed over.
    public static Intent claimMany(
            Rail rail, List<Deal> deals, List<RevealedKey> keys, String key) {
        checkBatch(deals.size());
        if (keys.size() != deals.size()) {
            throw new IllegalArgumentException("one key for each deal");
        }
        Set<Address> payees = new HashSet<>();
        long pushes = 0;
        Address previous = Address.ZERO;
        for (Deal deal : deals) {
            payees.add(deal.payee());
            pushes += deal.payee().equals(previous) ? 0 : 1;
            previous = deal.payee();
        }
        long gas =
                MANY_BASE_GAS
                        + CLAIM_EACH_GAS * deals.size()
                        + PUSH_GAS * Math.max(pushes, payees.size());
        CallData data = EscrowAbi.claimMany(deals, keys.stream().map(RevealedKey::scalar).toList());
        return secret(intent(rail, key, data, Wei.ZERO, gas, sum(deals)));
    }

    /// Pays a credit that `owner` once refused to its owner. Anyone may.
    public static Intent withdrawFor(Rail rail, Address owner, String key, Wei maxTotalFee) {
        CallData data = EscrowAbi.call(EscrowAbi.WITHDRAW_FOR, EscrowAbi.word(owner));
        return intent(rail, key, data, Wei.ZERO, WITHDRAW_GAS, maxTotalFee);
    }

    /// Pays the account's own credit to another address.
    public static Intent withdraw(Rail rail, Address to, String key, Wei maxTotalFee) {
        CallData data = EscrowAbi.call(EscrowAbi.WITHDRAW, EscrowAbi.word(to));
        return intent(rail, key, data, Wei.ZERO, WITHDRAW_GAS, maxTotalFee);
    }

    /// Whether the contract may still take this call, by the chain's clock (R5): deals are opened
    /// and claimed before `claimBy`, everything else has no end.
    ///
    /// @param head timestamp of the newest block, in seconds
    public static boolean mayStillWork(Intent intent, long head) {
        boolean ends =
                EscrowAbi.isCall(intent.data(), EscrowAbi.OPEN)
                        || EscrowAbi.isCall(intent.data(), EscrowAbi.CLAIM);
        return !ends || head < EscrowAbi.claimBy(intent.data());
    }

    /// Whether this call opens or ends one deal.
    public static boolean isOfDeal(Rail rail, Intent intent) {
        return intent.to().filter(rail.contract()::equals).isPresent()
                && Stream.of(EscrowAbi.OPEN, EscrowAbi.CLAIM, EscrowAbi.REFUND, EscrowAbi.RELEASE)
                        .anyMatch(function -> EscrowAbi.isCall(intent.data(), function));
    }

    /// Whether its time has come and is not over.
    public static boolean isDue(Intent intent, long head) {
        boolean early =
                EscrowAbi.isCall(intent.data(), EscrowAbi.REFUND)
                        && head < EscrowAbi.claimBy(intent.data());
        return !early && mayStillWork(intent, head);
    }

    private static String key(Rail rail, Deal deal, String call) {
        return DealHash.of(rail, deal) + ":" + call;
    }

    private static Intent intent(
            Rail rail, String key, CallData data, Wei value, long gas, Wei maxTotalFee) {
        return new Intent(
                key,
                Optional.of(rail.contract()),
                data,
                value,
                gas,
                maxTotalFee,
                Intent.ANY_TIME,
                false);
    }

    private static Intent secret(Intent i) {
        return new Intent(
                i.key(),
                i.to(),
                i.data(),
                i.value(),
                i.gasLimit(),
                i.maxTotalFee(),
                i.handOverBy(),
                true);
    }

    private static Wei sum(List<Deal> deals) {
        Wei sum = Wei.ZERO;
        for (Deal deal : deals) {
            sum = sum.plus(deal.amount());
        }
        return sum;
    }

    private static void checkBatch(int size) {
        if (size < 1 || size > MAX_BATCH) {
            throw new IllegalArgumentException(
                    "a batch holds 1 to " + MAX_BATCH + " deals, got " + size);
        }
    }
}
