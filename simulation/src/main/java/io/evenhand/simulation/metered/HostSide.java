package io.evenhand.simulation.metered;

import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.message.End;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.node.Account;
import io.evenhand.protocols.metered.node.NodeEffect;
import io.evenhand.protocols.metered.node.NodeInput;
import io.evenhand.protocols.metered.node.NodeState;
import io.evenhand.protocols.metered.node.NodeState.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An honest node around its machine: its disk, its account of the identity, its enclave.
final class HostSide implements Machine<Host, HostSide.Event, Out> {
    private final Parties parties;

    HostSide(Parties parties) {
        this.parties = parties;
    }

    /// What may happen to it.
    sealed interface Event {
        record Do(NodeInput input) implements Event {}

        record Flush() implements Event {}

        /// The program came to the end of its round.
        record Work(Program program) implements Event {}

        /// Closes with the newest update.
        record Close() implements Event {}

        record Crash(int flushed) implements Event {}

        /// The enclave dies outside of a call of the program.
        record Kill() implements Event {}
    }

    /// What a program does in a round of one cycle.
    enum Program {
        HONEST(End.MORE, 1, 1, 0),
        IDLE_BY_ITS_WORD(End.DONE, 0, 1, 0),
        WORKS_IN_LOAD(End.DONE, 0, 0, 1),
        TRAPS(End.TRAP, 0, 1, 0),
        /// The machine breaks: there is no statement (G3).
        BREAKS(End.TRAP, 0, 1, 0);

        final End end;
        final long d;
        private final long run;
        private final long calls;

        Program(End end, long d, long run, long calls) {
            this.end = end;
            this.d = d;
            this.run = run;
            this.calls = calls;
        }

        /// F4: what the meter charges, at most what was asked for.
        long charged(Mutant mutant) {
            long fuel = mutant.has(Flaw.CALLS_FREE) ? run : run + calls;
            long counted = mutant.has(Flaw.CHARGED_BY_D) ? d : Math.max(d, fuel);
            return Math.min(Parties.CYCLES, counted);
        }

        /// What it costs in truth.
        Wei price() {
            return Parties.PRICES.of(2, Math.max(d, run + calls));
        }
    }

    Host first(Optional<Wei> deposit) {
        Channel channel =
                new Channel(
                        parties.terms,
                        parties.xid,
                        parties.channel,
                        deposit,
                        0,
                        Optional.empty(),
                        Wei.ZERO,
                        false,
                        false);
        Wei other = other();
        return new Host(
                parties.plainNode.first(channel),
                List.of(),
                channel,
                parties.mutant.has(Flaw.ACCOUNT_PER_CHANNEL)
                        ? Account.NEW
                        : new Account(other, Wei.ZERO, Wei.ZERO, Wei.ZERO, Map.of()),
                Optional.empty(),
                Optional.empty(),
                Wei.ZERO,
                0,
                other.value().longValue(),
                Wei.ZERO,
                Optional.empty(),
                false);
    }

    private Wei other() {
        return parties.scenario.may(Fault.OTHER_CHANNEL) ? Parties.OTHER_DEBT : Wei.ZERO;
    }

    @Override
    public Step<Host, Out> step(Host now, Event event) {
        HostStep step = new HostStep(parties, now);
        switch (event) {
            case Event.Do(NodeInput input) -> step.input(input);
            case Event.Flush _ -> step.flush();
            case Event.Work(Program program) -> step.work(program);
            case Event.Close _ -> step.close();
            case Event.Kill _ -> step.kill();
            case Event.Crash(int flushed) -> {
                return crash(now, flushed);
            }
        }
        return Step.moved(step.host(), step.outs());
    }

    /// What is not on disk is gone, and so is the enclave; what it left unpaid beside the debt that
    /// was flushed is struck off (F7, G4).
    private Step<Host, Out> crash(Host now, int flushed) {
        List<Out> outs = new ArrayList<>();
        Channel disk = now.disk();
        for (NodeEffect keep : now.keeps().subList(0, flushed)) {
            disk = onDisk(disk, keep);
        }
        boolean goesOn = parties.mutant.has(Flaw.ENCLAVE_ON_DISK);
        if (parties.mutant.has(Flaw.KEY_NOT_FLUSHED) && !disk.closing()) {
            // The newest update has no key: it closes nothing.
            disk = withNewest(disk, Optional.empty());
        }
        boolean again = parties.mutant.has(Flaw.HELLO_TWICE) && disk.highest() > 0;
        Channel channel = again ? withNumber(disk, disk.highest() - 1) : disk;
        Wei owed = disk.owed().plus(other());
        long spent = disk.total().plus(owed).value().longValue();
        Map<String, Wei> totals =
                disk.total().equals(Wei.ZERO)
                        ? Map.of()
                        : Map.of(disk.name().toString(), disk.total());
        Host next =
                new Host(
                        goesOn ? now.node() : parties.plainNode.first(channel),
                        List.of(),
                        disk,
                        new Account(owed, Wei.ZERO, Wei.ZERO, Wei.ZERO, totals),
                        goesOn ? now.live() : Optional.empty(),
                        Optional.empty(),
                        Wei.ZERO,
                        again ? now.copies() : 0,
                        Math.min(spent, now.spent()),
                        now.durable(),
                        now.closes(),
                        now.restored());
        if (disk.closing()) {
            now.closes().ifPresent(pair -> outs.add(new Out.Submit(pair)));
        }
        outs.add(new Out.Reconnects());
        return Step.moved(next, outs);
    }

    static Channel onDisk(Channel disk, NodeEffect keep) {
        return switch (keep) {
            case NodeEffect.KeepSession session ->
                    new Channel(
                            disk.terms(),
                            disk.xid(),
                            disk.name(),
                            disk.deposit(),
                            session.number(),
                            session.pair(),
                            session.owed(),
                            disk.closing(),
                            false);
            case NodeEffect.KeepPair(int _, int _, Pair pair) ->
                    withNewest(disk, Optional.of(pair));
            case NodeEffect.KeepDebt(int _, Wei owed) -> withOwed(disk, owed);
            case NodeEffect.KeepHello _,
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
                    NodeEffect.Close _ ->
                    disk;
        };
    }

    static Channel withNewest(Channel c, Optional<Pair> newest) {
        return new Channel(
                c.terms(),
                c.xid(),
                c.name(),
                c.deposit(),
                c.highest(),
                newest,
                c.owed(),
                c.closing(),
                c.stopped());
    }

    private static Channel withNumber(Channel c, int highest) {
        return new Channel(
                c.terms(),
                c.xid(),
                c.name(),
                c.deposit(),
                highest,
                c.newest(),
                c.owed(),
                c.closing(),
                c.stopped());
    }

    private static Channel withOwed(Channel c, Wei owed) {
        return new Channel(
                c.terms(),
                c.xid(),
                c.name(),
                c.deposit(),
                c.highest(),
                c.newest(),
                owed,
                c.closing(),
                c.stopped());
    }

    static Channel withDeposit(Channel c, Wei deposit) {
        return new Channel(
                c.terms(),
                c.xid(),
                c.name(),
                Optional.of(deposit),
                c.highest(),
                c.newest(),
                c.owed(),
                c.closing(),
                c.stopped());
    }

    static Channel closing(Channel c) {
        return new Channel(
                c.terms(),
                c.xid(),
                c.name(),
                c.deposit(),
                c.highest(),
                c.newest(),
                c.owed(),
                true,
                c.stopped());
    }

    /// The node's own disk put back; what it closes with is not in it.
    Host restored(Host backup, Host now) {
        return new Host(
                parties.plainNode.first(backup.disk()),
                List.of(),
                backup.disk(),
                backup.account(),
                Optional.empty(),
                Optional.empty(),
                Wei.ZERO,
                0,
                backup.disk().total().plus(backup.disk().owed()).value().longValue(),
                backup.disk().total(),
                Optional.empty(),
                true);
    }

    /// For traces.
    static boolean serves(Host host) {
        return host.node().session() instanceof NodeState.Serving;
    }
}
