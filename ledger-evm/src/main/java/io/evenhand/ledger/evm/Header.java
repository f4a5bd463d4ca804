package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Bytes32;
import java.math.BigInteger;
import java.util.Optional;

/// What the rail needs of a block's header.
///
/// @param timestamp seconds since 1970, as the contract sees it
/// @param baseFee wei per gas; nothing on chains without EIP-1559
public record Header(
        long number,
        Bytes32 hash,
        Bytes32 parentHash,
        long timestamp,
        Optional<BigInteger> baseFee) {
    static Header read(RpcResult block) {
        return new Header(
                block.field("number").quantity(),
                block.field("hash").hash(),
                block.field("parentHash").hash(),
                block.field("timestamp").quantity(),
                block.field("baseFeePerGas").optional().map(RpcResult::number));
    }

    @Override
    public String toString() {
        return number + " (" + hash.toString().substring(0, 8) + ")";
    }
}
