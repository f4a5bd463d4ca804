package io.evenhand.node.delegation.customer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.file.PrivateFiles;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.transport.BlobName;
import io.evenhand.node.transport.Envelope;
import io.evenhand.node.transport.Invite;
import io.evenhand.node.transport.Origin;
import io.evenhand.node.transport.Outgoing;
import io.evenhand.node.transport.PeerException;
import io.evenhand.node.transport.PeerHandler;
import io.evenhand.node.transport.PeerServer;
import io.evenhand.node.transport.PeerServerOptions;
import io.evenhand.node.transport.Refused;
import io.evenhand.node.transport.Standing;
import io.evenhand.node.transport.TlsIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A provider that does not give its card: one line that says why.
class ProviderQuoteTest {
    private final Ed25519Identity provider =
            new Ed25519Identity(Secret32.of(Bytes32.parse("31".repeat(32)).toByteArray()));

    @TempDir Path directory;
    private NodeKeys keys;

    @BeforeEach
    void start() throws IOException {
        PrivateFiles.directory(directory.resolve("home"));
        keys =
                NodeKeys.create(
                        DataDirectory.identityFile(directory.resolve("home")),
                        Optional.empty(),
                        new SecureRandom());
    }

    /// Lets everybody in, and refuses its card.
    private record Refusing(Refused why) implements PeerHandler {
        @Override
        public Standing standing(PartyId peer) {
            return Standing.KNOWN;
        }

        @Override
        public boolean join(PartyId peer, Bytes32 token) {
            return true;
        }

        @Override
        public void deliver(PartyId from, Origin origin, Envelope envelope) throws Refused {
            throw why;
        }

        @Override
        public List<Outgoing> outbox(PartyId peer, long afterSeq, int limit) {
            throw new AssertionError("a quote reads no outbox");
        }

        @Override
        public Optional<BlobSource> readable(PartyId peer, BlobName blob) throws Refused {
            throw why;
        }

        @Override
        public BlobTarget accept(PartyId peer, BlobName blob, long totalSize) throws Refused {
            throw why;
        }

        @Override
        public void written(PartyId peer, BlobName blob, Path file) throws Refused {
            throw why;
        }
    }

    private PeerException refusal(Refused.Kind kind, String reason) throws IOException {
        try (PeerServer server =
                PeerServer.start(
                        new TlsIdentity(provider),
                        PeerServerOptions.on("127.0.0.1", 0),
                        new Refusing(new Refused(kind, reason)))) {
            Invite invite =
                    new Invite(
                            "127.0.0.1",
                            server.port(),
                            provider.party(),
                            "PROVIDER",
                            "sort",
                            Bytes32.ZERO);
            return assertThrows(
                    PeerException.class,
                    () ->
                            ProviderQuote.ask(
                                    directory.resolve("home"),
                                    keys,
                                    provider.party(),
                                    Optional.of(invite),
                                    InstantSource.system(),
                                    _ -> {}));
        }
    }

    @Test
    @DisplayName("a provider that is full, or cannot at the moment, is told in its own words")
    void full() throws IOException {
        PeerException full = refusal(Refused.Kind.FULL, "no place for more customers");
        assertEquals(PeerException.Kind.REFUSED, full.kind());
        assertTrue(String.valueOf(full.getMessage()).endsWith("403: no place for more customers"));
        PeerException busy = refusal(Refused.Kind.UNAVAILABLE, "too many at once");
        assertEquals(PeerException.Kind.BUSY, busy.kind());
        assertTrue(String.valueOf(busy.getMessage()).endsWith("503: too many at once"));
    }

    @Test
    @DisplayName("words that steer a screen do not reach it")
    void steering() throws IOException {
        String hostile = "\u001b[2Jno\u202e \u200bplace\r\nevenhand: all is well";
        String told = String.valueOf(refusal(Refused.Kind.FULL, hostile).getMessage());
        assertEquals(1, told.lines().count());
        assertTrue(told.chars().allMatch(c -> c >= ' ' && c <= '~'), told);
    }
}
