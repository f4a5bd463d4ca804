package io.evenhand.simulation.delegation;

import io.evenhand.kit.deal.Deal;
import io.evenhand.protocols.delegation.Effect.Transaction;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.simulation.chain.ChainState;
import io.evenhand.simulation.chain.ModelChain;
import io.evenhand.simulation.escrow.EscrowTx;
import io.evenhand.simulation.escrow.ModelEscrow;

/// How an honest node carries out `Publish`: the rules that stand between a machine and a chain.
///
/// 10b: what the journal knows is sent again as the same bytes, at the same account nonce; a deal
/// is opened only if the chain knows no deal of this xid. 10a: a claim is handed over for the first
/// time only before its `notAfter`; later only if the key is public anyway. Refund and release are
/// sent only for a deal that is open, by a look at the storage.
final class ModelWallet {
    private static final long OPEN_BEFORE = Parties.T_FUND - Parties.TIMING.inclusionSeconds();

    private final Parties parties;
    private final ModelChain<ModelEscrow, EscrowTx> model;

    ModelWallet(Parties parties, ModelChain<ModelEscrow, EscrowTx> model) {
        this.parties = parties;
        this.model = model;
    }

    /// What handing over leaves.
    record Handed(ChainState<ModelEscrow, EscrowTx> chain, int flags) {}

    Handed publish(
            Transaction transaction,
            ChainState<ModelEscrow, EscrowTx> chain,
            int flags,
            ProviderState state) {
        int at = parties.contract(transaction.rail());
        Deal deal = transaction.deal();
        ModelEscrow tip = chain.tip().contracts().get(at);
        Handed unchanged = new Handed(chain, flags);
        return switch (transaction) {
            case Transaction.Open _ -> {
                boolean journalled = (flags & GlobalState.OPEN_HANDED) != 0;
                boolean allowed =
                        parties.mutant.has(Flaw.OPEN_AGAIN)
                                || (journalled
                                        ? tip.slot(deal).opens() == 0
                                        : unknown(tip, deal) && chain.time() < OPEN_BEFORE);
                yield allowed
                        ? handed(
                                chain,
                                new EscrowTx.Open(at, deal, parties.payer),
                                flags | GlobalState.OPEN_HANDED)
                        : unchanged;
            }
            case Transaction.Claim claim -> {
                boolean shown =
                        (flags & GlobalState.CLAIM_HANDED) != 0
                                || chain.shown().stream().anyMatch(s -> s.output().equals(deal));
                boolean allowed =
                        shown
                                || chain.time() < claim.notAfter()
                                || parties.mutant.has(Flaw.CLAIM_PAST_MARGIN);
                boolean early = !stored(state);
                EscrowTx.Claim tx =
                        new EscrowTx.Claim(
                                at,
                                deal,
                                parties.providerCrypto.reveal(claim.workKey()),
                                parties.payee);
                if (!allowed && parties.mutant.has(Flaw.SECRET_IN_CALL)) {
                    yield new Handed(model.triedOut(chain, tx), flags);
                }
                yield allowed && tip.slot(deal).claims() == 0
                        ? handed(
                                chain,
                                tx,
                                flags
                                        | GlobalState.CLAIM_HANDED
                                        | (early ? GlobalState.SECRET_BEFORE_FLUSH : 0))
                        : unchanged;
            }
            case Transaction.Refund _ ->
                    tip.openedAt(deal) != 0
                            ? handed(chain, new EscrowTx.Refund(at, deal, parties.payer), flags)
                            : unchanged;
            case Transaction.Release _ ->
                    tip.openedAt(deal) != 0
                            ? handed(chain, new EscrowTx.Release(at, deal, parties.payee), flags)
                            : unchanged;
        };
    }

    private Handed handed(ChainState<ModelEscrow, EscrowTx> chain, EscrowTx tx, int flags) {
        return new Handed(model.handedOver(chain, tx), flags);
    }

    private static boolean unknown(ModelEscrow tip, Deal deal) {
        return tip.deals().stream()
                .noneMatch(d -> d.termsHash().equals(deal.termsHash()) && tip.slot(d).opens() > 0);
    }

    /// Whether the provider's stored state says that the key is shown.
    private static boolean stored(ProviderState provider) {
        return switch (provider) {
            case ProviderState.Revealing _, ProviderState.Final _ -> true;
            case ProviderState.Idle _,
                    ProviderState.Accepted _,
                    ProviderState.AwaitingInput _,
                    ProviderState.Working _,
                    ProviderState.Trying _,
                    ProviderState.Sealing _,
                    ProviderState.Delivering _,
                    ProviderState.Confirming _,
                    ProviderState.Releasing _ ->
                    false;
        };
    }
}
