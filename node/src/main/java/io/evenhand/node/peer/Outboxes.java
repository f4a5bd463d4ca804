package io.evenhand.node.peer;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.exchange.Outbox;
import io.evenhand.node.store.PeerOutboxTable;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.transport.Outgoing;
import java.util.List;
import java.util.function.Consumer;

/// What a server has for its peers: messages wait in the journal until they are fetched.
///
/// @param <M> messages of the protocol
public final class Outboxes<M> implements Outbox<M> {
    private final PeerOutboxTable table;
    private final OutboundWire<M> wire;
    private volatile Consumer<PartyId> wake = _ -> {};
    private volatile Runnable leaving = () -> {};

    public Outboxes(PeerOutboxTable table, OutboundWire<M> wire) {
        this.table = table;
        this.wire = wire;
    }

    /// Tells the server when something is there.
    public void onNews(Consumer<PartyId> listener) {
        wake = listener;
    }

    /// Runs each time before something leaves that is stored by then.
    public void onLeaving(Runnable listener) {
        leaving = listener;
    }

    @Override
    public void put(SessionKey session, PartyId to, M message) {
        long _ = table.append(to, new Octets(Records.encode(wire.envelope(session, message))));
    }

    @Override
    public void wake(PartyId to) {
        wake.accept(to);
    }

    public List<Outgoing> read(PartyId peer, long after, int limit) {
        table.acknowledge(peer, after);
        List<Outgoing> waiting =
                table.after(peer, after, limit).stream()
                        .map(stored -> new Outgoing(stored.seq(), stored.envelope()))
                        .toList();
        if (!waiting.isEmpty()) {
            leaving.run();
        }
        return waiting;
    }
}
