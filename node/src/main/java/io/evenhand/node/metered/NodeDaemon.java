package io.evenhand.node.metered;

import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.Capacity;
import io.evenhand.node.Closer;
import io.evenhand.node.EventSink;
import io.evenhand.node.Node;
import io.evenhand.node.NodeStatus;
import io.evenhand.node.Progress;
import io.evenhand.node.Tokens;
import io.evenhand.node.evm.EvmAccount;
import io.evenhand.node.evm.MeterPort;
import io.evenhand.node.exchange.MachineDecorator;
import io.evenhand.node.exchange.RoleRuntime;
import io.evenhand.node.exchange.Sessions;
import io.evenhand.node.peer.InboundWire;
import io.evenhand.node.peer.OutboundWire;
import io.evenhand.node.peer.Outboxes;
import io.evenhand.node.peer.PeerRouter;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Store;
import io.evenhand.node.stream.StreamServer;
import io.evenhand.node.transport.Invite;
import io.evenhand.node.transport.PeerServer;
import io.evenhand.protocols.metered.channel.ChannelEffect;
import io.evenhand.protocols.metered.channel.ChannelInput;
import io.evenhand.protocols.metered.channel.PayeeMachine;
import io.evenhand.protocols.metered.channel.PayeeState;
import io.evenhand.protocols.metered.message.ChannelMessage;
import io.evenhand.protocols.metered.message.ChannelMessages;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// A node that computes for others until it is closed. Channels that an earlier process left open
/// are closed in time; their sessions begin anew.
public final class NodeDaemon implements AutoCloseable {
    private final Node node;
    private final EvmAccount account;
    private final MeterPort meter;
    private final Timing timing;
    private final Sessions<PayeeState, ChannelInput, ChannelMessage, ChannelEffect> sessions;
    private final RoleRuntime runtime;
    private final ServedChannels channels;
    private final Tokens tokens;
    private final PeerServer server;
    private final StreamServer streams;

    private NodeDaemon(
            Node node,
            NodeConfig config,
            EvmAccount account,
            ServedChannel.Enclaves enclaves,
            MachineDecorator<PayeeState, ChannelInput, ChannelEffect> decorator)
            throws IOException {
        this.node = node;
        this.account = account;
        Store store = node.store();
        this.timing = config.chain().timing();
        this.meter = new MeterPort(node, account, config.chain().rail());
        NodeRules rules =
                new NodeRules(
                        config,
                        node.identity().party(),
                        account.address(),
                        store.keys(),
                        meter::dearestClose);
        this.channels = new ServedChannels(node, config, enclaves, meter::dearestClose);
        this.tokens = new Tokens(store.peers(), node.clock());
        InboundWire<ChannelMessage> inbound =
                new InboundWire<>(ChannelMessages.FORMAT, new Bare(), store.keys());
        OutboundWire<ChannelMessage> outbound =
                new OutboundWire<>(ChannelMessages.FORMAT, new Bare(), store.keys());
        Outboxes outboxes = new Outboxes(store.peerOutbox());
        PayeeMachine machine = new PayeeMachine(node.signing(), node.crypto(), rules);
        MeteredBinding<PayeeState> binding =
                new MeteredBinding<>(
                        MeteredRoles.NODE,
                        PayeeState.class,
                        PayeeState.Final.class,
                        decorator.around(machine, node.signing().unrecorded(), store.keys()),
                        node.crypto(),
                        new MeterRail(meter),
                        channels,
                        Optional.of(outboxes.of(outbound)),
                        (_, _, _) -> {
                            throw new IllegalStateException("a node's words wait in its outbox");
                        });
        this.sessions =
                new Sessions<>(binding, store, node.signing(), account::time, node.events());
        this.runtime = RoleRuntime.of(sessions, account::time, node, 4);
        NodeGate gate = new NodeGate(store.sessions(), sessions, inbound, account);
        PeerRouter router = new PeerRouter(tokens, outboxes, List.of(gate));
        this.server =
                PeerServer.start(
                        node.tls(),
                        Capacity.DEFAULT.serverOptions(config.host(), config.port()),
                        router);
        this.streams =
                StreamServer.start(
                        node.tls(),
                        StreamServer.Options.on(config.host(), config.roundsPort()),
                        router::standing,
                        new RoundStreams(channels::find));
        outboxes.onNews(server::wake);
        channels.onEnough(session -> {
            Sessions.Reaction _ = sessions.submit(session.ref(), ChannelInput.Enough::new);
        });
        runtime.start();
    }

    /// Starts to serve. Nothing is printed: `events` and `progress` hear everything.
    ///
    /// @throws IOException if an address cannot be listened on
    public static NodeDaemon start(
            Path directory,
            NodeKeys keys,
            NodeConfig config,
            InstantSource clock,
            EventSink events,
            Progress progress,
            ServedChannel.Enclaves enclaves,
            MachineDecorator<PayeeState, ChannelInput, ChannelEffect> decorator)
            throws IOException {
        Store store = Store.open(directory, keys, clock);
        Closer closer = new Closer(store);
        try {
            Node node = Node.of(store, keys, clock, events, progress);
            EvmAccount account = closer.add(EvmAccount.open(config.chain(), keys, node));
            return closer.keep(new NodeDaemon(node, config, account, enclaves, decorator));
        } finally {
            closer.close();
        }
    }

    public PartyId party() {
        return node.identity().party();
    }

    public int port() {
        return server.port();
    }

    public int roundsPort() {
        return streams.port();
    }

    /// Where wages go.
    public Address payee() {
        return account.address();
    }

    /// What the payee's account holds as of the newest block; a `LedgerException` if the chain does
    /// not answer.
    public Wei balance() {
        return account.balance();
    }

    /// What it looks like now, for those who watch it.
    public NodeStatus status() {
        return NodeStatus.of(
                node.store(),
                MeteredRoles.NODE,
                stored -> MeteredDeadlines.of(stored, timing),
                account.snapshot(),
                account.knownBalance());
    }

    /// What a closing costs at worst at the present fee: less is not worth a close (F7). A
    /// `LedgerException` if the chain does not answer.
    public Wei dearestClose() {
        return meter.dearestClose();
    }

    /// An invite for one new requester.
    public Invite invite(String host, Duration validity) {
        return tokens.invite(
                host,
                port(),
                party(),
                MeteredRoles.SERVICE,
                MeteredRoles.name(roundsPort()),
                validity);
    }

    /// Closes a channel now, with the newest update.
    public void closeChannel(Bytes32 ref) {
        Sessions.Reaction _ = sessions.submit(ref, ChannelInput.Enough::new);
    }

    public Optional<PayeeState> state(Bytes32 ref) {
        return sessions.state(ref);
    }

    @Override
    public void close() {
        streams.close();
        server.close();
        channels.close();
        runtime.close();
        account.close();
        node.store().close();
    }
}
