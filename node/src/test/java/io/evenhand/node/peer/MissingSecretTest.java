package io.evenhand.node.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.AlarmNews;
import io.evenhand.node.EventSink;
import io.evenhand.node.Node;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.exchange.RoleRuntime;
import io.evenhand.node.exchange.Sessions;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Store;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A step says something that cannot be put into the outbox.
class MissingSecretTest {
    private static final Bytes32 REF = new Bytes32(1, 2, 3, 4);
    private static final PartyId PEER = new PartyId(new Bytes32(0, 0, 0, 5));
    private static final KeyId SECRET = new KeyId(new Bytes32(6, 6, 6, 6));

    @TempDir Path root;

    @Test
    @DisplayName(
            "the step is stored all the same, its node complains, and the message leaves later")
    void late() throws Exception {
        NodeKeys keys =
                NodeKeys.create(
                        DataDirectory.identityFile(root), Optional.empty(), new SecureRandom());
        InstantSource clock = InstantSource.system();
        BlockingQueue<String> alarms = new LinkedBlockingQueue<>();
        try (Store store = Store.open(root, keys, clock)) {
            Node node = Node.of(store, keys, clock, told(alarms), (_, _, _, _) -> {});
            Outboxes outboxes = new Outboxes(store.peerOutbox());
            BlockingQueue<PartyId> woken = new LinkedBlockingQueue<>();
            outboxes.onNews(woken::add);
            Toy toy = Toy.of("toy", node, outboxes, false, root, List.of(SECRET));
            try (RoleRuntime _ = RoleRuntime.of(toy.sessions, () -> new ChainTime(1, 0), node, 1)) {
                boolean _ =
                        toy.sessions.create(
                                REF,
                                List.of(PEER),
                                new Octets(new byte[Long.BYTES]),
                                () -> new Toy.State.Open(PEER, 0));
                assertInstanceOf(
                        Sessions.Reaction.Moved.class,
                        toy.sessions.receive(REF, PEER, new Toy.Message.Ask("?")));
                assertEquals(Optional.of(new Toy.State.Open(PEER, 1)), toy.sessions.state(REF));
                String alarm = alarms.take();
                assertTrue(alarm.contains("Answer of exchange"), alarm);
                assertEquals(List.of(), outboxes.read(PEER, 0, 10));
                assertTrue(store.keys().put(SECRET, Secret32.random(new SecureRandom())));
                assertEquals(PEER, woken.take());
                assertEquals(1, outboxes.read(PEER, 0, 10).size());
            }
        }
    }

    private static EventSink told(BlockingQueue<String> alarms) {
        return new EventSink() {
            @Override
            public void on(NodeEvent event) {}

            @Override
            public void alarm(AlarmNews news) {
                alarms.add(news.line());
            }
        };
    }
}
