package io.evenhand.delegation.provider;

import io.evenhand.delegation.message.Message.Funded;
import io.evenhand.delegation.message.Order;
import io.evenhand.delegation.message.Statements.Deposited;
import io.evenhand.delegation.message.Terms;
import io.evenhand.delegation.provider.ProviderState.Agreement;
import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.kit.value.Address;
import java.util.Optional;

/// T10, paper step 9: every field of the deposit before the key is shown (D17), and whether there
/// is time (R2).
final class DealCheck {
    private DealCheck() {}

    /// What is wrong with the deal that the customer says it opened.
    static Optional<String> fault(Crypto crypto, Agreement agreement, Funded funded) {
        Terms terms = agreement.terms();
        Order order = terms.order();
        Deal deal = funded.deal();
        if (!funded.xid().equals(agreement.xid())
                || !deal.termsHash().equals(agreement.xid().value())) {
            return Optional.of("the deposit is for another exchange");
        }
        Deposited statement = new Deposited(funded.xid(), crypto.dealId(order.rail(), deal), deal);
        if (!crypto.verify(order.customer(), statement, funded.signature())) {
            return Optional.of("the deposit notice is not signed by the customer");
        }
        if (!deal.payee().equals(terms.payee())) {
            return Optional.of("the payee is not mine");
        }
        if (!deal.payer().equals(order.payer())) {
            return Optional.of("the payer is not the one in the Terms");
        }
        if (deal.lockKind() != Deal.POINT_LOCK
                || !deal.lock().equals(crypto.lock(terms.workKey()))) {
            return Optional.of("D12: the lock is not for my key");
        }
        if (!deal.token().equals(Address.ZERO)) {
            return Optional.of("the token is not the native coin");
        }
        if (deal.amount().compareTo(order.wage()) < 0) {
            return Optional.of("the deposit is " + deal.amount() + ", the wage is " + order.wage());
        }
        if (deal.claimBy() < order.deadlines().claimBy()) {
            return Optional.of("D9: claimBy is earlier than agreed");
        }
        return Optional.empty();
    }

    /// R2 and 10a: after this moment the key is not shown for the first time.
    static long revealBefore(Timing timing, Deal deal) {
        return deal.claimBy() - timing.revealMargin();
    }

    static boolean inTime(Timing timing, Deal deal, ChainTime now) {
        return now.now() < revealBefore(timing, deal);
    }

    /// 10a: a claim that costs more than a twentieth of the wage waits for lower fees.
    static boolean worthIt(Deal deal, DealView view) {
        return view.claimFee().times(20).compareTo(deal.amount()) <= 0;
    }
}
