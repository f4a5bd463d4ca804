package io.evenhand.node.metered;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.sign.ChannelHash;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.kit.value.Xid;
import io.evenhand.node.store.ChannelRows;
import io.evenhand.node.store.DocumentTable;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.metered.message.Terms;
import java.util.Optional;

/// How far a stored channel came, for those who look at it.
///
/// @param session the newest one
/// @param round the newest paid one in it
/// @param total of the newest update
public record MeteredTotals(int session, int round, Wei total) {
    static final DocumentTable.Name PLAN = DocumentTable.Name.own("plan");

    /// Of a channel that this side pays for; nothing before its first update.
    public static Optional<MeteredTotals> paid(Store store, Terms terms, Xid xid) {
        return store.newestUpdate(name(terms, xid))
                .map(PaidRow.Newest::of)
                .map(it ->
                        new MeteredTotals(
                                it.update().number(), it.update().round(), it.update().total()));
    }

    /// Of a channel that this side serves; nothing before its first update.
    public static Optional<MeteredTotals> earned(Store store, Terms terms, Xid xid) {
        return store.newestUpdate(name(terms, xid)).flatMap(MeteredTotals::earned);
    }

    private static Optional<MeteredTotals> earned(ChannelRows.Update row) {
        return ServedRow.of(row)
                .update()
                .map(it ->
                        new MeteredTotals(
                                Math.toIntExact(row.at().number()),
                                Math.toIntExact(row.at().round()),
                                it.total()));
    }

    /// What the user wants of a channel.
    public static Optional<ComputePlan> plan(Store store, SessionKey session) {
        return store.documents()
                .find(session, PLAN)
                .map(bytes -> Records.decode(ComputePlan.class, bytes.toByteArray()));
    }

    private static Bytes32 name(Terms terms, Xid xid) {
        return ChannelHash.channel(
                terms.rail().chainId(),
                terms.rail().contract(),
                terms.payer(),
                terms.payee(),
                terms.timeout(),
                xid.value());
    }
}
