package io.evenhand.simulation.delegation;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.simulation.chain.ChainState;
import io.evenhand.simulation.chain.Shown;
import io.evenhand.simulation.delegation.GlobalState.Known;
import io.evenhand.simulation.escrow.EscrowTx;
import io.evenhand.simulation.escrow.ModelEscrow;
import java.math.BigInteger;
import java.util.List;
import java.util.function.Predicate;

/// D-I1 to D-I12 on one global state. "Can read the work" is derivability from what was delivered
/// and published, never what a machine says of itself.
final class Invariants {
    private final Parties parties;
    private final SignedStatements signed;
    private final long works;
    private final long good;

    Invariants(Parties parties, SignedStatements signed) {
        this.parties = parties;
        this.signed = signed;
        good = parties.knowledge.fact(parties.good);
        works = good | parties.knowledge.fact(parties.bad);
    }

    /// What matters of one chain.
    ///
    /// @param shown facts: the published keys
    /// @param workKeyShown the honest provider's key is public
    /// @param paid a deal of the customer was claimed
    /// @param locked a deal of the customer is open
    /// @param overspent the customer is out of more than one wage
    /// @param credited the provider has its wage
    /// @param claimable a deal is open that still can pay it
    record Facts(
            boolean conserved,
            boolean exits,
            long shown,
            boolean workKeyShown,
            boolean paid,
            boolean locked,
            boolean overspent,
            boolean credited,
            boolean claimable,
            boolean paidFinally,
            boolean backFinally,
            boolean creditedFinally) {}

    Facts facts(ChainState<ModelEscrow, EscrowTx> chain) {
        List<ModelEscrow> tip = chain.tip().contracts();
        List<ModelEscrow> last = chain.finalized().contracts();
        RevealedKey workKey = parties.providerCrypto.reveal(parties.workKey);
        long shown = 0;
        boolean workKeyShown = false;
        for (Shown s : chain.shown()) {
            shown |= parties.knowledge.fact(s.secret());
            workKeyShown |= s.secret().equals(workKey.scalar());
        }
        boolean locked = customerHas(tip, slot -> slot.openedAt() != 0);
        return new Facts(
                tip.stream().allMatch(ModelEscrow::conserved),
                tip.stream().allMatch(e -> e.everyDealHasAnExit(parties.stranger)),
                shown,
                workKeyShown,
                customerHas(tip, slot -> slot.claims() > 0),
                locked,
                gained(tip, parties.payer).add(Parties.WAGE.value()).signum() < 0,
                gained(tip, parties.payee).compareTo(Parties.WAGE.value()) >= 0,
                claimable(chain, workKey),
                customerHas(last, slot -> slot.claims() > 0),
                customerHas(last, slot -> slot.returns() > 0)
                        && !customerHas(last, slot -> slot.openedAt() != 0),
                gained(last, parties.payee).compareTo(Parties.WAGE.value()) >= 0);
    }

    private static BigInteger gained(
            List<ModelEscrow> contracts, io.evenhand.kit.value.Address account) {
        return contracts.stream()
                .map(e -> e.gained(account).add(e.credit(account)))
                .reduce(BigInteger.ZERO, BigInteger::add);
    }

    private boolean customerHas(List<ModelEscrow> contracts, Predicate<ModelEscrow.Slot> what) {
        return contracts.stream()
                .anyMatch(e ->
                        e.deals().stream()
                                .anyMatch(d ->
                                        d.payer().equals(parties.payer) && what.test(e.slot(d))));
    }

    private boolean claimable(ChainState<ModelEscrow, EscrowTx> chain, RevealedKey workKey) {
        for (ModelEscrow escrow : chain.tip().contracts()) {
            for (Deal deal : escrow.deals()) {
                if (escrow.openedAt(deal) != 0
                        && deal.payee().equals(parties.payee)
                        && deal.amount().compareTo(Parties.WAGE) >= 0
                        && chain.time() + Parties.BLOCK < deal.claimBy()
                        && parties.customerCrypto.opens(deal.lock(), workKey)) {
                    return true;
                }
            }
        }
        return false;
    }

    /// What holds whatever the states of the machines are.
    String broken(Known known, Facts facts) {
        String conflict = signed.conflict(known.signed());
        if (!conflict.isEmpty()) {
            return conflict;
        }
        if (Long.bitCount(known.judged()) > parties.scenario.attempts()) {
            return "D-I10: more judgements than attempts";
        }
        if (!facts.conserved()) {
            return "D-I3: the contract owes more than it holds";
        }
        if (!facts.exits()) {
            return "D-I11: an open deal that nobody but its payer can end";
        }
        long outside = parties.knowledge.closure(known.outside() | facts.shown());
        if ((outside & works) != 0) {
            return "D-I5: an outsider can read the work";
        }
        if ((known.provider() & parties.knowledge.fact(parties.hidden)) != 0) {
            return "D-I6: the provider has the hidden data";
        }
        long customer = parties.knowledge.closure(known.customer() | outside);
        String forCustomer =
                parties.scenario.honest(Role.CUSTOMER) ? customer(customer, facts) : "";
        if (!forCustomer.isEmpty()) {
            return forCustomer;
        }
        return parties.scenario.honest(Role.PROVIDER) ? provider(customer, facts) : "";
    }

    private String customer(long reads, Facts facts) {
        if (facts.overspent()) {
            return "D-I4: more than one wage left the customer";
        }
        if (facts.paid() && (reads & good) == 0) {
            return "D-I1: the wage is paid and the customer cannot read work that passes";
        }
        return "";
    }

    private String provider(long customerReads, Facts facts) {
        if ((customerReads & works) == 0) {
            return "";
        }
        if (!facts.workKeyShown()) {
            return "D-I6: the customer can read the work before the key is shown";
        }
        if (!facts.credited() && !facts.claimable()) {
            return "D-I2: the work can be read and the wage is out of reach";
        }
        return "";
    }

    /// An honest customer's last word is what the chain says (D-I9, D-I11).
    String customerEnd(Object state, Facts facts) {
        return switch (state) {
            case CustomerState.Settled(var _, boolean passed) when !passed ->
                    "D-I9: settled as failed, though what is paid for passes";
            case CustomerState.Settled _ when !facts.paidFinally() ->
                    "D-I9: settled, but no claim is final";
            case CustomerState.Refunded _ when !facts.backFinally() ->
                    "D-I9: refunded, but the refund is not final";
            case CustomerState.Final _ when facts.locked() ->
                    "D-I11: the customer is done and its deposit is still in the contract";
            case CustomerState.Aborted _ when facts.paid() -> "D-I9: aborted, but the wage is paid";
            default -> "";
        };
    }

    String providerEnd(Object state, Facts facts) {
        return switch (state) {
            case ProviderState.Settled _ when !facts.creditedFinally() ->
                    "D-I9: settled, but no wage is final";
            case ProviderState.Returned _ when facts.workKeyShown() ->
                    "D-I9: returned, but the key is shown";
            case ProviderState.Lost _ -> "D-I2: the provider says that it lost the wage";
            default -> "";
        };
    }
}
