package io.evenhand.node.delegation;

import io.evenhand.enclave.policy.PolicySpec;
import io.evenhand.kit.alarm.Alarm;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.ChainWatcher;
import io.evenhand.ledger.evm.Escrow;
import io.evenhand.ledger.evm.FeePolicy;
import io.evenhand.ledger.evm.FinalityPolicy;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.ledger.evm.TransactionManager;
import io.evenhand.node.AlarmNews;
import io.evenhand.node.Capacity;
import io.evenhand.node.EventSink;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.Progress;
import io.evenhand.node.Trouble;
import io.evenhand.node.delegation.customer.CustomerAgent;
import io.evenhand.node.delegation.customer.DelegationRequest;
import io.evenhand.node.delegation.provider.ProviderConfig;
import io.evenhand.node.delegation.provider.ProviderDaemon;
import io.evenhand.node.delegation.provider.ServiceConfig;
import io.evenhand.node.delegation.stamper.StamperConfig;
import io.evenhand.node.delegation.stamper.StamperDaemon;
import io.evenhand.node.evm.ChainConfig;
import io.evenhand.node.exchange.MachineDecorator;
import io.evenhand.node.peer.AdmissionPolicy;
import io.evenhand.node.peer.GuestQuota;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Store;
import io.evenhand.node.transport.Invite;
import io.evenhand.node.transport.PeerException;
import io.evenhand.programs.attest.SoftwareAttester;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.message.Deadlines;
import io.evenhand.protocols.delegation.message.StamperRef;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// A chain with the escrow on it, and directories for the three parties, who are started and
/// stopped by the test. Everything is real.
final class TestNet implements AutoCloseable {
    static final Progress SILENT = (_, _, _, _) -> {};
    static final InstantSource CLOCK = InstantSource.system();
    static final Wei WAGE = Wei.parse("0.01 eth");

    static final Duration AWAIT = Duration.ofMinutes(Integer.getInteger("test.limit.minutes", 15));
    private static final Duration DAY = Duration.ofDays(1);
    static final String SORT =
            """
            name: sort
            about: sorts the lines of a text
            price: 0.0001 eth
            command: ["sort", "-o", "{output}", "{input}"]
            limits: { inputBytes: 300000000, workBytes: 300000000, seconds: 60, attempts: 2 }
            policies: [size, wasm]
            """;

    final Path root;
    final LocalChain chain;
    final Rail rail;
    final List<NodeEvent> events = new CopyOnWriteArrayList<>();
    final List<AlarmNews> alarms = new CopyOnWriteArrayList<>();

    final List<String> troubles = new CopyOnWriteArrayList<>();

    /// How wrong the clock of a party is.
    final Map<String, Duration> clockError = new ConcurrentHashMap<>();

    /// Where the parties see the chain, if not at its own address; and a second place.
    Optional<String> endpoint = Optional.empty();

    Optional<String> second = Optional.empty();

    volatile Optional<Consumer<NodeEvent>> listener = Optional.empty();
    Capacity stamperCapacity = Capacity.DEFAULT;

    /// Of the parties that share the stamper's one invite, all but the first are guests.
    GuestQuota stamperGuests = GuestQuota.of(512);

    private int stamperPort;
    private int providerPort;
    private Optional<Invite> stamperInvite = Optional.empty();

    TestNet(Path root, LocalChain.Mining mining) throws IOException, InterruptedException {
        this.root = root;
        this.chain = LocalChain.start(new LocalChain.Mining.Instant());
        this.rail = deploy();
        chain.setMining(mining);
    }

    private Rail deploy() throws IOException, InterruptedException {
        NodeKeys deployer = keys("deployer", LocalChain.key(0));
        try (Store store = Store.open(directory("deployer"), deployer, CLOCK);
                ChainWatcher watcher = ChainWatcher.start(chain.rpc(), settings(), CLOCK);
                TransactionManager manager =
                        TransactionManager.start(
                                watcher,
                                LocalChain.CHAIN_ID,
                                LocalChain.wallet(0),
                                store.transactions(),
                                FeePolicy.standard())) {
            return new Escrow(watcher, Optional.empty())
                    .deploy(manager, "escrow", Wei.parse("1 eth"), AWAIT);
        }
    }

    private static ChainWatcher.Settings settings() {
        return new ChainWatcher.Settings(
                FinalityPolicy.depth(0), Duration.ofMillis(50), Duration.ofSeconds(10));
    }

    ChainConfig chainConfig() {
        return new ChainConfig(
                endpoint.orElseGet(chain::httpUrl),
                second,
                rail,
                FinalityPolicy.depth(2),
                Timing.LOCAL,
                Duration.ofMillis(100));
    }

    Path directory(String party) throws IOException {
        return Files.createDirectories(root.resolve(party));
    }

    /// The keys of a party, made on first use.
    NodeKeys keys(String party, Secret32 wallet) throws IOException {
        Path file = DataDirectory.identityFile(directory(party));
        return Files.exists(file)
                ? NodeKeys.load(file, Optional.empty())
                : NodeKeys.create(file, wallet, Optional.empty(), new SecureRandom());
    }

    EventSink sink() {
        return new EventSink() {
            /// Who waits for an event goes on after what the listener does with it.
            @Override
            public void on(NodeEvent event) {
                listener.ifPresent(l -> l.accept(event));
                synchronized (events) {
                    events.add(event);
                    events.notifyAll();
                }
            }

            @Override
            public void trouble(Trouble kind, String line) {
                synchronized (events) {
                    troubles.add(line);
                    events.notifyAll();
                }
            }

            @Override
            public void alarm(AlarmNews news) {
                synchronized (events) {
                    alarms.add(news);
                    events.notifyAll();
                }
            }
        };
    }

    private InstantSource clock(String party) {
        return () -> CLOCK.instant().plus(clockError.getOrDefault(party, Duration.ZERO));
    }

    /// Waits until an alarm of this kind is raised, or over.
    <A extends Alarm> A awaitAlarm(Class<A> kind, boolean raised) throws InterruptedException {
        await(() -> alarm(kind, raised).isPresent(), "no alarm " + kind.getSimpleName());
        return alarm(kind, raised).orElseThrow();
    }

    /// Waits until an alarm of this kind is raised whose line holds this.
    void awaitAlarm(Class<? extends Alarm> kind, String part) throws InterruptedException {
        await(
                () ->
                        alarms.stream()
                                .map(AlarmNews::alarm)
                                .anyMatch(a -> kind.isInstance(a) && a.line().contains(part)),
                "no alarm " + part);
    }

    /// Waits until every party's alarm of this kind is over.
    void awaitAlarmOver(Class<? extends Alarm> kind) throws InterruptedException {
        await(() -> count(kind, true) == count(kind, false), kind.getSimpleName() + " goes on");
    }

    private long count(Class<? extends Alarm> kind, boolean raised) {
        return alarms.stream()
                .filter(news -> news.raised() == raised && kind.isInstance(news.alarm()))
                .count();
    }

    private <A extends Alarm> Optional<A> alarm(Class<A> kind, boolean raised) {
        return alarms.stream()
                .filter(news -> news.raised() == raised && kind.isInstance(news.alarm()))
                .map(news -> kind.cast(news.alarm()))
                .findFirst();
    }

    StamperDaemon stamper() throws IOException {
        return stamper(MachineDecorator.none());
    }

    StamperDaemon stamper(MachineDecorator<StamperState, Input, Effect> decorator)
            throws IOException {
        StamperDaemon daemon =
                StamperDaemon.start(
                        directory("stamper"),
                        keys("stamper", LocalChain.key(3)),
                        new StamperConfig(
                                "stamper",
                                "127.0.0.1",
                                stamperPort,
                                new AdmissionPolicy.AnyKey(stamperGuests),
                                stamperCapacity),
                        new SoftwareAttester(),
                        clock("stamper"),
                        sink(),
                        decorator);
        stamperPort = daemon.port();
        if (stamperInvite.isEmpty()) {
            stamperInvite = Optional.of(daemon.invite("127.0.0.1", DAY));
        }
        return daemon;
    }

    ProviderDaemon provider() throws IOException, PeerException, InterruptedException {
        return provider(SORT);
    }

    ProviderDaemon provider(String yaml) throws IOException, PeerException, InterruptedException {
        return provider(yaml, stamperInvite);
    }

    /// @param invite of the stamper; nothing if it let the provider in before
    ProviderDaemon provider(String yaml, Optional<Invite> invite)
            throws IOException, PeerException, InterruptedException {
        AcceptedStamper stamper =
                new AcceptedStamper(
                        stamperInvite.orElseThrow().server(),
                        invite,
                        StamperRef.Operator.THIRD,
                        "software");
        ProviderDaemon daemon =
                ProviderDaemon.start(
                        directory("provider"),
                        keys("provider", LocalChain.key(2)),
                        new ProviderConfig(
                                ServiceConfig.parse(yaml.getBytes(StandardCharsets.UTF_8)),
                                root,
                                "127.0.0.1",
                                providerPort,
                                List.of(stamper),
                                chainConfig()),
                        clock("provider"),
                        sink(),
                        SILENT);
        providerPort = daemon.port();
        return daemon;
    }

    CustomerAgent customer() throws IOException {
        return customer("customer", 1);
    }

    /// @param account which of the chain's funded accounts pays
    CustomerAgent customer(String party, int account) throws IOException {
        return customer(party, LocalChain.key(account));
    }

    CustomerAgent customer(String party, Secret32 wallet) throws IOException {
        return CustomerAgent.start(
                directory(party), keys(party, wallet), chainConfig(), clock(party), sink(), SILENT);
    }

    /// Waits for a line about trouble that holds this.
    void awaitTrouble(String part) throws InterruptedException {
        await(() -> troubles.stream().anyMatch(line -> line.contains(part)), "no " + part);
    }

    /// Waits for something that happened or will happen.
    void await(Predicate<NodeEvent> wanted) throws InterruptedException {
        await(() -> events.stream().anyMatch(wanted), "it did not happen");
    }

    private void await(BooleanSupplier happened, String otherwise) throws InterruptedException {
        synchronized (events) {
            long deadline = System.nanoTime() + AWAIT.toNanos();
            while (!happened.getAsBoolean()) {
                long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
                if (left <= 0) {
                    throw new AssertionError(otherwise + "; " + events + alarms);
                }
                events.wait(left);
            }
        }
    }

    /// Begins an exchange that sorts lines.
    Bytes32 delegate(CustomerAgent customer, ProviderDaemon provider, Path input)
            throws IOException, PeerException, InterruptedException {
        PolicySpec any = PolicySpec.parse("size/1 atLeast=1 atMost=300000000");
        return delegate(customer, provider, input, any);
    }

    Bytes32 delegate(CustomerAgent customer, ProviderDaemon provider, Path input, PolicySpec policy)
            throws IOException, PeerException, InterruptedException {
        return delegate(customer, provider, input, policy, Optional.empty());
    }

    Bytes32 delegate(
            CustomerAgent customer,
            ProviderDaemon provider,
            Path input,
            PolicySpec policy,
            Optional<Path> hidden)
            throws IOException, PeerException, InterruptedException {
        PartyId party = customer.join(provider.invite("127.0.0.1", DAY));
        ServiceCard card = customer.card(party);
        Deadlines deadlines = customer.deadlines(card, Duration.ofMinutes(20), DAY);
        return customer.delegate(
                new DelegationRequest(
                        party,
                        card.stampers().getFirst(),
                        card.name(),
                        input,
                        policy,
                        hidden,
                        WAGE,
                        deadlines,
                        card.attempts(),
                        card.maxWorkBytes()));
    }

    Path input(String text) throws IOException {
        return Files.writeString(root.resolve("input.txt"), text);
    }

    @Override
    public void close() {
        chain.close();
    }
}
