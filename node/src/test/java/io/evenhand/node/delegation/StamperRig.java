package io.evenhand.node.delegation;

import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.Node;
import io.evenhand.node.StatementRecorder;
import io.evenhand.node.exchange.Outbox;
import io.evenhand.node.exchange.Sessions;
import io.evenhand.node.peer.Outboxes;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Job;
import io.evenhand.protocols.delegation.JobResult;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.stamper.StamperMachine;
import io.evenhand.protocols.delegation.stamper.StamperRules;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// A stamper with a journal and its real outbox, without a server: whoever tests it brings the
/// messages.
public final class StamperRig implements AutoCloseable {
    public final NodeKeys keys;
    public final Store store;
    public final Node node;
    public final Outboxes outboxes;
    public final LedgerPort rails;
    public final Sessions<StamperState, Input, Message, Effect> sessions;

    /// @param more gives the node those who hear its events
    public StamperRig(Path directory, InstantSource clock, UnaryOperator<Node> more) {
        keys =
                NodeKeys.create(
                        DataDirectory.identityFile(directory),
                        Optional.empty(),
                        new SecureRandom());
        store = Store.open(directory, keys, clock);
        node = more.apply(Node.of(store, keys, clock, _ -> {}, (_, _, _, _) -> {}));
        outboxes = new Outboxes(store.peerOutbox());
        rails = LedgerPort.none(clock);
        StatementRecorder signing = node.signing();
        StamperRules rules =
                new StamperRules(keys.identity().party(), "software", new Octets(new byte[0]));
        sessions =
                new Sessions<>(
                        new DelegationBinding<>(
                                DelegationRoles.STAMPER,
                                StamperState.class,
                                StamperState.Final.class,
                                (_, _) -> new StamperMachine(signing, node.crypto(), rules),
                                node.crypto(),
                                new Jobs(outboxes.of(DelegationWire.of(node).outbound())),
                                rails),
                        store,
                        signing,
                        rails::time,
                        node.events());
    }

    private record Jobs(Outbox<Message> own) implements RoleJobs {
        @Override
        public Optional<Outbox<Message>> outbox(Message message) {
            return Optional.of(own);
        }

        @Override
        public void send(SessionKey session, PartyId to, Message message) {
            throw new AssertionError("nobody is called");
        }

        @Override
        public JobResult run(SessionKey session, Job job) {
            throw new AssertionError("no job is asked for");
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
