package io.evenhand.node.peer;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.exchange.Sessions;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.transport.Envelope;
import io.evenhand.node.transport.Origin;
import io.evenhand.node.transport.PeerHandler.BlobSource;
import io.evenhand.node.transport.PeerHandler.BlobTarget;
import io.evenhand.node.transport.Refused;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// What peers may do at a server in the exchanges of one protocol. Unless it says otherwise it
/// serves keys that were let in alone, and moves no files.
///
/// @param <S> states of the role that serves
/// @param <M> messages of the protocol
public abstract class ServerGate<S, M> implements Intake.Gate<S, M> {
    private final Sessions<S, ?, M, ?> sessions;
    private final InboundWire<M> wire;

    protected ServerGate(Sessions<S, ?, M, ?> sessions, InboundWire<M> wire) {
        this.sessions = sessions;
        this.wire = wire;
    }

    final String protocol() {
        return sessions.protocol();
    }

    final void turnedAway(Bytes32 ref, String what, Refused why) {
        sessions.turnedAway(ref, what, why);
    }

    /// Those that the session was made with.
    @Override
    public boolean isParty(PartyId from, SessionKey session, S state) {
        return sessions.isParty(session, from);
    }

    /// Whether keys that were not let in are served, too.
    protected boolean servesGuests() {
        return false;
    }

    /// As {@link io.evenhand.node.transport.PeerHandler#deliver}.
    protected void deliver(PartyId from, Origin origin, Envelope envelope) throws Refused {
        new Intake<>(sessions, wire, this).deliver(from, Optional.of(origin), envelope);
    }

    /// As {@link io.evenhand.node.transport.PeerHandler#readable}.
    protected Optional<BlobSource> readable(PartyId peer, Bytes32 ref, String name) {
        return Optional.empty();
    }

    /// As {@link io.evenhand.node.transport.PeerHandler#accept}.
    protected BlobTarget accept(PartyId peer, Bytes32 ref, String name, long totalSize)
            throws Refused {
        throw new Refused(Refused.Kind.FORBIDDEN, "no files here");
    }

    /// Keeps a file that has arrived.
    protected static void keep(SessionFiles files, SessionKey session, String name) throws Refused {
        try {
            files.keep(session, name);
        } catch (IOException e) {
            throw new Refused(Refused.Kind.UNAVAILABLE, "the disk of this node does not answer");
        }
    }

    /// Whether a message has to name each file before anything follows from it, and is refused for
    /// a moment if the file is not here: then the peer sends both again, so the message alone says
    /// that we have it.
    protected boolean namesFiles() {
        return false;
    }

    /// As {@link io.evenhand.node.transport.PeerHandler#written}: it has to {@link #keep} the file.
    protected void written(PartyId peer, Bytes32 ref, String name, Path file) throws Refused {}
}
