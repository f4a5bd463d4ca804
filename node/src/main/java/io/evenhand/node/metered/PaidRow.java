package io.evenhand.node.metered;

import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.store.ChannelRows;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.RoundStatement;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.requester.RequesterState.Held;
import java.util.Optional;

/// The rows of a channel that is paid for.
final class PaidRow {
    private PaidRow() {}

    /// The newest update, and the newest pair but for its key, which is stored encrypted beside it.
    ///
    /// @param opened last opened round of the session
    record Newest(StreamMessage.Update update, int opened, Optional<ServedRow.Update> pair) {
        ChannelRows.Update at(Optional<Pair> newest) {
            return new ChannelRows.Update(
                    new ChannelRows.At(update.number(), update.round()),
                    new Octets(Records.encode(this)),
                    newest.map(it -> Secret32.of(it.k().toByteArray())));
        }

        static Newest of(ChannelRows.Update row) {
            return Records.decode(Newest.class, row.bytes().toByteArray());
        }

        Optional<Pair> pair(ChannelRows.Update row) {
            return pair.flatMap(it ->
                    row.key()
                            .map(key ->
                                    new Pair(
                                            it.total(),
                                            it.lock(),
                                            it.signature(),
                                            Bytes32.of(key.expose()))));
        }
    }

    /// What is signed of a round.
    ///
    /// @param total after it
    /// @param signature of the enclave, if it signed: evidence (F9)
    record Signed(RoundStatement statement, Wei total, Optional<Signature> signature) {}

    /// What is sealed of a round, and the state that it began with if that is one of its own.
    record Sealed(
            @Limit(ChannelRows.MAX_CIPHERTEXT) Octets ciphertext, Optional<StateBytes> begin) {}

    record StateBytes(@Limit(ChannelRows.MAX_STATE) Octets bytes) {}

    static ChannelRows.Round round(int number, Held held) {
        return new ChannelRows.Round(
                new ChannelRows.At(number, held.statement().round()),
                new Octets(
                        Records.encode(
                                new Signed(held.statement(), held.total(), held.signature()))),
                new Octets(
                        Records.encode(
                                new Sealed(held.ciphertext(), held.begin().map(StateBytes::new)))));
    }

    /// Empty if its ciphertext was dropped.
    static Optional<Held> held(ChannelRows.Round row) {
        if (row.ciphertext().length() == 0) {
            return Optional.empty();
        }
        Signed signed = Records.decode(Signed.class, row.statement().toByteArray());
        Sealed sealed = Records.decode(Sealed.class, row.ciphertext().toByteArray());
        return Optional.of(
                new Held(
                        signed.statement(),
                        signed.signature(),
                        sealed.ciphertext(),
                        signed.total(),
                        sealed.begin().map(StateBytes::bytes)));
    }
}
