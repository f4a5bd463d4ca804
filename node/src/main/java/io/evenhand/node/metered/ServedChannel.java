package io.evenhand.node.metered;

import io.evenhand.enclave.metered.EnclaveFrame;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.MeteredCrypto;
import io.evenhand.protocols.metered.Rule;
import io.evenhand.protocols.metered.message.Hello;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.node.NodeEffect;
import io.evenhand.protocols.metered.node.NodeInput;
import io.evenhand.protocols.metered.node.NodeMachine;
import io.evenhand.protocols.metered.node.NodeState;
import io.evenhand.protocols.metered.node.NodeState.Serving;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One channel that a node serves: its machine, its enclave, its stream.
public final class ServedChannel {
    private final Bytes32 name;
    private final NodeMachine machine;
    private final Ed25519Identity identity;
    private final NodeRecords records;
    private final Exposure exposure;
    private final Enclaves enclaves;
    private final Mailbox<NodeInput> inputs = new Mailbox<>(this::take);
    private NodeState state;
    private volatile @Nullable Enclave enclave;
    private volatile @Nullable Link link;
    private final CompletableFuture<Boolean> closed = new CompletableFuture<>();
    private volatile Runnable stopped = () -> {};

    /// What was reserved for the round at work.
    private Wei reserved = Wei.ZERO;

    /// Whether the enclave has a program that it is not through with.
    private boolean loading;

    /// The end of an enclave whose last update is still being flushed: that one counts.
    private Optional<NodeInput.Gone> later = Optional.empty();

    /// A connection of the requester.
    public interface Link {
        void send(StreamMessage message);
    }

    /// The enclave of one session.
    public interface Enclave {
        void say(EnclaveFrame.ToEnclave frame);

        void end();
    }

    /// Starts enclaves.
    public interface Enclaves {
        /// @param hears what it says, in order
        /// @param gone is told last, once its keys are gone; never of one that was ended
        /// @return nothing if there is no place for it, or it asks for too much
        Optional<Enclave> start(
                EnclaveFrame.Begin begin, Consumer<EnclaveFrame.ToNode> hears, Runnable gone);

        /// Evidence that these are an enclave's keys.
        Octets evidence(Opening opening, Bytes32 encKey, PublicKey sigKey);
    }

    /// What the requester is trusted with, over all its channels (G2).
    public interface Exposure {
        /// @return whether the round may run; if not, the channel hears {@link
        ///   ServedChannel#accountChanged} later
        boolean reserve(ServedChannel channel, Wei most);

        void charge(Wei most, Wei price);

        /// A round was broken off, for which this was reserved: it counts until as much is paid
        /// (G3).
        void machineFault(Wei most);

        /// This machine failed while it ran a program.
        void suspect(Bytes32 program);

        /// Whether this node runs the program no more (G3).
        boolean refuses(Bytes32 program);

        /// What can never be paid any more, since the keys are gone (F7).
        void struckOff(Wei debt);

        void paid(Bytes32 channel, Wei from, Wei to);
    }

    public ServedChannel(
            NodeState.Channel channel,
            MeteredCrypto crypto,
            Ed25519Identity identity,
            NodeRecords records,
            Exposure exposure,
            Enclaves enclaves) {
        this.name = channel.name();
        this.machine = new NodeMachine(crypto);
        this.identity = identity;
        this.records = records;
        this.exposure = exposure;
        this.enclaves = enclaves;
        this.state = machine.first(channel);
    }

    /// The newest connection wins.
    public void attached(Link newest) {
        link = newest;
        inputs.put(new NodeInput.Heard(new StreamMessage.Attach(state.channel().xid())));
    }

    public void heard(Link from, StreamMessage message) {
        if (from.equals(link)) {
            inputs.put(new NodeInput.Heard(message));
        }
    }

    public void accountChanged() {
        inputs.put(new NodeInput.AccountChanged());
    }

    public void deposit(Wei wei) {
        inputs.put(new NodeInput.Deposit(wei));
    }

    /// Ends all rounds for good.
    ///
    /// @return done when no key can leave any more
    public CompletableFuture<Boolean> closing() {
        inputs.put(new NodeInput.Closing());
        return closed;
    }

    /// This process ends: its enclave with it. The channel goes on after a restart.
    void shutDown() {
        link = null;
        endEnclave();
    }

    /// Who is told that the requester wants no more.
    public void onStop(Runnable listener) {
        stopped = listener;
    }

    private void take(NodeInput input) {
        if (input instanceof NodeInput.Gone gone && keeping()) {
            later = Optional.of(gone);
            return;
        }
        if (input instanceof NodeInput.PairKept) {
            // Before anything that it brings about.
            later.ifPresent(inputs::put);
            later = Optional.empty();
        }
        if (input instanceof NodeInput.Provisioned it && !it.needProgram()) {
            loading = false;
        }
        NodeState before = state;
        Step<NodeState, NodeEffect> step = machine.step(state, input);
        state = step.state();
        if (before.session() instanceof Serving last && !(state.session() instanceof Serving)) {
            left(before.channel(), last, input);
        }
        if (input instanceof NodeInput.Gone gone && state.session() instanceof NodeState.None) {
            if (loading && !gone.byRequester()) {
                exposure.suspect(before.channel().terms().program());
            }
            endEnclave();
        }
        if (step instanceof Step.Moved<NodeState, NodeEffect> moved) {
            moved.effects().forEach(this::carryOut);
        }
        if (input instanceof NodeInput.Closing) {
            boolean _ = closed.complete(true);
        }
    }

    private boolean keeping() {
        return state.session() instanceof Serving now && now.payment().keeping().isPresent();
    }

    /// A session that was served is over: what of it still counts in the requester's account.
    private void left(NodeState.Channel channel, Serving last, NodeInput input) {
        boolean atWork = last.asked().work() == NodeState.Work.RUNNING;
        boolean machine = input instanceof NodeInput.Gone gone && !gone.byRequester();
        if (atWork && !(input instanceof NodeInput.Closing)) {
            // Also if the requester asked for another session meanwhile: else that were free.
            exposure.machineFault(reserved);
        } else if (!reserved.equals(Wei.ZERO)) {
            exposure.charge(reserved, Wei.ZERO);
        }
        reserved = Wei.ZERO;
        if (machine) {
            if (atWork) {
                exposure.suspect(channel.terms().program());
            }
        }
    }

    private void carryOut(NodeEffect effect) {
        switch (effect) {
            case NodeEffect.Say(StreamMessage message) -> say(message);
            case NodeEffect.KeepSession keep ->
                    records.keepSession(
                            name, keep, () -> inputs.put(new NodeInput.SessionKept(keep.number())));
            case NodeEffect.KeepHello keep ->
                    records.keepHello(
                            name,
                            keep,
                            () ->
                                    inputs.put(
                                            new NodeInput.HelloKept(
                                                    keep.hello().hello().number())));
            case NodeEffect.KeepPair keep ->
                    records.keepPair(
                            name,
                            keep,
                            () -> inputs.put(new NodeInput.PairKept(keep.number(), keep.round())));
            case NodeEffect.KeepDebt(int number, Wei owed) -> records.keepDebt(name, number, owed);
            case NodeEffect.Start(Opening opening, Wei base) -> start(opening, base);
            case NodeEffect.Sign(Hello hello) ->
                    inputs.put(new NodeInput.Signed(hello, identity.sign(hello)));
            case NodeEffect.Provision(var hello, var provision) ->
                    ask(new EnclaveFrame.Provision(hello.hello(), provision));
            case NodeEffect.Load(StreamMessage.Program program) -> {
                loading = true;
                ask(new EnclaveFrame.Program(program));
            }
            case NodeEffect.Reserve(int number, Wei most, int _) -> {
                boolean yes = exposure.reserve(this, most);
                reserved = yes ? most : reserved;
                inputs.put(new NodeInput.Granted(number, yes));
            }
            case NodeEffect.Charge(Wei price) -> {
                exposure.charge(reserved, price);
                reserved = Wei.ZERO;
            }
            case NodeEffect.StrikeOff(Wei unpaid) -> exposure.struckOff(unpaid);
            case NodeEffect.Credit(Wei from, Wei to) -> exposure.paid(name, from, to);
            case NodeEffect.Execute(int _, int round, long c, var sealed, boolean last) ->
                    ask(new EnclaveFrame.Run(round, c, sealed, last));
            case NodeEffect.Pay(StreamMessage.Update(int _, int round, Wei total, var signature)) ->
                    ask(new EnclaveFrame.Pay(round, total, signature));
            case NodeEffect.AskSignature(int _, int round) -> ask(new EnclaveFrame.Sign(round));
            case NodeEffect.EndEnclave _ -> endEnclave();
            case NodeEffect.Close _ -> stopped.run();
        }
    }

    private void say(StreamMessage message) {
        Link newest = link;
        if (newest != null) {
            newest.send(message);
        }
    }

    private void start(Opening opening, Wei base) {
        endEnclave();
        int number = opening.number();
        if (exposure.refuses(state.channel().terms().program())) {
            say(
                    refusal(
                            Rule.PROGRAM,
                            "this node's machine failed twice while it ran this program"));
            inputs.put(new NodeInput.Gone(number, false));
            return;
        }
        Optional<Enclave> started =
                enclaves.start(
                        new EnclaveFrame.Begin(state.channel().terms(), opening, base),
                        frame -> heard(opening, frame).ifPresent(inputs::put),
                        () -> inputs.put(new NodeInput.Gone(number, false)));
        enclave = started.orElse(null);
        if (started.isEmpty()) {
            say(refusal(Rule.NOT_OPEN, "this node cannot start an enclave for it now"));
            inputs.put(new NodeInput.Gone(number, false));
        }
    }

    private static StreamMessage refusal(Rule rule, String text) {
        return new StreamMessage.Refuse(rule.name(), text);
    }

    private void endEnclave() {
        Enclave last = enclave;
        enclave = null;
        loading = false;
        if (last != null) {
            last.end();
        }
    }

    private void ask(EnclaveFrame.ToEnclave frame) {
        if (enclave != null) {
            enclave.say(frame);
        }
    }

    private Optional<NodeInput> heard(Opening opening, EnclaveFrame.ToNode frame) {
        int number = opening.number();
        return switch (frame) {
            case EnclaveFrame.Keys(Bytes32 encKey, PublicKey sigKey) ->
                    Optional.of(
                            new NodeInput.Started(
                                    number,
                                    encKey,
                                    sigKey,
                                    enclaves.evidence(opening, encKey, sigKey)));
            case EnclaveFrame.Ready(boolean needProgram) ->
                    Optional.of(new NodeInput.Provisioned(number, needProgram));
            case EnclaveFrame.Answer(StreamMessage.Result result, Wei total) ->
                    Optional.of(new NodeInput.Executed(number, result, total));
            case EnclaveFrame.Released(int round, Bytes32 k) ->
                    Optional.of(new NodeInput.Released(number, round, k));
            case EnclaveFrame.NotReleased(int round, String why) ->
                    Optional.of(new NodeInput.NotReleased(number, round, why));
            case EnclaveFrame.Over(boolean broken, String _) ->
                    Optional.of(
                            broken
                                    ? new NodeInput.Gone(number, false)
                                    : new NodeInput.Over(number));
            case EnclaveFrame.Refused(boolean over, String rule, String why) -> {
                // Else a signature was asked for that is of no more use: the round was paid.
                if (over) {
                    say(new StreamMessage.Refuse(rule, why));
                }
                yield over ? Optional.of(new NodeInput.Gone(number, true)) : Optional.empty();
            }
        };
    }

    /// What this channel has, for those who look.
    public Optional<Wei> newestTotal() {
        return state.channel().newest().map(pair -> pair.total());
    }
}
