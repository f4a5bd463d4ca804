package io.evenhand.simulation.metered;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.enclave.EnclaveState;
import io.evenhand.protocols.metered.message.Hello;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.message.Terms;
import io.evenhand.simulation.meter.MeterTx;
import io.evenhand.simulation.metered.Host.Live;
import io.evenhand.simulation.metered.Liar.Stated;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What follows from what a dishonest node has: keys, updates that it can close with, hellos.
record Loot(Parties parties) {
    /// Whether it runs everything as it should.
    boolean plain() {
        return parties.scenario.may(Fault.ONLY_WITHHOLDS);
    }

    static Optional<Opening> newest(Liar liar) {
        return liar.heard().stream()
                .filter(message -> message instanceof StreamMessage.Session)
                .map(message -> ((StreamMessage.Session) message).opening())
                .max((a, b) -> Integer.compare(a.number(), b.number()));
    }

    /// Every key that follows from those it has; all, if its enclaves are broken.
    Set<Bytes32> keys(Liar liar) {
        Set<Bytes32> all = new LinkedHashSet<>();
        for (Bytes32 k : liar.keys()) {
            Bytes32 at = k;
            for (int i = 0; i < Parties.ROUNDS; i++) {
                all.add(at);
                at = parties.rounds.keyBefore(at);
            }
        }
        if (parties.scenario.may(Fault.ENCLAVE_BROKEN)) {
            for (Live live : liar.enclaves()) {
                for (int round = 1; round <= Parties.ROUNDS; round++) {
                    all.add(parties.keys(live.number(), live.copy()).key(round));
                }
            }
        }
        all.add(ownKey());
        return all;
    }

    /// A key that it made itself.
    Bytes32 ownKey() {
        return parties.symbols.of("key of a liar");
    }

    /// What it can close with: updates whose key it has.
    List<Pair> pairs(Liar liar) {
        Map<Bytes32, Bytes32> byLock = new LinkedHashMap<>();
        keys(liar).forEach(k -> byLock.put(parties.rounds.lockOf(k), k));
        Set<Pair> all = new LinkedHashSet<>();
        for (StreamMessage message : liar.heard()) {
            if (message instanceof StreamMessage.Update update) {
                byLock.forEach((lock, k) -> {
                    Pair pair = new Pair(update.total(), lock, update.signature(), k);
                    if (parties.fits(pair)) {
                        all.add(pair);
                    }
                });
            } else if (message instanceof StreamMessage.Session(Opening opening)) {
                opening.pair().ifPresent(all::add);
            }
        }
        return List.copyOf(all);
    }

    /// Updates whose key it does not have, which a contract without a lock would take.
    List<Pair> keyless(Liar liar) {
        List<Pair> all = new ArrayList<>();
        for (StreamMessage message : liar.heard()) {
            if (message instanceof StreamMessage.Update update) {
                for (Stated stated : liar.results()) {
                    Pair pair =
                            new Pair(
                                    update.total(),
                                    stated.result().lock(),
                                    update.signature(),
                                    ownKey());
                    if (parties.signed(pair)) {
                        all.add(pair);
                    }
                }
            }
        }
        return all;
    }

    /// What it tries on chain.
    List<MeterTx> closes(OnChain chain, Liar liar) {
        List<MeterTx> all = new ArrayList<>();
        pairs(liar).forEach(pair -> all.add(chain.close(pair, true)));
        keyless(liar).forEach(pair -> all.add(chain.close(pair, true)));
        all.add(chain.selfSigned(ownKey()));
        return all;
    }

    /// What it may answer an opening with, for one of its enclaves.
    List<Hello> hellos(Liar liar, Live live) {
        List<Hello> all = new ArrayList<>();
        Optional<Opening> opening = newest(liar).filter(one -> one.number() == live.number());
        if (opening.isEmpty()) {
            return all;
        }
        Wei base = base(live.state());
        List<Optional<Pair>> pairs = new ArrayList<>();
        pairs.add(Optional.empty());
        pairs(liar).forEach(pair -> pairs.add(Optional.of(pair)));
        Parties.Keys keys = parties.keys(live.number(), live.copy());
        for (Optional<Pair> pair : pairs) {
            all.add(
                    new Hello(
                            parties.xid,
                            live.number(),
                            parties.crypto.verification().hash(opening.get()),
                            pair,
                            base,
                            Wei.ZERO,
                            parties.encKey(keys),
                            keys.sigKey(),
                            parties.evidence(
                                    opening.get().nonce(),
                                    parties.xid(terms(live.state())),
                                    live.number(),
                                    keys)));
        }
        return all;
    }

    private static Wei base(EnclaveState state) {
        return switch (state) {
            case EnclaveState.Fresh fresh -> fresh.base();
            case EnclaveState.Provisioned has -> has.fresh().base();
            case EnclaveState.Ready ready -> ready.fresh().base();
            case EnclaveState.Over over -> over.last().fresh().base();
            case EnclaveState.Refused _ -> Wei.ZERO;
        };
    }

    private Terms terms(EnclaveState state) {
        return switch (state) {
            case EnclaveState.Fresh fresh -> fresh.terms();
            case EnclaveState.Provisioned has -> has.fresh().terms();
            case EnclaveState.Ready ready -> ready.fresh().terms();
            case EnclaveState.Over over -> over.last().fresh().terms();
            case EnclaveState.Refused _ -> parties.terms;
        };
    }

    /// The hello of an enclave that is none: the liar has its secrets.
    Optional<Hello> fake(Liar liar) {
        Parties.Keys keys = fakeKeys();
        return newest(liar)
                .map(opening ->
                        new Hello(
                                parties.xid,
                                opening.number(),
                                parties.crypto.verification().hash(opening),
                                Optional.empty(),
                                RequesterSide.total(opening.pair()),
                                Wei.ZERO,
                                parties.encKey(keys),
                                keys.sigKey(),
                                parties.symbols.octets("no evidence")));
    }

    Parties.Keys fakeKeys() {
        return parties.keys(0, 0);
    }
}
