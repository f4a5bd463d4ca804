package io.evenhand.node.metered;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.file.NewFile;
import io.evenhand.kit.file.PrivateFiles;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.Closer;
import io.evenhand.node.EventSink;
import io.evenhand.node.Node;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.Progress;
import io.evenhand.node.evm.ChainConfig;
import io.evenhand.node.evm.EvmAccount;
import io.evenhand.node.evm.MeterPort;
import io.evenhand.node.exchange.MachineDecorator;
import io.evenhand.node.exchange.RoleRuntime;
import io.evenhand.node.exchange.Sessions;
import io.evenhand.node.peer.InboundWire;
import io.evenhand.node.peer.Intake;
import io.evenhand.node.peer.OutboundWire;
import io.evenhand.node.peer.ServerLinks;
import io.evenhand.node.store.DocumentTable;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.ServerTable;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.Store;
import io.evenhand.node.stream.PeerStream;
import io.evenhand.node.stream.StreamClient;
import io.evenhand.node.stream.StreamHandler;
import io.evenhand.node.stream.StreamLimits;
import io.evenhand.node.transport.Invite;
import io.evenhand.node.transport.PeerException;
import io.evenhand.protocols.metered.channel.ChannelEffect;
import io.evenhand.protocols.metered.channel.ChannelInput;
import io.evenhand.protocols.metered.channel.PayerMachine;
import io.evenhand.protocols.metered.channel.PayerState;
import io.evenhand.protocols.metered.message.ChannelMessage;
import io.evenhand.protocols.metered.message.ChannelMessages;
import io.evenhand.protocols.metered.message.Draft;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.Terms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/// A requester: opens channels and sees them through, also those that an earlier process left open,
/// until it is closed.
public final class RequesterAgent implements AutoCloseable {
    private static final DocumentTable.Name SIGNER = DocumentTable.Name.own("signer");

    private final Node node;
    private final ChainConfig chain;
    private final EvmAccount account;
    private final MeterPort meter;
    private final Sessions<PayerState, ChannelInput, ChannelMessage, ChannelEffect> sessions;
    private final RoleRuntime runtime;
    private final ServerLinks links;
    private final Intake<PayerState, ChannelMessage> intake;
    private final StreamClient streams;
    private final SecureRandom random = new SecureRandom();
    private final Map<Bytes32, CompletableFuture<PayerState>> open = new ConcurrentHashMap<>();
    private final Map<Bytes32, CompletableFuture<PayerState>> ends = new ConcurrentHashMap<>();
    private final Map<Bytes32, Wei> deposits = new ConcurrentHashMap<>();

    private RequesterAgent(
            Node bare,
            ChainConfig chain,
            EvmAccount account,
            MachineDecorator<PayerState, ChannelInput, ChannelEffect> decorator) {
        this.node = bare.with(this::ended);
        this.chain = chain;
        this.account = account;
        this.meter = new MeterPort(node, account, chain.rail());
        Store store = node.store();
        InboundWire<ChannelMessage> inbound =
                new InboundWire<>(ChannelMessages.FORMAT, new Bare(), store.keys());
        OutboundWire<ChannelMessage> outbound =
                new OutboundWire<>(ChannelMessages.FORMAT, new Bare(), store.keys());
        this.links =
                new ServerLinks(
                        node,
                        Map.of(ChannelMessages.PROTOCOL, (from, e) -> heard().deliver(from, e)));
        PayerMachine machine = new PayerMachine(node.signing(), node.crypto(), chain.timing());
        MeteredBinding<PayerState> binding =
                new MeteredBinding<>(
                        MeteredRoles.REQUESTER,
                        PayerState.class,
                        PayerState.Final.class,
                        decorator.around(machine, node.signing().unrecorded(), store.keys()),
                        node.crypto(),
                        new MeterRail(meter),
                        new Opened(),
                        Optional.empty(),
                        (session, to, message) ->
                                links.send(outbound, session, to, message, (_, _) -> {}));
        this.sessions =
                new Sessions<>(binding, store, node.signing(), account::time, node.events());
        this.intake =
                new Intake<>(
                        sessions,
                        inbound,
                        Intake.Gate.known((from, key, _) -> sessions.isParty(key, from)));
        this.runtime = RoleRuntime.of(sessions, account::time, node, 4);
        this.streams = new StreamClient(node.tls(), StreamLimits.DEFAULT);
    }

    private Intake<PayerState, ChannelMessage> heard() {
        return intake;
    }

    /// A channel's deposit is final, or has grown.
    private final class Opened implements MeteredBinding.Rounds {
        @Override
        public void serve(SessionKey session, Terms terms, Wei deposit) {
            deposits.put(session.ref(), deposit);
            sessions.state(session.ref())
                    .filter(PayerState.Open.class::isInstance)
                    .ifPresent(state -> {
                        boolean _ = opening(session.ref()).complete(state);
                    });
        }

        @Override
        public Optional<Pair> stop(SessionKey session, Terms terms) {
            throw new IllegalStateException("a payer closes nothing");
        }
    }

    /// Starts; open channels go on at once. Nothing is printed: `events` and `progress` hear
    /// everything.
    public static RequesterAgent start(
            Path directory,
            NodeKeys keys,
            ChainConfig chain,
            InstantSource clock,
            EventSink events,
            Progress progress,
            MachineDecorator<PayerState, ChannelInput, ChannelEffect> decorator) {
        Store store = Store.open(directory, keys, clock);
        Closer closer = new Closer(store);
        try {
            Node node = Node.of(store, keys, clock, events, progress);
            EvmAccount account = closer.add(EvmAccount.open(chain, keys, node));
            RequesterAgent agent = new RequesterAgent(node, chain, account, decorator);
            agent.resume();
            return closer.keep(agent);
        } finally {
            closer.close();
        }
    }

    private void resume() {
        runtime.start();
        for (SessionTable.Stored stored : node.store().sessions().open(MeteredRoles.REQUESTER)) {
            // Stored by a process that died before it could begin: nobody else will.
            if (sessions.state(stored.key().ref()).orElseThrow() instanceof PayerState.Planned) {
                Sessions.Reaction _ = sessions.submit(stored.key().ref(), ChannelInput.Begin::new);
            }
            links.open(stored.peer());
        }
    }

    public PartyId party() {
        return node.identity().party();
    }

    /// The account that deposits.
    public Address payer() {
        return account.address();
    }

    public Wei balance() {
        return account.balance();
    }

    /// The newest block's time in seconds; a `LedgerException` if the chain does not answer.
    public long chainTime() {
        return account.newest();
    }

    /// What a closing costs at worst at the present fee: deposits have to be many times of it (F7).
    public Wei dearestClose() {
        return meter.dearestClose();
    }

    /// Throws a `LedgerException` unless the agreed contract stands on the agreed chain (D17).
    public void checkChain() {
        meter.check();
    }

    /// Uses an invite up and remembers the node.
    public PartyId join(Invite invite) throws PeerException, InterruptedException {
        int _ = MeteredRoles.roundsPort(invite.name());
        links.join(invite);
        return invite.server();
    }

    /// Proposes a channel and returns the reference under which it is known here. A
    /// `LedgerException` if the account cannot pay the deposit.
    public Bytes32 propose(ComputeRequest request) throws IOException {
        return propose(request, _ -> {});
    }

    /// The same.
    ///
    /// @param noted is told the reference before the exchange begins, so that no crash leaves one
    ///   of which only this agent knows
    public Bytes32 propose(ComputeRequest request, Noted noted) throws IOException {
        Octets mark =
                account.mark()
                        .orElseThrow(() ->
                                new IOException(
                                        "the chain does not answer; check the endpoint and"
                                                + " try again"));
        meter.checkBalance(request.deposit());
        byte[] nonce = new byte[32];
        random.nextBytes(nonce);
        Bytes32 ref = Bytes32.of(nonce);
        SessionKey exchange = sessions.key(ref);
        noted.note(ref);
        write(exchange, PaidJob.MODULE, request.module());
        write(exchange, PaidJob.BEGIN, request.state());
        KeyId signer = node.store().keys().create();
        Draft draft = draft(request, ref, signer);
        boolean _ =
                sessions.create(
                        ref,
                        List.of(request.node()),
                        mark,
                        () -> {
                            node.store()
                                    .documents()
                                    .put(
                                            exchange,
                                            MeteredTotals.PLAN,
                                            new Octets(Records.encode(request.plan())));
                            node.store()
                                    .documents()
                                    .put(
                                            exchange,
                                            SIGNER,
                                            new Octets(signer.value().toByteArray()));
                            return new PayerState.Planned(draft);
                        });
        links.open(request.node());
        Sessions.Reaction _ = sessions.submit(ref, ChannelInput.Begin::new);
        return ref;
    }

    /// Keeps the reference of an exchange that is about to begin.
    public interface Noted {
        void note(Bytes32 ref) throws IOException;
    }

    private Draft draft(ComputeRequest request, Bytes32 nonce, KeyId signer) {
        return new Draft(
                party(),
                request.node(),
                chain.rail(),
                payer(),
                Secp256k1.evmAddress(Secp256k1.publicKey(node.store().keys().secret(signer))),
                request.timeout(),
                account.finalBlock(),
                Bytes32.of(Hashes.sha256(request.module().toByteArray())),
                Terms.ABI,
                Terms.METER,
                request.limits(),
                request.most(),
                request.deposit(),
                request.window(),
                request.signEvery(),
                NodeRules.SOFTWARE,
                nonce);
    }

    private void write(SessionKey exchange, String name, Octets bytes) throws IOException {
        Path path = node.files().path(exchange, name);
        PrivateFiles.directory(path.toAbsolutePath().resolveSibling(""));
        try (NewFile file = NewFile.at(path)) {
            file.write(bytes.toByteArray());
            file.commit();
        }
        node.files().keep(exchange, name);
    }

    public Optional<PayerState> state(Bytes32 ref) {
        return sessions.state(ref);
    }

    private CompletableFuture<PayerState> opening(Bytes32 ref) {
        return open.computeIfAbsent(ref, _ -> new CompletableFuture<>());
    }

    /// Completes when the deposit is final, or with a final state if there is no deposit.
    public CompletableFuture<PayerState> opened(Bytes32 ref) {
        CompletableFuture<PayerState> opening = opening(ref);
        sessions.state(ref)
                .filter(state ->
                        state instanceof PayerState.Final
                                || (state instanceof PayerState.Open && deposits.containsKey(ref)))
                .ifPresent(opening::complete);
        return opening;
    }

    /// Completes with the final state.
    public CompletableFuture<PayerState> end(Bytes32 ref) {
        CompletableFuture<PayerState> end =
                ends.computeIfAbsent(ref, _ -> new CompletableFuture<>());
        sessions.state(ref).filter(PayerState.Final.class::isInstance).ifPresent(end::complete);
        return end;
    }

    private void ended(NodeEvent event) {
        if (event instanceof NodeEvent.Ended over) {
            Bytes32 ref = over.session().ref();
            sessions.state(ref)
                    .ifPresent(state -> {
                        boolean _ = opening(ref).complete(state);
                        CompletableFuture<PayerState> end = ends.get(ref);
                        if (end != null) {
                            boolean _ = end.complete(state);
                        }
                    });
        }
    }

    /// The rounds of an open channel, which whoever called this runs.
    ///
    /// @param silence how long the node may not be reached before it is left
    public Job job(Bytes32 ref, ComputeListener listener, Duration silence) throws IOException {
        if (!(sessions.state(ref).orElseThrow() instanceof PayerState.Open)) {
            throw new IllegalStateException("the channel is not open");
        }
        PaidJob paid = paid(ref);
        return new Job(paid, new ComputeRun(paid, listener, silence));
    }

    private PaidJob paid(Bytes32 ref) throws IOException {
        SessionKey exchange = sessions.key(ref);
        Terms terms = terms(ref).orElseThrow();
        DocumentTable documents = node.store().documents();
        KeyId signer =
                new KeyId(Bytes32.of(documents.find(exchange, SIGNER).orElseThrow().toByteArray()));
        return new PaidJob(
                node,
                exchange,
                terms,
                signer,
                plan(exchange),
                () -> deposits.getOrDefault(ref, deposit(ref)),
                handler -> connect(terms.node(), handler),
                EnclaveEvidence::against);
    }

    private ComputePlan plan(SessionKey exchange) {
        return MeteredTotals.plan(node.store(), exchange).orElseThrow();
    }

    private Octets read(SessionKey exchange, String file) throws IOException {
        return new Octets(Files.readAllBytes(node.files().path(exchange, file)));
    }

    /// What both sides signed of a channel; empty before they did.
    public Optional<Terms> terms(Bytes32 ref) {
        return sessions.state(ref).flatMap(ChannelTerms::of);
    }

    private Wei deposit(Bytes32 ref) {
        return sessions.state(ref)
                .filter(PayerState.Open.class::isInstance)
                .map(state -> ((PayerState.Open) state).deposit())
                .orElse(Wei.ZERO);
    }

    private PeerStream connect(PartyId to, StreamHandler handler)
            throws PeerException, InterruptedException {
        ServerTable.Server server = node.store().servers().find(to).orElseThrow();
        return streams.connect(server.host(), MeteredRoles.roundsPort(server.name()), to, handler);
    }

    /// How far a job came on its channel.
    ///
    /// @param done cycles whose state this is
    /// @param plan what was wanted of the channel
    /// @param paid total of the newest update
    public record Standing(long done, ComputePlan plan, Octets module, Octets state, Wei paid) {}

    /// What is on the disk of a channel's job, also if the channel is over.
    public Standing standing(Bytes32 ref) throws IOException {
        SessionKey exchange = sessions.key(ref);
        if (terms(ref).isEmpty()) {
            return new Standing(
                    0,
                    plan(exchange),
                    read(exchange, PaidJob.MODULE),
                    read(exchange, PaidJob.BEGIN),
                    Wei.ZERO);
        }
        try (PaidJob paid = paid(ref)) {
            return new Standing(
                    paid.done(),
                    new ComputePlan(paid.cycles(), paid.round()),
                    paid.module(),
                    paid.state(),
                    paid.paid());
        }
    }

    /// Asks the node of a channel to start no further round and to close now. That it did is seen
    /// by the end of the exchange.
    ///
    /// @param most how long it may take to answer
    /// @return whether it answered
    public boolean askToClose(Bytes32 ref, Duration most) throws InterruptedException {
        Terms terms = terms(ref).orElseThrow();
        return new CloseRequest(node.crypto().hash(terms))
                .ask(handler -> connect(terms.node(), handler), most);
    }

    /// A job that can be run once, and stopped meanwhile.
    public static final class Job implements AutoCloseable {
        private final PaidJob paid;
        private final ComputeRun run;

        private Job(PaidJob paid, ComputeRun run) {
            this.paid = paid;
            this.run = run;
        }

        public ComputeOutcome run() throws IOException, InterruptedException {
            return run.run();
        }

        /// Ends it after the rounds that are asked for. May be called from any thread.
        public void stop() {
            run.stop();
        }

        /// Cycles whose state is here.
        public long done() {
            return paid.done();
        }

        @Override
        public void close() throws IOException {
            paid.close();
        }
    }

    /// The outputs of all rounds so far, one after the other.
    public Path output(Bytes32 ref) {
        return node.files().path(sessions.key(ref), PaidJob.OUTPUT);
    }

    /// No more rounds are wanted: the deposit comes back by the node's close, or at the timeout.
    public void enough(Bytes32 ref) {
        Sessions.Reaction _ = sessions.submit(ref, ChannelInput.Enough::new);
    }

    /// Adds to a channel's deposit.
    ///
    /// @param number of this top-up, from 1
    public void topUp(Bytes32 ref, int number, Wei more) {
        Sessions.Reaction _ =
                sessions.submit(ref, now -> new ChannelInput.TopUp(number, more, now));
    }

    @Override
    public void close() {
        streams.close();
        links.close();
        runtime.close();
        account.close();
        node.store().close();
    }
}
