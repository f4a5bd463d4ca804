package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;

/// A second endpoint, asked about finality only: one lying node can make a deposit look final, two
/// that agree much less (decisions 16e).
public final class SecondOpinion {
    private final JsonRpc rpc;

    public SecondOpinion(JsonRpc rpc) {
        this.rpc = rpc;
    }

    /// Whether this endpoint calls that very block final too.
    boolean agrees(Header finalized, FinalityPolicy policy) {
        Answer same = rpc.call("eth_getBlockByNumber", Blocks.quantity(finalized.number()), false);
        if (same.isNull() || !same.field("hash").hash().equals(finalized.hash())) {
            return false;
        }
        return switch (policy) {
            case FinalityPolicy.Tag _ -> newest("finalized") >= finalized.number();
            case FinalityPolicy.Depth(int blocks) ->
                    newest("latest") - blocks >= finalized.number();
        };
    }

    /// One word of a contract's storage after the block with this hash.
    Bytes32 storage(Address contract, Bytes32 key, Bytes32 blockHash) {
        return Blocks.storage(rpc, contract, key, blockHash);
    }

    String name() {
        return rpc.name();
    }

    private long newest(String tag) {
        Answer block = rpc.call("eth_getBlockByNumber", tag, false);
        return block.isNull() ? -1 : block.field("number").quantity();
    }
}
