package io.evenhand.simulation.metered;

import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.requester.RequesterEffect;
import io.evenhand.protocols.metered.requester.RequesterState;
import io.evenhand.protocols.metered.requester.RequesterState.Running;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A requester's process and its disk.
///
/// @param machine empty before the first session
/// @param keeps what waits to be flushed, oldest first
/// @param past sessions that are over
/// @param highest session number that is known to be used
/// @param newest update that it has a key for
/// @param state to go on from
/// @param deposit that it knows to be final
/// @param left whether it has no further session with this node
record Requester(
        Optional<RequesterState> machine,
        List<Keep> keeps,
        Disk disk,
        List<Running> past,
        int highest,
        Optional<Pair> newest,
        Octets state,
        Wei deposit,
        boolean left) {
    Requester {
        keeps = List.copyOf(keeps);
        past = List.copyOf(past);
    }

    /// @param after the machine's state, from which what is to be flushed is taken
    record Keep(RequesterEffect effect, RequesterState after) {}

    /// What survives.
    ///
    /// @param kept the newest flushed part of each session
    record Disk(
            int number,
            Optional<Opening> opening,
            Optional<RequesterEffect.KeepProvision> provision,
            List<Running> kept,
            Optional<Pair> newest,
            Octets state) {
        Disk {
            kept = List.copyOf(kept);
        }

        Optional<Running> session(int of) {
            return kept.stream().filter(one -> Requester.number(one) == of).findFirst();
        }

        Disk session(Running running) {
            return new Disk(
                    number,
                    opening,
                    provision,
                    with(kept, running),
                    running.opened().pair().or(() -> newest),
                    running.opened().state());
        }
    }

    /// A few of its parts tell most states apart; all of them are compared.
    @Override
    public int hashCode() {
        int h = machine.map(Requester::shape).orElse(0);
        h = h * 31 + keeps.size();
        h = h * 31 + past.size() + 8 * highest + (left ? 64 : 0);
        h = h * 31 + newest.map(pair -> pair.lock().hashCode()).orElse(0);
        h = h * 31 + state.hashCode() + deposit.hashCode();
        h = h * 31 + disk.number() + 8 * disk.kept().size();
        for (Running one : disk.kept()) {
            h = h * 31 + running(one);
        }
        return h;
    }

    private static int shape(RequesterState state) {
        return switch (state) {
            case RequesterState.Greeting now -> now.said() ? 1 : 2;
            case RequesterState.Checking _ -> 3;
            case RequesterState.Provided now ->
                    (now.said() ? 4 : 5) + 31 * now.hello().hello().base().hashCode();
            case RequesterState.Running now -> 6 + 31 * running(now);
            case RequesterState.Over now ->
                    7 + 31 * now.why().hashCode() + now.last().map(Requester::running).orElse(0);
        };
    }

    private static int running(Running now) {
        int h = number(now) * 31 + now.received().round();
        h = h * 31 + now.received().hash().hashCode();
        h = h * 31 + now.received().held().size();
        h = h * 31 + now.paid().signed() + now.paid().keeping().map(one -> one.round()).orElse(9);
        return h * 31
                + now.opened().round()
                + 8 * now.asked().upTo()
                + (now.asked().stopping() ? 64 : 0);
    }

    static Requester first(Wei deposit) {
        Octets zero = Parties.counter(0);
        return new Requester(
                Optional.empty(),
                List.of(),
                new Disk(0, Optional.empty(), Optional.empty(), List.of(), Optional.empty(), zero),
                List.of(),
                0,
                Optional.empty(),
                zero,
                deposit,
                false);
    }

    Requester machine(RequesterState other) {
        return new Requester(
                Optional.of(other), keeps, disk, past, highest, newest, state, deposit, left);
    }

    Requester keeps(List<Keep> other) {
        return new Requester(machine, other, disk, past, highest, newest, state, deposit, left);
    }

    Requester disk(Disk other) {
        return new Requester(machine, keeps, other, past, highest, newest, state, deposit, left);
    }

    Requester highest(int number) {
        return new Requester(
                machine,
                keeps,
                disk,
                past,
                Math.max(highest, number),
                newest,
                state,
                deposit,
                left);
    }

    Requester deposit(Wei wei) {
        return new Requester(machine, keeps, disk, past, highest, newest, state, wei, left);
    }

    /// A session is over, with what it opened.
    Requester over(List<Running> all, Optional<Pair> pair, Octets after, boolean leaves) {
        return new Requester(
                machine, keeps, disk, all, highest, pair, after, deposit, left || leaves);
    }

    static int number(Running running) {
        return running.session().opening().number();
    }

    /// The sessions with one of them in its newest form.
    static List<Running> with(List<Running> sessions, Running running) {
        List<Running> all = new ArrayList<>();
        sessions.stream().filter(one -> number(one) != number(running)).forEach(all::add);
        all.add(alone(running));
        return all;
    }

    /// Without the sessions before, which are beside it.
    private static Running alone(Running running) {
        RequesterState.Setting s = running.setting();
        return new Running(
                new RequesterState.Setting(
                        s.terms(),
                        s.xid(),
                        s.name(),
                        s.signer(),
                        s.deposit(),
                        s.newest(),
                        s.state(),
                        List.of()),
                running.session(),
                running.received(),
                running.paid(),
                running.opened(),
                running.asked());
    }
}
