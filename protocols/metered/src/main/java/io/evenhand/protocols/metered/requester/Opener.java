package io.evenhand.protocols.metered.requester;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Signature;
import io.evenhand.protocols.metered.MeteredCrypto;
import io.evenhand.protocols.metered.Rule;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.Payload;
import io.evenhand.protocols.metered.message.RoundStatement;
import io.evenhand.protocols.metered.message.StreamMessage.Update;
import io.evenhand.protocols.metered.requester.RequesterState.Held;
import io.evenhand.protocols.metered.requester.RequesterState.Opened;
import io.evenhand.protocols.metered.requester.RequesterState.Paid;
import io.evenhand.protocols.metered.requester.RequesterState.Received;
import io.evenhand.protocols.metered.requester.RequesterState.Running;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Opens rounds with a key: each must be a link of the chain, open its ciphertext and give the
/// state that its statement names (F6).
record Opener(MeteredCrypto crypto) {
    /// Opens all rounds up to one with its key.
    Step<RequesterState, RequesterEffect> open(Running now, int upTo, Bytes32 k) {
        List<Held> rounds =
                now.received().held().stream()
                        .filter(one -> one.statement().round() <= upTo)
                        .toList();
        Bytes32[] keys = new Bytes32[rounds.size()];
        Bytes32 key = k;
        for (int i = rounds.size() - 1; i >= 0; i--) {
            keys[i] = key;
            if (!crypto.rounds().lockOf(key).equals(rounds.get(i).statement().lock())) {
                return RoundsMachine.leave(now, Rule.KEY.because("no link of the chain"));
            }
            key = crypto.rounds().keyBefore(key);
        }
        List<RequesterEffect> effects = new ArrayList<>();
        Octets state = now.opened().state();
        for (int i = 0; i < rounds.size(); i++) {
            Held held = rounds.get(i);
            Optional<Payload> payload = payload(now, held, keys[i]);
            Octets before = held.begin().orElse(state);
            Optional<Octets> after = payload.flatMap(some -> after(now, held, some, before));
            if (after.isEmpty()) {
                Running last = opened(now, held.statement().round() - 1, state, Optional.empty());
                return Step.<RequesterState, RequesterEffect>moved(last, effects)
                        .then(
                                RoundsMachine.leave(
                                        last,
                                        Rule.CONTENTS.because(
                                                "round "
                                                        + held.statement().round()
                                                        + " does not hold what it states")));
            }
            state = after.get();
            effects.add(new RequesterEffect.Give(held, state, payload.get().output()));
        }
        Held last = rounds.getLast();
        Signature signature =
                now.paid()
                        .update(upTo)
                        .map(Update::signature)
                        .orElseGet(() ->
                                crypto.signUpdate(
                                        now.setting().signer(),
                                        now.setting().terms(),
                                        now.setting().name(),
                                        last.total(),
                                        last.statement().lock()));
        Pair pair = new Pair(last.total(), last.statement().lock(), signature, k);
        return Step.moved(opened(now, upTo, state, Optional.of(pair)), effects);
    }

    /// The payload of a fault is empty: its state is the one before.
    private Optional<Payload> payload(Running now, Held held, Bytes32 k) {
        RoundStatement statement = held.statement();
        Bytes32 info = crypto.verification().hash(statement.unsealed());
        Optional<Octets> plain =
                crypto.rounds().open(now.session().psk(), k, info, held.ciphertext());
        if (plain.isEmpty() || statement.end().fault()) {
            Octets none = new Octets(new byte[0]);
            return plain.filter(bytes -> bytes.length() == 0).map(_ -> new Payload(none, none));
        }
        try {
            return Optional.of(Payload.decode(plain.get(), now.setting().terms().limits()));
        } catch (MalformedException _) {
            return Optional.empty();
        }
    }

    private Optional<Octets> after(Running now, Held held, Payload payload, Octets before) {
        RoundStatement statement = held.statement();
        try {
            Octets state =
                    statement.end().fault()
                            ? before
                            : payload.apply(before, now.setting().terms().limits());
            return crypto.rounds()
                            .stateId(now.session().psk(), statement.round(), state)
                            .equals(statement.outState())
                    ? Optional.of(state)
                    : Optional.empty();
        } catch (MalformedException _) {
            return Optional.empty();
        }
    }

    private static Running opened(Running now, int round, Octets state, Optional<Pair> pair) {
        Received received = now.received();
        List<Held> left =
                received.held().stream().filter(one -> one.statement().round() > round).toList();
        List<Update> said = now.paid().said().stream().filter(one -> one.round() > round).toList();
        return new Running(
                now.setting(),
                now.session(),
                new Received(
                        received.round(),
                        received.hash(),
                        received.outState(),
                        received.total(),
                        left,
                        received.end()),
                new Paid(now.paid().signed(), now.paid().keeping(), said),
                new Opened(round, state, pair.or(now.opened()::pair)),
                now.asked());
    }
}
