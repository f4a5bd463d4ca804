package io.evenhand.protocols.metered.enclave;

import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.Fault;
import io.evenhand.protocols.metered.MeteredCrypto;
import io.evenhand.protocols.metered.Rule;
import io.evenhand.protocols.metered.enclave.EnclaveState.Made;
import io.evenhand.protocols.metered.enclave.EnclaveState.Running;
import io.evenhand.protocols.metered.message.Payload;
import io.evenhand.protocols.metered.message.Provisioning;
import io.evenhand.protocols.metered.message.RoundStatement;
import io.evenhand.protocols.metered.message.StreamMessage.Result;
import io.evenhand.protocols.metered.message.Terms;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The enclave of one session: executes each round once, states what it did, and gives the key of a
/// round for the update that pays for it (A4, F2, F9).
///
/// Its host is not trusted: what it says twice is answered with the same bytes, and nothing it says
/// makes a key leave without an update that the requester signed.
public final class EnclaveMachine implements Machine<EnclaveState, EnclaveInput, EnclaveEffect> {
    private static final Octets EMPTY = new Octets(new byte[0]);

    private final MeteredCrypto crypto;
    private final SessionKeys keys;

    public EnclaveMachine(MeteredCrypto crypto, SessionKeys keys) {
        this.crypto = crypto;
        this.keys = keys;
    }

    @Override
    public Step<EnclaveState, EnclaveEffect> step(EnclaveState state, EnclaveInput input) {
        return switch (state) {
            case EnclaveState.Fresh fresh when input instanceof EnclaveInput.Provision given ->
                    provision(fresh, given);
            case EnclaveState.Provisioned has when input instanceof EnclaveInput.Loaded ->
                    loaded(has);
            case EnclaveState.Ready ready -> ready(ready, input);
            // A fault ends the rounds, not the debts.
            case EnclaveState.Over over when input instanceof EnclaveInput.Pay pay ->
                    pay(over, over.last(), pay);
            case EnclaveState.Over over when input instanceof EnclaveInput.Sign sign ->
                    sign(over, over.last(), sign.round());
            case EnclaveState.Fresh _,
                    EnclaveState.Provisioned _,
                    EnclaveState.Over _,
                    EnclaveState.Refused _ ->
                    refuse(state, Rule.UNEXPECTED.because("not now"));
        };
    }

    private static Step<EnclaveState, EnclaveEffect> refuse(EnclaveState state, Fault why) {
        return Step.moved(state, new EnclaveEffect.Refuse(why));
    }

    private static Step<EnclaveState, EnclaveEffect> end(Fault why) {
        return Step.moved(new EnclaveState.Refused(why), new EnclaveEffect.Refuse(why));
    }

    /// F9: the keys that R saw, R's own signature, the base of both sides.
    private Step<EnclaveState, EnclaveEffect> provision(
            EnclaveState.Fresh fresh, EnclaveInput.Provision given) {
        Provisioning header = given.header();
        Terms terms = fresh.terms();
        if (!given.keys()
                || !given.hello().xid().equals(fresh.xid())
                || given.hello().number() != fresh.number()
                || !given.hello().base().equals(fresh.base())) {
            return end(Rule.PROVISION.because("the hello is not of this enclave"));
        }
        if (!header.xid().equals(fresh.xid())
                || header.number() != fresh.number()
                || !header.hello().equals(crypto.verification().hash(given.hello()))) {
            return end(Rule.PROVISION.because("the psk is for another session"));
        }
        if (!header.base().equals(fresh.base())) {
            return end(Rule.BASE.because("requester and host count from different totals"));
        }
        if (!header.pskId().equals(given.pskId())
                || !crypto.verification().verify(terms.requester(), header, given.signature())) {
            return end(Rule.SIGNATURE.because("the psk is not from the requester"));
        }
        return Step.moved(
                new EnclaveState.Provisioned(
                        fresh, given.psk(), crypto.verification().hash(header)),
                new EnclaveEffect.Load());
    }

    private Step<EnclaveState, EnclaveEffect> loaded(EnclaveState.Provisioned has) {
        return Step.moved(
                new EnclaveState.Ready(
                        has.fresh(),
                        has.psk(),
                        0,
                        EMPTY,
                        Bytes32.ZERO,
                        has.header(),
                        has.fresh().base(),
                        List.of(),
                        Optional.empty()),
                new EnclaveEffect.Ready());
    }

    private Step<EnclaveState, EnclaveEffect> ready(EnclaveState.Ready ready, EnclaveInput input) {
        return switch (input) {
            case EnclaveInput.Run run -> run(ready, run);
            case EnclaveInput.Ran ran -> ran(ready, ran);
            case EnclaveInput.Broken(String why) ->
                    Step.moved(
                            new EnclaveState.Over(ready, Optional.of(Rule.PROGRAM.because(why))),
                            new EnclaveEffect.End());
            case EnclaveInput.Pay pay -> pay(ready, ready, pay);
            case EnclaveInput.Sign sign -> sign(ready, ready, sign.round());
            // One psk in its life (F9).
            case EnclaveInput.Provision _, EnclaveInput.Loaded _ ->
                    refuse(ready, Rule.PROVISION.because("this enclave has its psk"));
        };
    }

    private Step<EnclaveState, EnclaveEffect> run(EnclaveState.Ready ready, EnclaveInput.Run run) {
        Terms terms = ready.fresh().terms();
        Optional<Made> made = made(ready, run.round());
        if (made.isPresent()) {
            // Executed once; the same bytes when asked again.
            return Step.moved(
                    ready, new EnclaveEffect.Answer(made.get().result(), made.get().total()));
        }
        if (ready.running().isPresent()) {
            return ready.running().get().round() == run.round()
                    ? Step.moved(ready)
                    : refuse(ready, Rule.ROUND.because("a round is at work"));
        }
        if (run.round() != ready.executed() + 1 || run.round() > ready.fresh().rounds()) {
            return refuse(
                    ready,
                    Rule.ROUND.because(
                            "round " + run.round() + " does not follow " + ready.executed()));
        }
        if (run.c() < 1 || run.c() > terms.limits().cMost()) {
            return refuse(ready, Rule.CYCLES.because(run.c() + " cycles"));
        }
        if (run.round() == 1 && run.state().isEmpty()) {
            return refuse(ready, Rule.STATE.because("round 1 has no state"));
        }
        Octets before = run.state().orElse(ready.state());
        if (before.length() > terms.limits().stateBytes()) {
            return refuse(ready, Rule.STATE.because("the state is above its limit"));
        }
        Bytes32 inState =
                run.state().isEmpty()
                        ? ready.outState()
                        : crypto.rounds().stateId(ready.psk(), ready.executed(), before);
        Running running = new Running(run.round(), run.c(), inState, before, run.sign());
        return Step.moved(
                with(ready, ready.unpaid(), Optional.of(running)),
                new EnclaveEffect.Execute(before, run.c()));
    }

    private Step<EnclaveState, EnclaveEffect> ran(EnclaveState.Ready ready, EnclaveInput.Ran ran) {
        if (ready.running().isEmpty()) {
            return refuse(ready, Rule.UNEXPECTED.because("no round is at work"));
        }
        Running running = ready.running().get();
        Made made = make(ready, running, ran);
        List<Made> unpaid = new ArrayList<>(ready.unpaid());
        unpaid.add(made);
        EnclaveState.Ready next =
                new EnclaveState.Ready(
                        ready.fresh(),
                        ready.psk(),
                        running.round(),
                        ran.end().fault() ? running.before() : ran.state(),
                        made.statement().outState(),
                        crypto.verification().hash(made.statement()),
                        made.total(),
                        unpaid,
                        Optional.empty());
        EnclaveEffect answer = new EnclaveEffect.Answer(made.result(), made.total());
        return ran.end().fault()
                ? Step.moved(
                        new EnclaveState.Over(next, Optional.empty()),
                        answer,
                        new EnclaveEffect.End())
                : Step.moved(next, answer);
    }

    private Made make(EnclaveState.Ready ready, Running running, EnclaveInput.Ran ran) {
        EnclaveState.Fresh fresh = ready.fresh();
        Bytes32 k = keys.key(running.round());
        boolean fault = ran.end().fault();
        Octets after = fault ? running.before() : ran.state();
        RoundStatement unsealed =
                new RoundStatement(
                        fresh.xid(),
                        fresh.number(),
                        running.round(),
                        running.inState(),
                        crypto.rounds().stateId(ready.psk(), running.round(), after),
                        running.c(),
                        ran.d(),
                        ran.charged(),
                        ran.end(),
                        crypto.rounds().lockOf(k),
                        Bytes32.ZERO,
                        ready.previous());
        Octets payload = fault ? EMPTY : Payload.of(running.before(), after, ran.output()).encode();
        Octets ciphertext =
                crypto.rounds().seal(ready.psk(), k, crypto.verification().hash(unsealed), payload);
        RoundStatement statement = unsealed.sealedAs(crypto.rounds().digest(ciphertext));
        boolean sign = mustBeSigned(fresh.terms(), statement) || running.sign();
        Optional<Signature> signature = sign ? Optional.of(keys.sign(statement)) : Optional.empty();
        Result result =
                new Result(
                        running.round(),
                        ran.d(),
                        ran.charged(),
                        ran.end(),
                        statement.outState(),
                        statement.lock(),
                        crypto.rounds().mac(ready.psk(), statement),
                        signature,
                        ciphertext);
        Wei price = fresh.terms().prices().of(running.round(), ran.charged());
        return new Made(statement, result, ready.total().plus(price));
    }

    /// G6.
    public static boolean mustBeSigned(Terms terms, RoundStatement statement) {
        return statement.round() % terms.signEvery() == 0
                || switch (statement.end()) {
                    case MORE -> false;
                    case DONE, TRAP, FUEL, CALL_FUEL, FRAMES, ABI, LOAD -> true;
                };
    }

    /// A4: the requester's own update, of exactly this round.
    private Step<EnclaveState, EnclaveEffect> pay(
            EnclaveState state, EnclaveState.Ready ready, EnclaveInput.Pay pay) {
        Optional<Made> made = made(ready, pay.round());
        if (made.isEmpty()) {
            return refuse(state, Rule.ROUND.because("round " + pay.round() + " is not unpaid"));
        }
        Terms terms = ready.fresh().terms();
        if (!pay.total().equals(made.get().total())) {
            return refuse(state, Rule.TOTAL.because("the update has another total"));
        }
        Bytes32 channel = crypto.channel(terms, ready.fresh().xid());
        Bytes32 lock = made.get().statement().lock();
        if (!crypto.signedUpdate(terms, channel, pay.total(), lock, pay.signature())) {
            return refuse(state, Rule.SIGNATURE.because("the update is not the requester's"));
        }
        List<Made> left =
                ready.unpaid().stream()
                        .filter(one -> one.statement().round() > pay.round())
                        .toList();
        EnclaveState.Ready next = with(ready, left, ready.running());
        EnclaveState after =
                state instanceof EnclaveState.Over over
                        ? new EnclaveState.Over(next, over.why())
                        : next;
        return Step.moved(after, new EnclaveEffect.Release(pay.round(), keys.key(pay.round())));
    }

    private Step<EnclaveState, EnclaveEffect> sign(
            EnclaveState state, EnclaveState.Ready ready, int round) {
        Optional<Made> found = made(ready, round);
        if (found.isEmpty()) {
            return refuse(state, Rule.ROUND.because("round " + round + " is not unpaid"));
        }
        Made made = found.get();
        Result result = made.result();
        Result signed =
                new Result(
                        result.round(),
                        result.d(),
                        result.charged(),
                        result.end(),
                        result.outState(),
                        result.lock(),
                        result.mac(),
                        Optional.of(keys.sign(made.statement())),
                        result.ciphertext());
        return Step.moved(state, new EnclaveEffect.Answer(signed, made.total()));
    }

    private static Optional<Made> made(EnclaveState.Ready ready, int round) {
        return ready.unpaid().stream().filter(one -> one.statement().round() == round).findFirst();
    }

    private static EnclaveState.Ready with(
            EnclaveState.Ready ready, List<Made> unpaid, Optional<Running> running) {
        return new EnclaveState.Ready(
                ready.fresh(),
                ready.psk(),
                ready.executed(),
                ready.state(),
                ready.outState(),
                ready.previous(),
                ready.total(),
                unpaid,
                running);
    }
}
