package io.evenhand.node.delegation.stamper;

import io.evenhand.enclave.client.Hosts;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.Closer;
import io.evenhand.node.EventSink;
import io.evenhand.node.Node;
import io.evenhand.node.NodeStatus;
import io.evenhand.node.StatementRecorder;
import io.evenhand.node.Tokens;
import io.evenhand.node.delegation.BundleWriter;
import io.evenhand.node.delegation.Commitments;
import io.evenhand.node.delegation.DelegationBinding;
import io.evenhand.node.delegation.DelegationDocuments;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.delegation.DelegationWire;
import io.evenhand.node.delegation.EvidenceMaker;
import io.evenhand.node.delegation.LedgerPort;
import io.evenhand.node.exchange.MachineDecorator;
import io.evenhand.node.exchange.RoleRuntime;
import io.evenhand.node.exchange.Sessions;
import io.evenhand.node.peer.Admission;
import io.evenhand.node.peer.Outboxes;
import io.evenhand.node.peer.PeerRouter;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.RollbackGuard;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.Store;
import io.evenhand.node.transport.Invite;
import io.evenhand.node.transport.PeerServer;
import io.evenhand.programs.attest.Attester;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.stamper.StamperMachine;
import io.evenhand.protocols.delegation.stamper.StamperRules;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// A stamper that serves until it is closed. It listens and never calls anybody.
public final class StamperDaemon implements AutoCloseable {
    private final Node node;
    private final StamperConfig config;
    private final RoleRuntime runtime;
    private final Tokens tokens;
    private final PeerServer server;
    private final RollbackGuard witness;
    private final BundleWriter bundles;
    private final Hosts hosts = new Hosts();

    private StamperDaemon(
            Node bare,
            StamperConfig config,
            Attester attester,
            MachineDecorator<StamperState, Input, Effect> decorator,
            RollbackGuard witness)
            throws IOException {
        this.witness = witness;
        StamperCleaner cleaner = new StamperCleaner(bare);
        this.bundles = new BundleWriter(bare, EvidenceMaker.Chain.none());
        Admission admission =
                DelegationDocuments.admission(bare, DelegationRoles.STAMPER, config.capacity());
        this.node = bare.with(cleaner).with(admission).through(bundles::before);
        this.config = config;
        Store store = node.store();
        StatementRecorder signing = node.signing();
        LedgerPort rails = LedgerPort.none(node.clock());
        DelegationWire wire = DelegationWire.of(node);
        Outboxes outboxes = new Outboxes(store.peerOutbox());
        DelegationBinding<StamperState> role =
                new DelegationBinding<>(
                        DelegationRoles.STAMPER,
                        StamperState.class,
                        StamperState.Final.class,
                        (session, state) ->
                                decorator.around(
                                        new StamperMachine(
                                                signing,
                                                node.crypto(),
                                                rules(attester, session, state)),
                                        signing.unrecorded(),
                                        store.keys()),
                        node.crypto(),
                        new StamperJobs(
                                store.keys(),
                                node.files(),
                                outboxes.of(wire.outbound()),
                                store.sessions(),
                                hosts),
                        rails);
        Sessions<StamperState, Input, Message, Effect> sessions =
                new Sessions<>(role, store, signing, rails::time, node.events());
        this.tokens = new Tokens(store.peers(), node.clock());
        outboxes.onLeaving(this::advance);
        StamperGate gate =
                new StamperGate(
                        node, sessions, tokens, this::fresh, config.admission(), admission, wire);
        this.runtime = RoleRuntime.of(sessions, rails::time, node, config.capacity().jobs());
        if (witness.knowsMoreThan(store.effects().newest())) {
            putBack(sessions);
        } else {
            // It stands beside the journal from the start: what never left is no old backup.
            advance();
        }
        this.server =
                PeerServer.start(
                        node.tls(),
                        config.capacity().serverOptions(config.host(), config.port()),
                        new PeerRouter(tokens, outboxes, List.of(gate)));
        outboxes.onNews(server::wake);
        cleaner.sweep();
        runtime.start();
        bundles.catchUp(DelegationRoles.STAMPER);
    }

    /// Before a message leaves the outbox, the witness knows of the step that put it there: nothing
    /// else leaves. It never knows of more than is flushed.
    private void advance() {
        long newest = node.store().effects().newest();
        node.store().flush();
        witness.advance(newest);
    }

    /// Starts to serve. Nothing is printed: `events` hears everything.
    ///
    /// @throws IOException if the address cannot be listened on
    public static StamperDaemon start(
            Path directory,
            NodeKeys keys,
            StamperConfig config,
            Attester attester,
            InstantSource clock,
            EventSink events)
            throws IOException {
        return start(directory, keys, config, attester, clock, events, MachineDecorator.none());
    }

    /// The same with something around its machine.
    public static StamperDaemon start(
            Path directory,
            NodeKeys keys,
            StamperConfig config,
            Attester attester,
            InstantSource clock,
            EventSink events,
            MachineDecorator<StamperState, Input, Effect> decorator)
            throws IOException {
        Store store = Store.open(directory, keys, clock);
        Closer closer = new Closer(store);
        try {
            Node node = Node.of(store, keys, clock, events, (_, _, _, _) -> {});
            RollbackGuard witness = closer.add(RollbackGuard.beside(directory));
            return closer.keep(new StamperDaemon(node, config, attester, decorator, witness));
        } finally {
            closer.close();
        }
    }

    /// The journal is an old backup, or may be: what it holds open is not stamped any more (12).
    private void putBack(Sessions<StamperState, Input, Message, Effect> sessions) {
        Store store = node.store();
        int forgotten = 0;
        for (SessionTable.Stored open : store.sessions().open(DelegationRoles.STAMPER)) {
            if (sessions.submit(open.key().ref(), Input.GivenUp::new)
                    instanceof Sessions.Reaction.Moved) {
                forgotten++;
            }
        }
        // Only now does the journal count as up to date.
        store.effects().skipTo(Math.max(store.effects().newest(), witness.number()) + 1);
        advance();
        if (forgotten > 0) {
            node.events()
                    .trouble(
                            "this data directory was put back from a backup: "
                                    + forgotten
                                    + " open exchange(s) are not stamped any more");
        }
    }

    private StamperState fresh() {
        return new StamperState.Idle(node.store().keys().create());
    }

    /// The rules of one exchange: its evidence is about its own stamp key.
    private StamperRules rules(Attester attester, SessionKey session, StamperState state) {
        Octets evidence =
                switch (state) {
                    case StamperState.Idle(KeyId stampKey) -> evidence(attester, session, stampKey);
                    case StamperState.Keyed keyed -> evidence(attester, session, keyed.stampKey());
                    case StamperState.Provisioned _,
                            StamperState.Judging _,
                            StamperState.StampMade _,
                            StamperState.Final _ ->
                            new Octets(new byte[0]);
                };
        return new StamperRules(party(), attester.profile(), evidence);
    }

    private Octets evidence(Attester attester, SessionKey session, KeyId stampKey) {
        return new Octets(
                attester.evidence(
                        Commitments.reportData(session.ref(), node.signing().publicKey(stampKey))));
    }

    public PartyId party() {
        return node.identity().party();
    }

    /// The port it listens on.
    public int port() {
        return server.port();
    }

    /// How it stands now.
    public NodeStatus status() {
        // A stamper watches no chain and waits for no deadline.
        return NodeStatus.of(
                node.store(),
                DelegationRoles.STAMPER,
                _ -> Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /// An invite for one new peer.
    public Invite invite(String host, Duration validity) {
        return tokens.invite(
                host,
                port(),
                party(),
                DelegationRoles.service(DelegationRoles.STAMPER),
                config.name(),
                validity);
    }

    @Override
    public void close() {
        server.close();
        runtime.close();
        bundles.close();
        hosts.close();
        node.store().close();
        witness.close();
    }
}
