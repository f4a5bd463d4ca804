package io.evenhand.simulation.metered;

import io.evenhand.kit.machine.Channels;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.MeteredCrypto;
import io.evenhand.protocols.metered.enclave.EnclaveEffect;
import io.evenhand.protocols.metered.enclave.EnclaveInput;
import io.evenhand.protocols.metered.enclave.EnclaveMachine;
import io.evenhand.protocols.metered.enclave.EnclaveState;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.message.Terms;
import io.evenhand.protocols.metered.node.NodeEffect;
import io.evenhand.protocols.metered.node.NodeInput;
import io.evenhand.protocols.metered.node.NodeMachine;
import io.evenhand.protocols.metered.node.NodeState;
import io.evenhand.protocols.metered.node.NodeState.Channel;
import io.evenhand.protocols.metered.node.NodeState.Payment;
import io.evenhand.protocols.metered.node.NodeState.Serving;
import io.evenhand.protocols.metered.node.NodeState.Unpaid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/// Nodes that leave a rule out. Where the rule is a check, the wrapper puts the right value in
/// front of the real machine, which then sees nothing wrong.
final class NodeMutants {
    private NodeMutants() {}

    private interface Around
            extends BiFunction<
                    Machine<NodeState, NodeInput, NodeEffect>,
                    Parties,
                    Machine<NodeState, NodeInput, NodeEffect>> {}

    private static MachineDecorators node(Around around) {
        return new MachineDecorators() {
            @Override
            public Machine<NodeState, NodeInput, NodeEffect> node(
                    Machine<NodeState, NodeInput, NodeEffect> machine, Parties parties) {
                return around.apply(machine, parties);
            }
        };
    }

    private static Step<NodeState, NodeEffect> effects(
            Step<NodeState, NodeEffect> step, UnaryOperator<List<NodeEffect>> change) {
        return step instanceof Step.Moved<NodeState, NodeEffect>(NodeState state, var effects)
                ? Step.moved(state, change.apply(effects))
                : step;
    }

    private static Step<NodeState, NodeEffect> state(
            Step<NodeState, NodeEffect> step, UnaryOperator<NodeState> change) {
        return step instanceof Step.Moved<NodeState, NodeEffect>(NodeState state, var effects)
                ? Step.moved(change.apply(state), effects)
                : step;
    }

    private static NodeState channel(NodeState state, Channel channel) {
        return new NodeState(channel, state.session(), state.waiting());
    }

    /// A9, A-I13: the key is said while its update is being flushed.
    static MachineDecorators keyBeforeFlush() {
        return node((real, _) ->
                (state, input) ->
                        effects(
                                real.step(state, input),
                                all -> {
                                    List<NodeEffect> more = new ArrayList<>(all);
                                    for (NodeEffect effect : all) {
                                        if (effect
                                                instanceof
                                                NodeEffect.KeepPair(int _, int round, Pair pair)) {
                                            more.add(
                                                    new NodeEffect.Say(
                                                            new StreamMessage.Key(
                                                                    round, pair.k())));
                                        }
                                    }
                                    return more;
                                }));
    }

    /// A8: it goes on while its close is under way.
    static MachineDecorators servesWhileClosing() {
        return node((real, _) ->
                (state, input) ->
                        input instanceof NodeInput.Closing
                                ? Step.moved(state)
                                : real.step(state, input));
    }

    /// A12: rounds run that the deposit does not pay.
    static MachineDecorators depositUnchecked() {
        return node((real, _) ->
                (state, input) ->
                        session(input) ? real.step(state, input) : rich(real, state, input));
    }

    /// G1: a pair counts that the contract would not take.
    static MachineDecorators pairAboveDeposit() {
        return node((real, _) ->
                (state, input) ->
                        session(input) ? rich(real, state, input) : real.step(state, input));
    }

    private static boolean session(NodeInput input) {
        return input instanceof NodeInput.Heard(StreamMessage.Session _);
    }

    /// As if the deposit were without end.
    private static Step<NodeState, NodeEffect> rich(
            Machine<NodeState, NodeInput, NodeEffect> real, NodeState state, NodeInput input) {
        Optional<Wei> deposit = state.channel().deposit();
        if (deposit.isEmpty() || input instanceof NodeInput.Deposit) {
            return real.step(state, input);
        }
        NodeState rich = channel(state, HostSide.withDeposit(state.channel(), Wei.MAX));
        return state(
                real.step(rich, input),
                after -> channel(after, HostSide.withDeposit(after.channel(), deposit.get())));
    }

    /// F2: a session counts from what the requester shows, not from the newest total.
    static MachineDecorators baseFromClaim() {
        return node((real, _) ->
                (state, input) -> {
                    Optional<Pair> newest = state.channel().newest();
                    if (!session(input) || newest.isEmpty()) {
                        return real.step(state, input);
                    }
                    NodeState blank =
                            channel(state, HostSide.withNewest(state.channel(), Optional.empty()));
                    Step<NodeState, NodeEffect> step = real.step(blank, input);
                    return effects(
                            state(step, after -> higher(after, newest.get())),
                            all -> all.stream().map(one -> higher(one, newest)).toList());
                });
    }

    private static NodeState higher(NodeState after, Pair newest) {
        return after.channel().total().compareTo(newest.total()) >= 0
                ? after
                : channel(after, HostSide.withNewest(after.channel(), Optional.of(newest)));
    }

    private static NodeEffect higher(NodeEffect effect, Optional<Pair> newest) {
        return effect instanceof NodeEffect.KeepSession keep
                        && RequesterSide.total(keep.pair()).compareTo(RequesterSide.total(newest))
                                < 0
                ? new NodeEffect.KeepSession(
                        keep.number(), keep.opening(), keep.base(), newest, keep.owed())
                : effect;
    }

    /// G5: a session begins while an update of the one before is being flushed.
    static MachineDecorators sessionOutsideWriter() {
        return node((real, _) ->
                (state, input) ->
                        session(input) && state.session() instanceof Serving now
                                ? real.step(
                                        new NodeState(state.channel(), idle(now), state.waiting()),
                                        input)
                                : real.step(state, input));
    }

    private static Serving idle(Serving now) {
        return new Serving(
                now.opening(),
                now.hello(),
                now.base(),
                now.done(),
                now.asked(),
                new Payment(
                        now.payment().durable(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
    }

    /// G5: whoever asks for a session that is over hears nothing.
    static MachineDecorators noEnded() {
        return node((real, _) ->
                (state, input) ->
                        effects(
                                real.step(state, input),
                                all -> all.stream().filter(one -> !ended(one)).toList()));
    }

    private static boolean ended(NodeEffect effect) {
        return effect instanceof NodeEffect.Say(StreamMessage.Ended _);
    }

    /// G4: what a requester settles leaves its debt as it was.
    static MachineDecorators settlementNotCounted() {
        return node((real, _) ->
                (state, input) ->
                        session(input)
                                ? effects(
                                        real.step(state, input),
                                        all -> all.stream().map(one -> owing(one, state)).toList())
                                : real.step(state, input));
    }

    private static NodeEffect owing(NodeEffect effect, NodeState before) {
        return effect instanceof NodeEffect.KeepSession keep
                ? new NodeEffect.KeepSession(
                        keep.number(), keep.opening(), keep.base(), keep.pair(), debt(before))
                : effect;
    }

    private static Wei debt(NodeState state) {
        Wei before = state.channel().owed();
        return state.session() instanceof Serving now && !now.done().unpaid().isEmpty()
                ? before.plus(
                        new Wei(
                                now.done()
                                        .total()
                                        .value()
                                        .subtract(state.channel().total().value())))
                : before;
    }

    /// A7, G2: rounds run however many are not paid.
    static MachineDecorators runsAhead() {
        return node((real, _) ->
                (state, input) -> {
                    Terms terms = state.channel().terms();
                    NodeState wide =
                            channel(
                                    state,
                                    withTerms(state.channel(), window(terms, Terms.MAX_WINDOW)));
                    return state(
                            real.step(wide, input),
                            after -> channel(after, withTerms(after.channel(), terms)));
                });
    }

    private static Channel withTerms(Channel c, Terms terms) {
        return new Channel(
                terms,
                c.xid(),
                c.name(),
                c.deposit(),
                c.highest(),
                c.newest(),
                c.owed(),
                c.closing(),
                c.stopped());
    }

    static Terms window(Terms t, int window) {
        return new Terms(
                t.requester(),
                t.node(),
                t.rail(),
                t.payer(),
                t.payee(),
                t.signer(),
                t.timeout(),
                t.startBlock(),
                t.program(),
                t.abi(),
                t.meter(),
                t.limits(),
                t.prices(),
                t.deposit(),
                window,
                t.signEvery(),
                t.attestation(),
                t.requesterNonce(),
                t.nodeNonce());
    }

    /// A13: an update counts whatever it pays. The enclave is of the same kind.
    static MachineDecorators anyTotal() {
        return new MachineDecorators() {
            @Override
            public Machine<NodeState, NodeInput, NodeEffect> node(
                    Machine<NodeState, NodeInput, NodeEffect> machine, Parties parties) {
                return (state, input) ->
                        input instanceof NodeInput.Heard(StreamMessage.Update update)
                                        && state.session() instanceof Serving now
                                ? machine.step(priced(state, now, update), input)
                                : machine.step(state, input);
            }

            @Override
            public Machine<EnclaveState, EnclaveInput, EnclaveEffect> enclave(
                    Machine<EnclaveState, EnclaveInput, EnclaveEffect> machine, Parties parties) {
                return (state, input) ->
                        input instanceof EnclaveInput.Pay pay
                                        && state instanceof EnclaveState.Ready ready
                                ? machine.step(priced(ready, pay), input)
                                : machine.step(state, input);
            }
        };
    }

    private static NodeState priced(NodeState state, Serving now, StreamMessage.Update update) {
        List<Unpaid> unpaid =
                now.done().unpaid().stream()
                        .map(one ->
                                one.result().round() == update.round()
                                        ? new Unpaid(one.result(), update.total())
                                        : one)
                        .toList();
        return new NodeState(
                state.channel(),
                new Serving(
                        now.opening(),
                        now.hello(),
                        now.base(),
                        new NodeState.Done(
                                now.done().executed(),
                                now.done().total(),
                                unpaid,
                                now.done().over()),
                        now.asked(),
                        now.payment()),
                state.waiting());
    }

    private static EnclaveState priced(EnclaveState.Ready ready, EnclaveInput.Pay pay) {
        List<EnclaveState.Made> unpaid =
                ready.unpaid().stream()
                        .map(one ->
                                one.statement().round() == pay.round()
                                        ? new EnclaveState.Made(
                                                one.statement(), one.result(), pay.total())
                                        : one)
                        .toList();
        return new EnclaveState.Ready(
                ready.fresh(),
                ready.psk(),
                ready.executed(),
                ready.state(),
                ready.outState(),
                ready.previous(),
                ready.total(),
                unpaid,
                ready.running());
    }

    /// G1: the signature of a pair is not looked at.
    static MachineDecorators pairUnsigned() {
        return node((_, parties) -> new NodeMachine(trusting(parties)));
    }

    /// A4: an enclave gives a key for any update.
    static MachineDecorators keyForAnything() {
        return new MachineDecorators() {
            @Override
            public Machine<EnclaveState, EnclaveInput, EnclaveEffect> enclave(
                    Machine<EnclaveState, EnclaveInput, EnclaveEffect> machine, Parties parties) {
                return (state, input) ->
                        input instanceof EnclaveInput.Pay
                                ? new EnclaveMachine(trusting(parties), parties.keysOf(state))
                                        .step(state, input)
                                : machine.step(state, input);
            }
        };
    }

    private static MeteredCrypto trusting(Parties parties) {
        return new MeteredCrypto(
                parties.crypto.verification(),
                parties.crypto.rounds(),
                new Trusting(parties.channels));
    }

    /// Takes every signature of an update.
    private record Trusting(Channels real) implements Channels {
        @Override
        public Bytes32 channel(
                long chainId,
                Address meter,
                Address payer,
                Address payee,
                long timeout,
                Bytes32 xid) {
            return real.channel(chainId, meter, payer, payee, timeout, xid);
        }

        @Override
        public Signature signUpdate(
                KeyId signer,
                long chainId,
                Address meter,
                Bytes32 channel,
                Wei total,
                Bytes32 lock) {
            return real.signUpdate(signer, chainId, meter, channel, total, lock);
        }

        @Override
        public boolean signedUpdate(
                Address signer,
                long chainId,
                Address meter,
                Bytes32 channel,
                Wei total,
                Bytes32 lock,
                Signature signature) {
            return true;
        }
    }

    /// F9: a round is executed as often as the host asks for it.
    static MachineDecorators executesAgain() {
        return new MachineDecorators() {
            @Override
            public Machine<EnclaveState, EnclaveInput, EnclaveEffect> enclave(
                    Machine<EnclaveState, EnclaveInput, EnclaveEffect> machine, Parties parties) {
                return (state, input) ->
                        input instanceof EnclaveInput.Run run
                                        && run.round() == 1
                                        && state instanceof EnclaveState.Ready ready
                                        && ready.executed() == 1
                                ? machine.step(
                                        LiarMoves.back(new Host.Live(0, 0, state), ready).state(),
                                        input)
                                : machine.step(state, input);
            }
        };
    }

    /// A26: a break of the machine is stated as a fault of the program.
    static MachineDecorators breakCharged() {
        return new MachineDecorators() {
            @Override
            public Machine<EnclaveState, EnclaveInput, EnclaveEffect> enclave(
                    Machine<EnclaveState, EnclaveInput, EnclaveEffect> machine, Parties parties) {
                return (state, input) ->
                        input instanceof EnclaveInput.Broken
                                        && state instanceof EnclaveState.Ready ready
                                        && ready.running().isPresent()
                                ? machine.step(
                                        state,
                                        new EnclaveInput.Ran(
                                                io.evenhand.protocols.metered.message.End.TRAP,
                                                0,
                                                Parties.CYCLES,
                                                ready.state(),
                                                ready.state()))
                                : machine.step(state, input);
            }
        };
    }
}
