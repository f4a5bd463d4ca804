package io.evenhand.node.transport;

import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/// A small node behind a real server: it remembers in memory and keeps files in a directory.
final class TestNode implements PeerHandler {
    static final Bytes32 REF = new Bytes32(1, 2, 3, 4);

    final Set<PartyId> known = ConcurrentHashMap.newKeySet();
    final Map<Bytes32, Optional<PartyId>> tokens = new ConcurrentHashMap<>();
    final BlockingQueue<Envelope> delivered = new LinkedBlockingQueue<>();
    final BlockingQueue<Path> completed = new LinkedBlockingQueue<>();
    final BlockingQueue<Long> polled = new LinkedBlockingQueue<>();
    final List<Outgoing> outgoing = new CopyOnWriteArrayList<>();
    final Map<String, BlobSource> files = new ConcurrentHashMap<>();
    final List<String> turnedAway = new CopyOnWriteArrayList<>();
    volatile Optional<Refused> refusal = Optional.empty();
    volatile boolean open;
    volatile long limit = 1L << 40;

    private final Path directory;

    TestNode(Path directory) {
        this.directory = directory;
    }

    /// The identity whose seed is 32 times the same byte.
    static TlsIdentity identity(int seed) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) seed);
        return new TlsIdentity(new Ed25519Identity(Secret32.of(bytes)));
    }

    static Envelope envelope(String text) {
        return new Envelope(
                "delegation",
                REF,
                new Octets(text.getBytes(StandardCharsets.UTF_8)),
                List.of(new Octets(new byte[] {1, 2, 3})));
    }

    /// A server that cuts off nobody for being slow, on a machine that is busy.
    static final String BLOBS = Wire.BLOBS + "delegation/";

    static BlobName blob(String name) {
        return new BlobName("delegation", REF, name);
    }

    static PeerServerOptions patient() {
        Duration life = Duration.ofMinutes(5);
        return PeerServerOptions.on("127.0.0.1", 0)
                .withTimes(life, life)
                .withRoom(PeerServerOptions.Room.DEFAULT.withStrangers(64, life));
    }

    PeerServer serve(TlsIdentity identity) throws IOException {
        return serve(identity, patient());
    }

    PeerServer serve(TlsIdentity identity, PeerServerOptions options) throws IOException {
        return PeerServer.start(identity, options, this);
    }

    Path path(String name) {
        return directory.resolve(name);
    }

    @Override
    public Standing standing(PartyId peer) {
        if (known.contains(peer)) {
            return Standing.KNOWN;
        }
        return open ? Standing.GUEST : Standing.STRANGER;
    }

    @Override
    public boolean join(PartyId peer, Bytes32 token) {
        Optional<PartyId> user =
                tokens.computeIfPresent(token, (_, used) -> Optional.of(used.orElse(peer)));
        boolean admitted = user != null && user.equals(Optional.of(peer));
        if (admitted) {
            known.add(peer);
        }
        return admitted;
    }

    @Override
    public void deliver(PartyId from, Origin origin, Envelope envelope) throws Refused {
        refuse();
        delivered.add(envelope);
    }

    @Override
    public List<Outgoing> outbox(PartyId peer, long afterSeq, int max) {
        polled.add(afterSeq);
        return outgoing.stream().filter(o -> o.seq() > afterSeq).limit(max).toList();
    }

    @Override
    public Optional<BlobSource> readable(PartyId peer, BlobName blob) {
        return Optional.ofNullable(files.get(blob.name()));
    }

    @Override
    public BlobTarget accept(PartyId peer, BlobName blob, long totalSize) {
        return new BlobTarget(path(blob.name()), limit);
    }

    @Override
    public void written(PartyId peer, BlobName blob, Path file) throws Refused {
        refuse();
        completed.add(file);
    }

    @Override
    public void turnedAway(PartyId peer, String protocol, Bytes32 ref, String what, Refused why) {
        turnedAway.add(what + ": " + why.reason());
    }

    private void refuse() throws Refused {
        if (refusal.isPresent()) {
            throw refusal.get();
        }
    }
}
