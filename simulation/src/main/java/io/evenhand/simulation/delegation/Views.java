package io.evenhand.simulation.delegation;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.simulation.chain.ChainState;
import io.evenhand.simulation.escrow.EscrowTx;
import io.evenhand.simulation.escrow.ModelEscrow;
import java.util.Comparator;
import java.util.Optional;

/// What an honest node reports to its machine about a deal.
final class Views {
    /// More than a twentieth of the wage of 100 (10a).
    private static final Wei HIGH_FEE = Wei.of(10);

    private final Parties parties;

    Views(Parties parties) {
        this.parties = parties;
    }

    static ChainTime now(ChainState<?, ?> chain) {
        return new ChainTime(chain.time(), chain.time());
    }

    DealView view(ChainState<ModelEscrow, EscrowTx> chain, Rail rail, Deal deal, boolean feesHigh) {
        int at = parties.contract(rail);
        Bytes32 code = at == 0 ? parties.code : parties.otherCode;
        int other = 1 - at;
        if (parties.mutant.has(Flaw.EVENT_TRUSTED)
                && chain.tip().contracts().get(other).slot(deal).opens() > 0) {
            at = other;
        }
        ModelEscrow tip = chain.tip().contracts().get(at);
        ModelEscrow last = chain.finalized().contracts().get(at);
        boolean otherDeal =
                tip.deals().stream()
                        .anyMatch(d ->
                                !d.equals(deal)
                                        && d.payer().equals(deal.payer())
                                        && d.termsHash().equals(deal.termsHash())
                                        && tip.slot(d).opens() > 0);
        return new DealView(
                code,
                status(tip, deal),
                status(last, deal),
                tip.openedAt(deal),
                revealed(chain, deal),
                claimKnown(chain, tip, deal),
                otherDeal,
                feesHigh ? HIGH_FEE : Wei.ZERO);
    }

    private static DealStatus status(ModelEscrow escrow, Deal deal) {
        ModelEscrow.Slot slot = escrow.slot(deal);
        if (slot.claims() > 0) {
            return DealStatus.CLAIMED;
        }
        if (slot.openedAt() != 0) {
            return DealStatus.OPEN;
        }
        return slot.opens() == 0 ? DealStatus.ABSENT : DealStatus.REFUNDED;
    }

    /// Of several published keys a node hands on one that fits.
    private Optional<RevealedKey> revealed(ChainState<ModelEscrow, EscrowTx> chain, Deal deal) {
        return chain.shown().stream()
                .filter(s -> s.output().equals(deal))
                .map(s -> new RevealedKey(s.secret()))
                .min(
                        Comparator.comparing((RevealedKey key) ->
                                        !parties.customerCrypto.opens(deal.lock(), key))
                                .thenComparingLong(key -> key.scalar().d()));
    }

    private static boolean claimKnown(
            ChainState<ModelEscrow, EscrowTx> chain, ModelEscrow tip, Deal deal) {
        return tip.slot(deal).claims() > 0
                || chain.mempool().stream()
                        .anyMatch(p ->
                                p.tx() instanceof EscrowTx.Claim claim
                                        && claim.deal().equals(deal));
    }
}
