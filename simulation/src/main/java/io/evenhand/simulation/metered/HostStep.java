package io.evenhand.simulation.metered;

import io.evenhand.kit.machine.Step;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.Fault;
import io.evenhand.protocols.metered.enclave.EnclaveEffect;
import io.evenhand.protocols.metered.enclave.EnclaveInput;
import io.evenhand.protocols.metered.enclave.EnclaveState;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.Provisioning;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.node.Account;
import io.evenhand.protocols.metered.node.NodeEffect;
import io.evenhand.protocols.metered.node.NodeInput;
import io.evenhand.protocols.metered.node.NodeState;
import io.evenhand.protocols.metered.node.NodeState.Channel;
import io.evenhand.simulation.metered.Host.Live;
import io.evenhand.simulation.metered.HostSide.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One step of an honest node: an input to its machine, and all that follows at once.
final class HostStep {
    private final Parties parties;
    private final List<Out> outs = new ArrayList<>();
    private final List<NodeEffect> keeps;
    private final int copiesOf;
    private NodeState node;
    private Channel disk;
    private Account account;
    private Optional<Live> live;
    private Optional<NodeEffect.Execute> work;
    private Wei reserved;
    private int copies;
    private long spent;
    private Wei durable;
    private Optional<Pair> closes;
    private final boolean restored;
    private boolean broke;
    private boolean fault;
    private Octets running = new Octets(new byte[0]);

    HostStep(Parties parties, Host host) {
        this.parties = parties;
        node = host.node();
        keeps = new ArrayList<>(host.keeps());
        disk = host.disk();
        account = host.account();
        live = host.live();
        work = host.work();
        reserved = host.reserved();
        copies = host.copies();
        copiesOf = host.node().channel().highest();
        spent = host.spent();
        durable = host.durable();
        closes = host.closes();
        restored = host.restored();
    }

    Host host() {
        return new Host(
                node, keeps, disk, account, live, work, reserved, copies, spent, durable, closes,
                restored);
    }

    List<Out> outs() {
        return outs;
    }

    void input(NodeInput input) {
        if (input instanceof NodeInput.Deposit(Wei wei)) {
            disk = HostSide.withDeposit(disk, wei);
        }
        Step<NodeState, NodeEffect> step = parties.nodeMachine.step(node, input);
        if (!(step instanceof Step.Moved<NodeState, NodeEffect> moved)) {
            return;
        }
        node = moved.state();
        moved.effects().forEach(this::effect);
    }

    private void effect(NodeEffect effect) {
        switch (effect) {
            case NodeEffect.Say(StreamMessage message) -> say(message);
            case NodeEffect.KeepSession _,
                    NodeEffect.KeepHello _,
                    NodeEffect.KeepPair _,
                    NodeEffect.KeepDebt _ ->
                    keeps.add(effect);
            case NodeEffect.Start(Opening opening, Wei base) -> start(opening, base);
            case NodeEffect.Sign(var hello) ->
                    input(new NodeInput.Signed(hello, parties.node.sign(hello)));
            case NodeEffect.Provision(var hello, var provision) -> provision(hello, provision);
            case NodeEffect.Load _ -> throw new IllegalStateException("it has the program");
            case NodeEffect.Reserve(int number, Wei most, int _) -> reserve(number, most);
            case NodeEffect.Charge(Wei price) -> {
                if (node.session() instanceof NodeState.Greeted
                        && parties.mutant.has(Flaw.SESSION_UNRESERVED)) {
                    return;
                }
                account = account.charge(reserved, price);
                reserved = Wei.ZERO;
            }
            case NodeEffect.Credit(Wei from, Wei to) -> {
                account = account.paid(parties.channel, from, to);
                input(new NodeInput.AccountChanged());
            }
            case NodeEffect.StrikeOff(Wei unpaid) -> strikeOff(unpaid);
            case NodeEffect.Execute execute -> work = Optional.of(execute);
            case NodeEffect.Pay(StreamMessage.Update(int _, int round, Wei total, var sig)) ->
                    enclave(new EnclaveInput.Pay(round, total, sig));
            case NodeEffect.AskSignature(int _, int round) -> enclave(new EnclaveInput.Sign(round));
            case NodeEffect.EndEnclave _ -> endEnclave();
            case NodeEffect.Close _ -> close();
        }
    }

    private void say(StreamMessage message) {
        boolean after =
                disk.closing()
                        && switch (message) {
                            case StreamMessage.Key _, StreamMessage.Result _ -> true;
                            case StreamMessage.Ended ended -> ended.pair().isPresent();
                            case StreamMessage.SignedHello _,
                                    StreamMessage.Attach _,
                                    StreamMessage.At _,
                                    StreamMessage.Session _,
                                    StreamMessage.Provision _,
                                    StreamMessage.Ready _,
                                    StreamMessage.Program _,
                                    StreamMessage.Run _,
                                    StreamMessage.Update _,
                                    StreamMessage.Sign _,
                                    StreamMessage.Stop _,
                                    StreamMessage.Refuse _ ->
                                    false;
                        };
        if (after) {
            outs.add(new Out.AfterClosing());
        }
        outs.add(new Out.Say(message));
    }

    private void reserve(int number, Wei most) {
        boolean session = node.session() instanceof NodeState.Starting;
        if (session && parties.mutant.has(Flaw.DEBT_DROPPED)) {
            account = Account.NEW;
        }
        if (session && parties.mutant.has(Flaw.SESSION_UNRESERVED)) {
            input(new NodeInput.Granted(number, true));
            return;
        }
        boolean yes = parties.mutant.has(Flaw.NO_LIMIT) || account.allows(most, Parties.RISK);
        if (yes) {
            account = account.reserve(most);
            reserved = most;
        }
        input(new NodeInput.Granted(number, yes));
    }

    /// A round, or a session, that is broken off is work all the same.
    private void endEnclave() {
        if (work.isPresent()) {
            spent += reserved.value().longValue();
        }
        account =
                parties.mutant.has(Flaw.BROKEN_OFF_FREE)
                        ? account.charge(reserved, Wei.ZERO)
                        : account.machineFault(reserved);
        reserved = Wei.ZERO;
        work = Optional.empty();
        live = Optional.empty();
    }

    /// Nobody owes it. What a call of the program brought down counts until it is paid again (G3).
    private void strikeOff(Wei unpaid) {
        account = account.struckOff(unpaid);
        if (broke) {
            account = account.reserve(unpaid).machineFault(unpaid);
        } else if (!fault) {
            spent -= unpaid.value().longValue();
        }
    }

    private void start(Opening opening, Wei base) {
        copies = node.channel().highest() == copiesOf ? copies + 1 : 1;
        Parties.Keys keys = parties.keys(opening.number(), copies);
        live =
                Optional.of(
                        new Live(
                                opening.number(),
                                copies,
                                new EnclaveState.Fresh(
                                        parties.terms,
                                        parties.xid,
                                        opening.number(),
                                        opening.rounds(),
                                        base)));
        spent += Parties.PRICES.perSession().value().longValue();
        input(
                new NodeInput.Started(
                        opening.number(),
                        parties.encKey(keys),
                        keys.sigKey(),
                        parties.evidence(opening.nonce(), parties.xid, opening.number(), keys)));
    }

    private void provision(StreamMessage.SignedHello hello, StreamMessage.Provision provision) {
        if (live.isEmpty()) {
            return;
        }
        Parties.Keys keys = parties.keys(live.get().number(), live.get().copy());
        parties.symbols
                .term(provision.sealed())
                .filter(term -> term.getFirst().equals("provision"))
                .filter(term -> term.get(1).equals(parties.encKey(keys)))
                .ifPresent(term -> {
                    KeyId psk = (KeyId) term.get(4);
                    enclave(
                            new EnclaveInput.Provision(
                                    hello.hello(),
                                    hello.hello().sigKey().equals(keys.sigKey()),
                                    (Provisioning) term.get(2),
                                    (Signature) term.get(3),
                                    psk,
                                    parties.requester.pskId(psk)));
                });
    }

    private void enclave(EnclaveInput input) {
        if (live.isEmpty()) {
            return;
        }
        Live now = live.get();
        Step<EnclaveState, EnclaveEffect> step =
                parties.enclaveMachine(parties.keys(now.number(), now.copy()))
                        .step(now.state(), input);
        if (!(step instanceof Step.Moved<EnclaveState, EnclaveEffect> moved)) {
            return;
        }
        live = Optional.of(new Live(now.number(), now.copy(), moved.state()));
        for (EnclaveEffect effect : moved.effects()) {
            switch (effect) {
                case EnclaveEffect.Load _ -> enclave(new EnclaveInput.Loaded());
                case EnclaveEffect.Ready _ -> input(new NodeInput.Provisioned(now.number(), false));
                case EnclaveEffect.Execute(Octets state, long _) -> running = state;
                case EnclaveEffect.Answer(StreamMessage.Result result, Wei total) ->
                        input(new NodeInput.Executed(now.number(), result, total));
                case EnclaveEffect.Release(int round, Bytes32 k) ->
                        input(new NodeInput.Released(now.number(), round, k));
                case EnclaveEffect.Refuse(Fault why) -> refused(now.number(), why);
                case EnclaveEffect.End _ -> input(new NodeInput.Over(now.number()));
            }
        }
    }

    private void refused(int number, Fault why) {
        if (node.session() instanceof NodeState.Serving now && now.payment().paying().isPresent()) {
            input(
                    new NodeInput.NotReleased(
                            number, now.payment().paying().get().round(), why.line()));
        }
    }

    void work(Program program) {
        NodeEffect.Execute execute = work.orElseThrow();
        work = Optional.empty();
        if (live.isEmpty()) {
            return;
        }
        Live now = live.get();
        Optional<Octets> state =
                execute.state()
                        .flatMap(sealed ->
                                parties.opened(sealed, psk(now), now.number(), execute.round()));
        if (execute.state().isPresent() && state.isEmpty()) {
            // The enclave cannot open it: nothing runs.
            gone(now.number());
            return;
        }
        enclave(new EnclaveInput.Run(execute.round(), execute.c(), state, execute.last()));
        if (program == Program.BREAKS) {
            spent += reserved.value().longValue();
            gone(now.number());
            return;
        }
        made(now, execute, program);
        Octets after =
                program == Program.HONEST
                        ? Parties.counter(Parties.count(running) + execute.c())
                        : running;
        enclave(
                new EnclaveInput.Ran(
                        program.end,
                        program.d,
                        program.charged(parties.mutant),
                        after,
                        new Octets(new byte[0])));
    }

    private static KeyId psk(Live now) {
        return ((EnclaveState.Ready) now.state()).psk();
    }

    private void made(Live now, NodeEffect.Execute execute, Program program) {
        Parties.Keys keys = parties.keys(now.number(), now.copy());
        Bytes32 k = keys.key(execute.round());
        Wei charged = Parties.PRICES.of(execute.round(), program.charged(parties.mutant));
        EnclaveState.Ready ready = (EnclaveState.Ready) now.state();
        Wei price =
                execute.round() == 1
                        ? program.price().plus(Parties.PRICES.perSession())
                        : program.price();
        spent += program.price().value().longValue();
        outs.add(new Out.Made(parties.rounds.lockOf(k), k, ready.total().plus(charged), price));
    }

    /// The enclave is gone, by no doing of the requester that anybody could prove.
    private void gone(int number) {
        if (!parties.mutant.has(Flaw.MACHINE_FAULT_FREE)) {
            account = account.machineFault(reserved);
        } else {
            account = account.charge(reserved, Wei.ZERO);
        }
        reserved = Wei.ZERO;
        live = Optional.empty();
        fault = true;
        broke = !parties.mutant.has(Flaw.MACHINE_FAULT_FREE);
        input(new NodeInput.Gone(number, false));
        broke = false;
    }

    void kill() {
        if (live.isPresent()) {
            int number = live.get().number();
            // What was begun for the session is lost to this side alone.
            spent -= work.isPresent() ? 0 : reserved.value().longValue();
            work = Optional.empty();
            live = Optional.empty();
            account = account.charge(reserved, Wei.ZERO);
            reserved = Wei.ZERO;
            input(new NodeInput.Gone(number, false));
        }
    }

    void flush() {
        NodeEffect keep = keeps.removeFirst();
        disk = HostSide.onDisk(disk, keep);
        durable = disk.total();
        switch (keep) {
            case NodeEffect.KeepSession session ->
                    input(new NodeInput.SessionKept(session.number()));
            case NodeEffect.KeepHello(var hello) -> {
                outs.add(new Out.Greeted(hello.hello()));
                input(new NodeInput.HelloKept(hello.hello().number()));
            }
            case NodeEffect.KeepPair(int number, int round, Pair pair) -> {
                if (number != node.channel().highest() && parties.mutant.has(Flaw.LATE_UPDATE)) {
                    outs.add(new Out.Say(new StreamMessage.Key(round, pair.k())));
                }
                input(new NodeInput.PairKept(number, round));
            }
            case NodeEffect.KeepDebt _,
                    NodeEffect.Say _,
                    NodeEffect.Start _,
                    NodeEffect.Sign _,
                    NodeEffect.Provision _,
                    NodeEffect.Load _,
                    NodeEffect.Reserve _,
                    NodeEffect.Charge _,
                    NodeEffect.Credit _,
                    NodeEffect.StrikeOff _,
                    NodeEffect.Execute _,
                    NodeEffect.Pay _,
                    NodeEffect.AskSignature _,
                    NodeEffect.EndEnclave _,
                    NodeEffect.Close _ -> {}
        }
    }

    /// State and raw transaction are on disk in one flush (I); who has nothing to close with lets
    /// the channel be.
    void close() {
        if (disk.closing()) {
            return;
        }
        closes = node.channel().newest();
        disk = HostSide.closing(disk);
        input(new NodeInput.Closing());
        closes.ifPresent(pair -> outs.add(new Out.Submit(pair)));
    }
}
