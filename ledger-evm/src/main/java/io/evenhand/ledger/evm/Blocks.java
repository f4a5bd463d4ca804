package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import java.util.Map;

/// Reads of the chain's state that several classes need.
public final class Blocks {
    private Blocks() {}

    /// How often a gateway is asked for what one of its nodes does not have yet.
    private static final int TRIES = 3;

    /// An answer about a block that the endpoint has named before. Behind one address there may be
    /// several nodes, some of which are a little behind: the next one asked may know it.
    public static RpcResult named(JsonRpc rpc, String method, Object... params) {
        for (int tries = 1; ; tries++) {
            try {
                RpcResult answer = rpc.call(method, params);
                if (!answer.isNull() || tries == TRIES) {
                    return answer;
                }
            } catch (LedgerException e) {
                if (!e.isRefusal() || tries == TRIES) {
                    throw e;
                }
            }
        }
    }

    public static String quantity(long number) {
        return "0x" + Long.toHexString(number);
    }

    /// Names a block by hash (EIP-1898), so that a reorg cannot slip another one in.
    static Map<String, String> reference(Bytes32 hash) {
        return Map.of("blockHash", "0x" + hash);
    }

    static Bytes32 storage(JsonRpc rpc, Address contract, Bytes32 key, Bytes32 blockHash) {
        return named(rpc, "eth_getStorageAt", contract.toString(), "0x" + key, reference(blockHash))
                .word();
    }

    /// The next nonce of an account after the block with this hash.
    static long nonce(JsonRpc rpc, Address account, Bytes32 blockHash) {
        return named(rpc, "eth_getTransactionCount", account.toString(), reference(blockHash))
                .quantity();
    }

    /// What an account holds after the block with this hash.
    static Wei balance(JsonRpc rpc, Address account, Bytes32 blockHash) {
        return new Wei(
                named(rpc, "eth_getBalance", account.toString(), reference(blockHash)).number());
    }

    static Header byNumber(JsonRpc rpc, String numberOrTag) {
        RpcResult block = rpc.call("eth_getBlockByNumber", numberOrTag, false);
        if (block.isNull()) {
            throw LedgerException.malformed(
                    rpc.name()
                            + " has no block \""
                            + numberOrTag
                            + "\""
                            + (numberOrTag.equals("finalized")
                                    ? ": use a finality depth for this chain"
                                    : ""));
        }
        return Header.read(block);
    }

    static Header byHash(JsonRpc rpc, Bytes32 hash) {
        RpcResult block = named(rpc, "eth_getBlockByHash", "0x" + hash, false);
        if (block.isNull()) {
            throw LedgerException.malformed(
                    rpc.name() + " does not know the parent of one of its own blocks");
        }
        return Header.read(block);
    }
}
