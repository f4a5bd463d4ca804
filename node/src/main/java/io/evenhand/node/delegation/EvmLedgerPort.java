package io.evenhand.node.delegation;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.ledger.evm.Intent;
import io.evenhand.node.AgainException;
import io.evenhand.node.EventSink;
import io.evenhand.node.Node;
import io.evenhand.node.evm.EscrowPort;
import io.evenhand.node.evm.EvmAccount;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.Effect.Transaction;
import io.evenhand.protocols.delegation.message.Terms;
import java.util.Optional;
import java.util.function.Consumer;

/// What a delegation does on an EVM chain.
///
/// @param news hears of what happens in the exchanges
public record EvmLedgerPort(Store store, EvmAccount account, EscrowPort escrow, EventSink news)
        implements LedgerPort {
    /// @param account of the node, which does not follow any deal yet
    public static EvmLedgerPort of(Node node, Role role, EvmAccount account) {
        DelegationAlarms alarms =
                new DelegationAlarms(node, role, account.config().timing(), account.transactions());
        return new EvmLedgerPort(
                node.store(), account, new EscrowPort(node, account, alarms), alarms);
    }

    @Override
    public ChainTime time() {
        return account.time();
    }

    @Override
    public Optional<Octets> mark() {
        return account.mark();
    }

    @Override
    public Optional<String> busy() {
        return account.busy();
    }

    @Override
    public void publish(SessionKey session, Transaction transaction) throws AgainException {
        switch (transaction) {
            case Transaction.Open(Rail rail, Deal deal) ->
                    escrow.open(only(session, rail, deal), lastOpening(session));
            case Transaction.Claim(Rail rail, Deal deal, KeyId key, long notAfter) ->
                    escrow.claim(only(session, rail, deal), key, notAfter);
            case Transaction.Refund(Rail rail, Deal deal) ->
                    escrow.refund(only(session, rail, deal));
            case Transaction.Release(Rail rail, Deal deal) ->
                    escrow.release(only(session, rail, deal));
        }
    }

    /// A delegation has one deal.
    private static EscrowPort.Place only(SessionKey session, Rail rail, Deal deal) {
        return new EscrowPort.Place(session, 0, rail, deal);
    }

    /// A deposit that a crash held back is not made when it can no longer be in a block by tFund:
    /// the provider would only give it back.
    private long lastOpening(SessionKey session) {
        return DelegationDocuments.terms(store.documents(), session)
                .map(Terms::order)
                .map(order ->
                        order.deadlines().tFund() - account.config().timing().inclusionSeconds())
                .orElse(Intent.ANY_TIME);
    }

    @Override
    public void watch(SessionKey session, Rail rail, Deal deal, Consumer<DealView> listener) {
        escrow.watch(only(session, rail, deal), listener);
    }

    @Override
    public void unwatch(SessionKey session) {
        escrow.unwatch(session);
    }
}
