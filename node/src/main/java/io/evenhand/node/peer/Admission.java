package io.evenhand.node.peer;

import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.Capacity;
import io.evenhand.node.Disk;
import io.evenhand.node.EventSink;
import io.evenhand.node.Node;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.store.DocumentTable;
import io.evenhand.node.store.DocumentTable.Name;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.transport.Refused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/// Says no to what is beyond a node's {@link Capacity}, before anything of it is stored.
public final class Admission implements EventSink {
    /// Of the disk, what keys that nobody let in may fill together: a fourth.
    private static final int GUESTS_PART = 4;

    /// The network from which a key that nobody let in began the exchange.
    public static final Name NETWORK = Name.own("network");

    private static final Duration DAY = Duration.ofDays(1);

    private final Node node;
    private final Role role;
    private final Rules rules;
    private final Capacity capacity;
    private final Disk disk;
    private final PeerTotals totals;

    /// How far an exchange came, by the documents it has.
    ///
    /// @param owed it has this while the peer owes us something
    /// @param settled until it has this
    /// @param guests whether keys that nobody let in may begin one
    /// @param fruit what it has when it was more than words
    public record Rules(Name owed, Name settled, Name fruit, boolean guests) {}

    public Admission(Node node, Role role, Rules rules, Capacity capacity) {
        this.node = node;
        this.role = role;
        this.rules = rules;
        this.capacity = capacity;
        this.disk = disk(node, capacity);
        this.totals = new PeerTotals(node, role, rules);
    }

    public static Disk disk(Node node, Capacity capacity) {
        return new Disk(node.store().directory().path(), capacity.freeBytes());
    }

    /// Hears what happens in the exchanges.
    @Override
    public void on(NodeEvent event) {
        totals.on(event);
    }

    /// Makes a new exchange of `peer`, if it fits. One at a time: two that look at once would both
    /// see the last free place.
    ///
    /// @param bytes what the exchange may need on our disk
    public synchronized void open(PartyId peer, SessionKey session, long bytes, Creation create)
            throws Refused {
        if (totals().all().open() >= capacity.exchanges()) {
            throw full(
                    "all places are taken: "
                            + capacity.exchanges()
                            + " exchanges are open here; try again later");
        }
        PeerTotals.Figures theirs = totals.of(peer);
        if (theirs.open() >= capacity.exchangesPerPeer()) {
            throw full(
                    capacity.exchangesPerPeer()
                            + " of your exchanges are open here, the most for one customer;"
                            + " finish one first");
        }
        if (theirs.unpaid() >= capacity.unpaidPerPeer()) {
            throw full(
                    theirs.unpaid()
                            + " works were delivered to you and are not paid for, the most for one"
                            + " customer; fund them, or come back tomorrow");
        }
        if (theirs.fruitless() >= capacity.fruitlessPerPeer()) {
            throw full(
                    theirs.fruitless()
                            + " exchanges that you began here came to nothing, the most for one"
                            + " customer in a day; come back tomorrow");
        }
        room(peer, bytes);
        create.make();
        totals.changed(session);
    }

    private PeerTotals totals() throws Refused {
        try {
            totals.refresh();
            return totals;
        } catch (IOException e) {
            throw new Refused(Refused.Kind.UNAVAILABLE, "the disk of this node does not answer");
        }
    }

    /// Makes what was admitted, or refuses it after all.
    public interface Creation {
        void make() throws Refused;
    }

    /// The same for a key that nobody let in.
    public synchronized void openGuest(
            PartyId peer, SessionKey session, String network, GuestQuota quota, Creation create)
            throws Refused {
        SessionTable sessions = node.store().sessions();
        SessionTable.Guests all = new SessionTable.Guests(role, Optional.empty());
        SessionTable.Guests near =
                new SessionTable.Guests(
                        role, Optional.of(new DocumentTable.Document(NETWORK, text(network))));
        if (totals().of(peer).open() >= quota.each()
                || sessions.countOpen(near) >= quota.network()
                || sessions.countOpen(all) >= quota.all()) {
            throw full(
                    "all places for keys without an invite are taken, for yours or your network's or"
                            + " everybody's; join with an invite, or try again later");
        }
        long since = node.clock().instant().minus(DAY).getEpochSecond();
        if (sessions.countBegun(near, since) >= quota.dailyNetwork()
                || sessions.countBegun(all, since) >= quota.daily()) {
            throw full(
                    "keys without an invite, your network's or everybody's, have begun enough for one"
                            + " day; join with an invite, or come back tomorrow");
        }
        open(peer, session, 0, create);
    }

    public static Octets text(String text) {
        return new Octets(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Whether so many more bytes may be kept for this peer, and the disk takes them now.
    private void room(PartyId peer, long bytes) throws Refused {
        kept(peer, bytes);
        long room = disk.room();
        if (bytes > room) {
            throw full(
                    ("this may need %d bytes and the disk here has room for %d; ask for less, or"
                                    + " try again later")
                            .formatted(bytes, room));
        }
    }

    /// Whether so many more bytes may be kept for this peer.
    public void kept(PartyId peer, long bytes) throws Refused {
        long all = totals().all().bytes();
        long theirs = totals.of(peer).bytes();
        boolean guest = isGuest(peer);
        long guests = guest ? totals.bytes(this::isGuest) : 0;
        if (bytes > capacity.bytesPerPeer() - theirs) {
            throw full(
                    ("this needs %d bytes here and %d are kept for you, limit %d; ask for less, or"
                                    + " wait until they are deleted")
                            .formatted(bytes, theirs, capacity.bytesPerPeer()));
        }
        if (bytes > capacity.bytes() - all) {
            throw full(
                    ("this needs %d bytes here and %d are kept for all, limit %d; ask for less, or"
                                    + " try again later")
                            .formatted(bytes, all, capacity.bytes()));
        }
        if (guest && bytes > capacity.bytes() / GUESTS_PART - guests) {
            throw full(
                    "%d bytes are kept here for keys without an invite, limit %d; join with one"
                            .formatted(guests, capacity.bytes() / GUESTS_PART));
        }
    }

    /// So many bytes more are about to come for an exchange; what has come of them counts as soon
    /// as something happens in it.
    public void expects(SessionKey session, long bytes) {
        totals.expects(session, bytes);
    }

    /// Whether the disk takes so many more bytes of what was agreed on; else later, perhaps.
    public void arriving(long bytes) throws Refused {
        long room = disk.room();
        if (bytes > room) {
            throw new Refused(
                    Refused.Kind.UNAVAILABLE,
                    bytes
                            + " bytes are to come and the disk here has room for "
                            + room
                            + "; it is tried again");
        }
    }

    /// At a provider everybody was let in.
    private boolean isGuest(PartyId peer) {
        return rules.guests() && node.store().peers().find(peer).isEmpty();
    }

    private static Refused full(String reason) {
        return new Refused(Refused.Kind.FULL, reason);
    }
}
