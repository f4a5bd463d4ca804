package io.evenhand.protocols.delegation.provider;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.delegation.Expected;
import io.evenhand.protocols.delegation.Fault;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.message.Message.Funded;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.message.Statements.Deposited;
import io.evenhand.protocols.delegation.message.Terms;
import io.evenhand.protocols.delegation.provider.ProviderState.Agreement;
import java.math.BigInteger;
import java.util.Optional;

/// T10, paper step 9: every field of the deposit before the key is shown (D17), and whether there
/// is time (R2).
public final class DealCheck {
    private static final BigInteger TWENTY = BigInteger.valueOf(20);

    private DealCheck() {}

    /// What is wrong with the deal that the customer says it opened.
    static Optional<Fault> fault(Crypto crypto, Agreement agreement, Funded funded) {
        Terms terms = agreement.terms();
        Order order = terms.order();
        Deal deal = funded.deal();
        if (!funded.xid().equals(agreement.xid())) {
            return Optional.of(
                    Rule.DEPOSIT_EXCHANGE.because("the deposit is for another exchange"));
        }
        // Before the id, which has no form for numbers out of range.
        Optional<Fault> fault = Expected.dealFault(crypto, terms, agreement.xid(), deal);
        if (fault.isPresent()) {
            return fault;
        }
        Deposited statement = new Deposited(funded.xid(), crypto.dealId(order.rail(), deal), deal);
        if (!crypto.verify(order.customer(), statement, funded.signature())) {
            return Optional.of(
                    Rule.DEPOSIT_SIGNATURE.because(
                            "the deposit notice is not signed by the customer"));
        }
        return Optional.empty();
    }

    /// R2 and 10a: after this moment the key is not shown for the first time.
    public static long revealBefore(Timing timing, Deal deal) {
        return deal.claimBy() - timing.revealMargin();
    }

    public static boolean inTime(Timing timing, Deal deal, ChainTime now) {
        return now.now() < revealBefore(timing, deal);
    }

    /// A deposit made by tFund is final by then.
    static long lastDeposit(Timing timing, Order order) {
        return order.deadlines().tFund()
                + timing.inclusionSeconds()
                + timing.finalitySeconds()
                + timing.clockErrorSeconds();
    }

    /// By the chain's own clock: a deposit that comes later would be given back. Without this a
    /// notice of a deal that nobody opens, good for a thousand years, would hold a place for ever.
    static boolean neverOpened(Timing timing, Order order, DealView view, ChainTime now) {
        return view.tip() == DealStatus.ABSENT
                && view.finalized() == DealStatus.ABSENT
                && now.head() > lastDeposit(timing, order);
    }

    /// 10a: a claim that costs more than a twentieth of the wage waits for lower fees.
    public static boolean worthIt(Deal deal, DealView view) {
        // Divided, not multiplied: a node may name any fee.
        return view.claimFee().value().compareTo(deal.amount().value().divide(TWENTY)) <= 0;
    }

    /// The least wage for which that holds, as far as there is one: a node may name any fee.
    public static Wei leastWage(Wei claimFee) {
        return new Wei(claimFee.value().multiply(TWENTY).min(Wei.MAX.value()));
    }
}
