package io.evenhand.simulation.metered;

import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.Fault;
import io.evenhand.protocols.metered.Rule;
import io.evenhand.protocols.metered.enclave.EnclaveMachine;
import io.evenhand.protocols.metered.message.Hello;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.Provisioning;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.requester.RequesterEffect;
import io.evenhand.protocols.metered.requester.RequesterInput;
import io.evenhand.protocols.metered.requester.RequesterState;
import io.evenhand.protocols.metered.requester.RequesterState.Held;
import io.evenhand.protocols.metered.requester.RequesterState.Over;
import io.evenhand.protocols.metered.requester.RequesterState.Running;
import io.evenhand.simulation.metered.Requester.Disk;
import io.evenhand.simulation.metered.Requester.Keep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An honest requester around its machine: its disk, its secrets, and what its user wants.
final class RequesterSide implements Machine<Requester, RequesterSide.Event, Out> {
    private final Parties parties;

    RequesterSide(Parties parties) {
        this.parties = parties;
    }

    /// What may happen to it.
    sealed interface Event {
        /// Asks for the next session.
        ///
        /// @param settles whether with a lock of its own it pays what it holds statements for
        record Open(boolean settles) implements Event {}

        /// The oldest of what waits is on disk.
        record Flush() implements Event {}

        record Do(RequesterInput input) implements Event {}

        /// Wants the rounds that are left.
        record Want() implements Event {}

        /// @param flushed how much of what waited was on disk
        record Crash(int flushed) implements Event {}
    }

    @Override
    public Step<Requester, Out> step(Requester now, Event event) {
        List<Out> outs = new ArrayList<>();
        Requester next =
                switch (event) {
                    case Event.Open(boolean settles) -> open(now, settles, outs);
                    case Event.Flush _ -> flush(now, outs);
                    case Event.Do(RequesterInput input) -> input(now, input, outs);
                    case Event.Want _ -> want(now, outs);
                    case Event.Crash(int flushed) -> crash(now, flushed, outs);
                };
        return Step.moved(next, outs);
    }

    private Requester open(Requester now, boolean settles, List<Out> outs) {
        int number = Math.max(now.disk().number(), now.highest()) + 1;
        Optional<Pair> pair = now.newest();
        if (settles) {
            Wei total = owes(now);
            outs.add(new Out.Settled(new Wei(total.value().subtract(total(pair).value()))));
            pair = Optional.of(parties.own(total));
        }
        Opening opening =
                new Opening(
                        parties.xid,
                        number,
                        parties.symbols.of("nonce", number),
                        Parties.ROUNDS,
                        pair);
        RequesterState.Setting setting = setting(now, pair);
        return took(now, parties.plainRequester.open(setting, opening), outs);
    }

    private RequesterState.Setting setting(Requester now, Optional<Pair> pair) {
        List<Running> before =
                parties.mutant.has(Flaw.CIPHERTEXTS_DROPPED)
                        ? List.of()
                        : now.past().stream()
                                .filter(one -> !one.received().held().isEmpty())
                                .toList();
        return new RequesterState.Setting(
                parties.terms,
                parties.xid,
                parties.channel,
                parties.signer,
                now.deposit(),
                pair,
                now.state(),
                before);
    }

    /// The total with which all rounds are paid that it holds a statement of.
    static Wei owes(Requester now) {
        return now.past().isEmpty() ? Wei.ZERO : now.past().getLast().received().total();
    }

    static Wei total(Optional<Pair> pair) {
        return pair.map(Pair::total).orElse(Wei.ZERO);
    }

    /// Rounds that the user still wants.
    static int left(Running running) {
        return Parties.ROUNDS
                - (int) Parties.count(running.setting().state())
                - running.received().round();
    }

    private Requester want(Requester now, List<Out> outs) {
        Running running = (Running) now.machine().orElseThrow();
        Optional<RequesterInput.Begin> begin = Optional.empty();
        if (running.asked().upTo() == 0) {
            Octets state = running.setting().state();
            int number = Requester.number(running);
            begin =
                    Optional.of(
                            new RequesterInput.Begin(
                                    state,
                                    parties.sealedState(
                                            running.session().psk(), number, 1, state)));
        }
        return input(now, new RequesterInput.Want(left(running), Parties.CYCLES, begin), outs);
    }

    private Requester input(Requester now, RequesterInput input, List<Out> outs) {
        Requester heard =
                input instanceof RequesterInput.Heard(StreamMessage.Ended ended)
                        ? now.highest(ended.highest())
                        : now;
        return now.machine().isEmpty()
                ? heard
                : took(heard, parties.requesterMachine.step(now.machine().get(), input), outs);
    }

    private Requester took(
            Requester now, Step<RequesterState, RequesterEffect> step, List<Out> outs) {
        if (!(step instanceof Step.Moved<RequesterState, RequesterEffect> moved)) {
            return now;
        }
        Requester next = now.machine(moved.state());
        List<RequesterEffect.CheckEvidence> checks = new ArrayList<>();
        for (RequesterEffect effect : moved.effects()) {
            switch (effect) {
                case RequesterEffect.Say(StreamMessage message) -> {
                    said(next, message, outs);
                    outs.add(new Out.Say(message));
                }
                case RequesterEffect.KeepOpening _,
                        RequesterEffect.KeepProvision _,
                        RequesterEffect.KeepRounds _ -> {
                    List<Keep> keeps = new ArrayList<>(next.keeps());
                    keeps.add(new Keep(effect, moved.state()));
                    next = next.keeps(keeps);
                }
                case RequesterEffect.CheckEvidence check -> checks.add(check);
                case RequesterEffect.SendProgram _ ->
                        throw new IllegalStateException("the enclaves have the program");
                case RequesterEffect.Give give -> outs.add(gave(next, give));
                case RequesterEffect.End _ -> {}
            }
        }
        if (moved.state() instanceof Over over) {
            next = over(next, over);
        }
        for (RequesterEffect.CheckEvidence check : checks) {
            next = input(next, evidence(check), outs);
        }
        return next;
    }

    private void said(Requester now, StreamMessage message, List<Out> outs) {
        if (message instanceof StreamMessage.Update update
                && now.machine().orElseThrow() instanceof Running running) {
            boolean flushed =
                    now.disk()
                            .session(update.number())
                            .filter(kept -> kept.received().round() >= update.round())
                            .isPresent();
            running.received().held().stream()
                    .filter(held -> held.statement().round() == update.round())
                    .forEach(held ->
                            outs.add(
                                    new Out.Signed(
                                            update.number(),
                                            update.round(),
                                            update.total(),
                                            held.statement().lock(),
                                            flushed,
                                            evidence(running, held))));
        }
    }

    /// Whether it has the enclave's signature where it must (G6).
    private boolean evidence(Running running, Held held) {
        boolean must =
                EnclaveMachine.mustBeSigned(parties.terms, held.statement())
                        || held.statement().round() == running.asked().upTo();
        return !must
                || held.signature()
                        .filter(by ->
                                parties.crypto
                                        .verification()
                                        .verify(running.session().sigKey(), held.statement(), by))
                        .isPresent();
    }

    private Out gave(Requester now, RequesterEffect.Give give) {
        Held held = give.round();
        long first =
                now.machine()
                        .filter(state -> state instanceof Running)
                        .map(state -> (Running) state)
                        .filter(one -> Requester.number(one) == held.statement().session())
                        .or(() ->
                                now.past().stream()
                                        .filter(one ->
                                                Requester.number(one) == held.statement().session())
                                        .findFirst())
                        .or(() -> now.disk().session(held.statement().session()))
                        .map(one -> Parties.count(one.setting().state()))
                        .orElse(0L);
        long count = Parties.count(give.state());
        return new Out.Gave(
                held.statement().lock(),
                Parties.PRICES.of(held.statement().round(), held.statement().charged()),
                count,
                count == first + held.statement().round());
    }

    private Requester over(Requester now, Over over) {
        Optional<Running> last = over.last();
        List<Running> all = last.map(one -> Requester.with(now.past(), one)).orElse(now.past());
        Optional<Pair> pair =
                last.flatMap(one -> one.opened().pair()).or(() -> over.setting().newest());
        Octets state = last.map(one -> one.opened().state()).orElse(over.setting().state());
        boolean leaves = over.why().map(Fault::rule).filter(RequesterSide::lie).isPresent();
        return now.over(all, pair.or(now::newest), state, leaves);
    }

    /// Whether a fault shows that the node, or its enclave, lies.
    private static boolean lie(Rule rule) {
        return switch (rule) {
            case SIGNATURE,
                    PAIR,
                    BASE,
                    BASE_CLOSED,
                    EVIDENCE,
                    MAC,
                    UNSIGNED,
                    CHARGED,
                    SEAL,
                    KEY,
                    CONTENTS,
                    WINDOW ->
                    true;
            case UNEXPECTED,
                    SESSION,
                    EXCHANGE,
                    PEER_REFUSED,
                    NOT_OPEN,
                    PROVISION,
                    PROGRAM,
                    ROUND,
                    CYCLES,
                    STATE,
                    TOTAL,
                    DEPOSIT,
                    EXPOSURE,
                    CLOSING,
                    SENDER,
                    GIVEN_UP,
                    TERMS,
                    PRICE,
                    PAYEE,
                    TIMEOUT,
                    CODE ->
                    false;
        };
    }

    /// The evidence must be an enclave's, of this session, for the keys of the hello.
    private RequesterInput evidence(RequesterEffect.CheckEvidence check) {
        Hello hello = check.hello().hello();
        Octets wanted =
                parties.symbols.octets(
                        "evidence",
                        check.opening().nonce(),
                        parties.xid,
                        hello.number(),
                        hello.encKey(),
                        hello.sigKey());
        if (!hello.evidence().equals(wanted) && !parties.mutant.has(Flaw.EVIDENCE_UNCHECKED)) {
            return new RequesterInput.EvidenceFails(Rule.EVIDENCE.because("no enclave"));
        }
        KeyId psk = parties.symbols.key("psk " + hello.number());
        Provisioning header =
                new Provisioning(
                        parties.xid,
                        hello.number(),
                        parties.crypto.verification().hash(hello),
                        parties.requester.pskId(psk),
                        hello.base());
        return new RequesterInput.EvidenceHolds(
                header,
                psk,
                parties.provision(hello.encKey(), header, parties.requester.sign(header), psk));
    }

    private Requester flush(Requester now, List<Out> outs) {
        Keep keep = now.keeps().getFirst();
        Requester next =
                now.disk(onDisk(now.disk(), keep))
                        .keeps(now.keeps().subList(1, now.keeps().size()));
        RequesterInput kept =
                switch (keep.effect()) {
                    case RequesterEffect.KeepProvision _ -> new RequesterInput.ProvisionKept();
                    case RequesterEffect.KeepRounds rounds ->
                            new RequesterInput.RoundsKept(rounds.update().round());
                    case RequesterEffect.KeepOpening _,
                            RequesterEffect.Say _,
                            RequesterEffect.CheckEvidence _,
                            RequesterEffect.SendProgram _,
                            RequesterEffect.Give _,
                            RequesterEffect.End _ ->
                            new RequesterInput.OpeningKept();
                };
        return input(next, kept, outs);
    }

    private Disk onDisk(Disk disk, Keep keep) {
        return switch (keep.effect()) {
            case RequesterEffect.KeepOpening(Opening opening) ->
                    new Disk(
                            opening.number(),
                            Optional.of(opening),
                            Optional.empty(),
                            parties.mutant.has(Flaw.CIPHERTEXTS_DROPPED) ? List.of() : disk.kept(),
                            disk.newest(),
                            disk.state());
            case RequesterEffect.KeepProvision provision ->
                    new Disk(
                            disk.number(),
                            disk.opening(),
                            Optional.of(provision),
                            disk.kept(),
                            keep.after().setting().newest(),
                            keep.after().setting().state());
            case RequesterEffect.KeepRounds rounds when keep.after() instanceof Running running ->
                    disk.session(upTo(running, rounds.update().round()));
            case RequesterEffect.KeepRounds _,
                    RequesterEffect.Say _,
                    RequesterEffect.CheckEvidence _,
                    RequesterEffect.SendProgram _,
                    RequesterEffect.Give _,
                    RequesterEffect.End _ ->
                    disk;
        };
    }

    /// What a flush with an update holds of a session (G10).
    private Running upTo(Running running, int round) {
        List<Held> held =
                running.received().held().stream()
                        .filter(one -> one.statement().round() <= round)
                        .toList();
        Held last = held.getLast();
        return new Running(
                running.setting(),
                running.session(),
                new RequesterState.Received(
                        round,
                        parties.crypto.verification().hash(last.statement()),
                        last.statement().outState(),
                        last.total(),
                        held,
                        last.statement().end()),
                new RequesterState.Paid(round, Optional.empty(), List.of()),
                running.opened(),
                running.asked());
    }

    private Requester crash(Requester now, int flushed, List<Out> outs) {
        Disk disk = now.disk();
        for (Keep keep : now.keeps().subList(0, flushed)) {
            disk = onDisk(disk, keep);
        }
        outs.add(new Out.Reconnects());
        Requester next =
                new Requester(
                        Optional.empty(),
                        List.of(),
                        disk,
                        disk.kept(),
                        disk.number(),
                        disk.newest(),
                        disk.state(),
                        now.deposit(),
                        now.left());
        return restarted(next).map(next::machine).orElse(next);
    }

    /// The machine as far as the disk knows it: the same bytes are said again (G5).
    private Optional<RequesterState> restarted(Requester now) {
        Disk disk = now.disk();
        RequesterState.Setting setting = setting(now, disk.newest());
        Optional<Running> running = disk.session(disk.number());
        if (running.isPresent()) {
            // What was not flushed is asked for again, and said again.
            return Optional.of(in(setting, running.get()));
        }
        if (disk.provision().isPresent()) {
            RequesterEffect.KeepProvision kept = disk.provision().get();
            return Optional.of(
                    new RequesterState.Provided(
                            setting,
                            disk.opening().orElseThrow(),
                            kept.hello(),
                            kept.header(),
                            kept.psk(),
                            kept.bytes(),
                            false,
                            true));
        }
        return disk.opening().map(opening -> new RequesterState.Greeting(setting, opening, true));
    }

    private static Running in(RequesterState.Setting setting, Running running) {
        return new Running(
                new RequesterState.Setting(
                        setting.terms(),
                        setting.xid(),
                        setting.name(),
                        setting.signer(),
                        setting.deposit(),
                        running.setting().newest(),
                        running.setting().state(),
                        setting.before()),
                running.session(),
                running.received(),
                running.paid(),
                running.opened(),
                running.asked());
    }
}
