package io.evenhand.node.metered;

import io.evenhand.kit.deal.ChannelView;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Xid;
import io.evenhand.ledger.evm.CompactSignature;
import io.evenhand.ledger.evm.MeterChannel;
import io.evenhand.ledger.evm.MeterPair;
import io.evenhand.node.AgainException;
import io.evenhand.node.evm.MeterPort;
import io.evenhand.node.store.OutputTable;
import io.evenhand.node.store.SessionKey;
import io.evenhand.protocols.metered.channel.ChannelEffect.Transaction;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.Terms;
import java.util.function.Consumer;

/// The channels of metered exchanges on an EVM chain.
record MeterRail(MeterPort meter) {
    static MeterChannel channel(Terms terms, Bytes32 xid) {
        return new MeterChannel(terms.payer(), terms.payee(), terms.signer(), terms.timeout(), xid);
    }

    /// An exchange has one channel.
    private static MeterPort.Place place(SessionKey session, Terms terms, Bytes32 xid) {
        return new MeterPort.Place(session, 0, terms.rail(), channel(terms, xid));
    }

    static OutputTable.Output output(Terms terms, Bytes32 xid) {
        return MeterPort.output(new Xid(xid), 0, terms.rail(), channel(terms, xid));
    }

    void publish(SessionKey session, Transaction transaction, Bytes32 xid) throws AgainException {
        Terms terms = transaction.terms();
        MeterPort.Place place = place(session, terms, xid);
        switch (transaction) {
            case Transaction.Open(var _, long handOverBy) ->
                    meter.open(place, terms.deposit(), handOverBy);
            case Transaction.TopUp(var _, int number, var more, var deposit) ->
                    meter.topUp(place, number, more, deposit);
            case Transaction.Close(var _, Pair pair, long notAfter) ->
                    meter.close(place, onChain(pair), notAfter);
            case Transaction.Refund _ -> meter.refund(place, terms.deposit());
        }
    }

    static MeterPair onChain(Pair pair) {
        return new MeterPair(
                pair.total(),
                pair.lock(),
                new CompactSignature(pair.signature().r(), pair.signature().s()),
                pair.k());
    }

    void watch(SessionKey session, Terms terms, Bytes32 xid, Consumer<ChannelView> listener) {
        meter.watch(place(session, terms, xid), listener);
    }

    void unwatch(SessionKey session) {
        meter.unwatch(session);
    }
}
