package io.evenhand.simulation.metered;

import io.evenhand.kit.machine.Step;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.enclave.EnclaveEffect;
import io.evenhand.protocols.metered.enclave.EnclaveInput;
import io.evenhand.protocols.metered.enclave.EnclaveState;
import io.evenhand.protocols.metered.message.End;
import io.evenhand.protocols.metered.message.Hello;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.message.Provisioning;
import io.evenhand.protocols.metered.message.RoundStatement;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.message.StreamMessage.Result;
import io.evenhand.protocols.metered.message.Terms;
import io.evenhand.simulation.metered.Host.Live;
import io.evenhand.simulation.metered.Liar.Stated;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What a dishonest node can do with its enclaves, all of it.
final class LiarMoves {
    static final Octets WRONG = Parties.counter(99);

    private final Parties parties;
    private final Loot loot;
    private final Terms otherTerms;

    LiarMoves(Parties parties, Loot loot) {
        this.parties = parties;
        this.loot = loot;
        otherTerms =
                parties.terms(
                        parties.terms.requester(),
                        parties.terms.node(),
                        parties.symbols.of("another program"));
    }

    /// One thing it may do, and what it has after it.
    record Move(String label, Liar after) {}

    List<Move> moves(Liar liar) {
        List<Move> all = new ArrayList<>();
        Loot.newest(liar).ifPresent(opening -> start(liar, opening, all));
        for (Live live : liar.enclaves()) {
            switch (live.state()) {
                case EnclaveState.Fresh _ -> provision(liar, live, all);
                case EnclaveState.Ready ready -> ready(liar, live, ready, all);
                case EnclaveState.Over over -> pays(liar, live, all);
                case EnclaveState.Provisioned _, EnclaveState.Refused _ -> {}
            }
        }
        return all;
    }

    /// One enclave for a number, and with any base.
    private void start(Liar liar, Opening opening, List<Move> all) {
        if (liar.enclaves().stream().anyMatch(live -> live.number() == opening.number())) {
            return;
        }
        Set<Wei> bases = new LinkedHashSet<>();
        bases.add(RequesterSide.total(opening.pair()));
        loot.pairs(liar).forEach(pair -> bases.add(pair.total()));
        for (Wei base : bases) {
            for (Terms terms : loot.plain() ? List.of(parties.terms) : both()) {
                EnclaveState fresh =
                        new EnclaveState.Fresh(
                                terms,
                                parties.xid(terms),
                                opening.number(),
                                opening.rounds(),
                                base);
                all.add(
                        new Move(
                                "starts an enclave from "
                                        + base
                                        + (terms.equals(otherTerms) ? " with another program" : ""),
                                liar.starts(new Live(opening.number(), 1, fresh))));
            }
        }
    }

    private List<Terms> both() {
        return List.of(parties.terms, otherTerms);
    }

    private void provision(Liar liar, Live live, List<Move> all) {
        Parties.Keys keys = parties.keys(live.number(), live.copy());
        for (StreamMessage message : liar.heard()) {
            if (message instanceof StreamMessage.Provision provision
                    && provision.number() == live.number()) {
                for (Hello hello : loot.hellos(liar, live)) {
                    parties.symbols
                            .term(provision.sealed())
                            .filter(term -> term.get(1).equals(parties.encKey(keys)))
                            .filter(term ->
                                    ((Provisioning) term.get(2))
                                            .hello()
                                            .equals(parties.crypto.verification().hash(hello)))
                            .ifPresent(term ->
                                    all.add(
                                            new Move(
                                                    "gives the psk to its enclave",
                                                    given(liar, live, hello, term))));
                }
            }
        }
    }

    private Liar given(Liar liar, Live live, Hello hello, List<Object> term) {
        KeyId psk = (KeyId) term.get(4);
        Liar next =
                enclave(
                        liar,
                        live,
                        new EnclaveInput.Provision(
                                hello,
                                true,
                                (Provisioning) term.get(2),
                                (Signature) term.get(3),
                                psk,
                                parties.requester.pskId(psk)));
        return next.enclaves().stream()
                .filter(one -> one.number() == live.number() && one.copy() == live.copy())
                .filter(one -> one.state() instanceof EnclaveState.Provisioned)
                .findFirst()
                .map(one -> enclave(next, one, new EnclaveInput.Loaded()))
                .orElse(next);
    }

    private void ready(Liar liar, Live live, EnclaveState.Ready ready, List<Move> all) {
        int round = ready.executed() + 1;
        if (parties.mutant.has(Flaw.ENCLAVE_ON_DISK) && ready.executed() == 1) {
            all.add(new Move("puts its enclave back", liar.has(back(live, ready))));
        }
        for (StreamMessage message : liar.heard()) {
            if (message instanceof StreamMessage.Run run && run.number() == live.number()) {
                if (round >= run.from() && round <= run.upTo()) {
                    runs(liar, live, ready, run, round, all);
                }
                if (!loot.plain() && run.from() == 1 && ready.executed() == 1) {
                    again(liar, live, ready, run, all);
                }
            }
        }
        pays(liar, live, all);
    }

    private void pays(Liar liar, Live live, List<Move> all) {
        for (StreamMessage message : liar.heard()) {
            if (message instanceof StreamMessage.Update update
                    && update.number() == live.number()) {
                Liar paid =
                        enclave(
                                liar,
                                live,
                                new EnclaveInput.Pay(
                                        update.round(), update.total(), update.signature()));
                if (!paid.equals(liar)) {
                    all.add(new Move("gets the key of round " + update.round(), paid));
                }
            }
        }
    }

    /// Asks for the first round again, with more cycles.
    private void again(
            Liar liar, Live live, EnclaveState.Ready ready, StreamMessage.Run run, List<Move> all) {
        StreamMessage.Run more =
                new StreamMessage.Run(run.number(), 1, 1, 2 * run.c(), run.state());
        Optional<Octets> state =
                run.state()
                        .flatMap(sealed -> parties.opened(sealed, ready.psk(), live.number(), 1));
        all.add(
                new Move(
                        "asks for round 1 again",
                        ran(liar, live, more, 1, state, Parties.counter(2))));
    }

    /// As it was when it had its psk.
    static Live back(Live live, EnclaveState.Ready ready) {
        return new Live(
                live.number(),
                live.copy(),
                new EnclaveState.Ready(
                        ready.fresh(),
                        ready.psk(),
                        0,
                        new Octets(new byte[0]),
                        Bytes32.ZERO,
                        ready.unpaid().getFirst().statement().previous(),
                        ready.fresh().base(),
                        List.of(),
                        Optional.empty()));
    }

    private void runs(
            Liar liar,
            Live live,
            EnclaveState.Ready ready,
            StreamMessage.Run run,
            int round,
            List<Move> all) {
        Optional<Octets> state =
                (round == run.from() ? run.state() : Optional.<StreamMessage.SealedState>empty())
                        .flatMap(sealed ->
                                parties.opened(sealed, ready.psk(), live.number(), round));
        Octets before = state.orElse(ready.state());
        boolean own = ready.fresh().terms().program().equals(parties.terms.program());
        Octets after = own ? Parties.counter(Parties.count(before) + run.c()) : WRONG;
        Liar ran = ran(liar, live, run, round, state, after);
        all.add(new Move("runs round " + round, ran));
        if (!loot.plain()) {
            lies(liar, live, run, round, state, after, all);
        }
        if (parties.scenario.may(Fault.ENCLAVE_BROKEN)) {
            all.add(
                    new Move(
                            "makes a wrong round " + round,
                            ran(liar, live, run, round, state, WRONG)));
            all.add(new Move("makes a junk round " + round, junk(ran, live)));
        }
    }

    /// The round as nobody asked for it.
    private void lies(
            Liar liar,
            Live live,
            StreamMessage.Run run,
            int round,
            Optional<Octets> state,
            Octets after,
            List<Move> all) {
        StreamMessage.Run more =
                new StreamMessage.Run(
                        run.number(), run.from(), run.upTo(), 2 * run.c(), run.state());
        all.add(
                new Move(
                        "runs round " + round + " with more cycles",
                        ran(liar, live, more, round, state, after)));
        if (parties.mutant.has(Flaw.INPUT_UNNAMED)) {
            all.add(
                    new Move(
                            "runs round " + round + " from another state",
                            ran(
                                    liar,
                                    live,
                                    run,
                                    round,
                                    Optional.of(Parties.counter(50)),
                                    Parties.counter(51))));
        }
        Liar begun = enclave(liar, live, new EnclaveInput.Run(round, run.c(), state, true));
        all.add(
                new Move(
                        "breaks the machine in round " + round,
                        enclave(begun, of(begun, live), new EnclaveInput.Broken("killed"))));
    }

    private Liar ran(
            Liar liar,
            Live live,
            StreamMessage.Run run,
            int round,
            Optional<Octets> state,
            Octets after) {
        Liar next =
                enclave(
                        liar,
                        live,
                        new EnclaveInput.Run(round, run.c(), state, round == run.upTo()));
        Live running = of(next, live);
        return enclave(
                next,
                running,
                new EnclaveInput.Ran(End.MORE, run.c(), run.c(), after, new Octets(new byte[0])));
    }

    private static Live of(Liar liar, Live live) {
        return liar.enclaves().stream()
                .filter(one -> one.number() == live.number() && one.copy() == live.copy())
                .findFirst()
                .orElseThrow();
    }

    /// The last round of a broken enclave with a ciphertext that nothing opens.
    private Liar junk(Liar liar, Live live) {
        Live now = of(liar, live);
        EnclaveState.Ready ready = (EnclaveState.Ready) now.state();
        EnclaveState.Made made = ready.unpaid().getLast();
        Octets ciphertext = parties.symbols.octets("junk", live.number(), ready.executed());
        RoundStatement statement = made.statement().sealedAs(parties.rounds.digest(ciphertext));
        Parties.Keys keys = parties.keys(live.number(), live.copy());
        Result r = made.result();
        Result result =
                new Result(
                        r.round(),
                        r.d(),
                        r.charged(),
                        r.end(),
                        r.outState(),
                        r.lock(),
                        parties.rounds.mac(ready.psk(), statement),
                        r.signature().map(_ -> keys.sign(statement)),
                        ciphertext);
        List<EnclaveState.Made> unpaid = new ArrayList<>(ready.unpaid());
        unpaid.set(unpaid.size() - 1, new EnclaveState.Made(statement, result, made.total()));
        EnclaveState state =
                new EnclaveState.Ready(
                        ready.fresh(),
                        ready.psk(),
                        ready.executed(),
                        ready.state(),
                        ready.outState(),
                        parties.crypto.verification().hash(statement),
                        ready.total(),
                        unpaid,
                        ready.running());
        Liar without =
                new Liar(
                        liar.enclaves(),
                        liar.heard(),
                        without(liar.results(), live, r.round()),
                        liar.keys());
        return without.has(new Live(live.number(), live.copy(), state))
                .result(new Stated(live.number(), live.copy(), result));
    }

    private static Set<Stated> without(Set<Stated> results, Live live, int round) {
        Set<Stated> left = new LinkedHashSet<>();
        results.stream()
                .filter(one -> one.number() != live.number() || one.result().round() != round)
                .forEach(left::add);
        return left;
    }

    /// What an enclave answers is the liar's.
    private Liar enclave(Liar liar, Live live, EnclaveInput input) {
        Parties.Keys keys = parties.keys(live.number(), live.copy());
        Step<EnclaveState, EnclaveEffect> step =
                parties.enclaveMachine(keys).step(live.state(), input);
        if (!(step instanceof Step.Moved<EnclaveState, EnclaveEffect> moved)) {
            return liar;
        }
        Liar next = liar.has(new Live(live.number(), live.copy(), moved.state()));
        for (EnclaveEffect effect : moved.effects()) {
            next =
                    switch (effect) {
                        case EnclaveEffect.Answer(Result result, Wei _) ->
                                next.result(new Stated(live.number(), live.copy(), result));
                        case EnclaveEffect.Release(int _, Bytes32 k) -> next.key(k);
                        case EnclaveEffect.Load _,
                                EnclaveEffect.Ready _,
                                EnclaveEffect.Execute _,
                                EnclaveEffect.Refuse _,
                                EnclaveEffect.End _ ->
                                next;
                    };
        }
        return next;
    }
}
