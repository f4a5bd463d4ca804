package io.evenhand.node.delegation.provider;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.file.NewFile;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.LedgerException;
import io.evenhand.node.Closer;
import io.evenhand.node.EventSink;
import io.evenhand.node.Node;
import io.evenhand.node.NodeStatus;
import io.evenhand.node.Progress;
import io.evenhand.node.StatementRecorder;
import io.evenhand.node.Tokens;
import io.evenhand.node.delegation.AcceptedStamper;
import io.evenhand.node.delegation.BundleWriter;
import io.evenhand.node.delegation.DelegationBinding;
import io.evenhand.node.delegation.DelegationDeadlines;
import io.evenhand.node.delegation.DelegationDocuments;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.delegation.DelegationWire;
import io.evenhand.node.delegation.EvmLedgerPort;
import io.evenhand.node.delegation.LedgerPort;
import io.evenhand.node.delegation.ServiceCard;
import io.evenhand.node.evm.EscrowPort;
import io.evenhand.node.evm.EvmAccount;
import io.evenhand.node.exchange.MachineDecorator;
import io.evenhand.node.exchange.Outbox;
import io.evenhand.node.exchange.RoleRuntime;
import io.evenhand.node.exchange.Sessions;
import io.evenhand.node.peer.Admission;
import io.evenhand.node.peer.Intake;
import io.evenhand.node.peer.Outboxes;
import io.evenhand.node.peer.PeerRouter;
import io.evenhand.node.peer.ServerLinks;
import io.evenhand.node.store.KeyStore;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.node.transport.Invite;
import io.evenhand.node.transport.PeerException;
import io.evenhand.node.transport.PeerServer;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.StamperRef;
import io.evenhand.protocols.delegation.provider.DealCheck;
import io.evenhand.protocols.delegation.provider.OfferCheck;
import io.evenhand.protocols.delegation.provider.ProviderMachine;
import io.evenhand.protocols.delegation.provider.ProviderRules;
import io.evenhand.protocols.delegation.provider.ProviderState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// A provider that serves one service until it is closed. Exchanges that an earlier process left
/// open go on.
public final class ProviderDaemon implements AutoCloseable {
    private final Node node;
    private final ProviderConfig config;
    private final EvmAccount account;
    private final EscrowPort escrow;
    private final Sessions<ProviderState, Input, Message, Effect> sessions;
    private final Intake<ProviderState, Message> fromStampers;
    private final RoleRuntime runtime;
    private final BundleWriter bundles;
    private final ServerLinks links;
    private final UnclaimedDeposits lostWages;
    private final Tokens tokens;
    private final PeerServer server;
    private final Address payee;

    private ProviderDaemon(
            Node bare,
            ProviderConfig config,
            EvmAccount account,
            MachineDecorator<ProviderState, Input, Effect> decorator)
            throws IOException, PeerException, InterruptedException {
        ServiceConfig service = config.service();
        EvmLedgerPort rails = EvmLedgerPort.of(bare, DelegationRoles.PROVIDER, account);
        this.escrow = rails.escrow();
        this.bundles = new BundleWriter(bare, escrow::history);
        Retention retention = new Retention(bare);
        Convictions convictions = new Convictions(bare);
        Admission admission =
                DelegationDocuments.admission(bare, DelegationRoles.PROVIDER, service.capacity());
        this.node =
                bare.first(convictions)
                        .with(retention)
                        .with(rails.news())
                        .with(admission)
                        .through(bundles::before)
                        .with(admission);
        this.config = config;
        this.account = account;
        this.payee = account.address();
        this.lostWages = new UnclaimedDeposits(bare, account, escrow);
        Store store = node.store();
        ProviderRules rules = rules();
        this.tokens = new Tokens(store.peers(), node.clock());
        DelegationWire wire = DelegationWire.of(node);
        Outboxes outboxes = new Outboxes(store.peerOutbox());
        this.links =
                new ServerLinks(
                        node, DelegationWire.taker((from, e) -> fromStampers().deliver(from, e)));
        ProviderJobs jobs = jobs(service, wire, outboxes.of(wire.outbound()));
        DelegationBinding<ProviderState> role = binding(decorator, rules, jobs, rails);
        this.sessions = new Sessions<>(role, store, node.signing(), rails::time, node.events());
        this.fromStampers =
                new Intake<>(
                        sessions,
                        wire.inbound(),
                        Intake.Gate.known((from, _, _) -> rules.stampers().contains(from)));
        ProviderGate gate =
                new ProviderGate(
                        node,
                        sessions,
                        rules.stampers(),
                        this::fresh,
                        offer -> OfferCheck.fault(node.crypto(), rules, offer, rails.time()),
                        rails,
                        jobs,
                        writeCard(),
                        admission,
                        wire.inbound());
        this.runtime = RoleRuntime.of(sessions, rails::time, node, service.capacity().jobs());
        join();
        this.server =
                PeerServer.start(
                        node.tls(),
                        service.capacity().serverOptions(config.host(), config.port()),
                        new PeerRouter(tokens, outboxes, List.of(gate)));
        outboxes.onNews(server::wake);
        runtime.start();
        lostWages.start();
        retention.sweep();
        convictions.catchUp();
        bundles.catchUp(DelegationRoles.PROVIDER);
        config.stampers().forEach(stamper -> links.open(stamper.key()));
    }

    private void join() throws PeerException, InterruptedException {
        for (AcceptedStamper stamper : config.stampers()) {
            if (stamper.invite().isPresent()) {
                links.join(stamper.invite().get());
            }
        }
    }

    private DelegationBinding<ProviderState> binding(
            MachineDecorator<ProviderState, Input, Effect> decorator,
            ProviderRules rules,
            ProviderJobs jobs,
            LedgerPort rails) {
        StatementRecorder signing = node.signing();
        KeyStore keys = node.store().keys();
        return new DelegationBinding<>(
                DelegationRoles.PROVIDER,
                ProviderState.class,
                ProviderState.Final.class,
                (_, _) ->
                        decorator.around(
                                new Drawn(new ProviderMachine(signing, node.crypto(), rules), keys),
                                signing.unrecorded(),
                                keys),
                node.crypto(),
                jobs,
                rails);
    }

    private ProviderJobs jobs(ServiceConfig service, DelegationWire wire, Outbox<Message> outbox) {
        return new ProviderJobs(
                ServiceCommand.of(service, config.directory()),
                this::policy,
                node.store().keys(),
                node.files(),
                node.crypto(),
                outbox,
                links,
                wire.outbound(),
                node.progress(),
                node.events(),
                Admission.disk(node, service.capacity()));
    }

    private Optional<String> policy(SessionKey session) {
        return sessions.state(session.ref()).orElseThrow() instanceof ProviderState.Working working
                ? Optional.of(working.engaged().agreement().offer().policy())
                : Optional.empty();
    }

    /// Starts to serve. Nothing is printed: `events` and `progress` hear everything.
    ///
    /// @throws IOException if the address cannot be listened on
    /// @throws PeerException if a stamper does not let us in
    public static ProviderDaemon start(
            Path directory,
            NodeKeys keys,
            ProviderConfig config,
            InstantSource clock,
            EventSink events,
            Progress progress)
            throws IOException, PeerException, InterruptedException {
        return start(directory, keys, config, clock, events, progress, MachineDecorator.none());
    }

    /// The same with something around its machine.
    public static ProviderDaemon start(
            Path directory,
            NodeKeys keys,
            ProviderConfig config,
            InstantSource clock,
            EventSink events,
            Progress progress,
            MachineDecorator<ProviderState, Input, Effect> decorator)
            throws IOException, PeerException, InterruptedException {
        Store store = Store.open(directory, keys, clock);
        Closer closer = new Closer(store);
        try {
            Node node = Node.of(store, keys, clock, events, progress);
            EvmAccount account = closer.add(EvmAccount.open(config.chain(), keys, node));
            return closer.keep(new ProviderDaemon(node, config, account, decorator));
        } finally {
            closer.close();
        }
    }

    private Intake<ProviderState, Message> fromStampers() {
        return fromStampers;
    }

    private ProviderRules rules() {
        ServiceConfig service = config.service();
        return new ProviderRules(
                party(),
                Set.of(service.name()),
                Set.of(config.chain().rail()),
                config.stampers().stream()
                        .map(AcceptedStamper::key)
                        .collect(Collectors.toUnmodifiableSet()),
                Set.copyOf(service.policies()),
                service.price(),
                service.limits().inputBytes(),
                service.limits().workBytes(),
                service.limits().attempts(),
                config.chain().timing());
    }

    private ProviderState fresh(Message.Offer offer) {
        return new ProviderState.Idle(Drawn.fresh(node.store().keys(), offer, payee));
    }

    private Path writeCard() throws IOException {
        ServiceConfig service = config.service();
        ServiceCard card =
                new ServiceCard(
                        service.name(),
                        service.about(),
                        service.price(),
                        service.limits().inputBytes(),
                        service.limits().workBytes(),
                        service.limits().attempts(),
                        service.policies(),
                        List.of(config.chain().rail()),
                        stampers(),
                        config.chain().timing().minClaimWindow(),
                        service.limits().seconds(),
                        service.usualSeconds());
        Path path = node.store().directory().path().resolve("card.cbor");
        try (NewFile file = NewFile.at(path)) {
            file.write(card.toBlob());
            file.commit();
        }
        return path;
    }

    public PartyId party() {
        return node.identity().party();
    }

    /// The port it listens on.
    public int port() {
        return server.port();
    }

    /// The stampers it accepts, as customers are told of them.
    public List<StamperRef> stampers() {
        return config.stampers().stream()
                .map(stamper -> stamper.ref(node.store().servers()))
                .toList();
    }

    /// Where wages go.
    public Address payee() {
        return payee;
    }

    /// What the payee's account holds as of the newest block; a `LedgerException` if the chain does
    /// not answer.
    public Wei balance() {
        return account.balance();
    }

    /// The least price for which a key would be shown at the present fees; nothing if the chain
    /// does not answer, or tells fees that nobody could pay.
    public Optional<Wei> leastPrice() {
        try {
            return Optional.of(DealCheck.leastWage(escrow.claimFee()));
        } catch (LedgerException | MalformedException e) {
            return Optional.empty();
        }
    }

    /// Whether no exchange is open.
    public boolean isIdle() {
        return node.store().sessions().open(DelegationRoles.PROVIDER).isEmpty();
    }

    /// How it stands now.
    public NodeStatus status() {
        return NodeStatus.of(
                node.store(),
                DelegationRoles.PROVIDER,
                stored -> DelegationDeadlines.of(stored, config.chain().timing()),
                account.snapshot(),
                account.knownBalance());
    }

    /// An invite for one new customer.
    ///
    /// @param host name or address under which the customer reaches us
    public Invite invite(String host, Duration validity) {
        return tokens.invite(
                host,
                port(),
                party(),
                DelegationRoles.service(DelegationRoles.PROVIDER),
                config.service().name(),
                validity);
    }

    @Override
    public void close() {
        server.close();
        links.close();
        lostWages.close();
        runtime.close();
        bundles.close();
        account.close();
        node.store().close();
    }
}
