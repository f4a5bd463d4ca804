package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import java.util.Optional;

/// A transaction that a node showed, in a block or still waiting.
record SeenTransaction(Bytes32 hash, Address from, Optional<Address> to, CallData input) {
    private static final int ADDRESS_CHARS = 42;

    /// Nothing if it is larger than any transaction that could concern us.
    static Optional<SeenTransaction> read(RpcResult transaction) {
        RpcResult named = transaction.field("input");
        RpcResult input = named.isNull() ? transaction.field("data") : named;
        if (input.text(JsonRpc.MAX_ANSWER_BYTES).length() > 2 * CallData.MAX_BYTES + 2) {
            return Optional.empty();
        }
        return Optional.of(
                new SeenTransaction(
                        transaction.field("hash").hash(),
                        transaction.field("from").address(),
                        recipient(transaction.field("to")),
                        CallData.of(input.data(CallData.MAX_BYTES))));
    }

    /// Some nodes write an empty text instead of null for a transaction that creates a contract.
    private static Optional<Address> recipient(RpcResult to) {
        boolean none = to.isNull() || (to.isText() && to.text(ADDRESS_CHARS).length() <= 2);
        return none ? Optional.empty() : Optional.of(to.address());
    }
}
