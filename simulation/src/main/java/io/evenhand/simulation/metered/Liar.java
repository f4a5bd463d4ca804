package io.evenhand.simulation.metered;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.message.StreamMessage.Result;
import io.evenhand.simulation.metered.Host.Live;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What a dishonest node has: its enclaves, which are honest, what it heard, and what they gave it.
///
/// @param results statements of its enclaves, by enclave
/// @param keys that its enclaves gave it
record Liar(List<Live> enclaves, Set<StreamMessage> heard, Set<Stated> results, Set<Bytes32> keys) {
    static final Liar NOTHING = new Liar(List.of(), Set.of(), Set.of(), Set.of());

    Liar {
        enclaves = List.copyOf(enclaves);
        heard = Set.copyOf(heard);
        results = Set.copyOf(results);
        keys = Set.copyOf(keys);
    }

    record Stated(int number, int copy, Result result) {}

    /// A few of its parts tell most states apart; all of them are compared.
    @Override
    public int hashCode() {
        int h = heard.size() * 31 + keys.hashCode();
        for (Live live : enclaves) {
            h = h * 31 + Host.enclave(live);
        }
        for (Stated stated : results) {
            h += stated.result().mac().hashCode();
        }
        for (StreamMessage message : heard) {
            if (message instanceof StreamMessage.Update update) {
                h += update.signature().hashCode() * 31;
            }
        }
        return h;
    }

    Liar hears(StreamMessage message) {
        Set<StreamMessage> all = new HashSet<>(heard);
        all.add(message);
        return new Liar(enclaves, all, results, keys);
    }

    Liar starts(Live live) {
        List<Live> all = new ArrayList<>(enclaves);
        all.add(live);
        return new Liar(all, heard, results, keys);
    }

    Liar has(Live live) {
        List<Live> all =
                enclaves.stream()
                        .map(one ->
                                one.number() == live.number() && one.copy() == live.copy()
                                        ? live
                                        : one)
                        .toList();
        return new Liar(all, heard, results, keys);
    }

    Liar result(Stated stated) {
        Set<Stated> all = new HashSet<>(results);
        all.add(stated);
        return new Liar(enclaves, heard, all, keys);
    }

    Liar key(Bytes32 k) {
        Set<Bytes32> all = new HashSet<>(keys);
        all.add(k);
        return new Liar(enclaves, heard, results, all);
    }
}
