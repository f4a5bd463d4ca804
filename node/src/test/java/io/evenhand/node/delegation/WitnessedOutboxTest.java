package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.node.Capacity;
import io.evenhand.node.EventSink;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.Trouble;
import io.evenhand.node.delegation.stamper.StamperConfig;
import io.evenhand.node.delegation.stamper.StamperDaemon;
import io.evenhand.node.peer.AdmissionPolicy;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.transport.Envelope;
import io.evenhand.node.transport.PeerClient;
import io.evenhand.node.transport.PeerClientOptions;
import io.evenhand.node.transport.TlsIdentity;
import io.evenhand.programs.attest.SoftwareAttester;
import io.evenhand.protocols.delegation.message.Message;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What leaves a stamper's outbox is known to its witness, though no effect of it is carried out.
class WitnessedOutboxTest {
    @TempDir Path root;
    private Path home;
    private NodeKeys keys;
    private final List<String> troubles = new ArrayList<>();

    @BeforeEach
    void keys() throws Exception {
        home = Files.createDirectories(root.resolve("stamper"));
        keys =
                NodeKeys.create(
                        DataDirectory.identityFile(home), Optional.empty(), new SecureRandom());
    }

    private StamperDaemon start() throws Exception {
        EventSink sink =
                new EventSink() {
                    @Override
                    public void on(NodeEvent event) {}

                    @Override
                    public void trouble(Trouble kind, String line) {
                        troubles.add(line);
                    }
                };
        return StamperDaemon.start(
                home,
                keys,
                new StamperConfig(
                        "stamper",
                        "127.0.0.1",
                        0,
                        new AdmissionPolicy.KnownKeys(),
                        Capacity.DEFAULT),
                new SoftwareAttester(),
                InstantSource.system(),
                sink);
    }

    /// Somebody who asks for a stamp key and reads the answer.
    private static void ask(StamperDaemon stamper, long number) throws Exception {
        TlsIdentity own = new TlsIdentity(new Ed25519Identity(Secret32.random(new SecureRandom())));
        try (PeerClient client =
                PeerClient.of(
                        own,
                        stamper.invite("127.0.0.1", Duration.ofDays(1)),
                        PeerClientOptions.DEFAULT)) {
            client.join(stamper.invite("127.0.0.1", Duration.ofDays(1)).token());
            Bytes32 nonce = new Bytes32(7, 7, 7, number);
            Message question = new Message.AskStampKey(nonce);
            client.send(
                    new Envelope(
                            "delegation",
                            nonce,
                            new Octets(Records.encode(Message.class, question)),
                            List.of()));
            assertEquals(1, client.poll(0, Duration.ofSeconds(10)).size());
        }
    }

    private static void copy(Path from, Path to) throws Exception {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    @Test
    @DisplayName("a stamper put back to before an answer that left stamps nothing it holds open")
    void putBack() throws Exception {
        try (StamperDaemon stamper = start()) {
            ask(stamper, 1);
        }
        copy(home, root.resolve("backup"));
        try (StamperDaemon stamper = start()) {
            ask(stamper, 2);
        }
        copy(root.resolve("backup"), home);
        try (StamperDaemon _ = start()) {
            assertEquals(
                    List.of(
                            "this data directory was put back from a backup: 1 open exchange(s) are"
                                    + " not stamped any more"),
                    troubles);
        }
    }
}
