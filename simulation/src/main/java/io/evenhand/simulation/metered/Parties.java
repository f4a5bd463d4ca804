package io.evenhand.simulation.metered;

import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.RoundKeys;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.MeteredCrypto;
import io.evenhand.protocols.metered.enclave.EnclaveEffect;
import io.evenhand.protocols.metered.enclave.EnclaveInput;
import io.evenhand.protocols.metered.enclave.EnclaveMachine;
import io.evenhand.protocols.metered.enclave.EnclaveState;
import io.evenhand.protocols.metered.enclave.SessionKeys;
import io.evenhand.protocols.metered.message.Limits;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.Prices;
import io.evenhand.protocols.metered.message.Provisioning;
import io.evenhand.protocols.metered.message.RoundStatement;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.message.Terms;
import io.evenhand.protocols.metered.node.Account;
import io.evenhand.protocols.metered.node.NodeEffect;
import io.evenhand.protocols.metered.node.NodeInput;
import io.evenhand.protocols.metered.node.NodeMachine;
import io.evenhand.protocols.metered.node.NodeState;
import io.evenhand.protocols.metered.requester.RequesterEffect;
import io.evenhand.protocols.metered.requester.RequesterInput;
import io.evenhand.protocols.metered.requester.RequesterMachine;
import io.evenhand.protocols.metered.requester.RequesterState;
import io.evenhand.simulation.symbolic.SymbolicChannels;
import io.evenhand.simulation.symbolic.SymbolicCrypto;
import io.evenhand.simulation.symbolic.SymbolicRounds;
import io.evenhand.simulation.symbolic.Symbols;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// Both parties of one channel, their keys, the Terms, and the machines, as one scenario has them.
///
/// A round asks for one cycle, which counts a number up, and costs 3; a session costs 3 more.
final class Parties {
    static final Prices PRICES = new Prices(Wei.of(1), Wei.of(2), Wei.of(3));
    static final long CYCLES = 1;
    static final int ROUNDS = 3;
    static final Wei ROUND = PRICES.of(2, CYCLES);

    /// One session of all rounds.
    static final Wei DEPOSIT = Wei.of(12);

    static final Wei MORE = Wei.of(12);

    /// What a session with all its rounds costs.
    static final Account.Risk RISK = new Account.Risk(Wei.of(12), Wei.of(16), Wei.of(4));

    /// What the identity owes on another channel, in scenarios that say so.
    static final Wei OTHER_DEBT = Wei.of(6);

    final Mutant mutant;
    final Scenario scenario;
    final int window;
    final Symbols symbols = new Symbols();
    final SymbolicRounds rounds;
    final SymbolicChannels channels = new SymbolicChannels(symbols);
    final SymbolicCrypto requester;
    final SymbolicCrypto node;
    final MeteredCrypto crypto;
    final KeyId signer = symbols.key("signer");
    final Terms terms;
    final Bytes32 xid;
    final Bytes32 channel;
    final Machine<RequesterState, RequesterInput, RequesterEffect> requesterMachine;
    final RequesterMachine plainRequester;
    final NodeMachine plainNode;
    final Machine<NodeState, NodeInput, NodeEffect> nodeMachine;

    Parties(Mutant mutant) {
        this.mutant = mutant;
        scenario = mutant.scenario();
        window = scenario.may(Fault.WINDOW_OF_ONE) ? 1 : 2;
        rounds =
                new SymbolicRounds(
                        symbols,
                        !mutant.has(Flaw.NAMES_WITHOUT_PSK),
                        !mutant.has(Flaw.SEAL_WITHOUT_PSK));
        PartyId requesterId = symbols.party("requester");
        PartyId nodeId = symbols.party("node");
        KeyId none = symbols.key("none");
        SymbolicCrypto.Twins twins = new SymbolicCrypto.Twins(none, none, 2);
        requester = new SymbolicCrypto(symbols, requesterId, twins);
        node = new SymbolicCrypto(symbols, nodeId, twins);
        crypto = new MeteredCrypto(new Blind(requester, blind()), sight(), channels);
        terms = terms(requesterId, nodeId, symbols.of("program"));
        xid = xid(terms);
        channel = crypto.channel(terms, xid);
        plainRequester = new RequesterMachine(crypto);
        requesterMachine = mutant.decorators().requester(plainRequester, this);
        plainNode = new NodeMachine(crypto);
        nodeMachine = mutant.decorators().node(plainNode, this);
    }

    private boolean blind() {
        return mutant.has(Flaw.INPUT_UNNAMED);
    }

    private RoundKeys sight() {
        return blind() ? new Blind.Rounds(rounds) : rounds;
    }

    /// The Terms with another program, or the one that is meant.
    Terms terms(PartyId requesterId, PartyId nodeId, Bytes32 program) {
        return new Terms(
                requesterId,
                nodeId,
                new Rail(1, symbols.address("meter"), Bytes32.ZERO),
                symbols.address("payer"),
                symbols.address("payee"),
                channels.address(signer),
                Clock.TIMEOUT,
                0,
                program,
                Terms.ABI,
                Terms.METER,
                new Limits(1, 1, 1, 1, 64, 64, 2 * CYCLES, 1),
                PRICES,
                DEPOSIT,
                window,
                2,
                Bytes32.ZERO,
                symbols.of("nonce of the requester"),
                symbols.of("nonce of the node"));
    }

    Bytes32 xid(Terms of) {
        return mutant.has(Flaw.XID_WITHOUT_TERMS)
                ? symbols.of("nonces", of.requesterNonce(), of.nodeNonce())
                : crypto.verification().hash(of);
    }

    /// The keys of an enclave.
    record Keys(SymbolicCrypto crypto, SymbolicRounds rounds, KeyId id, boolean blind)
            implements SessionKeys {
        @Override
        public Bytes32 key(int round) {
            return rounds.key(id, round);
        }

        @Override
        public Signature sign(RoundStatement statement) {
            return crypto.sign(id, Blind.seen(statement, blind));
        }

        PublicKey sigKey() {
            return crypto.publicKey(id);
        }
    }

    Keys keys(int number, int copy) {
        return new Keys(node, rounds, symbols.key("enclave " + number + "." + copy), blind());
    }

    /// The keys of the enclave that is in a state; no number has two in the model's mutants.
    Keys keysOf(EnclaveState state) {
        return switch (state) {
            case EnclaveState.Fresh fresh -> keys(fresh.number(), 1);
            case EnclaveState.Provisioned has -> keys(has.fresh().number(), 1);
            case EnclaveState.Ready ready -> keys(ready.fresh().number(), 1);
            case EnclaveState.Over over -> keys(over.last().fresh().number(), 1);
            case EnclaveState.Refused _ -> keys(0, 0);
        };
    }

    Bytes32 encKey(Keys keys) {
        return symbols.of("enc", keys.id());
    }

    /// What an enclave's machine attests: these keys are an enclave's, for this session.
    Octets evidence(Bytes32 nonce, Bytes32 of, int number, Keys keys) {
        return symbols.octets("evidence", nonce, of, number, encKey(keys), keys.sigKey());
    }

    Machine<EnclaveState, EnclaveInput, EnclaveEffect> enclaveMachine(Keys keys) {
        return mutant.decorators().enclave(new EnclaveMachine(crypto, keys), this);
    }

    /// A psk on its way to the enclave that has the other half of a key.
    StreamMessage.Provision provision(
            Bytes32 encKey, Provisioning header, Signature signature, KeyId psk) {
        return new StreamMessage.Provision(
                header.number(), symbols.octets("provision", encKey, header, signature, psk));
    }

    /// A state for one round of one session (F10).
    StreamMessage.SealedState sealedState(KeyId psk, int number, int round, Octets state) {
        return new StreamMessage.SealedState(
                symbols.of("salt", number, round),
                symbols.octets("state for", psk, number, round, state));
    }

    /// What an enclave reads of it.
    Optional<Octets> opened(StreamMessage.SealedState sealed, KeyId psk, int number, int round) {
        return symbols.term(sealed.ciphertext())
                .filter(term -> term.subList(0, 4).equals(List.of("state for", psk, number, round)))
                .map(term -> (Octets) term.get(4));
    }

    /// A pair with a key of the requester's own making.
    Pair own(Wei total) {
        Bytes32 k = symbols.of("own key", total);
        return pair(total, k);
    }

    /// The signer's pair for a key.
    Pair pair(Wei total, Bytes32 k) {
        Bytes32 lock = rounds.lockOf(k);
        return new Pair(total, lock, crypto.signUpdate(signer, terms, channel, total, lock), k);
    }

    boolean signed(Pair pair) {
        return crypto.signedUpdate(terms, channel, pair.total(), pair.lock(), pair.signature());
    }

    boolean fits(Pair pair) {
        return signed(pair) && rounds.lockOf(pair.k()).equals(pair.lock());
    }

    static Octets counter(long value) {
        return new Octets(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    static long count(Octets state) {
        return state.length() == Long.BYTES ? ByteBuffer.wrap(state.toByteArray()).getLong() : -1;
    }
}
