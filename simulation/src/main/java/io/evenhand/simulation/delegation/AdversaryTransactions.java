package io.evenhand.simulation.delegation;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.simulation.chain.ChainState;
import io.evenhand.simulation.chain.Shown;
import io.evenhand.simulation.escrow.EscrowTx;
import io.evenhand.simulation.escrow.ModelEscrow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The transactions that dishonest parties and an outsider may have in the next block.
final class AdversaryTransactions {
    private final Parties parties;
    private final Adversary adversary;

    AdversaryTransactions(Parties parties, Adversary adversary) {
        this.parties = parties;
        this.adversary = adversary;
    }

    /// @param customer the state of the customer, which only matters if it is dishonest
    List<EscrowTx> of(ChainState<ModelEscrow, EscrowTx> chain, CustomerState customer) {
        List<EscrowTx> all = new ArrayList<>();
        for (int at = 0; at < chain.tip().contracts().size(); at++) {
            ModelEscrow escrow = chain.tip().contracts().get(at);
            for (Deal deal : escrow.deals()) {
                if (escrow.openedAt(deal) != 0) {
                    onOpenDeal(at, deal, chain, all);
                }
            }
        }
        if (!parties.scenario.honest(Role.CUSTOMER)
                && chain.counted() < parties.scenario.opens()
                && chain.time() < Parties.LAST_OPEN) {
            int at = onLookAlike(customer) ? 1 : 0;
            List<Deal> deals = adversary.deals(customer);
            for (Deal deal : deals) {
                all.add(new EscrowTx.Open(at, deal, parties.payer));
            }
            if (parties.scenario.may(Fault.WRONG_DEALS) && !deals.isEmpty()) {
                all.add(new EscrowTx.Open(1 - at, deals.getFirst(), parties.payer));
            }
        }
        boolean forced = chain.tip().contracts().getFirst().gained(parties.stranger).signum() != 0;
        if (parties.scenario.may(Fault.OUTSIDER) && !forced && chain.time() < 3 * Parties.BLOCK) {
            all.add(new EscrowTx.Force(0, parties.stranger, Wei.of(1)));
        }
        return all;
    }

    private boolean onLookAlike(CustomerState state) {
        return Adversary.agreedTerms(state)
                .map(t -> t.order().rail().equals(parties.lookAlike))
                .orElse(false);
    }

    private void onOpenDeal(
            int at, Deal deal, ChainState<ModelEscrow, EscrowTx> chain, List<EscrowTx> all) {
        if (parties.scenario.may(Fault.OUTSIDER)) {
            chain.shown().stream()
                    .filter(s -> s.output().equals(deal))
                    .map(Shown::secret)
                    .sorted(Comparator.comparingLong(Bytes32::d))
                    .map(RevealedKey::new)
                    .forEach(key -> all.add(new EscrowTx.Claim(at, deal, key, parties.stranger)));
            all.add(new EscrowTx.Refund(at, deal, parties.stranger));
        }
        if (!parties.scenario.honest(Role.CUSTOMER)) {
            all.add(new EscrowTx.Refund(at, deal, parties.payer));
            all.add(new EscrowTx.Release(at, deal, parties.payer));
        }
        if (!parties.scenario.honest(Role.PROVIDER)) {
            all.add(
                    new EscrowTx.Claim(
                            at,
                            deal,
                            parties.providerCrypto.reveal(parties.workKey),
                            parties.payee));
            all.add(
                    new EscrowTx.Claim(
                            at,
                            deal,
                            parties.providerCrypto.reveal(parties.twinKey),
                            parties.payee));
            all.add(new EscrowTx.Release(at, deal, parties.payee));
        }
    }
}
