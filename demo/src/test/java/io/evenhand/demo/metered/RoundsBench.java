package io.evenhand.demo.metered;

import io.evenhand.enclave.metered.SessionSeals;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.process.Loop;
import io.evenhand.kit.sign.RealChannels;
import io.evenhand.kit.sign.RealRoundKeys;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.sign.SecretNames;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.Node;
import io.evenhand.node.metered.JournalNodeRecords;
import io.evenhand.node.metered.JournalRequesterRecords;
import io.evenhand.node.metered.LocalEnclaves;
import io.evenhand.node.metered.MeteredRoles;
import io.evenhand.node.metered.PaidChannel;
import io.evenhand.node.metered.RoundStreams;
import io.evenhand.node.metered.ServedChannel;
import io.evenhand.node.metered.StreamCodec;
import io.evenhand.node.metered.StreamLink;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.node.stream.PeerStream;
import io.evenhand.node.stream.StreamClient;
import io.evenhand.node.stream.StreamEnd;
import io.evenhand.node.stream.StreamHandler;
import io.evenhand.node.stream.StreamLimits;
import io.evenhand.node.stream.StreamServer;
import io.evenhand.node.transport.PeerServerOptions.Room;
import io.evenhand.node.transport.Standing;
import io.evenhand.protocols.metered.Fault;
import io.evenhand.protocols.metered.MeteredCrypto;
import io.evenhand.protocols.metered.message.Limits;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.Prices;
import io.evenhand.protocols.metered.message.Provisioning;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.message.Terms;
import io.evenhand.protocols.metered.node.NodeState;
import io.evenhand.protocols.metered.requester.RequesterEffect;
import io.evenhand.protocols.metered.requester.RequesterInput;
import io.evenhand.protocols.metered.requester.RequesterState;
import io.evenhand.protocols.metered.requester.RequesterState.Held;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// Requester and node of many channels in one process, over mutual TLS and with a journal for each
/// side: everything of a paid round but the chain, which rounds do not touch.
final class RoundsBench implements AutoCloseable {
    /// What a window of rounds never comes near.
    private static final Wei MUCH = Wei.parse("1000000 eth");

    /// All channels are of one requester.
    private static final Room ROOM = new Room(1024, 1024, 64, 64, Duration.ofSeconds(60));

    final Side requester;
    final Side node;
    private final StreamServer server;
    private final StreamClient client;
    private final LocalEnclaves enclaves;
    private final Map<Bytes32, ServedChannel> served = new ConcurrentHashMap<>();
    private final Octets module;
    private final SecureRandom random = new SecureRandom();
    final AtomicLong bytes = new AtomicLong();

    /// One home.
    static final class Side implements AutoCloseable {
        final Store store;
        final Node node;
        final MeteredCrypto crypto;
        final ExecutorService after = Loop.EFFECTS.inOrder();

        Side(Path directory) throws IOException {
            Files.createDirectories(directory);
            NodeKeys keys =
                    NodeKeys.create(
                            DataDirectory.identityFile(directory),
                            Secret32.random(new SecureRandom()),
                            Optional.empty(),
                            new SecureRandom());
            this.store = Store.open(directory, keys, InstantSource.system());
            this.node = Node.of(store, keys, InstantSource.system(), _ -> {}, (_, _, _, _) -> {});
            this.crypto =
                    new MeteredCrypto(
                            node.crypto(),
                            new RealRoundKeys(store.keys()),
                            new RealChannels(store.keys()));
        }

        @Override
        public void close() {
            after.shutdown();
            store.close();
        }
    }

    RoundsBench(Path directory, Octets module) throws IOException {
        this.module = module;
        this.requester = new Side(directory.resolve("requester"));
        this.node = new Side(directory.resolve("node"));
        this.enclaves = new LocalEnclaves(2);
        this.server =
                StreamServer.start(
                        node.node.tls(),
                        new StreamServer.Options("127.0.0.1", 0, ROOM, StreamLimits.DEFAULT),
                        _ -> Standing.KNOWN,
                        new RoundStreams((_, xid) -> Optional.ofNullable(served.get(xid))));
        this.client = new StreamClient(requester.node.tls(), StreamLimits.DEFAULT);
    }

    /// Terms of one more channel.
    Terms terms(Limits limits, Bytes32 program, int window, int number) {
        KeyId signer = requester.store.keys().create();
        Terms terms =
                new Terms(
                        requester.node.identity().party(),
                        node.node.identity().party(),
                        new Rail(31_337, Address.parse("11".repeat(20)), Bytes32.ZERO),
                        Address.parse("22".repeat(20)),
                        Address.parse("33".repeat(20)),
                        Secp256k1.evmAddress(
                                Secp256k1.publicKey(requester.store.keys().secret(signer))),
                        4_000_000_000L,
                        0,
                        program,
                        Terms.ABI,
                        Terms.METER,
                        limits,
                        new Prices(Wei.of(1000), Wei.of(1), Wei.of(1)),
                        MUCH,
                        window,
                        16,
                        Bytes32.ZERO,
                        new Bytes32(1, 2, 3, number),
                        new Bytes32(1, 2, 3, number));
        signers.put(terms, signer);
        return terms;
    }

    private final Map<Terms, KeyId> signers = new ConcurrentHashMap<>();

    /// A channel with one session that is ready for rounds.
    Channel open(Terms terms, Octets state) throws Exception {
        Bytes32 xid = node.crypto.verification().hash(terms);
        Bytes32 name = node.crypto.channel(terms, xid);
        ServedChannel.Exposure exposure =
                new ServedChannel.Exposure() {
                    @Override
                    public boolean reserve(ServedChannel channel, Wei most) {
                        return true;
                    }

                    @Override
                    public void charge(Wei most, Wei price) {}

                    @Override
                    public void machineFault(Wei most) {}

                    @Override
                    public void suspect(Bytes32 program) {}

                    @Override
                    public boolean refuses(Bytes32 program) {
                        return false;
                    }

                    @Override
                    public void struckOff(Wei debt) {}

                    @Override
                    public void paid(Bytes32 channel, Wei from, Wei to) {}
                };
        served.put(
                xid,
                new ServedChannel(
                        new NodeState.Channel(
                                terms,
                                xid,
                                name,
                                Optional.of(MUCH),
                                0,
                                Optional.empty(),
                                Wei.ZERO,
                                false,
                                false),
                        node.crypto,
                        node.node.identity(),
                        new JournalNodeRecords(node.store, name, node.after),
                        exposure,
                        enclaves));
        return new Channel(
                terms, xid, name, Optional.ofNullable(signers.get(terms)).orElseThrow(), state);
    }

    /// A channel as its requester has it.
    final class Channel implements StreamHandler, PaidChannel.Edge {
        private final Terms terms;
        private final Bytes32 xid;
        private final KeyId signer;
        private final Bytes32 name;
        private final JournalRequesterRecords records;
        private final PeerStream stream;
        private final StreamCodec codec = new StreamCodec(StreamLink.MAX_MESSAGE);
        private volatile PaidChannel session;
        private int number;
        private Optional<Pair> newest = Optional.empty();
        private volatile CountDownLatch ready = new CountDownLatch(1);
        private volatile Consumer<Octets> given = _ -> {};
        private final AtomicLong updates = new AtomicLong();
        volatile Octets state;

        /// Updates that were said so far.
        long updates() {
            return updates.get();
        }

        Channel(Terms terms, Bytes32 xid, Bytes32 name, KeyId signer, Octets state)
                throws Exception {
            this.terms = terms;
            this.xid = xid;
            this.name = name;
            this.signer = signer;
            this.state = state;
            SessionKey exchange = new SessionKey(MeteredRoles.REQUESTER, xid);
            requester
                    .store
                    .sessions()
                    .create(exchange, List.of(terms.node()), new Octets(new byte[] {1}));
            this.records =
                    new JournalRequesterRecords(requester.store, exchange, name, requester.after);
            this.session = next();
            this.stream =
                    client.connect("127.0.0.1", server.port(), node.node.identity().party(), this);
            say(new StreamMessage.Attach(xid));
        }

        private PaidChannel next() {
            number++;
            byte[] nonce = new byte[32];
            random.nextBytes(nonce);
            return new PaidChannel(
                    new RequesterState.Setting(
                            terms, xid, name, signer, MUCH, newest, state, List.of()),
                    new Opening(xid, number, Bytes32.of(nonce), Opening.MAX_ROUNDS, newest),
                    requester.crypto,
                    records,
                    this);
        }

        /// Begins a session and waits until rounds may run.
        void begin(Octets from) throws InterruptedException {
            state = from;
            if (session.state() instanceof RequesterState.Running running) {
                newest = running.opened().pair();
                session = next();
            }
            ready = new CountDownLatch(1);
            session.begin();
            ready.await();
        }

        /// Runs rounds.
        ///
        /// @param each is called for each state, in order
        void run(int rounds, long c, Consumer<Octets> each) {
            given = each;
            RequesterState.Running running = (RequesterState.Running) session.state();
            Secret32 psk = requester.store.keys().secret(running.session().psk());
            Optional<RequesterInput.Begin> begin =
                    running.asked().upTo() > 0
                            ? Optional.empty()
                            : Optional.of(
                                    new RequesterInput.Begin(
                                            state,
                                            SessionSeals.sealState(
                                                    psk, xid, number, 1, state, random)));
            session.put(new RequesterInput.Want(rounds, c, begin));
        }

        @Override
        public void onFrame(PeerStream from, byte[] frame) {
            bytes.addAndGet(frame.length + 4L);
            codec.take(frame)
                    .ifPresent(message -> {
                        session.put(new RequesterInput.Heard(message));
                        if (message instanceof StreamMessage.Ready(int _, boolean program)
                                && !program) {
                            ready.countDown();
                        }
                    });
        }

        @Override
        public void onClosed(PeerStream from, StreamEnd why) {}

        @Override
        public void say(StreamMessage message) {
            if (message instanceof StreamMessage.Update) {
                updates.incrementAndGet();
            }
            for (byte[] frame : StreamCodec.encode(message)) {
                bytes.addAndGet(frame.length + 4L);
                if (!stream.send(frame)) {
                    throw new IllegalStateException("the stream is over");
                }
            }
        }

        @Override
        public void checkEvidence(
                RequesterEffect.CheckEvidence check, Consumer<RequesterInput> then) {
            KeyId psk = requester.store.keys().create();
            Secret32 secret = requester.store.keys().secret(psk);
            Provisioning header =
                    new Provisioning(
                            xid,
                            number,
                            requester.crypto.verification().hash(check.hello().hello()),
                            SecretNames.pskId(secret),
                            check.hello().hello().base());
            Signature signature = requester.node.signing().sign(header);
            then.accept(
                    new RequesterInput.EvidenceHolds(
                            header,
                            psk,
                            new StreamMessage.Provision(
                                    number,
                                    SessionSeals.sealPsk(
                                            check.hello().hello().encKey(),
                                            new SessionSeals.Provided(
                                                    header, signature, secret)))));
        }

        @Override
        public void sendProgram(int session, KeyId psk) {
            say(
                    SessionSeals.sealProgram(
                            requester.store.keys().secret(psk), xid, session, module, random));
        }

        @Override
        public void give(Held round, Octets after, Octets output) {
            state = after;
            given.accept(after);
        }

        @Override
        public void ended(Optional<Fault> why) {
            why.ifPresent(fault ->
                    System.getLogger("bench")
                            .log(System.Logger.Level.ERROR, "a session ended: " + fault.line()));
        }
    }

    @Override
    public void close() {
        client.close();
        server.close();
        enclaves.close();
        requester.close();
        node.close();
    }
}
