package io.evenhand.node.delegation.customer;

import io.evenhand.enclave.client.Hosts;
import io.evenhand.enclave.policy.HiddenData;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.file.PrivateFiles;
import io.evenhand.kit.seal.PlainRoot;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.Deposits;
import io.evenhand.node.AgainException;
import io.evenhand.node.Capacity;
import io.evenhand.node.Closer;
import io.evenhand.node.EventSink;
import io.evenhand.node.Node;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.Progress;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.delegation.BundleWriter;
import io.evenhand.node.delegation.DelegationAttachments;
import io.evenhand.node.delegation.DelegationBinding;
import io.evenhand.node.delegation.DelegationDocuments;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.delegation.DelegationWire;
import io.evenhand.node.delegation.EvmLedgerPort;
import io.evenhand.node.delegation.LedgerPort;
import io.evenhand.node.delegation.ServiceCard;
import io.evenhand.node.evm.ChainConfig;
import io.evenhand.node.evm.EscrowPort;
import io.evenhand.node.evm.EvmAccount;
import io.evenhand.node.exchange.MachineDecorator;
import io.evenhand.node.exchange.RoleRuntime;
import io.evenhand.node.exchange.Sessions;
import io.evenhand.node.peer.Admission;
import io.evenhand.node.peer.Intake;
import io.evenhand.node.peer.ServerLinks;
import io.evenhand.node.store.KeyStore;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.ServerTable;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.Store;
import io.evenhand.node.transport.Invite;
import io.evenhand.node.transport.PeerException;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.customer.CustomerMachine;
import io.evenhand.protocols.delegation.customer.CustomerRules;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.customer.Plan;
import io.evenhand.protocols.delegation.message.Deadlines;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.StamperRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/// A customer: begins exchanges and sees them through, also those that an earlier process left
/// open, until it is closed.
public final class CustomerAgent implements AutoCloseable {
    /// Beyond being mined, the customer needs time to fetch the work before tFund.
    private static final Duration FETCH_TIME = Duration.ofMinutes(10);

    private final Node node;
    private final ChainConfig chain;
    private final EvmAccount account;
    private final EscrowPort escrow;
    private final LedgerPort rails;
    private final Sessions<CustomerState, Input, Message, Effect> sessions;
    private final RoleRuntime runtime;
    private final Hosts hosts = new Hosts();
    private final ServerLinks links;
    private final EvidenceCheck fromServers;
    private final BundleWriter bundles;
    private final CustomerCleaner cleaner;
    private final ConcurrentHashMap<Bytes32, CompletableFuture<CustomerState>> ends =
            new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Bytes32, CompletableFuture<Boolean>> works =
            new ConcurrentHashMap<>();

    private CustomerAgent(
            Node bare,
            ChainConfig chain,
            EvmAccount account,
            MachineDecorator<CustomerState, Input, Effect> decorator) {
        this.cleaner = new CustomerCleaner(bare);
        this.chain = chain;
        this.account = account;
        EvmLedgerPort ledger = EvmLedgerPort.of(bare, DelegationRoles.CUSTOMER, account);
        this.escrow = ledger.escrow();
        this.rails = ledger;
        this.bundles = new BundleWriter(bare, escrow::history);
        this.node =
                bare.first(cleaner).with(this::ended).with(ledger.news()).through(bundles::before);
        Store store = node.store();
        CustomerMachine machine =
                new CustomerMachine(
                        node.signing(), node.crypto(), new CustomerRules(party(), chain.timing()));
        DelegationWire wire = DelegationWire.of(node);
        this.links =
                new ServerLinks(
                        node, DelegationWire.taker((from, e) -> fromServers().deliver(from, e)));
        DelegationBinding<CustomerState> role =
                new DelegationBinding<>(
                        DelegationRoles.CUSTOMER,
                        CustomerState.class,
                        CustomerState.Final.class,
                        (_, _) ->
                                decorator.around(
                                        machine, node.signing().unrecorded(), store.keys()),
                        node.crypto(),
                        jobs(wire),
                        rails);
        this.sessions = new Sessions<>(role, store, node.signing(), rails::time, node.events());
        Intake<CustomerState, Message> intake =
                new Intake<>(sessions, wire.inbound(), Intake.Gate.known((_, _, _) -> true));
        this.fromServers = new EvidenceCheck(wire.inbound(), intake);
        this.runtime = RoleRuntime.of(sessions, rails::time, node, Capacity.DEFAULT.jobs());
    }

    private EvidenceCheck fromServers() {
        return fromServers;
    }

    private CustomerJobs jobs(DelegationWire wire) {
        Store store = node.store();
        return new CustomerJobs(
                store.keys(),
                store.documents(),
                node.files(),
                links,
                wire.outbound(),
                store.sessions(),
                node.progress(),
                Admission.disk(node, Capacity.DEFAULT),
                session -> opening(session.ref()).complete(true),
                hosts);
    }

    /// Starts; open exchanges go on at once. Nothing is printed: `events` and `progress` hear
    /// everything.
    public static CustomerAgent start(
            Path directory,
            NodeKeys keys,
            ChainConfig chain,
            InstantSource clock,
            EventSink events,
            Progress progress) {
        return start(directory, keys, chain, clock, events, progress, MachineDecorator.none());
    }

    /// The same with something around its machine.
    public static CustomerAgent start(
            Path directory,
            NodeKeys keys,
            ChainConfig chain,
            InstantSource clock,
            EventSink events,
            Progress progress,
            MachineDecorator<CustomerState, Input, Effect> decorator) {
        Store store = Store.open(directory, keys, clock);
        Closer closer = new Closer(store);
        try {
            Node node = Node.of(store, keys, clock, events, progress);
            EvmAccount account = closer.add(EvmAccount.open(chain, keys, node));
            CustomerAgent agent = new CustomerAgent(node, chain, account, decorator);
            agent.resume();
            return closer.keep(agent);
        } finally {
            closer.close();
        }
    }

    private void resume() {
        bundles.catchUp(DelegationRoles.CUSTOMER);
        cleaner.sweep();
        runtime.start();
        for (SessionTable.Stored open : node.store().sessions().open(DelegationRoles.CUSTOMER)) {
            // Stored by a process that died before it could begin: nobody else will.
            if (sessions.state(open.key().ref()).orElseThrow() instanceof CustomerState.Idle) {
                Sessions.Reaction _ = sessions.submit(open.key().ref(), Input.Begin::new);
            }
        }
        if (!node.store().sessions().open(DelegationRoles.CUSTOMER).isEmpty()) {
            node.store().servers().all().forEach(server -> links.open(server.party()));
        }
    }

    public PartyId party() {
        return node.identity().party();
    }

    /// The account that pays wages.
    public Address payer() {
        return account.address();
    }

    /// What the payer's account holds as of the newest block; a `LedgerException` if the chain does
    /// not answer.
    public Wei balance() {
        return account.balance();
    }

    /// The newest block's time in seconds; a `LedgerException` if the chain does not answer.
    public long chainTime() {
        return account.newest();
    }

    /// Open deposits of our account that the journal does not know: it is an old backup (12).
    public List<Deposits.Deposit> lostDeposits() {
        return escrow.lostDeposits();
    }

    /// Takes one of them back, from its `claimBy` on, and waits until that is final.
    public void takeBack(Deposits.Deposit deposit, Duration limit) throws InterruptedException {
        escrow.takeBack(deposit, limit);
    }

    /// Throws a `LedgerException` unless the agreed contract stands on the agreed chain (D17).
    public void checkChain() {
        escrow.check();
    }

    /// Uses an invite up and remembers the server.
    public PartyId join(Invite invite) throws PeerException, InterruptedException {
        links.join(invite);
        return invite.server();
    }

    /// The name or address under which a server is reached.
    public Optional<String> host(PartyId server) {
        return node.store().servers().find(server).map(ServerTable.Server::host);
    }

    /// What a joined provider offers.
    public ServiceCard card(PartyId provider)
            throws PeerException, IOException, InterruptedException {
        try {
            return CardFetch.from(links.link(provider).client(), node.store().directory().path());
        } catch (AgainException e) {
            throw new IOException(e.why() + "; join it with an invite first", e);
        }
    }

    /// Deadlines that leave every step the time its margins need.
    ///
    /// @param work how long the provider has for its work
    public Deadlines deadlines(ServiceCard card, Duration work, Duration retention) {
        long tWork = rails.time().now() + work.toSeconds();
        long fetch = Math.min(FETCH_TIME.toSeconds(), Math.max(work.toSeconds(), 10));
        long tFund =
                tWork
                        + fetch
                        + 2 * chain.timing().inclusionSeconds()
                        + chain.timing().clockErrorSeconds();
        long window = Math.max(card.minClaimWindowSeconds(), chain.timing().minClaimWindow());
        return new Deadlines(tWork, tFund, tFund + window, retention.toSeconds());
    }

    /// Begins an exchange and returns the reference under which it is known here. A
    /// `LedgerException` if the account cannot pay the wage.
    public Bytes32 delegate(DelegationRequest request) throws IOException {
        return delegate(request, _ -> {});
    }

    /// The same.
    ///
    /// @param prepare is told the reference before anything of the exchange is stored
    public Bytes32 delegate(DelegationRequest request, Preparation prepare) throws IOException {
        Octets mark =
                rails.mark()
                        .orElseThrow(() ->
                                new IOException(
                                        "the chain does not answer; check the endpoint and"
                                                + " try again"));
        escrow.checkBalance(request.wage());
        Bytes32 ref = PlanMaker.randomBytes();
        prepare.of(ref);
        SessionKey session = sessions.key(ref);
        remember(request.stamper());
        // The commitment is to our own copy: what happens to the user's file later is no matter.
        node.files().copy(session, SessionFiles.INPUT, request.input());
        Path input = node.files().path(session, SessionFiles.INPUT);
        Path hidden = node.files().path(session, SessionFiles.HIDDEN);
        if (request.hidden().isPresent()) {
            request.policy().validateHidden(request.hidden().get());
            node.files().copy(session, SessionFiles.HIDDEN, request.hidden().get());
        } else if (request.policy().needsHidden()) {
            throw new MalformedException("the policy needs hidden data; name their file in it");
        } else {
            PrivateFiles.make(hidden);
            node.files().keep(session, SessionFiles.HIDDEN);
        }
        Bytes32 root = PlainRoot.of(input);
        Bytes32 hiddenSalt = PlanMaker.randomBytes();
        Bytes32 hiddenCommit = HiddenData.commitment(hiddenSalt, hidden);
        long inputBytes = Files.size(input);
        boolean _ =
                sessions.create(
                        ref,
                        List.of(request.provider(), request.stamper().key()),
                        mark,
                        () -> {
                            keepSalt(session, hiddenSalt);
                            Plan plan =
                                    PlanMaker.plan(
                                            node,
                                            chain.rail(),
                                            payer(),
                                            request,
                                            new PlanMaker.Own(ref, root, inputBytes, hiddenCommit));
                            node.store()
                                    .documents()
                                    .put(
                                            session,
                                            DelegationDocuments.ORDER,
                                            new Octets(Records.encode(plan.order())));
                            return new CustomerState.Idle(plan);
                        });
        links.open(request.provider());
        links.open(request.stamper().key());
        Sessions.Reaction _ = sessions.submit(ref, Input.Begin::new);
        return ref;
    }

    /// What a caller keeps beside an exchange.
    public interface Preparation {
        void of(Bytes32 ref) throws IOException;
    }

    /// The salt opens the commitment to the hidden data, so it is kept like a secret.
    private void keepSalt(SessionKey session, Bytes32 salt) {
        KeyStore keys = node.store().keys();
        KeyId handle = DelegationAttachments.hiddenSalt(session, party());
        boolean _ = keys.put(handle, Secret32.of(salt.toByteArray()));
    }

    /// A stamper needs no invite of its own if it is open to all: then whoever named it last knows
    /// best where it listens.
    private void remember(StamperRef stamper) {
        if (node.store().servers().isJoined(stamper.key())) {
            return;
        }
        if (!stamper.hasAddress()) {
            throw new MalformedException(
                    "the stamper's address \"" + stamper.endpoint() + "\" is not host:port");
        }
        String port = stamper.endpoint().substring(stamper.endpoint().lastIndexOf(':') + 1);
        links.hearOf(
                new ServerTable.Server(
                        stamper.key(),
                        "stamper",
                        "stamper",
                        stamper.host(),
                        Integer.parseInt(port)));
    }

    /// Gives an exchange up, as far as that is still possible.
    public Sessions.Reaction giveUp(Bytes32 ref) {
        return sessions.submit(ref, Input.GivenUp::new);
    }

    public Optional<CustomerState> state(Bytes32 ref) {
        return sessions.state(ref);
    }

    /// Completes with the final state.
    public CompletableFuture<CustomerState> end(Bytes32 ref) {
        CompletableFuture<CustomerState> end =
                ends.computeIfAbsent(ref, _ -> new CompletableFuture<>());
        sessions.state(ref).filter(CustomerState.Final.class::isInstance).ifPresent(end::complete);
        return end;
    }

    private void ended(NodeEvent event) {
        if (event instanceof NodeEvent.Ended over) {
            Bytes32 ref = over.session().ref();
            CompletableFuture<CustomerState> end = ends.get(ref);
            if (end != null) {
                sessions.state(ref).ifPresent(end::complete);
            }
            boolean _ = opening(ref).complete(work(ref).isPresent());
        }
    }

    private CompletableFuture<Boolean> opening(Bytes32 ref) {
        return works.computeIfAbsent(ref, _ -> new CompletableFuture<>());
    }

    /// Completes with true as soon as the paid work is decrypted here, however long its payment
    /// takes to become final; with false if the exchange ends without work.
    public CompletableFuture<Boolean> opened(Bytes32 ref) {
        CompletableFuture<Boolean> opened = opening(ref);
        boolean over =
                sessions.state(ref).filter(CustomerState.Final.class::isInstance).isPresent();
        if (over || work(ref).isPresent()) {
            boolean _ = opened.complete(work(ref).isPresent());
        }
        return opened;
    }

    /// The opened work, once there is one.
    public Optional<Path> work(Bytes32 ref) {
        SessionKey session = sessions.key(ref);
        return node.files().has(session, SessionFiles.WORK)
                ? Optional.of(node.files().path(session, SessionFiles.WORK))
                : Optional.empty();
    }

    /// Erases the opened work of an exchange that is over. The sealed one stays.
    public void eraseWork(Bytes32 ref) throws IOException {
        // What is gone must not be asked for by a state that comes back, nor come back later.
        node.store().flush();
        node.files().erase(sessions.key(ref), SessionFiles.WORK);
        node.store().flush();
    }

    /// The evidence of an exchange that is over; written now if a crash came before it.
    public Optional<Path> bundle(Bytes32 ref) {
        return bundles.find(sessions.key(ref));
    }

    /// The figures behind the policy's last verdict, such as the accuracy.
    public Optional<String> verdictDetail(Bytes32 ref) {
        return node.store()
                .documents()
                .find(sessions.key(ref), CustomerJobs.VERDICT)
                .map(text -> new String(text.toByteArray(), StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        links.close();
        runtime.close();
        bundles.close();
        account.close();
        hosts.close();
        node.store().close();
    }
}
