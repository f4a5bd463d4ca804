package io.evenhand.enclave.client;

import io.evenhand.enclave.metered.EnclaveFrame;
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
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.MeteredCrypto;
import io.evenhand.protocols.metered.message.End;
import io.evenhand.protocols.metered.message.Hello;
import io.evenhand.protocols.metered.message.Limits;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.message.Payload;
import io.evenhand.protocols.metered.message.Prices;
import io.evenhand.protocols.metered.message.Provisioning;
import io.evenhand.protocols.metered.message.RoundStatement;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.message.Terms;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The requester of one session, with real keys, who talks to an enclave past its node: what it
/// says, and what it makes of the answers.
final class TestSession {
    static final int ROUNDS = 4096;
    private static final int NUMBER = 1;
    private static final Wei BASE = Wei.ZERO;
    private static final KeyId PSK = new KeyId(named("psk"));
    private static final KeyId SIGNER = new KeyId(named("signer"));
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Ed25519Identity requester = new Ed25519Identity(Secret32.random(RANDOM));
    private final Ed25519Identity node = new Ed25519Identity(Secret32.random(RANDOM));
    final Secret32 psk = Secret32.random(RANDOM);
    private final Secret32 signer = Secp256k1.newKey(RANDOM);
    private final byte[] module;
    private final MeteredCrypto crypto;
    final Terms terms;
    private final Bytes32 xid;
    private Bytes32 previous = Bytes32.ZERO;
    private Bytes32 inState = Bytes32.ZERO;
    private Octets state = new Octets(new byte[0]);

    /// What a round gave, after it was paid.
    record Opened(RoundStatement statement, Octets state, Octets output) {}

    TestSession(byte[] module, Limits limits, int window) {
        this.module = module.clone();
        Map<KeyId, Secret32> keys = Map.of(PSK, psk, SIGNER, signer);
        Secrets secrets = id -> Objects.requireNonNull(keys.get(id));
        this.crypto =
                new MeteredCrypto(
                        new RealCrypto(requester, secrets),
                        new RealRoundKeys(secrets),
                        new RealChannels(secrets));
        this.terms =
                new Terms(
                        requester.party(),
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
                        new Prices(Wei.of(3), Wei.of(1), Wei.of(5)),
                        Wei.of(1_000_000),
                        window,
                        16,
                        Bytes32.ZERO,
                        named("nonce r"),
                        named("nonce e"));
        this.xid = crypto.verification().hash(terms);
    }

    private static Bytes32 named(String name) {
        return Bytes32.of(Hashes.sha256(Hashes.ascii(name)));
    }

    EnclaveFrame.Begin begin() {
        Opening opening = new Opening(xid, NUMBER, named("challenge"), ROUNDS, Optional.empty());
        return new EnclaveFrame.Begin(terms, opening, BASE);
    }

    EnclaveFrame.Provision provision(EnclaveFrame.Keys keys) {
        Opening opening = begin().opening();
        Hello hello =
                new Hello(
                        xid,
                        NUMBER,
                        crypto.verification().hash(opening),
                        Optional.empty(),
                        BASE,
                        Wei.ZERO,
                        keys.encKey(),
                        keys.sigKey(),
                        new Octets(Hashes.ascii("evidence")));
        Provisioning header =
                new Provisioning(
                        xid,
                        NUMBER,
                        crypto.verification().hash(hello),
                        SecretNames.pskId(psk),
                        BASE);
        previous = crypto.verification().hash(header);
        Octets sealed =
                SessionSeals.sealPsk(
                        keys.encKey(),
                        new SessionSeals.Provided(header, requester.sign(header), psk));
        return new EnclaveFrame.Provision(hello, new StreamMessage.Provision(NUMBER, sealed));
    }

    EnclaveFrame.Program program() {
        return new EnclaveFrame.Program(
                SessionSeals.sealProgram(psk, xid, NUMBER, new Octets(module), RANDOM));
    }

    /// Asks for a round that begins with a state of its own.
    EnclaveFrame.Run run(int round, long c, Octets begin) {
        state = begin;
        inState = crypto.rounds().stateId(PSK, round - 1, begin);
        return new EnclaveFrame.Run(
                round,
                c,
                Optional.of(SessionSeals.sealState(psk, xid, NUMBER, round, begin, RANDOM)),
                false);
    }

    /// Asks for a round that goes on.
    EnclaveFrame.Run run(int round, long c) {
        return new EnclaveFrame.Run(round, c, Optional.empty(), false);
    }

    EnclaveFrame.Pay pay(EnclaveFrame.Answer answer) {
        return new EnclaveFrame.Pay(
                answer.result().round(),
                answer.total(),
                crypto.signUpdate(
                        SIGNER,
                        terms,
                        crypto.channel(terms, xid),
                        answer.total(),
                        answer.result().lock()));
    }

    /// Opens a round, each link of which is checked as a requester does it.
    Opened open(long c, EnclaveFrame.Answer answer, EnclaveFrame.Released released) {
        StreamMessage.Result result = answer.result();
        RoundStatement unsealed =
                new RoundStatement(
                        xid,
                        NUMBER,
                        result.round(),
                        inState,
                        result.outState(),
                        c,
                        result.d(),
                        result.charged(),
                        result.end(),
                        result.lock(),
                        Bytes32.ZERO,
                        previous);
        RoundStatement statement = unsealed.sealedAs(crypto.rounds().digest(result.ciphertext()));
        check(crypto.rounds().mac(PSK, statement).equals(result.mac()), "the MAC");
        check(crypto.rounds().lockOf(released.k()).equals(result.lock()), "the lock");
        Octets plain =
                crypto.rounds()
                        .open(
                                PSK,
                                released.k(),
                                crypto.verification().hash(unsealed),
                                result.ciphertext())
                        .orElseThrow();
        Octets output = new Octets(new byte[0]);
        if (result.end() == End.MORE || result.end() == End.DONE) {
            Payload payload = Payload.decode(plain, terms.limits());
            state = payload.apply(state, terms.limits());
            output = payload.output();
        }
        check(
                crypto.rounds().stateId(PSK, result.round(), state).equals(result.outState()),
                "the state");
        inState = result.outState();
        previous = crypto.verification().hash(statement);
        return new Opened(statement, state, output);
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what + " does not hold");
        }
    }
}
