package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.Capacity;
import io.evenhand.node.delegation.stamper.StamperConfig;
import io.evenhand.node.delegation.stamper.StamperDaemon;
import io.evenhand.node.peer.AdmissionPolicy;
import io.evenhand.node.peer.GuestQuota;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.transport.Envelope;
import io.evenhand.node.transport.PeerClient;
import io.evenhand.node.transport.PeerClientOptions;
import io.evenhand.node.transport.PeerException;
import io.evenhand.node.transport.TlsIdentity;
import io.evenhand.programs.attest.SoftwareAttester;
import io.evenhand.protocols.delegation.message.Message;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Keys made at will at a stamper that is open to any: they fill their own quota, and nothing else.
class GuestQuotaTest {
    private static final String PLACES = "all places for keys without an invite are taken";
    private static final String DAY = "enough for one day";

    @TempDir Path directory;
    private NodeKeys keys;
    private int asked;

    @BeforeEach
    void keys() throws Exception {
        keys =
                NodeKeys.create(
                        DataDirectory.identityFile(directory),
                        Optional.empty(),
                        new SecureRandom());
    }

    private StamperDaemon open(GuestQuota quota) throws Exception {
        return StamperDaemon.start(
                directory,
                keys,
                new StamperConfig(
                        "stamper",
                        "127.0.0.1",
                        0,
                        new AdmissionPolicy.AnyKey(quota),
                        Capacity.DEFAULT),
                new SoftwareAttester(),
                InstantSource.system(),
                _ -> {});
    }

    /// Somebody with a key of its own.
    private static PeerClient anybody(StamperDaemon stamper) {
        PartyId server = stamper.party();
        return new PeerClient(
                new TlsIdentity(new Ed25519Identity(Secret32.random(new SecureRandom()))),
                "127.0.0.1",
                stamper.port(),
                server,
                PeerClientOptions.DEFAULT);
    }

    /// Begins one more exchange.
    private void ask(PeerClient client) throws PeerException, InterruptedException {
        Bytes32 nonce = new Bytes32(7, 7, 7, ++asked);
        Message question = new Message.AskStampKey(nonce);
        client.send(
                new Envelope(
                        "delegation",
                        nonce,
                        new Octets(Records.encode(Message.class, question)),
                        List.of()));
    }

    private void refused(PeerClient client, String why) {
        PeerException e = assertThrows(PeerException.class, () -> ask(client));
        assertEquals(PeerException.Kind.REFUSED, e.kind(), e.getMessage());
        assertTrue(String.valueOf(e.getMessage()).contains(why), e.getMessage());
    }

    @Test
    @DisplayName(
            "a key, a network and all guests together have limits; a known key has none of them")
    void open() throws Exception {
        try (StamperDaemon stamper = open(new GuestQuota(4, 3, 2, 100, 100));
                PeerClient one = anybody(stamper);
                PeerClient two = anybody(stamper);
                PeerClient known = anybody(stamper)) {
            ask(one);
            ask(one);
            refused(one, PLACES);
            ask(two);
            // All come from one network here.
            refused(two, PLACES);
            known.join(stamper.invite("127.0.0.1", Duration.ofDays(1)).token());
            for (int i = 0; i < 8; i++) {
                ask(known);
            }
            refused(two, PLACES);
            // Whoever joins is a guest no more, and neither are its exchanges.
            one.join(stamper.invite("127.0.0.1", Duration.ofDays(1)).token());
            ask(two);
            ask(one);
        }
    }

    @Test
    @DisplayName("fresh keys cannot go beyond what all guests may have, nor begin more in a day")
    void together() throws Exception {
        try (StamperDaemon stamper = open(new GuestQuota(2, 100, 100, 100, 100))) {
            for (int i = 0; i < 3; i++) {
                try (PeerClient fresh = anybody(stamper)) {
                    if (i < 2) {
                        ask(fresh);
                    } else {
                        refused(fresh, PLACES);
                    }
                }
            }
        }
        try (StamperDaemon stamper = open(new GuestQuota(100, 100, 100, 3, 100));
                PeerClient fresh = anybody(stamper)) {
            ask(fresh);
            refused(fresh, DAY);
        }
        try (StamperDaemon stamper = open(new GuestQuota(100, 100, 100, 100, 4));
                PeerClient fresh = anybody(stamper)) {
            ask(fresh);
            refused(fresh, DAY);
        }
    }
}
