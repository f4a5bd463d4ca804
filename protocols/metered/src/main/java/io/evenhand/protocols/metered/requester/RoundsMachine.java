package io.evenhand.protocols.metered.requester;

import io.evenhand.kit.machine.Step;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.Fault;
import io.evenhand.protocols.metered.MeteredCrypto;
import io.evenhand.protocols.metered.Rule;
import io.evenhand.protocols.metered.enclave.EnclaveMachine;
import io.evenhand.protocols.metered.message.End;
import io.evenhand.protocols.metered.message.RoundStatement;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.message.StreamMessage.Result;
import io.evenhand.protocols.metered.message.StreamMessage.Update;
import io.evenhand.protocols.metered.message.Terms;
import io.evenhand.protocols.metered.requester.RequesterState.Asked;
import io.evenhand.protocols.metered.requester.RequesterState.Held;
import io.evenhand.protocols.metered.requester.RequesterState.Paid;
import io.evenhand.protocols.metered.requester.RequesterState.Received;
import io.evenhand.protocols.metered.requester.RequesterState.Running;
import io.evenhand.protocols.metered.requester.RequesterState.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The rounds of a session at the requester (X1 to X4).
///
/// ```
/// Result    the statement is completed from what this side knows; its MAC must hold
/// Update    of the newest round that may be signed: at most `window` are signed and not open
///           (A7); all that it pays for is flushed first (A9)
/// Key       opens its round and all before it: each must be a link of the chain, open its
///           ciphertext and give the state that the statement names (F6)
/// ```
final class RoundsMachine {
    private final MeteredCrypto crypto;
    private final Opener opener;

    RoundsMachine(MeteredCrypto crypto) {
        this.crypto = crypto;
        opener = new Opener(crypto);
    }

    Step<RequesterState, RequesterEffect> step(Running now, RequesterInput input) {
        return switch (input) {
            case RequesterInput.Want want -> want(now, want);
            case RequesterInput.Stop _ -> stop(now);
            case RequesterInput.RoundsKept(int round) -> kept(now, round);
            case RequesterInput.Heard(Result result) -> result(now, result);
            case RequesterInput.Heard(StreamMessage.Key(int round, Bytes32 k)) ->
                    key(now, round, k);
            // The answer to what was said again.
            case RequesterInput.Heard(StreamMessage.At _),
                    RequesterInput.Heard(StreamMessage.Ready _),
                    RequesterInput.Heard(StreamMessage.SignedHello _) ->
                    Step.moved(now);
            case RequesterInput.Heard _,
                    RequesterInput.OpeningKept _,
                    RequesterInput.EvidenceHolds _,
                    RequesterInput.EvidenceFails _,
                    RequesterInput.ProvisionKept _,
                    RequesterInput.Reconnected _,
                    RequesterInput.Deposit _,
                    RequesterInput.Closed _,
                    RequesterInput.Silence _ ->
                    Step.ignored(now, Rule.UNEXPECTED.because("not while rounds run"));
        };
    }

    /// X1.
    private static Step<RequesterState, RequesterEffect> want(
            Running now, RequesterInput.Want want) {
        Asked asked = now.asked();
        boolean more = now.received().round() != asked.upTo();
        if (asked.stopping() || (more && (want.begin().isPresent() || want.c() != asked.c()))) {
            return Step.ignored(now, Rule.ROUND.because("other rounds are still asked for"));
        }
        int from = asked.upTo() + 1;
        int upTo =
                (int)
                        Math.min(
                                (long) asked.upTo() + want.rounds(),
                                now.session().opening().rounds());
        if (upTo < from || want.c() < 1 || (from == 1 && want.begin().isEmpty())) {
            return Step.ignored(now, Rule.ROUND.because("the session has no such rounds"));
        }
        StreamMessage.Run run =
                new StreamMessage.Run(
                        now.session().number(),
                        from,
                        upTo,
                        want.c(),
                        want.begin().map(RequesterInput.Begin::sealed));
        return Step.moved(
                new Running(
                        now.setting(),
                        now.session(),
                        now.received(),
                        now.paid(),
                        now.opened(),
                        new Asked(
                                upTo,
                                want.c(),
                                false,
                                want.begin()
                                        .map(it -> new RequesterState.Begin(from, it.state()))
                                        .or(asked::begin),
                                runs(asked, run))),
                new RequesterEffect.Say(run));
    }

    private static List<StreamMessage.Run> runs(Asked asked, StreamMessage.Run next) {
        List<StreamMessage.Run> runs = new ArrayList<>(asked.said());
        runs.add(next);
        return runs;
    }

    private Step<RequesterState, RequesterEffect> stop(Running now) {
        Running stopping =
                new Running(
                        now.setting(),
                        now.session(),
                        now.received(),
                        now.paid(),
                        now.opened(),
                        now.asked().stop());
        return Step.<RequesterState, RequesterEffect>moved(
                        stopping, new RequesterEffect.Say(new StreamMessage.Stop()))
                .then(finished(stopping) ? end(stopping) : pay(stopping));
    }

    /// X2.
    private Step<RequesterState, RequesterEffect> result(Running now, Result result) {
        Received received = now.received();
        if (result.round() <= received.round()) {
            return signed(now, result);
        }
        if (result.round() != received.round() + 1 || result.round() > now.asked().upTo()) {
            // After a break, or a restart, it is asked for again.
            return Step.ignored(now, Rule.ROUND.because("a round that does not follow"));
        }
        Terms terms = now.setting().terms();
        if (received.held().size() > 2 * terms.window() + 2) {
            return leave(now, Rule.WINDOW.because("the node does not wait to be paid"));
        }
        RoundStatement statement = complete(now, result);
        Optional<Fault> bad = check(now, result, statement);
        if (bad.isPresent()) {
            return leave(now, bad.get());
        }
        Wei total = received.total().plus(terms.prices().of(result.round(), result.charged()));
        List<Held> held = new ArrayList<>(received.held());
        held.add(
                new Held(
                        statement,
                        result.signature(),
                        result.ciphertext(),
                        total,
                        begin(now, result.round())));
        // DONE ends what was asked for.
        Asked asked =
                now.asked()
                        .received(
                                result.round(),
                                result.end() == End.MORE ? now.asked().upTo() : result.round());
        return pay(
                new Running(
                        now.setting(),
                        now.session(),
                        new Received(
                                result.round(),
                                crypto.verification().hash(statement),
                                result.outState(),
                                total,
                                held,
                                result.end()),
                        now.paid(),
                        now.opened(),
                        asked));
    }

    /// The state that a round began with, if it was asked for with one.
    private static Optional<Octets> begin(Running now, int round) {
        return now.asked()
                .begin()
                .filter(it -> it.round() == round)
                .map(RequesterState.Begin::state);
    }

    /// Fills in what both sides know. A round goes on from the one before, but for the first of a
    /// request with a state of its own.
    private RoundStatement complete(Running now, Result result) {
        Received received = now.received();
        Bytes32 inState =
                begin(now, result.round())
                        .map(state ->
                                crypto.rounds()
                                        .stateId(now.session().psk(), received.round(), state))
                        .orElse(received.outState());
        return new RoundStatement(
                now.setting().xid(),
                now.session().number(),
                result.round(),
                inState,
                result.outState(),
                now.asked().c(),
                result.d(),
                result.charged(),
                result.end(),
                result.lock(),
                crypto.rounds().digest(result.ciphertext()),
                received.hash());
    }

    private Optional<Fault> check(Running now, Result result, RoundStatement statement) {
        if (!statement.plausible()) {
            return Optional.of(Rule.CHARGED.because("no meter charges that"));
        }
        if (!crypto.rounds().mac(now.session().psk(), statement).equals(result.mac())) {
            return Optional.of(Rule.MAC.because("the enclave did not state that"));
        }
        boolean must =
                EnclaveMachine.mustBeSigned(now.setting().terms(), statement)
                        || result.round() == now.asked().upTo();
        if (must && result.signature().isEmpty()) {
            return Optional.of(Rule.UNSIGNED.because("round " + result.round()));
        }
        if (result.signature().isPresent() && !holds(now, statement, result.signature().get())) {
            return Optional.of(Rule.SIGNATURE.because("the statement is not the enclave's"));
        }
        return Optional.empty();
    }

    private boolean holds(Running now, RoundStatement statement, Signature signature) {
        return crypto.verification().verify(now.session().sigKey(), statement, signature);
    }

    /// A round said again: the same one, maybe with its signature now, or it is a lie.
    private Step<RequesterState, RequesterEffect> signed(Running now, Result result) {
        Optional<Held> found = now.received().find(result.round());
        if (found.isEmpty()) {
            return Step.moved(now);
        }
        Held held = found.get();
        if (!held.statement().lock().equals(result.lock())) {
            return leave(now, Rule.ROUND.because("a round executed twice"));
        }
        return held.signature().isEmpty()
                        && result.signature().isPresent()
                        && holds(now, held.statement(), result.signature().get())
                ? Step.moved(now.received(now.received().with(held.signed(result.signature()))))
                : Step.moved(now);
    }

    /// X3: signs the newest round that may be, once the flush before is done.
    private Step<RequesterState, RequesterEffect> pay(Running now) {
        if (now.paid().keeping().isPresent()) {
            return Step.moved(now);
        }
        Setting setting = now.setting();
        int most =
                Math.min(now.received().round(), now.opened().round() + setting.terms().window());
        Optional<Held> newest =
                now.received().held().stream()
                        .filter(one -> one.statement().round() <= most)
                        .filter(one -> one.total().compareTo(setting.deposit()) <= 0)
                        .reduce((_, later) -> later);
        if (newest.isEmpty() || newest.get().statement().round() <= now.paid().signed()) {
            return Step.moved(now);
        }
        Held round = newest.get();
        Update update =
                new Update(
                        now.session().number(),
                        round.statement().round(),
                        round.total(),
                        crypto.signUpdate(
                                setting.signer(),
                                setting.terms(),
                                setting.name(),
                                round.total(),
                                round.statement().lock()));
        List<Held> fresh =
                now.received().held().stream()
                        .filter(one -> one.statement().round() > now.paid().signed())
                        .filter(one -> one.statement().round() <= round.statement().round())
                        .toList();
        return Step.moved(
                paid(now, new Paid(now.paid().signed(), Optional.of(update), now.paid().said())),
                new RequesterEffect.KeepRounds(
                        now.session().number(), fresh, update, now.opened()));
    }

    private Step<RequesterState, RequesterEffect> kept(Running now, int round) {
        Optional<Update> keeping = now.paid().keeping();
        if (keeping.isEmpty() || keeping.get().round() != round) {
            return Step.ignored(now, Rule.UNEXPECTED.because("no such update is being kept"));
        }
        List<Update> said = new ArrayList<>(now.paid().said());
        said.add(keeping.get());
        Running next = paid(now, new Paid(round, Optional.empty(), said));
        return Step.<RequesterState, RequesterEffect>moved(
                        next, new RequesterEffect.Say(keeping.get()))
                .then(pay(next));
    }

    /// X4.
    private Step<RequesterState, RequesterEffect> key(Running now, int round, Bytes32 k) {
        if (round <= now.opened().round()) {
            return Step.moved(now);
        }
        if (round > now.paid().signed()) {
            return leave(now, Rule.KEY.because("a key that is not paid for"));
        }
        Optional<Held> held = now.received().find(round);
        if (held.isEmpty() || !crypto.rounds().lockOf(k).equals(held.get().statement().lock())) {
            return leave(now, Rule.KEY.because("no key of round " + round));
        }
        Step<RequesterState, RequesterEffect> opened = opener.open(now, round, k);
        return opened.state() instanceof Running next
                ? opened.then(finished(next) ? end(next) : pay(next))
                : opened;
    }

    /// A key from the chain, or of the node's newest update: of whichever round it is. Nothing is
    /// paid after it.
    Step<RequesterState, RequesterEffect> closed(Running now, Bytes32 k) {
        Bytes32 lock = crypto.rounds().lockOf(k);
        return now.received().held().stream()
                .filter(one -> one.statement().lock().equals(lock))
                .findFirst()
                .map(one -> opener.open(now, one.statement().round(), k))
                .orElse(Step.moved(now));
    }

    /// All that came is open, and no more can come: what is at work when a stop is said is paid too
    /// (G4).
    private static boolean finished(Running now) {
        boolean all = now.asked().stopping() && now.received().round() == now.asked().upTo();
        return now.opened().round() == now.received().round()
                && (all || now.received().end().fault());
    }

    /// No more is wanted, and all that came is open.
    static boolean content(Running now) {
        return now.asked().stopping() && now.opened().round() == now.received().round();
    }

    private static Step<RequesterState, RequesterEffect> end(Running now) {
        Optional<Fault> why =
                now.received().end().fault()
                        ? Optional.of(
                                Rule.PROGRAM.because(
                                        "the program ended with a fault: " + now.received().end()))
                        : Optional.empty();
        return RequesterMachine.over(now, why);
    }

    static Step<RequesterState, RequesterEffect> leave(Running now, Fault why) {
        return RequesterMachine.over(now, Optional.of(why));
    }

    /// What is asked for and not here, and what is signed and not open, is said again.
    Step<RequesterState, RequesterEffect> again(Running now) {
        List<RequesterEffect> effects = new ArrayList<>();
        now.asked().said().forEach(run -> effects.add(new RequesterEffect.Say(run)));
        if (now.asked().stopping()) {
            effects.add(new RequesterEffect.Say(new StreamMessage.Stop()));
        }
        if (now.paid().signed() > now.opened().round()) {
            now.paid()
                    .update(now.paid().signed())
                    .ifPresent(update -> effects.add(new RequesterEffect.Say(update)));
        }
        return Step.moved(now, effects);
    }

    Step<RequesterState, RequesterEffect> deposit(Running now, Wei wei) {
        return pay(
                new Running(
                        now.setting().deposit(wei),
                        now.session(),
                        now.received(),
                        now.paid(),
                        now.opened(),
                        now.asked()));
    }

    private static Running paid(Running now, Paid paid) {
        return new Running(
                now.setting(), now.session(), now.received(), paid, now.opened(), now.asked());
    }
}
