package io.evenhand.ledger.evm;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// What to offer for gas, and when to offer more.
///
/// @param bumpAfterBlocks blocks that may pass before the fee is raised
public record FeePolicy(int bumpAfterBlocks) {
    /// Blocks whose tips are looked at.
    private static final int HISTORY = 5;

    /// Tips below a tenth of the base fee wait too long; on cheap chains this is dust.
    private static final BigInteger LOWEST_TIP = BigInteger.valueOf(1_000_000);

    private static final BigInteger GWEI = BigInteger.valueOf(1_000_000_000);

    /// A first offer never tips more than this or twice the base fee, whatever a node suggests;
    /// raising may.
    private static final BigInteger HIGHEST_FIRST_TIP = GWEI.multiply(BigInteger.valueOf(3));

    public FeePolicy {
        if (bumpAfterBlocks < 1) {
            throw new IllegalArgumentException("a fee is raised after one block at the earliest");
        }
    }

    /// Three blocks: twice the usual wait of a fair offer.
    public static FeePolicy standard() {
        return new FeePolicy(3);
    }

    /// 10a: what a claim may cost when its key is shown; a market that asks for more in tips alone
    /// is not believed before blocks have passed.
    private static final BigInteger TWENTY = BigInteger.valueOf(20);

    /// What one endpoint says of the block to come, and of the tips that recent blocks took.
    ///
    /// @param whole the tip is the whole price: the chain has no base fee
    record Quote(BigInteger baseFee, BigInteger tip, boolean whole) {
        /// A first offer within reason; a whole price is what the chain wants or it is refused.
        BigInteger offer(BigInteger base) {
            return whole ? tip : within(tip, base);
        }
    }

    /// The market as one or two endpoints see it. One of two may lie either way: what is paid
    /// beyond the chain's own base fee is the tip, so the lower one is offered first; the base fee
    /// is a mere bound, so there is room for the higher one.
    ///
    /// @param nextBaseFee of the block to come, by the lower account
    /// @param highestBaseFee by the higher account
    /// @param tip what to offer first
    /// @param highestTip what to offer when no block took that
    record Market(
            BigInteger nextBaseFee,
            BigInteger highestBaseFee,
            BigInteger tip,
            BigInteger highestTip) {
        private static Market of(Quote a, Quote b) {
            BigInteger base = a.baseFee().min(b.baseFee());
            return new Market(
                    base,
                    a.baseFee().max(b.baseFee()),
                    a.offer(base).min(b.offer(base)),
                    a.offer(base).max(b.offer(base)));
        }

        /// What the next block takes, not the most that is offered.
        private BigInteger likely() {
            return highestBaseFee.add(tip);
        }

        Wallet.Fee offer() {
            return withTip(tip);
        }

        /// The first offer for a call with this much at stake: its tip is a twentieth of it at
        /// most, whatever endpoints say.
        Wallet.Fee offer(BigInteger stake, long gas) {
            return withTip(tip.min(most(stake, gas)));
        }

        /// The same for a later one.
        Wallet.Fee raised(BigInteger stake, long gas) {
            return withTip(highestTip.min(most(stake, gas)));
        }

        private static BigInteger most(BigInteger stake, long gas) {
            return stake.divide(TWENTY).divide(BigInteger.valueOf(gas));
        }

        /// Room for the base fee to double: six full blocks in a row.
        private Wallet.Fee withTip(BigInteger offered) {
            return new Wallet.Fee(highestBaseFee.shiftLeft(1).add(offered), offered);
        }
    }

    static Market market(JsonRpc rpc, Header tip) {
        return market(List.of(rpc), tip);
    }

    /// @param asked one endpoint, or two different ones; of two, one that is silent is passed over
    static Market market(List<JsonRpc> asked, Header tip) {
        List<Quote> quotes = new ArrayList<>();
        Optional<LedgerException> trouble = Optional.empty();
        for (JsonRpc rpc : asked) {
            try {
                quotes.add(quote(rpc, tip));
            } catch (LedgerException e) {
                trouble = trouble.isPresent() ? trouble : Optional.of(e);
            }
        }
        if (quotes.isEmpty()) {
            throw trouble.orElseThrow();
        }
        return Market.of(quotes.getFirst(), quotes.getLast());
    }

    private static Quote quote(JsonRpc rpc, Header tip) {
        if (tip.baseFee().isEmpty()) {
            return new Quote(BigInteger.ZERO, rpc.call("eth_gasPrice").number(), true);
        }
        try {
            return history(rpc);
        } catch (LedgerException e) {
            if (e.isPassing()) {
                throw e;
            }
            // No such method here: the base fee rises by an eighth at most.
            BigInteger base = tip.baseFee().get().multiply(BigInteger.valueOf(9)).shiftRight(3);
            return new Quote(base, suggestedTip(rpc), false);
        }
    }

    /// The market by recent blocks.
    static Quote history(JsonRpc rpc) {
        return fromHistory(rpc.call("eth_feeHistory", "0x5", "latest", List.of(50)));
    }

    private static Quote fromHistory(RpcResult history) {
        List<RpcResult> fees = history.field("baseFeePerGas").list(HISTORY + 1);
        if (fees.isEmpty()) {
            throw LedgerException.malformed("eth_feeHistory: no base fee");
        }
        List<BigInteger> tips = new ArrayList<>();
        for (RpcResult block : history.field("reward").list(HISTORY)) {
            for (RpcResult tip : block.list(1)) {
                tips.add(tip.number());
            }
        }
        Collections.sort(tips);
        BigInteger median = tips.isEmpty() ? BigInteger.ZERO : tips.get(tips.size() / 2);
        return new Quote(fees.getLast().number(), median, false);
    }

    /// What a unit of gas costs now, for people.
    public static BigInteger price(JsonRpc rpc) {
        return market(rpc, Blocks.byNumber(rpc, "latest")).likely();
    }

    private static BigInteger suggestedTip(JsonRpc rpc) {
        try {
            return rpc.call("eth_maxPriorityFeePerGas").number();
        } catch (LedgerException e) {
            return GWEI;
        }
    }

    private static BigInteger within(BigInteger tip, BigInteger base) {
        BigInteger lowest = LOWEST_TIP.max(base.divide(BigInteger.TEN));
        BigInteger highest = HIGHEST_FIRST_TIP.max(base.shiftLeft(1));
        return tip.max(lowest).min(highest);
    }

    /// The least fee that nodes take in place of this one: an eighth more in both parts.
    static Wallet.Fee replacing(Wallet.Fee old) {
        return new Wallet.Fee(raised(old.maxPerGas()), raised(old.tipPerGas()));
    }

    private static BigInteger raised(BigInteger fee) {
        BigInteger eighth = fee.add(BigInteger.valueOf(7)).shiftRight(3);
        return fee.add(eighth.max(BigInteger.ONE));
    }

    static Wallet.Fee higher(Wallet.Fee a, Wallet.Fee b) {
        return new Wallet.Fee(a.maxPerGas().max(b.maxPerGas()), a.tipPerGas().max(b.tipPerGas()));
    }

    /// The fee cut down to what this much gas may cost in all.
    static Wallet.Fee capped(Wallet.Fee fee, BigInteger total, long gas) {
        BigInteger most = total.divide(BigInteger.valueOf(gas));
        return new Wallet.Fee(fee.maxPerGas().min(most), fee.tipPerGas().min(most));
    }
}
