package io.evenhand.node.peer;

import io.evenhand.kit.value.PartyId;
import io.evenhand.node.EventSink;
import io.evenhand.node.Node;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.exchange.Documents;
import io.evenhand.node.store.DocumentTable.Name;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.SessionTable;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/// What the exchanges of each peer come to at a node, kept in memory: whoever is let in is looked
/// at by these figures, and of the exchanges only those are read again to which something happened
/// since the last time, however many are open.
///
/// Read from the journal and the disk once, when the first peer comes.
final class PeerTotals implements EventSink {
    private static final Duration DAY = Duration.ofDays(1);

    private final Node node;
    private final Role role;
    private final Admission.Rules rules;
    private final Set<SessionKey> changed = ConcurrentHashMap.newKeySet();
    private final Map<SessionKey, Figures> exchanges = new HashMap<>();

    /// Ended exchanges that count for a day, whichever stops first.
    private final Queue<Ended> ended = new PriorityQueue<>(Comparator.comparingLong(Ended::until));

    private final Map<PartyId, Figures> sums = new HashMap<>();
    private Figures all = Figures.NONE;
    private boolean read;

    PeerTotals(Node node, Role role, Admission.Rules rules) {
        this.node = node;
        this.role = role;
        this.rules = rules;
    }

    /// @param owner the first party, if the journal knows the exchange
    /// @param until of one that is over, when it counts no more
    record Figures(
            Optional<PartyId> owner, long until, int open, int unpaid, int fruitless, long bytes) {
        static final Figures NONE = new Figures(Optional.empty(), 0, 0, 0, 0, 0);

        /// The same with more, or less, of another one's.
        private Figures with(int sign, Figures other) {
            return new Figures(
                    owner,
                    until,
                    open + sign * other.open,
                    unpaid + sign * other.unpaid,
                    fruitless + sign * other.fruitless,
                    bytes + sign * other.bytes);
        }

        private boolean isNothing() {
            return open == 0 && unpaid == 0 && fruitless == 0 && bytes == 0;
        }
    }

    private record Ended(long until, SessionKey session) {}

    /// What was ignored changes nothing, and names exchanges that there may never have been.
    @Override
    public void on(NodeEvent event) {
        if (!(event instanceof NodeEvent.Ignored)) {
            changed(event.session());
        }
    }

    /// Something happened in an exchange, or to its files.
    void changed(SessionKey session) {
        changed.add(session);
    }

    /// So many bytes more are about to come; they count until something happens in the exchange.
    synchronized void expects(SessionKey session, long bytes) {
        Figures now = exchanges.getOrDefault(session, Figures.NONE);
        replace(session, now.with(1, new Figures(now.owner(), 0, 0, 0, 0, bytes)));
    }

    /// Of one peer.
    synchronized Figures of(PartyId peer) {
        return sums.getOrDefault(peer, Figures.NONE);
    }

    /// Of all together.
    synchronized Figures all() {
        return all;
    }

    /// Bytes that are kept for the peers that pass a test.
    synchronized long bytes(Predicate<PartyId> test) {
        return sums.entrySet().stream()
                .filter(sum -> sum.getValue().bytes() > 0 && test.test(sum.getKey()))
                .mapToLong(sum -> sum.getValue().bytes())
                .sum();
    }

    /// Takes in what happened meanwhile.
    ///
    /// @throws IOException if the disk does not answer; the next time it is tried again
    synchronized void refresh() throws IOException {
        long now = node.clock().instant().getEpochSecond();
        if (!read) {
            long since = now - DAY.toSeconds();
            node.store().sessions().since(role, since).forEach(stored -> changed(stored.key()));
            node.files().sessions().forEach(this::changed);
            node.files().onErased(this::changed);
            read = true;
        }
        for (SessionKey session : List.copyOf(changed)) {
            // Before it is read: what happens from now on is read the next time.
            changed.remove(session);
            boolean done = false;
            try {
                replace(session, figures(session));
                done = true;
            } finally {
                if (!done) {
                    changed(session);
                }
            }
        }
        for (Ended first = ended.peek();
                first != null && first.until() < now;
                first = ended.peek()) {
            // If this fails it stays the first one.
            replace(first.session(), figures(first.session()));
            ended.remove(first);
        }
    }

    private void replace(SessionKey session, Figures next) {
        Figures before = exchanges.getOrDefault(session, Figures.NONE);
        add(-1, before);
        add(1, next);
        if (next.isNothing()) {
            exchanges.remove(session);
        } else {
            exchanges.put(session, next);
        }
        if (next.until() > 0 && next.until() != before.until()) {
            ended.add(new Ended(next.until(), session));
        }
    }

    private void add(int sign, Figures figures) {
        all = all.with(sign, figures);
        figures.owner()
                .ifPresent(owner -> {
                    Figures sum = sums.getOrDefault(owner, Figures.NONE).with(sign, figures);
                    if (sum.isNothing()) {
                        sums.remove(owner);
                    } else {
                        sums.put(owner, sum);
                    }
                });
    }

    private Figures figures(SessionKey session) throws IOException {
        long bytes = node.files().size(session);
        Optional<SessionTable.Stored> stored = node.store().sessions().find(session);
        if (stored.isEmpty()) {
            return new Figures(Optional.empty(), 0, 0, 0, 0, bytes);
        }
        boolean open = !stored.get().ended();
        long until = stored.get().updatedAt() + DAY.toSeconds();
        boolean counts =
                session.role().equals(role)
                        && (open || until >= node.clock().instant().getEpochSecond());
        int unpaid = counts && has(session, rules.owed()) && !has(session, rules.settled()) ? 1 : 0;
        int fruitless =
                counts && has(session, Documents.MARK) && !has(session, rules.fruit()) ? 1 : 0;
        return new Figures(
                Optional.of(stored.get().peer()),
                !open && unpaid + fruitless > 0 ? until : 0,
                counts && open ? 1 : 0,
                unpaid,
                fruitless,
                bytes);
    }

    private boolean has(SessionKey session, Name name) {
        return node.store().documents().find(session, name).isPresent();
    }
}
