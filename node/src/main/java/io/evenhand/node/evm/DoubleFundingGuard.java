package io.evenhand.node.evm;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.ChainSnapshot;
import io.evenhand.ledger.evm.Escrow;
import io.evenhand.ledger.evm.EscrowCalls;
import io.evenhand.ledger.evm.Intent;
import io.evenhand.ledger.evm.TransactionManager;
import io.evenhand.ledger.evm.TransactionStatus;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// No deal is opened twice (10b): before an opening is signed for a fresh nonce the chain is asked
/// whether it happened already.
///
/// The stored effects of an old backup may ask for it once more. The contract would accept it: a
/// deal that was claimed leaves its slot empty, and whoever has read its key could claim the second
/// wage.
final class DoubleFundingGuard implements TransactionManager.Scruple {
    private final Rail rail;
    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private volatile Optional<Escrow> escrow = Optional.empty();

    private record Known(Deal deal, long lookFrom) {}

    DoubleFundingGuard(Rail rail) {
        this.rail = rail;
    }

    void connect(Escrow contract) {
        escrow = Optional.of(contract);
    }

    /// @param key of the intent that opens the deal
    void know(String key, Deal deal, long lookFrom) {
        known.put(key, new Known(deal, lookFrom));
    }

    @Override
    public Optional<String> against(Intent intent) {
        boolean opens =
                intent.to().filter(rail.contract()::equals).isPresent()
                        && intent.value().compareTo(Wei.ZERO) > 0;
        if (!opens) {
            return Optional.empty();
        }
        Known opening = known.get(intent.key());
        if (opening == null || escrow.isEmpty()) {
            return Optional.of("no exchange has asked for this deposit yet");
        }
        DealView view = escrow.get().view(rail, opening.deal(), opening.lookFrom());
        boolean before =
                view.tip() != DealStatus.ABSENT
                        || view.finalized() != DealStatus.ABSENT
                        || view.otherDeal();
        return before
                ? Optional.of("10b: this exchange was funded before; it is not funded again")
                : Optional.empty();
    }

    /// An opening or a claim leaves an event, which is read for its deal at each block.
    @Override
    public boolean isSeen(Intent intent, TransactionStatus.Receipt receipt, ChainSnapshot chain) {
        return EscrowCalls.isOfDeal(rail, intent)
                && escrow.filter(contract -> contract.saw(rail, intent, receipt, chain))
                        .isPresent();
    }

    /// A deposit or claim that the contract would refuse by now is left alone.
    @Override
    public boolean isOfUse(Intent intent, long head) {
        return EscrowCalls.mayStillWork(intent, head);
    }
}
