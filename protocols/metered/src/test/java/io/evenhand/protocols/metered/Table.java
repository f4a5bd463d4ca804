package io.evenhand.protocols.metered;

import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.sign.RealChannels;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.kit.sign.RealRoundKeys;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.sign.SecretNames;
import io.evenhand.kit.sign.Signable;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.enclave.EnclaveEffect;
import io.evenhand.protocols.metered.enclave.EnclaveInput;
import io.evenhand.protocols.metered.enclave.EnclaveMachine;
import io.evenhand.protocols.metered.enclave.EnclaveState;
import io.evenhand.protocols.metered.enclave.SessionKeys;
import io.evenhand.protocols.metered.message.End;
import io.evenhand.protocols.metered.message.Limits;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.Prices;
import io.evenhand.protocols.metered.message.Provisioning;
import io.evenhand.protocols.metered.message.RoundStatement;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.message.Terms;
import io.evenhand.protocols.metered.node.NodeEffect;
import io.evenhand.protocols.metered.node.NodeInput;
import io.evenhand.protocols.metered.node.NodeMachine;
import io.evenhand.protocols.metered.node.NodeState;
import io.evenhand.protocols.metered.requester.RequesterEffect;
import io.evenhand.protocols.metered.requester.RequesterInput;
import io.evenhand.protocols.metered.requester.RequesterMachine;
import io.evenhand.protocols.metered.requester.RequesterState;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Requester, node and enclave of one channel, with real cryptography and a program that counts.
/// What is said or flushed waits in queues until a test lets it go.
final class Table {
    private static final Ed25519Identity REQUESTER =
            new Ed25519Identity(Secret32.of(Hashes.sha256(Hashes.ascii("requester"))));
    private static final Ed25519Identity NODE =
            new Ed25519Identity(Secret32.of(Hashes.sha256(Hashes.ascii("node"))));
    private static final KeyId SIGNER = new KeyId(named("signer"));

    final Map<KeyId, Secret32> secrets = new HashMap<>();
    final MeteredCrypto crypto =
            new MeteredCrypto(
                    new RealCrypto(REQUESTER, this::secret),
                    new RealRoundKeys(this::secret),
                    new RealChannels(this::secret));
    final Terms terms;
    final Bytes32 xid;
    final Bytes32 channel;
    final RequesterMachine requesterMachine = new RequesterMachine(crypto);
    final NodeMachine nodeMachine = new NodeMachine(crypto);
    RequesterState requester;
    NodeState node;
    EnclaveState enclave;
    private EnclaveMachine enclaveMachine;
    private Secret32 sessionKey = Secret32.of(Hashes.sha256(Hashes.ascii("none")));

    final Deque<StreamMessage> toNode = new ArrayDeque<>();
    final Deque<StreamMessage> toRequester = new ArrayDeque<>();
    final Deque<RequesterInput> requesterDisk = new ArrayDeque<>();
    final Deque<NodeInput> nodeDisk = new ArrayDeque<>();

    /// What the user has.
    final List<Octets> outputs = new ArrayList<>();

    Octets state = counter(0);
    final List<String> ends = new ArrayList<>();

    /// What the node told its account and its chain.
    final List<NodeEffect> noted = new ArrayList<>();

    /// What the program does in a round, by c.
    UnaryOperator<EnclaveInput.Ran> program = UnaryOperator.identity();

    /// What the wire does to what a node says.
    UnaryOperator<StreamMessage> wire = UnaryOperator.identity();

    boolean granted = true;
    int executions;
    int closes;

    /// What the parties are is known when they begin.
    @SuppressWarnings("NullAway.Init")
    Table(int window, long deposit) {
        secrets.put(SIGNER, Secret32.of(named("signer").toByteArray()));
        terms =
                new Terms(
                        REQUESTER.party(),
                        NODE.party(),
                        new Rail(31337, Address.parse("11".repeat(20)), Bytes32.ZERO),
                        Address.parse("22".repeat(20)),
                        Address.parse("33".repeat(20)),
                        Secp256k1.evmAddress(Secp256k1.publicKey(secret(SIGNER))),
                        2_000_000_000L,
                        0,
                        named("program"),
                        Terms.ABI,
                        Terms.METER,
                        new Limits(1000, 1000, 16, 1000, 1000, 1000, 1000, 60),
                        new Prices(Wei.of(1), Wei.of(1), Wei.of(5)),
                        Wei.of(deposit),
                        window,
                        4,
                        Bytes32.ZERO,
                        named("nonce r"),
                        named("nonce e"));
        xid = crypto.verification().hash(terms);
        channel = crypto.channel(terms, xid);
        node =
                nodeMachine.first(
                        new NodeState.Channel(
                                terms,
                                xid,
                                channel,
                                Optional.of(Wei.of(deposit)),
                                0,
                                Optional.empty(),
                                Wei.ZERO,
                                false,
                                false));
    }

    private Secret32 secret(KeyId key) {
        return Objects.requireNonNull(secrets.get(key));
    }

    static Bytes32 named(String name) {
        return Bytes32.of(Hashes.sha256(Hashes.ascii(name)));
    }

    static Octets counter(long value) {
        return new Octets(ByteBuffer.allocate(64).putLong(value).array());
    }

    static long count(Octets state) {
        return ByteBuffer.wrap(state.toByteArray()).getLong();
    }

    void open(int number, Optional<Pair> pair, List<RequesterState.Running> before) {
        RequesterState.Setting setting =
                new RequesterState.Setting(
                        terms, xid, channel, SIGNER, terms.deposit(), pair, state, before);
        Opening opening = new Opening(xid, number, named("nonce " + number), 100, pair);
        requester(requesterMachine.open(setting, opening));
    }

    /// Everything that waits happens, in turn.
    void settle() {
        while (true) {
            if (!requesterDisk.isEmpty()) {
                requester(requesterDisk.poll());
            } else if (!nodeDisk.isEmpty()) {
                node(nodeDisk.poll());
            } else if (!toNode.isEmpty()) {
                node(new NodeInput.Heard(toNode.poll()));
            } else if (!toRequester.isEmpty()) {
                requester(new RequesterInput.Heard(wire.apply(toRequester.poll())));
            } else {
                return;
            }
        }
    }

    void want(int rounds, long c) {
        RequesterState.Running running = (RequesterState.Running) requester;
        Optional<RequesterInput.Begin> begin =
                running.asked().upTo() == 0
                        ? Optional.of(
                                new RequesterInput.Begin(
                                        state, new StreamMessage.SealedState(Bytes32.ZERO, state)))
                        : Optional.empty();
        requester(new RequesterInput.Want(rounds, c, begin));
    }

    void requester(RequesterInput input) {
        requester(requesterMachine.step(requester, input));
    }

    private void requester(Step<RequesterState, RequesterEffect> step) {
        requester = step.state();
        if (!(step instanceof Step.Moved<RequesterState, RequesterEffect> moved)) {
            return;
        }
        for (RequesterEffect effect : moved.effects()) {
            switch (effect) {
                case RequesterEffect.Say(StreamMessage message) -> toNode.add(message);
                case RequesterEffect.KeepOpening _ ->
                        requesterDisk.add(new RequesterInput.OpeningKept());
                case RequesterEffect.CheckEvidence check -> provision(check);
                case RequesterEffect.KeepProvision _ ->
                        requesterDisk.add(new RequesterInput.ProvisionKept());
                case RequesterEffect.SendProgram _ -> throw new AssertionError("no program");
                case RequesterEffect.KeepRounds keep ->
                        requesterDisk.add(new RequesterInput.RoundsKept(keep.update().round()));
                case RequesterEffect.Give give -> {
                    outputs.add(give.output());
                    state = give.state();
                }
                case RequesterEffect.End(var why) ->
                        ends.add(why.map(fault -> fault.rule().name()).orElse("done"));
            }
        }
    }

    private void provision(RequesterEffect.CheckEvidence check) {
        int number = check.opening().number();
        KeyId psk = new KeyId(named("psk " + number));
        secrets.put(psk, Secret32.of(named("secret psk " + number).toByteArray()));
        Provisioning header =
                new Provisioning(
                        xid,
                        number,
                        crypto.verification().hash(check.hello().hello()),
                        SecretNames.pskId(secret(psk)),
                        check.hello().hello().base());
        requester(
                new RequesterInput.EvidenceHolds(
                        header,
                        psk,
                        new StreamMessage.Provision(number, new Octets(Signable.body(header)))));
    }

    void node(NodeInput input) {
        Step<NodeState, NodeEffect> step = nodeMachine.step(node, input);
        node = step.state();
        if (!(step instanceof Step.Moved<NodeState, NodeEffect> moved)) {
            return;
        }
        for (NodeEffect effect : moved.effects()) {
            switch (effect) {
                case NodeEffect.Say(StreamMessage message) -> toRequester.add(message);
                case NodeEffect.KeepSession keep ->
                        nodeDisk.add(new NodeInput.SessionKept(keep.number()));
                case NodeEffect.KeepHello(var hello) ->
                        nodeDisk.add(new NodeInput.HelloKept(hello.hello().number()));
                case NodeEffect.KeepPair(int number, int round, var _) ->
                        nodeDisk.add(new NodeInput.PairKept(number, round));
                case NodeEffect.KeepDebt _,
                        NodeEffect.Charge _,
                        NodeEffect.Credit _,
                        NodeEffect.StrikeOff _ ->
                        noted.add(effect);
                case NodeEffect.Close _ -> {
                    closes++;
                    noted.add(effect);
                }
                case NodeEffect.Start(Opening opening, Wei base) -> start(opening, base);
                case NodeEffect.Sign(var hello) ->
                        node(new NodeInput.Signed(hello, NODE.sign(hello)));
                case NodeEffect.Provision(var hello, var _) -> give(hello);
                case NodeEffect.Load _ -> throw new AssertionError("no program");
                case NodeEffect.Reserve(int number, var _, int _) ->
                        node(new NodeInput.Granted(number, granted));
                case NodeEffect.Execute(int _, int round, long c, var sealed, boolean last) ->
                        enclave(
                                new EnclaveInput.Run(
                                        round,
                                        c,
                                        sealed.map(StreamMessage.SealedState::ciphertext),
                                        last));
                case NodeEffect.Pay(StreamMessage.Update(int _, int round, Wei total, var sig)) ->
                        enclave(new EnclaveInput.Pay(round, total, sig));
                case NodeEffect.AskSignature(int _, int round) ->
                        enclave(new EnclaveInput.Sign(round));
                case NodeEffect.EndEnclave _ -> {}
            }
        }
    }

    private void start(Opening opening, Wei base) {
        sessionKey = Secret32.of(named("session " + opening.number()).toByteArray());
        enclaveMachine = new EnclaveMachine(crypto, new Keys(opening.number(), sessionKey));
        enclave = new EnclaveState.Fresh(terms, xid, opening.number(), opening.rounds(), base);
        node(
                new NodeInput.Started(
                        opening.number(),
                        named("x25519"),
                        Secp256k1.publicKey(sessionKey),
                        new Octets(new byte[0])));
    }

    private void give(StreamMessage.SignedHello hello) {
        RequesterState.Provided provided = (RequesterState.Provided) requester;
        enclave(
                new EnclaveInput.Provision(
                        hello.hello(),
                        hello.hello().sigKey().equals(Secp256k1.publicKey(sessionKey)),
                        provided.header(),
                        REQUESTER.sign(provided.header()),
                        provided.psk(),
                        SecretNames.pskId(secret(provided.psk()))));
    }

    void enclave(EnclaveInput input) {
        Step<EnclaveState, EnclaveEffect> step = enclaveMachine.step(enclave, input);
        enclave = step.state();
        if (!(step instanceof Step.Moved<EnclaveState, EnclaveEffect> moved)) {
            return;
        }
        int number = node.channel().highest();
        for (EnclaveEffect effect : moved.effects()) {
            switch (effect) {
                case EnclaveEffect.Load _ -> enclave(new EnclaveInput.Loaded());
                case EnclaveEffect.Ready _ -> node(new NodeInput.Provisioned(number, false));
                case EnclaveEffect.Execute(Octets before, long c) -> {
                    executions++;
                    enclave(
                            program.apply(
                                    new EnclaveInput.Ran(
                                            End.MORE,
                                            c,
                                            c,
                                            counter(count(before) + c),
                                            new Octets(new byte[] {(byte) c}))));
                }
                case EnclaveEffect.Answer(StreamMessage.Result result, Wei total) ->
                        node(new NodeInput.Executed(number, result, total));
                case EnclaveEffect.Release(int round, Bytes32 k) ->
                        node(new NodeInput.Released(number, round, k));
                case EnclaveEffect.Refuse(Fault why) -> refused(number, why);
                case EnclaveEffect.End _ -> node(new NodeInput.Over(number));
            }
        }
    }

    private void refused(int number, Fault why) {
        if (node.session() instanceof NodeState.Serving now && now.payment().paying().isPresent()) {
            node(
                    new NodeInput.NotReleased(
                            number, now.payment().paying().get().round(), why.line()));
        } else {
            ends.add("enclave " + why.rule().name());
        }
    }

    /// The chain of keys of a session.
    private record Keys(int number, Secret32 sessionKey) implements SessionKeys {
        @Override
        public Bytes32 key(int round) {
            byte[] k = Hashes.sha256(Hashes.ascii("chain " + number));
            for (int i = 100; i > round; i--) {
                k = Hashes.sha256(Hashes.ascii("fx/chain"), k);
            }
            return Bytes32.of(k);
        }

        @Override
        public Signature sign(RoundStatement statement) {
            return Secp256k1.sign(Hashes.sha256(Signable.bytes(statement)), sessionKey);
        }
    }
}
