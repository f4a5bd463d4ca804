package io.evenhand.simulation.metered;

import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.node.NodeInput;
import io.evenhand.protocols.metered.requester.RequesterInput;
import io.evenhand.protocols.metered.requester.RequesterState;
import io.evenhand.simulation.meter.MeterTx;
import io.evenhand.simulation.meter.ModelMeter;
import io.evenhand.simulation.metered.HostSide.Program;
import io.evenhand.simulation.metered.RequesterSide.Event;
import io.evenhand.simulation.metered.Tables.Outcome;
import java.util.List;
import java.util.Optional;

/// The global states of one scenario and every step between them: numbers of requester, node, what
/// is on its way, chain and facts, and flags.
///
/// Time passes freely while nothing is at stake; an honest node looks at every block once it has to
/// close, and an honest requester once it can take its deposit back.
final class MeteredGame extends GamePosition {
    private static final int PROGRESS = 0;
    private static final int TIME = 1;
    private static final int FAULT = 2;
    private static final int CHEAT = 3;

    MeteredGame(Mutant mutant) {
        super(mutant);
    }

    @Override
    public List<int[]> starts() {
        boolean funded = !scenario.may(Fault.UNFUNDED);
        int[] w = new int[WIDTH];
        w[REQUESTER] = tables.requester.id(Requester.first(funded ? Parties.DEPOSIT : Wei.ZERO));
        w[NODE] =
                scenario.honest(Role.NODE)
                        ? tables.host.id(
                                tables.hostSide.first(
                                        funded ? Optional.of(Parties.DEPOSIT) : Optional.empty()))
                        : tables.liars.id(Liar.NOTHING);
        w[CHAIN] = tables.genesis();
        w[FACTS] = tables.facts.id(Facts.NONE);
        w[FLAGS] = scenario.reorgs() | scenario.faulty() * ONE_FAULT;
        return List.of(w);
    }

    @Override
    public void expand(int[] from, Steps to) {
        global = from;
        steps = to;
        progress = false;
        steps.kind(PROGRESS);
        if (scenario.honest(Role.REQUESTER)) {
            requester();
        }
        if (scenario.honest(Role.NODE)) {
            node();
        }
        boolean quiet = !progress;
        if (quiet && time() >= Clock.HORIZON) {
            String end = invariants.end(global);
            if (!end.isEmpty()) {
                steps.broken(end);
            }
        }
        if (!scenario.may(Fault.NO_BLOCKS) && (quiet || !scenario.may(Fault.NONE_DELAYED))) {
            steps.kind(TIME);
            blocks();
        }
        steps.kind(FAULT);
        faults();
        steps.kind(CHEAT);
        if (!scenario.honest(Role.REQUESTER)) {
            for (int said : tables.told(global[NODE])) {
                copy();
                host(said);
                emit(label("requester says ", tables.hostEvents.value(said)));
            }
        }
        if (!scenario.honest(Role.NODE)) {
            liar();
        }
    }

    // ------------------------------------------------------------------------------- requester

    private void requester() {
        Requester now = requesterState();
        ModelMeter last = tables.last(global[CHAIN]);
        ModelMeter tip = tables.tip(global[CHAIN]);
        if (!now.keeps().isEmpty()) {
            copy();
            requester(new Event.Flush());
            emit("requester: flushes");
        }
        wishes(now, last, tip);
        if (scenario.honest(Role.NODE)) {
            int way = global[TO_REQUESTER];
            if (way != Net.EMPTY) {
                copy();
                next[TO_REQUESTER] = tables.net.rest(way);
                StreamMessage said = tables.net.messages.value(tables.net.first(way));
                requester(new Event.Do(new RequesterInput.Heard(said)));
                emit(label("node -> requester: ", said));
            }
        }
        if (now.machine().isPresent()) {
            looks(now, last, tip);
        }
        if (time() >= Clock.TIMEOUT && tables.onChain.isOpen(tip)) {
            copy();
            next[CHAIN] = tables.handedOver(global[CHAIN], tables.onChain.refund());
            emit("requester: refunds");
        }
    }

    private void looks(Requester now, ModelMeter last, ModelMeter tip) {
        if (tables.onChain.isOpen(last) && !tables.onChain.deposit(last).equals(now.deposit())) {
            copy();
            requester(new Event.Do(new RequesterInput.Deposit(tables.onChain.deposit(last))));
            next[REQUESTER] =
                    tables.requester.id(
                            tables.requester
                                    .state(next[REQUESTER])
                                    .deposit(tables.onChain.deposit(last)));
            emit("requester: sees its deposit");
        }
        tables.onChain
                .secret(tip)
                .ifPresent(k -> {
                    copy();
                    requester(new Event.Do(new RequesterInput.Closed(k)));
                    emit("requester: sees the close");
                });
    }

    private void wishes(Requester now, ModelMeter last, ModelMeter tip) {
        boolean usable =
                tables.onChain.isOpen(last) && tables.onChain.isOpen(tip) && time() < Clock.STOP_AT;
        if (parties.mutant.has(Flaw.OPENS_AGAIN)
                && tables.onChain.secret(tip).isPresent()
                && !tables.onChain.isOpen(tip)) {
            copy();
            next[FACTS] =
                    tables.facts.id(
                            tables.facts.value(next[FACTS]).after(List.of(new Out.OpenedAgain())));
            emit("requester: opens the channel again");
        }
        boolean early = time() < Clock.STOP_AT;
        if (early && !tables.onChain.everOpened(last) && scenario.may(Fault.UNFUNDED)) {
            copy();
            next[CHAIN] = tables.handedOver(global[CHAIN], tables.onChain.open());
            emit("requester: opens the channel");
        }
        if (early
                && scenario.may(Fault.TOP_UP)
                && tables.onChain.isOpen(last)
                && (global[FLAGS] & TOPPED_UP) == 0) {
            copy();
            next[FLAGS] |= TOPPED_UP;
            next[CHAIN] = tables.handedOver(global[CHAIN], tables.onChain.topUp());
            emit("requester: puts in more");
        }
        Optional<RequesterState> machine = now.machine();
        boolean idle = machine.isEmpty() || machine.get() instanceof RequesterState.Over;
        boolean wants = Parties.count(now.state()) < Parties.ROUNDS && !now.left();
        boolean flushed = now.keeps().isEmpty();
        if (usable && idle && wants && flushed && number(now) < scenario.sessions()) {
            opens(now);
        }
        if (machine.isPresent()
                && machine.get() instanceof RequesterState.Running running
                && !running.asked().stopping()) {
            boolean answered = running.received().round() == running.asked().upTo();
            int left = RequesterSide.left(running);
            if (answered && left > 0 && usable) {
                copy();
                requester(new Event.Want());
                emit("requester: wants " + left + " rounds");
            }
            if ((answered && left == 0) || scenario.may(Fault.STOP)) {
                copy();
                requester(new Event.Do(new RequesterInput.Stop()));
                emit("requester: wants no more");
            }
        }
    }

    private static int number(Requester now) {
        return Math.max(now.disk().number(), now.highest());
    }

    private void opens(Requester now) {
        copy();
        requester(new Event.Open(false));
        emit("requester: asks for a session");
        if (RequesterSide.owes(now).compareTo(RequesterSide.total(now.newest())) > 0
                && RequesterSide.owes(now).compareTo(now.deposit()) <= 0) {
            copy();
            requester(new Event.Open(true));
            emit("requester: asks for a session and settles");
        }
    }

    private void requester(Event event) {
        requester(tables.requesterEvents.id(event));
    }

    private void requester(int event) {
        Outcome outcome = tables.requester.step(next[REQUESTER], event);
        next[REQUESTER] = outcome.state();
        next[FACTS] = tables.learned(next[FACTS], outcome.outs());
        for (Out out : tables.outs(outcome.outs())) {
            if (out instanceof Out.Say(StreamMessage message)) {
                toNode(message);
            } else if (out instanceof Out.Reconnects) {
                reconnect();
            }
        }
    }

    private void toNode(StreamMessage message) {
        if (scenario.honest(Role.NODE)) {
            next[TO_NODE] = tables.net.with(next[TO_NODE], message);
        } else {
            next[NODE] = tables.liars.id(tables.liars.value(next[NODE]).hears(message));
        }
    }

    /// All that was on its way is lost, and both say where they stand.
    private void reconnect() {
        if (!scenario.honest(Role.REQUESTER)) {
            return;
        }
        next[TO_NODE] = Net.EMPTY;
        next[TO_REQUESTER] = Net.EMPTY;
        next[FLAGS] |= DETACHED;
        toNode(new StreamMessage.Attach(parties.xid));
        if (tables.requester.state(next[REQUESTER]).machine().isPresent()) {
            requester(new Event.Do(new RequesterInput.Reconnected()));
        }
    }

    // ------------------------------------------------------------------------------------ node

    private void node() {
        Host now = host();
        if (!now.keeps().isEmpty()) {
            copy();
            host(new HostSide.Event.Flush());
            emit("node: flushes");
        }
        if (scenario.honest(Role.REQUESTER)) {
            int way = global[TO_NODE];
            if (way != Net.EMPTY) {
                copy();
                next[TO_NODE] = tables.net.rest(way);
                StreamMessage said = tables.net.messages.value(tables.net.first(way));
                next[FLAGS] &= ~DETACHED;
                host(new HostSide.Event.Do(new NodeInput.Heard(said)));
                emit(label("requester -> node: ", said));
            }
        }
        if (now.work().isPresent()) {
            for (Program program : Program.values()) {
                if (may(program)) {
                    copy();
                    host(new HostSide.Event.Work(program));
                    emit(label("node: a round ends, ", program));
                }
            }
        }
        boolean atTip = parties.mutant.has(Flaw.NO_FINALITY);
        Wei deposit = tables.deposit(global[CHAIN], atTip);
        Optional<Wei> known = now.node().channel().deposit();
        if (!deposit.equals(Wei.ZERO) && !known.equals(Optional.of(deposit))) {
            copy();
            host(new HostSide.Event.Do(new NodeInput.Deposit(deposit)));
            emit("node: sees the deposit");
        }
        closes(now);
        dropped(now)
                .ifPresent(tx -> {
                    copy();
                    next[CHAIN] = tables.handedOver(global[CHAIN], tx);
                    emit("node: hands its close over again");
                });
    }

    private boolean may(Program program) {
        return switch (program) {
            case HONEST -> true;
            case IDLE_BY_ITS_WORD, WORKS_IN_LOAD, TRAPS -> scenario.may(Fault.BAD_PROGRAM);
            case BREAKS -> scenario.may(Fault.MACHINE_FAULT);
        };
    }

    /// At its stop time at the latest; before, whenever it likes, since nothing more may come.
    private void closes(Host now) {
        boolean early = !scenario.may(Fault.NONE_DELAYED) || scenario.may(Fault.CLOSES_EARLY);
        boolean late = time() >= Clock.STOP_AT && !parties.mutant.has(Flaw.NO_MARGIN);
        boolean can = now.node().channel().newest().isPresent();
        if (!now.closing() && (late || (early && can))) {
            copy();
            host(new HostSide.Event.Close());
            emit("node: closes");
        }
    }

    /// A close that a reorg dropped is handed over again.
    private Optional<MeterTx> dropped(Host now) {
        return now.closes()
                .filter(_ -> now.closing() && time() + 1 < Clock.TIMEOUT)
                .filter(pair -> tables.onChain.isOpen(tables.tip(global[CHAIN])))
                .map(pair -> tables.onChain.close(pair, true))
                .filter(tx -> !tables.waits(global[CHAIN], tx));
    }

    private void host(HostSide.Event event) {
        host(tables.hostEvents.id(event));
    }

    private void host(int event) {
        Outcome outcome = tables.host.step(next[NODE], event);
        next[NODE] = outcome.state();
        next[FACTS] = tables.learned(next[FACTS], outcome.outs());
        for (Out out : tables.outs(outcome.outs())) {
            if (out instanceof Out.Say(StreamMessage message)) {
                if (scenario.honest(Role.REQUESTER) && (next[FLAGS] & DETACHED) == 0) {
                    next[TO_REQUESTER] = tables.net.with(next[TO_REQUESTER], message);
                }
            } else if (out instanceof Out.Submit(var pair)) {
                next[CHAIN] = tables.handedOver(next[CHAIN], tables.onChain.close(pair, true));
            } else if (out instanceof Out.Reconnects) {
                reconnect();
            }
        }
    }

    private void liar() {
        for (LiarMoves.Move move : tables.liarMoves(global[NODE])) {
            copy();
            next[NODE] = tables.liars.id(move.after());
            emit(steps.labelled() ? "node " + move.label() : "");
        }
        for (int said : tables.heard(global[NODE], global[REQUESTER])) {
            copy();
            requester(said);
            emit(label("node says ", tables.requesterEvents.value(said)));
        }
    }

    // ----------------------------------------------------------------------------------- others

    private void blocks() {
        int time = time();
        if (time >= Clock.HORIZON || owes(time)) {
            return;
        }
        int adversary = tables.adversary(global[CHAIN], global[NODE], global[FACTS]);
        int[] blocks = tables.mined(global[CHAIN], adversary);
        for (int i = 0; i < blocks.length; i++) {
            copy();
            next[CHAIN] = blocks[i];
            emit(steps.labelled() ? tables.label(global[CHAIN], adversary, i) : "");
        }
    }

    /// Whether somebody honest has to do something on chain before time may pass.
    private boolean owes(int time) {
        if (scenario.honest(Role.NODE)) {
            Host now = host();
            boolean late = time >= Clock.STOP_AT && !parties.mutant.has(Flaw.NO_MARGIN);
            if ((late && !now.closing()) || dropped(now).isPresent()) {
                return true;
            }
        }
        return scenario.honest(Role.REQUESTER)
                && time >= Clock.TIMEOUT
                && tables.onChain.isOpen(tables.tip(global[CHAIN]))
                && tables.chains.value(global[CHAIN]).mempool().isEmpty();
    }

    private void faults() {
        boolean before = progress;
        int flags = global[FLAGS];
        for (int depth = 1; (flags & REORGS) > 0 && depth <= Clock.FINALITY; depth++) {
            copy();
            next[CHAIN] =
                    tables.chains.id(Clock.CHAIN.reorg(tables.chains.value(global[CHAIN]), depth));
            if (next[CHAIN] != global[CHAIN]) {
                next[FLAGS] = flags - 1;
                emit("reorg of " + depth);
            }
        }
        if ((flags & FAULTY) > 0) {
            broken(flags - ONE_FAULT);
        }
        if (scenario.may(Fault.SILENCE) && scenario.honest(Role.REQUESTER)) {
            Optional<RequesterState> machine = requesterState().machine();
            boolean flushed = requesterState().keeps().isEmpty();
            if (flushed && machine.isPresent() && !(machine.get() instanceof RequesterState.Over)) {
                copy();
                requester(new Event.Do(new RequesterInput.Silence()));
                emit("requester: has waited long enough");
            }
        }
        backups();
        progress = before;
    }

    private void broken(int flags) {
        if (scenario.may(Fault.CUT)) {
            copy();
            next[FLAGS] = flags;
            reconnect();
            emit("the connection is cut");
        }
        if (scenario.may(Fault.CRASH_REQUESTER)) {
            for (int flushed = 0; flushed <= requesterState().keeps().size(); flushed++) {
                copy();
                next[FLAGS] = flags;
                requester(new Event.Crash(flushed));
                emit(label("requester: killed, flushed ", flushed));
            }
        }
        if (scenario.may(Fault.CRASH_NODE)) {
            for (int flushed = 0; flushed <= host().keeps().size(); flushed++) {
                copy();
                next[FLAGS] = flags;
                host(new HostSide.Event.Crash(flushed));
                emit(label("node: killed, flushed ", flushed));
            }
            if (host().live().isPresent()) {
                copy();
                next[FLAGS] = flags;
                host(new HostSide.Event.Kill());
                emit("node: its enclave is killed");
            }
        }
    }

    private void backups() {
        boolean requester = scenario.may(Fault.RESTORE_REQUESTER);
        boolean node = scenario.may(Fault.RESTORE_NODE);
        if ((!requester && !node) || global[BACKUP] == USED) {
            return;
        }
        if (global[BACKUP] == 0) {
            copy();
            next[BACKUP] = 1 + (requester ? global[REQUESTER] : global[NODE]);
            emit("a backup is made");
        } else if (requester) {
            copy();
            next[REQUESTER] = global[BACKUP] - 1;
            next[BACKUP] = USED;
            next[FLAGS] |= RESTORED_REQUESTER;
            requester(new Event.Crash(0));
            emit("requester: put back");
        } else if (!host().closing()) {
            Host backup = tables.host.state(global[BACKUP] - 1);
            copy();
            next[NODE] = tables.host.id(tables.hostSide.restored(backup, host()));
            next[BACKUP] = USED;
            reconnect();
            emit("node: put back");
        }
    }
}
