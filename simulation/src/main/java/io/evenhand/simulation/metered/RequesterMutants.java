package io.evenhand.simulation.metered;

import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.protocols.metered.Rule;
import io.evenhand.protocols.metered.message.RoundStatement;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.message.StreamMessage.Result;
import io.evenhand.protocols.metered.message.Terms;
import io.evenhand.protocols.metered.requester.RequesterEffect;
import io.evenhand.protocols.metered.requester.RequesterInput;
import io.evenhand.protocols.metered.requester.RequesterState;
import io.evenhand.protocols.metered.requester.RequesterState.Greeting;
import io.evenhand.protocols.metered.requester.RequesterState.Held;
import io.evenhand.protocols.metered.requester.RequesterState.Opened;
import io.evenhand.protocols.metered.requester.RequesterState.Over;
import io.evenhand.protocols.metered.requester.RequesterState.Received;
import io.evenhand.protocols.metered.requester.RequesterState.Running;
import io.evenhand.protocols.metered.requester.RequesterState.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/// Requesters that leave a rule out.
final class RequesterMutants {
    private RequesterMutants() {}

    private interface Around
            extends BiFunction<
                    Machine<RequesterState, RequesterInput, RequesterEffect>,
                    Parties,
                    Machine<RequesterState, RequesterInput, RequesterEffect>> {}

    private static MachineDecorators requester(Around around) {
        return new MachineDecorators() {
            @Override
            public Machine<RequesterState, RequesterInput, RequesterEffect> requester(
                    Machine<RequesterState, RequesterInput, RequesterEffect> machine,
                    Parties parties) {
                return around.apply(machine, parties);
            }
        };
    }

    /// A9: the update leaves while all that it pays for is being flushed.
    static MachineDecorators updateBeforeFlush() {
        return requester((real, _) ->
                (state, input) -> {
                    Step<RequesterState, RequesterEffect> step = real.step(state, input);
                    if (!(step instanceof Step.Moved<RequesterState, RequesterEffect> moved)) {
                        return step;
                    }
                    List<RequesterEffect> all = new ArrayList<>(moved.effects());
                    for (RequesterEffect effect : moved.effects()) {
                        if (effect instanceof RequesterEffect.KeepRounds keep) {
                            all.add(new RequesterEffect.Say(keep.update()));
                        }
                    }
                    return Step.moved(moved.state(), all);
                });
    }

    /// A4: the MAC of a statement is not checked.
    static MachineDecorators macUnchecked() {
        return requester((real, parties) ->
                (state, input) ->
                        input instanceof RequesterInput.Heard(Result result)
                                        && state instanceof Running now
                                        && result.round() == now.received().round() + 1
                                ? real.step(
                                        state,
                                        new RequesterInput.Heard(stated(parties, now, result)))
                                : real.step(state, input));
    }

    /// The result with the MAC and the signature that its statement would have.
    private static Result stated(Parties parties, Running now, Result r) {
        RoundStatement statement = statement(parties, now, r);
        return new Result(
                r.round(),
                r.d(),
                r.charged(),
                r.end(),
                r.outState(),
                r.lock(),
                parties.crypto.rounds().mac(now.session().psk(), statement),
                r.signature().map(_ -> parties.requester.forged(now.session().sigKey(), statement)),
                r.ciphertext());
    }

    private static RoundStatement statement(Parties parties, Running now, Result r) {
        Received received = now.received();
        Optional<Octets> begin =
                now.asked()
                        .begin()
                        .filter(it -> it.round() == r.round())
                        .map(RequesterState.Begin::state);
        Bytes32 inState =
                begin.map(state ->
                                parties.crypto
                                        .rounds()
                                        .stateId(now.session().psk(), received.round(), state))
                        .orElse(received.outState());
        return new RoundStatement(
                now.setting().xid(),
                Requester.number(now),
                r.round(),
                inState,
                r.outState(),
                now.asked().c(),
                r.d(),
                r.charged(),
                r.end(),
                r.lock(),
                parties.crypto.rounds().digest(r.ciphertext()),
                received.hash());
    }

    /// G6: a statement that must be signed counts without.
    static MachineDecorators unsignedTaken() {
        return requester((real, parties) ->
                (state, input) -> {
                    if (!(input instanceof RequesterInput.Heard(Result result))
                            || !(state instanceof Running now)
                            || result.signature().isPresent()
                            || result.round() != now.received().round() + 1) {
                        return real.step(state, input);
                    }
                    Result signed = signed(parties, now, result);
                    Step<RequesterState, RequesterEffect> step =
                            real.step(state, new RequesterInput.Heard(signed));
                    return step
                                    instanceof
                                    Step.Moved<RequesterState, RequesterEffect>(
                                            Running after,
                                            var effects)
                            ? Step.moved(without(after, result.round()), effects)
                            : step;
                });
    }

    private static Result signed(Parties parties, Running now, Result r) {
        RoundStatement statement = statement(parties, now, r);
        return new Result(
                r.round(),
                r.d(),
                r.charged(),
                r.end(),
                r.outState(),
                r.lock(),
                r.mac(),
                Optional.of(parties.requester.forged(now.session().sigKey(), statement)),
                r.ciphertext());
    }

    private static Running without(Running now, int round) {
        List<Held> held =
                now.received().held().stream()
                        .map(one ->
                                one.statement().round() == round
                                        ? new Held(
                                                one.statement(),
                                                Optional.empty(),
                                                one.ciphertext(),
                                                one.total(),
                                                one.begin())
                                        : one)
                        .toList();
        Received r = now.received();
        return new Running(
                now.setting(),
                now.session(),
                new Received(r.round(), r.hash(), r.outState(), r.total(), held, r.end()),
                now.paid(),
                now.opened(),
                now.asked());
    }

    /// F6: a round that does not open counts as opened.
    static MachineDecorators contentsUnchecked() {
        return requester((real, _) ->
                (state, input) -> {
                    Step<RequesterState, RequesterEffect> step = real.step(state, input);
                    boolean bad =
                            input instanceof RequesterInput.Heard(StreamMessage.Key _)
                                    && step.state() instanceof Over over
                                    && over.why()
                                            .filter(why -> why.rule() == Rule.CONTENTS)
                                            .isPresent();
                    return bad && state instanceof Running now
                            ? real.step(
                                    opened(now),
                                    new RequesterInput.Deposit(now.setting().deposit()))
                            : step;
                });
    }

    private static Running opened(Running now) {
        int round = now.paid().signed();
        Received r = now.received();
        List<Held> left = r.held().stream().filter(one -> one.statement().round() > round).toList();
        return new Running(
                now.setting(),
                now.session(),
                new Received(r.round(), r.hash(), r.outState(), r.total(), left, r.end()),
                now.paid(),
                new Opened(round, now.opened().state(), now.opened().pair()),
                now.asked());
    }

    /// A7: more rounds are signed than a window.
    static MachineDecorators noWindow() {
        return requester((real, _) ->
                (state, input) -> {
                    if (!(state instanceof Running now)) {
                        return real.step(state, input);
                    }
                    Terms terms = now.setting().terms();
                    Running wide =
                            with(
                                    now,
                                    setting(
                                            now.setting(),
                                            NodeMutants.window(terms, Terms.MAX_WINDOW),
                                            now.setting().before()));
                    Step<RequesterState, RequesterEffect> step = real.step(wide, input);
                    return step
                                    instanceof
                                    Step.Moved<RequesterState, RequesterEffect>(
                                            Running after,
                                            var effects)
                            ? Step.moved(with(after, now.setting()), effects)
                            : step;
                });
    }

    private static Running with(Running now, Setting setting) {
        return new Running(
                setting, now.session(), now.received(), now.paid(), now.opened(), now.asked());
    }

    private static Setting setting(Setting s, Terms terms, List<Running> before) {
        return new Setting(
                terms, s.xid(), s.name(), s.signer(), s.deposit(), s.newest(), s.state(), before);
    }

    /// G7: the node's base counts though its key opens nothing here.
    static MachineDecorators baseUnopened() {
        return remembers(0);
    }

    /// F12: only the last session is remembered.
    static MachineDecorators oneSessionRemembered() {
        return remembers(1);
    }

    private static MachineDecorators remembers(int sessions) {
        return requester((real, _) ->
                (state, input) -> {
                    if (!(state instanceof Greeting now)
                            || !(input
                                    instanceof RequesterInput.Heard(StreamMessage.SignedHello _))) {
                        return real.step(state, input);
                    }
                    List<Running> before = now.setting().before();
                    int from = Math.max(0, before.size() - sessions);
                    Setting less =
                            setting(
                                    now.setting(),
                                    now.setting().terms(),
                                    before.subList(from, before.size()));
                    return real.step(new Greeting(less, now.opening(), true), input);
                });
    }
}
