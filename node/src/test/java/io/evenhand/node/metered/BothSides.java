package io.evenhand.node.metered;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.evenhand.enclave.metered.SessionSeals;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.sign.RealChannels;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.kit.sign.RealRoundKeys;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.sign.SecretNames;
import io.evenhand.kit.sign.Secrets;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.programs.attest.EvidenceVerdict;
import io.evenhand.protocols.metered.Fault;
import io.evenhand.protocols.metered.MeteredCrypto;
import io.evenhand.protocols.metered.message.Limits;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.message.Prices;
import io.evenhand.protocols.metered.message.Provisioning;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.message.Terms;
import io.evenhand.protocols.metered.node.NodeEffect;
import io.evenhand.protocols.metered.node.NodeState;
import io.evenhand.protocols.metered.requester.RequesterEffect;
import io.evenhand.protocols.metered.requester.RequesterInput;
import io.evenhand.protocols.metered.requester.RequesterState;
import io.evenhand.protocols.metered.requester.RequesterState.Held;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// Both sides of one channel, with real machines, keys and evidence. What they say waits until
/// {@link #settle}; what they flush is flushed at once, unless a test holds it back.
final class BothSides {
    static final Wei PER_ROUND = Wei.of(10);
    static final Wei PER_SESSION = Wei.of(5);
    static final Wei RATE = Wei.of(1);

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final KeyId SIGNER = new KeyId(named("signer"));
    private static final KeyId PSK = new KeyId(named("psk"));

    private final Secret32 psk = Secret32.random(RANDOM);
    private final Secret32 signer = Secp256k1.newKey(RANDOM);
    private final Ed25519Identity requesterIdentity;
    private final MeteredCrypto crypto;
    private final byte[] module;
    private final Octets begin;
    final Terms terms;
    private final Bytes32 xid;
    final ServedChannel served;
    private final ServedChannel.Link link = this::toRequester;
    private PaidChannel paid;
    private int number;

    private final Deque<StreamMessage> toNode = new ArrayDeque<>();
    private final Deque<StreamMessage> toRequester = new ArrayDeque<>();

    /// What the requester heard last, and has of its rounds.
    final List<StreamMessage> heard = new ArrayList<>();

    final List<Octets> states = new ArrayList<>();
    final List<Fault> faults = new ArrayList<>();

    /// Flushes of updates at the node that a test holds back.
    final Deque<Runnable> disk = new ArrayDeque<>();

    boolean holdDisk;

    BothSides(
            PartyName name,
            byte[] module,
            Limits limits,
            Octets begin,
            Accounts accounts,
            ServedChannel.Enclaves enclaves) {
        this.module = module.clone();
        this.begin = begin;
        this.requesterIdentity = new Ed25519Identity(name.seed());
        Ed25519Identity node = new Ed25519Identity(Secret32.random(RANDOM));
        Map<KeyId, Secret32> keys = Map.of(PSK, psk, SIGNER, signer);
        Secrets secrets = id -> Objects.requireNonNull(keys.get(id));
        this.crypto =
                new MeteredCrypto(
                        new RealCrypto(requesterIdentity, secrets),
                        new RealRoundKeys(secrets),
                        new RealChannels(secrets));
        byte[] nonce = new byte[32];
        RANDOM.nextBytes(nonce);
        this.terms =
                new Terms(
                        requesterIdentity.party(),
                        node.party(),
                        new Rail(31337, Address.parse("11".repeat(20)), Bytes32.ZERO),
                        Address.parse("22".repeat(20)),
                        Address.parse("33".repeat(20)),
                        Secp256k1.evmAddress(Secp256k1.publicKey(signer)),
                        2_000_000_000L,
                        0,
                        Bytes32.of(Hashes.sha256(module)),
                        Terms.ABI,
                        Terms.METER,
                        limits,
                        new Prices(RATE, PER_ROUND, PER_SESSION),
                        Wei.of(1_000_000),
                        2,
                        16,
                        Bytes32.ZERO,
                        Bytes32.of(nonce),
                        named("nonce e"));
        this.xid = crypto.verification().hash(terms);
        this.served =
                new ServedChannel(
                        new NodeState.Channel(
                                terms,
                                xid,
                                crypto.channel(terms, xid),
                                Optional.of(terms.deposit()),
                                0,
                                Optional.empty(),
                                Wei.ZERO,
                                false,
                                false),
                        crypto,
                        node,
                        new Flushed(),
                        accounts.of(requesterIdentity.party()),
                        enclaves);
        served.attached(link);
        this.paid = next();
        this.number = 0;
    }

    /// Requesters of these tests, each of which may have several channels.
    enum PartyName {
        FIRST,
        SECOND;

        Secret32 seed() {
            return Secret32.of(Hashes.sha256(Hashes.ascii("party " + name())));
        }

        PartyId party() {
            return new Ed25519Identity(seed()).party();
        }
    }

    private static Bytes32 named(String name) {
        return Bytes32.of(Hashes.sha256(Hashes.ascii(name)));
    }

    /// The next session's requester.
    private PaidChannel next() {
        number++;
        Opening opening =
                new Opening(xid, number, named("challenge " + number), 64, Optional.empty());
        return new PaidChannel(
                new RequesterState.Setting(
                        terms,
                        xid,
                        crypto.channel(terms, xid),
                        SIGNER,
                        terms.deposit(),
                        Optional.empty(),
                        begin,
                        List.of()),
                opening,
                crypto,
                new Kept(),
                new Requester());
    }

    /// Asks for a session of a new number; the one before is left.
    void openAnother() {
        paid = next();
        paid.begin();
    }

    void want(int rounds, long c) {
        RequesterState.Running running =
                assertInstanceOf(RequesterState.Running.class, paid.state());
        Optional<RequesterInput.Begin> from =
                running.asked().upTo() > 0
                        ? Optional.empty()
                        : Optional.of(
                                new RequesterInput.Begin(
                                        begin,
                                        SessionSeals.sealState(
                                                psk, xid, number, 1, begin, RANDOM)));
        paid.put(new RequesterInput.Want(rounds, c, from));
    }

    RequesterState requester() {
        return paid.state();
    }

    /// Says what a requester may say, past its machine.
    void say(StreamMessage message) {
        toNode(message);
    }

    private synchronized void toNode(StreamMessage message) {
        toNode.add(message);
    }

    private synchronized void toRequester(StreamMessage message) {
        toRequester.add(message);
        notifyAll();
    }

    private synchronized Optional<StreamMessage> fromRequester() {
        return Optional.ofNullable(toNode.poll());
    }

    private synchronized Optional<StreamMessage> fromNode() {
        return Optional.ofNullable(toRequester.poll());
    }

    /// Hands over all that waits, in turn.
    void settle() {
        while (true) {
            Optional<StreamMessage> up = fromRequester();
            Optional<StreamMessage> down = up.isPresent() ? Optional.empty() : fromNode();
            if (up.isEmpty() && down.isEmpty()) {
                return;
            }
            up.ifPresent(message -> served.heard(link, message));
            down.ifPresent(message -> {
                heard.add(message);
                paid.put(new RequesterInput.Heard(message));
            });
        }
    }

    /// The same until something holds, however long an enclave takes.
    void settleUntil(BooleanSupplier holds) throws InterruptedException {
        settle();
        while (!holds.getAsBoolean()) {
            synchronized (this) {
                while (toRequester.isEmpty()) {
                    wait();
                }
            }
            settle();
        }
    }

    private final class Requester implements PaidChannel.Edge {
        @Override
        public void say(StreamMessage message) {
            toNode(message);
        }

        @Override
        public void checkEvidence(
                RequesterEffect.CheckEvidence check, Consumer<RequesterInput> then) {
            EvidenceVerdict verdict =
                    EnclaveEvidence.verify(check.opening(), check.hello().hello());
            assertInstanceOf(EvidenceVerdict.Accepted.class, verdict);
            Provisioning header =
                    new Provisioning(
                            xid,
                            check.opening().number(),
                            crypto.verification().hash(check.hello().hello()),
                            SecretNames.pskId(psk),
                            check.hello().hello().base());
            Octets sealed =
                    SessionSeals.sealPsk(
                            check.hello().hello().encKey(),
                            new SessionSeals.Provided(header, requesterIdentity.sign(header), psk));
            then.accept(
                    new RequesterInput.EvidenceHolds(
                            header,
                            PSK,
                            new StreamMessage.Provision(check.opening().number(), sealed)));
        }

        @Override
        public void sendProgram(int session, KeyId key) {
            toNode(SessionSeals.sealProgram(psk, xid, session, new Octets(module), RANDOM));
        }

        @Override
        public void give(Held round, Octets state, Octets output) {
            states.add(state);
        }

        @Override
        public void ended(Optional<Fault> why) {
            why.ifPresent(faults::add);
        }
    }

    private static final class Kept implements RequesterRecords {
        @Override
        public void keepOpening(
                Bytes32 channel, RequesterEffect.KeepOpening opening, Runnable then) {
            then.run();
        }

        @Override
        public void keepProvision(
                Bytes32 channel, RequesterEffect.KeepProvision provision, Runnable then) {
            then.run();
        }

        @Override
        public void keepRounds(Bytes32 channel, RequesterEffect.KeepRounds rounds, Runnable then) {
            then.run();
        }
    }

    private final class Flushed implements NodeRecords {
        @Override
        public void keepSession(Bytes32 channel, NodeEffect.KeepSession session, Runnable then) {
            then.run();
        }

        @Override
        public void keepHello(Bytes32 channel, NodeEffect.KeepHello hello, Runnable then) {
            then.run();
        }

        @Override
        public void keepPair(Bytes32 channel, NodeEffect.KeepPair pair, Runnable then) {
            if (holdDisk) {
                disk.add(then);
            } else {
                then.run();
            }
        }

        @Override
        public void keepDebt(Bytes32 channel, int session, Wei owed) {}
    }
}
