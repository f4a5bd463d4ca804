package io.evenhand.simulation.metered;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.message.End;
import io.evenhand.protocols.metered.message.Hello;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.message.StreamMessage.Result;
import io.evenhand.protocols.metered.requester.RequesterState;
import io.evenhand.protocols.metered.requester.RequesterState.Held;
import io.evenhand.simulation.metered.Host.Live;
import io.evenhand.simulation.metered.Liar.Stated;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a dishonest node can say to a requester in some state. What the requester would not even
/// look at is left out.
final class LiarTalk {
    private final Parties parties;
    private final Loot loot;

    LiarTalk(Parties parties, Loot loot) {
        this.parties = parties;
        this.loot = loot;
    }

    List<StreamMessage> messages(Liar liar, RequesterState state) {
        List<StreamMessage> all = new ArrayList<>();
        switch (state) {
            case RequesterState.Greeting now -> {
                if (now.said()) {
                    hellos(liar, all);
                }
            }
            case RequesterState.Provided now ->
                    all.add(new StreamMessage.Ready(now.opening().number(), false));
            case RequesterState.Running now -> {
                results(liar, now, all);
                keys(liar, now, all);
            }
            case RequesterState.Checking _, RequesterState.Over _ -> {
                return all;
            }
        }
        if (!loot.plain()) {
            ended(liar, all);
        }
        return all;
    }

    private void hellos(Liar liar, List<StreamMessage> all) {
        for (Live live : liar.enclaves()) {
            loot.hellos(liar, live).forEach(hello -> all.add(signed(hello)));
        }
        if (!loot.plain()) {
            loot.fake(liar).ifPresent(hello -> all.add(signed(hello)));
        }
    }

    private StreamMessage signed(Hello hello) {
        return new StreamMessage.SignedHello(hello, parties.node.sign(hello));
    }

    private void results(Liar liar, RequesterState.Running now, List<StreamMessage> all) {
        int next = now.received().round() + 1;
        int number = now.session().opening().number();
        if (next > now.asked().upTo()) {
            return;
        }
        for (Stated stated : liar.results()) {
            if (stated.number() == number && stated.result().round() == next) {
                Result result = stated.result();
                all.add(result);
                if (loot.plain()) {
                    continue;
                }
                all.add(tampered(result, parties.rounds.lockOf(loot.ownKey()), result.charged()));
                if (result.signature().isPresent()) {
                    all.add(unsigned(result));
                }
            } else if (stated.number() != number && stated.result().round() == next) {
                all.add(stated.result());
            }
        }
        if (now.session().sigKey().equals(loot.fakeKeys().sigKey())) {
            all.add(invented(next));
        }
    }

    private static Result tampered(Result r, Bytes32 lock, long charged) {
        return new Result(
                r.round(),
                r.d(),
                charged,
                r.end(),
                r.outState(),
                lock,
                r.mac(),
                r.signature(),
                r.ciphertext());
    }

    private static Result unsigned(Result r) {
        return new Result(
                r.round(),
                r.d(),
                r.charged(),
                r.end(),
                r.outState(),
                r.lock(),
                r.mac(),
                Optional.empty(),
                r.ciphertext());
    }

    /// Of an enclave that is none.
    private Result invented(int round) {
        Octets junk = parties.symbols.octets("junk", 0, round);
        return new Result(
                round,
                Parties.CYCLES,
                Parties.CYCLES,
                End.MORE,
                Bytes32.ZERO,
                parties.rounds.lockOf(loot.fakeKeys().key(round)),
                Bytes32.ZERO,
                Optional.empty(),
                junk);
    }

    /// The right key of each round that is signed and not open, and a wrong one.
    private void keys(Liar liar, RequesterState.Running now, List<StreamMessage> all) {
        if (now.paid().signed() <= now.opened().round()) {
            return;
        }
        for (Bytes32 k : loot.keys(liar)) {
            for (Held held : now.received().held()) {
                int round = held.statement().round();
                if (held.statement().lock().equals(parties.rounds.lockOf(k))
                        && round <= now.paid().signed()) {
                    all.add(new StreamMessage.Key(round, k));
                }
            }
        }
        if (!loot.plain()) {
            all.add(new StreamMessage.Key(now.paid().signed(), loot.ownKey()));
        }
    }

    private void ended(Liar liar, List<StreamMessage> all) {
        int number = Loot.newest(liar).map(one -> one.number()).orElse(0);
        all.add(new StreamMessage.Ended(number, Optional.empty(), Wei.ZERO));
        for (Pair pair : loot.pairs(liar)) {
            all.add(new StreamMessage.Ended(number, Optional.of(pair), Wei.ZERO));
        }
    }

    /// Rounds that one enclave stated in two ways (F9).
    static boolean twice(Liar liar) {
        List<String> seen =
                liar.results().stream()
                        .map(one -> one.number() + "." + one.copy() + "." + one.result().round())
                        .toList();
        return seen.stream().distinct().count() < seen.size();
    }

    /// Whether the psk of some session is in the liar's hands.
    boolean hasPsk(Liar liar) {
        return liar.heard().stream()
                .filter(message -> message instanceof StreamMessage.Provision)
                .map(message -> ((StreamMessage.Provision) message).sealed())
                .flatMap(sealed -> parties.symbols.term(sealed).stream())
                .anyMatch(term -> term.get(1).equals(parties.encKey(loot.fakeKeys())));
    }

    /// Whether it reads a round, or finds out what a state is, without the psk.
    boolean reads(Liar liar) {
        for (Stated stated : liar.results()) {
            Bytes32 name = stated.result().outState();
            if (parties.symbols.known(name) && parties.symbols.term(name).get(1).equals("nobody")) {
                return true;
            }
            for (Bytes32 k : loot.keys(liar)) {
                if (parties.rounds.opensAlone(k, stated.result().ciphertext())) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Whether an enclave gave a key for nothing: no update under its lock is there.
    boolean keyForNothing(Liar liar) {
        List<Bytes32> locks = loot.pairs(liar).stream().map(Pair::lock).toList();
        return liar.keys().stream()
                .map(parties.rounds::lockOf)
                .anyMatch(lock -> !locks.contains(lock));
    }
}
