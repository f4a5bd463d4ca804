package io.evenhand.node;

import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.store.PeerTable;
import io.evenhand.node.transport.Invite;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;

/// One-time tokens: made into invites, redeemed by the peer that shows one first.
public final class Tokens {
    private final PeerTable peers;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    public Tokens(PeerTable peers, InstantSource clock) {
        this.peers = peers;
        this.clock = clock;
    }

    public Invite invite(
            String host, int port, PartyId server, String service, String name, Duration validity) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        Bytes32 token = Bytes32.of(bytes);
        long expires = clock.instant().plus(validity).getEpochSecond();
        peers.addToken(hash(token), expires);
        return new Invite(host, port, server, service, name, token);
    }

    /// Whether the peer was let in.
    public boolean knows(PartyId peer) {
        return peers.find(peer).isPresent();
    }

    /// Lets a peer in that shows a token which is not used up by anybody else.
    public boolean join(PartyId peer, Bytes32 token) {
        return peers.redeem(hash(token), peer, "peer " + peer.toString().substring(0, 8));
    }

    private static Bytes32 hash(Bytes32 token) {
        return Bytes32.of(Hashes.sha256("evenhand/token", token.toByteArray()));
    }
}
