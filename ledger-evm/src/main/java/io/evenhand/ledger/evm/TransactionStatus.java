package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import java.math.BigInteger;
import java.util.Optional;

/// How far a transaction has come.
public sealed interface TransactionStatus {
    /// On its way.
    ///
    /// @param trouble one line for people, empty if there is none
    record Pending(String trouble) implements TransactionStatus {}

    /// Never handed over as far as anybody knows, and not sent unless submitted again: the time for
    /// it has passed, or the process was restarted before it was sent.
    record Held(String why) implements TransactionStatus {}

    /// In a block that may still be taken back.
    record Included(Receipt receipt) implements TransactionStatus {}

    /// In a final block, and it did what it should.
    record Final(Receipt receipt) implements TransactionStatus {}

    /// In a final block, and the contract refused it.
    record Failed(Receipt receipt) implements TransactionStatus {}

    /// What became of it in a block.
    ///
    /// @param gasUsed the most it can have been if the node does not say; for display only
    /// @param feePerGas what was really paid per gas, likewise
    /// @param created where the contract stands that it created
    record Receipt(
            Bytes32 transaction,
            long block,
            Bytes32 blockHash,
            boolean succeeded,
            long gasUsed,
            Wei feePerGas,
            Optional<Address> created) {
        public Wei fee() {
            return feePerGas.times(gasUsed);
        }

        Receipt creating(Address contract) {
            return new Receipt(
                    transaction,
                    block,
                    blockHash,
                    succeeded,
                    gasUsed,
                    feePerGas,
                    Optional.of(contract));
        }

        /// What is only shown may be missing; what decides may not.
        ///
        /// @param gasLimit of the transaction
        /// @param maxPerGas that it offered
        static Receipt read(RpcResult receipt, long gasLimit, BigInteger maxPerGas) {
            return new Receipt(
                    receipt.field("transactionHash").hash(),
                    receipt.field("blockNumber").quantity(),
                    receipt.field("blockHash").hash(),
                    receipt.field("status").quantity() == 1,
                    receipt.field("gasUsed").readable(RpcResult::quantity).orElse(gasLimit),
                    new Wei(
                            receipt.field("effectiveGasPrice")
                                    .readable(RpcResult::number)
                                    .orElse(maxPerGas)),
                    receipt.field("contractAddress").readable(RpcResult::address));
        }
    }

    /// Nothing more will happen.
    default boolean isFinished() {
        return switch (this) {
            case Final _, Failed _ -> true;
            case Pending _, Held _, Included _ -> false;
        };
    }

    /// What became of it, once it was in a block.
    default Optional<Receipt> inBlock() {
        return switch (this) {
            case Included(Receipt receipt) -> Optional.of(receipt);
            case Final(Receipt receipt) -> Optional.of(receipt);
            case Failed(Receipt receipt) -> Optional.of(receipt);
            case Pending _, Held _ -> Optional.empty();
        };
    }
}
