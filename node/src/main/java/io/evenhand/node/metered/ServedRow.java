package io.evenhand.node.metered;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.store.ChannelRows;
import io.evenhand.protocols.metered.message.Pair;
import java.util.Optional;

/// The one row of a channel that is served, which rises by session and round (G8).
///
/// @param opening hash of what asked for the session
/// @param base total before its first round
/// @param owed debt of the sessions before (G4)
/// @param update what can be closed with, but for its key
record ServedRow(Bytes32 opening, Wei base, Wei owed, Optional<Update> update) {
    /// An update without its key, which is stored encrypted beside it.
    record Update(Wei total, Bytes32 lock, Signature signature) {}

    static ServedRow of(Bytes32 opening, Wei base, Wei owed, Optional<Pair> pair) {
        return new ServedRow(
                opening,
                base,
                owed,
                pair.map(it -> new Update(it.total(), it.lock(), it.signature())));
    }

    ChannelRows.Update at(int number, int round, Optional<Pair> pair) {
        return new ChannelRows.Update(
                new ChannelRows.At(number, round),
                new Octets(Records.encode(this)),
                pair.map(it -> Secret32.of(it.k().toByteArray())));
    }

    static ServedRow of(ChannelRows.Update row) {
        return Records.decode(ServedRow.class, row.bytes().toByteArray());
    }

    Optional<Pair> pair(ChannelRows.Update row) {
        return update.flatMap(it ->
                row.key()
                        .map(key ->
                                new Pair(
                                        it.total(),
                                        it.lock(),
                                        it.signature(),
                                        Bytes32.of(key.expose()))));
    }
}
