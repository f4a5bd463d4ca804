package io.evenhand.node.peer;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.exchange.Outbox;
import io.evenhand.node.store.PeerOutboxTable;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.transport.Envelope;
import io.evenhand.node.transport.Outgoing;
import java.util.List;
import java.util.function.Consumer;

/// What a server has for its peers: messages wait in the journal until they are fetched. Those of
/// several protocols wait side by side.
public final class Outboxes {
    private final PeerOutboxTable table;
    private volatile Consumer<PartyId> wake = _ -> {};
    private volatile Runnable leaving;

    public Outboxes(PeerOutboxTable table) {
        this.table = table;
        this.leaving = table::flush;
    }

    /// Tells the server when something is there.
    public void onNews(Consumer<PartyId> listener) {
        wake = listener;
    }

    /// Runs each time before something leaves, in place of flushing the journal, which it has to
    /// do.
    public void onLeaving(Runnable listener) {
        leaving = listener;
    }

    /// The part of one protocol.
    public <M> Outbox<M> of(OutboundWire<M> wire) {
        return new Outbox<>() {
            @Override
            public void put(SessionKey session, PartyId to, M message) {
                Envelope envelope = wire.envelope(session, message);
                long _ = table.append(to, new Octets(Records.encode(envelope)));
            }

            @Override
            public void wake(PartyId to) {
                wake.accept(to);
            }
        };
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

    /// Must return before a peer hears that we have what it said.
    void flush() {
        table.flush();
    }
}
