package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What one endpoint says about one account and its transactions, as of one snapshot. Each thing is
/// asked for once, when it is needed.
final class AccountView {
    /// Transactions in one block.
    private static final int MAX_TRANSACTIONS = 100_000;

    /// Several transactions are signed at about the same moment.
    private static final Duration SAME_MOMENT = Duration.ofMillis(250);

    private final ChainWatcher watcher;
    private final Address account;
    private final ChainSnapshot chain;
    private final GasNeed gas;
    private OptionalLong latestNonce = OptionalLong.empty();
    private OptionalLong finalNonce = OptionalLong.empty();
    private OptionalLong pendingNonce = OptionalLong.empty();
    private long pendingNanos;
    private Optional<Wei> balance = Optional.empty();

    AccountView(ChainWatcher watcher, Address account, ChainSnapshot chain, GasNeed gas) {
        this.gas = gas;
        this.watcher = watcher;
        this.account = account;
        this.chain = chain;
    }

    /// Whether this is what the snapshot's block says.
    boolean isAt(ChainSnapshot other) {
        return chain.tip().equals(other.tip())
                && chain.finalized().equals(other.finalized())
                && chain.epoch() == other.epoch();
    }

    Address account() {
        return account;
    }

    ChainSnapshot chain() {
        return chain;
    }

    /// The nonce that the next block can take.
    synchronized long latestNonce() {
        if (latestNonce.isEmpty()) {
            latestNonce = OptionalLong.of(Blocks.nonce(rpc(), account, chain.tip().hash()));
        }
        return latestNonce.getAsLong();
    }

    /// Nonces below this are used up for ever.
    synchronized long finalNonce() {
        if (finalNonce.isEmpty()) {
            finalNonce = OptionalLong.of(Blocks.nonce(rpc(), account, chain.finalized().hash()));
        }
        return finalNonce.getAsLong();
    }

    /// What it holds after the newest block.
    synchronized Wei balance() {
        if (balance.isEmpty()) {
            balance = Optional.of(Blocks.balance(rpc(), account, chain.tip().hash()));
        }
        return balance.get();
    }

    FeePolicy.Market market() {
        return watcher.market(chain.tip());
    }

    /// How much gas to give a transaction.
    long gas(Intent intent) {
        return gas.forCall(rpc(), watcher.second(), account, intent);
    }

    private JsonRpc rpc() {
        return watcher.rpc();
    }

    /// The first nonce for which the node knows no transaction, mined or waiting.
    synchronized long pendingNonce() {
        long now = System.nanoTime();
        if (pendingNonce.isEmpty() || now - pendingNanos > SAME_MOMENT.toNanos()) {
            pendingNonce =
                    OptionalLong.of(
                            rpc().call("eth_getTransactionCount", account.toString(), "pending")
                                    .quantity());
            pendingNanos = now;
        }
        return Math.max(pendingNonce.getAsLong(), latestNonce());
    }

    /// Whether the node knows this transaction, mined or waiting.
    boolean knows(Bytes32 transaction) {
        return !rpc().call("eth_getTransactionByHash", "0x" + transaction).isNull();
    }

    /// Whether a newer block than the snapshot's holds this transaction. An answer that cannot be
    /// read is a `LedgerException`: it is no reason to pay again.
    boolean isInNewerBlock(Bytes32 transaction) {
        return rpc().call("eth_getTransactionByHash", "0x" + transaction)
                .optional()
                .flatMap(found -> found.field("blockNumber").optional())
                .filter(block -> block.quantity() > chain.tip().number())
                .isPresent();
    }

    /// What became of it in a block of the present chain.
    ///
    /// @param offered gas and price, for a node that does not say what was paid
    Optional<TransactionStatus.Receipt> receipt(
            Bytes32 transaction, TransactionRecord.Attempt offered, Intent intent) {
        RpcResult answer = rpc().call("eth_getTransactionReceipt", "0x" + transaction);
        if (answer.isNull()) {
            return Optional.empty();
        }
        TransactionStatus.Receipt receipt =
                TransactionStatus.Receipt.read(
                        answer, offered.gasLimit(), offered.fee().maxPerGas());
        if (!receipt.transaction().equals(transaction)) {
            throw LedgerException.malformed(rpc().name() + " gave another transaction's receipt");
        }
        boolean canonical =
                receipt.block() <= chain.tip().number()
                        && watcher.isCanonical(receipt.block(), receipt.blockHash());
        if (!canonical) {
            return Optional.empty();
        }
        // Where a contract stands follows from the nonce: no node need say it.
        return Optional.of(
                intent.to().isPresent() || !receipt.succeeded()
                        ? receipt
                        : receipt.creating(Wallet.contractAddress(account, offered.nonce())));
    }

    /// The transaction of this account that took a nonce up to a block: positive evidence, since a
    /// node that merely lost a receipt must not make us pay twice. Nothing if the node no longer
    /// has the old states that show it.
    Optional<Bytes32> consumer(long nonce, long notBeforeBlock, long lastBlock) {
        long low = Math.max(0, notBeforeBlock - 1);
        long high = lastBlock;
        if (low >= high || nonceAt(low) > nonce) {
            low = 0;
        }
        while (high - low > 1) {
            long middle = low + (high - low) / 2;
            if (nonceAt(middle) > nonce) {
                high = middle;
            } else {
                low = middle;
            }
        }
        RpcResult block = rpc().call("eth_getBlockByNumber", Blocks.quantity(high), true);
        if (block.isNull()) {
            return Optional.empty();
        }
        List<RpcResult> transactions = block.field("transactions").list(MAX_TRANSACTIONS);
        for (RpcResult transaction : transactions) {
            // Other kinds of transactions may lack what ours have.
            boolean ours =
                    transaction
                            .field("from")
                            .readable(RpcResult::address)
                            .filter(account::equals)
                            .isPresent();
            if (ours && transaction.field("nonce").quantity() == nonce) {
                return Optional.of(transaction.field("hash").hash());
            }
        }
        return Optional.empty();
    }

    /// Whether a transaction makes the very call that is asked for.
    boolean isCall(Bytes32 transaction, Intent intent) {
        RpcResult answer = rpc().call("eth_getTransactionByHash", "0x" + transaction);
        if (answer.isNull()) {
            return false;
        }
        return SeenTransaction.read(answer)
                .filter(seen -> seen.to().equals(intent.to()) && seen.input().equals(intent.data()))
                .filter(_ -> answer.field("value").number().equals(intent.value().value()))
                .isPresent();
    }

    private long nonceAt(long block) {
        return rpc().call("eth_getTransactionCount", account.toString(), Blocks.quantity(block))
                .quantity();
    }
}
