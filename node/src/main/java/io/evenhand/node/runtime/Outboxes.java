package io.evenhand.node.runtime;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.store.PeerOutboxTable;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.transport.Outgoing;
import io.evenhand.protocols.delegation.message.Message;
import java.util.List;
import java.util.function.Consumer;

/// What a server has for its peers: messages wait in the journal until they are fetched.
final class Outboxes {
    private final PeerOutboxTable table;
    private final OutboundWire wire;
    private volatile Consumer<PartyId> wake = _ -> {};

    Outboxes(PeerOutboxTable table, OutboundWire wire) {
        this.table = table;
        this.wire = wire;
    }

    /// Tells the server when something is there.
    void onNews(Consumer<PartyId> listener) {
        wake = listener;
    }

    void put(SessionKey session, PartyId to, Message message) {
        table.append(to, new Octets(Records.encode(wire.envelope(session, message))));
        wake.accept(to);
    }

    List<Outgoing> read(PartyId peer, long after, int limit) {
        table.acknowledge(peer, after);
        return table.after(peer, after, limit).stream()
                .map(stored -> new Outgoing(stored.seq(), stored.envelope()))
                .toList();
    }
}
