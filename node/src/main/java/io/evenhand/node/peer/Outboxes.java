package io.evenhand.node.peer;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.store.PeerOutboxTable;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.transport.Outgoing;
import java.util.List;
import java.util.function.Consumer;

/// What a server has for its peers: messages wait in the journal until they are fetched.
///
/// @param <M> messages of the protocol
public final class Outboxes<M> {
    private final PeerOutboxTable table;
    private final OutboundWire<M> wire;
    private volatile Consumer<PartyId> wake = _ -> {};

    public Outboxes(PeerOutboxTable table, OutboundWire<M> wire) {
        this.table = table;
        this.wire = wire;
    }

    /// Tells the server when something is there.
    public void onNews(Consumer<PartyId> listener) {
        wake = listener;
    }

    public void put(SessionKey session, PartyId to, M message) {
        table.append(to, new Octets(Records.encode(wire.envelope(session, message))));
        wake.accept(to);
    }

    public List<Outgoing> read(PartyId peer, long after, int limit) {
        table.acknowledge(peer, after);
        return table.after(peer, after, limit).stream()
                .map(stored -> new Outgoing(stored.seq(), stored.envelope()))
                .toList();
    }
}
