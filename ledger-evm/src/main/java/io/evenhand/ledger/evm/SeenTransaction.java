package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import java.util.Optional;

/// A transaction that a node showed, in a block or still waiting.
record SeenTransaction(Bytes32 hash, Address from, Optional<Address> to, CallData input) {
    /// Nothing if it is larger than any transaction that could concern us.
    static Optional<SeenTransaction> read(Answer transaction) {
        Answer input = transaction.field("input");
        if (input.text(JsonRpc.MAX_ANSWER_BYTES).length() > 2 * CallData.MAX_BYTES + 2) {
            return Optional.empty();
        }
        return Optional.of(
                new SeenTransaction(
                        transaction.field("hash").hash(),
                        transaction.field("from").address(),
                        transaction.field("to").optional().map(Answer::address),
                        CallData.of(input.data(CallData.MAX_BYTES))));
    }
}
