package io.evenhand.demo.delegation.judge;

import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Hex;
import io.evenhand.ledger.evm.JsonRpc;
import io.evenhand.ledger.evm.RpcResult;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What the blocks since the beginning of an exchange show, read once and for all.
///
/// @param gasPaid wei that each account paid for gas
/// @param keys every scalar that anybody put into a claim, whether the claim succeeded or not
/// @param calls every successful call of the escrow, oldest first
/// @param gasUsed units of gas of the last successful call of each kind
public record ChainFacts(
        Map<Address, BigInteger> gasPaid,
        List<RevealedKey> keys,
        List<Made> calls,
        Map<Call, Long> gasUsed) {
    /// One call and the transaction that made it.
    public record Made(Call call, Bytes32 transaction) {}

    /// Calls of the escrow, by selector.
    public enum Call {
        OPEN("0x1002357c"),
        CLAIM("0x21bfa722"),
        REFUND("0x50eb834b"),
        RELEASE("0xa3a9134f");

        private final String selector;

        Call(String selector) {
            this.selector = selector;
        }
    }

    /// A demo's chain is some hundred blocks long.
    private static final int MAX_TRANSACTIONS = 10_000;

    private static final int MAX_CALL_CHARS = 1 << 18;

    /// A claim is a selector, ten words of the deal, and the scalar.
    private static final int CLAIM_CHARS = 2 + 2 * (4 + 11 * 32);

    public ChainFacts {
        gasPaid = Map.copyOf(gasPaid);
        keys = List.copyOf(keys);
        calls = List.copyOf(calls);
        gasUsed = Map.copyOf(gasUsed);
    }

    public BigInteger gasPaidBy(Address account) {
        return gasPaid.getOrDefault(account, BigInteger.ZERO);
    }

    /// Reads the blocks from `fromBlock` to the newest.
    public static ChainFacts read(JsonRpc rpc, long fromBlock, Address escrow) {
        Map<Address, BigInteger> gas = new HashMap<>();
        List<RevealedKey> keys = new ArrayList<>();
        List<Made> calls = new ArrayList<>();
        Map<Call, Long> used = new HashMap<>();
        long tip = rpc.call("eth_blockNumber").quantity();
        for (long number = fromBlock; number <= tip; number++) {
            RpcResult block =
                    rpc.call("eth_getBlockByNumber", "0x" + Long.toHexString(number), true);
            for (RpcResult transaction : block.field("transactions").list(MAX_TRANSACTIONS)) {
                RpcResult receipt =
                        rpc.call("eth_getTransactionReceipt", transaction.field("hash").text(66));
                BigInteger units = receipt.field("gasUsed").number();
                BigInteger cost = units.multiply(receipt.field("effectiveGasPrice").number());
                gas.merge(transaction.field("from").address(), cost, BigInteger::add);
                boolean toEscrow =
                        transaction
                                .field("to")
                                .optional()
                                .map(RpcResult::address)
                                .filter(escrow::equals)
                                .isPresent();
                if (toEscrow) {
                    String input = transaction.field("input").text(MAX_CALL_CHARS);
                    boolean succeeded = receipt.field("status").quantity() == 1;
                    note(
                            transaction.field("hash").hash(),
                            input,
                            succeeded,
                            units.longValueExact(),
                            new Notes(keys, calls, used));
                }
            }
        }
        return new ChainFacts(gas, keys, calls, used);
    }

    private record Notes(List<RevealedKey> keys, List<Made> calls, Map<Call, Long> used) {}

    private static void note(
            Bytes32 hash, String input, boolean succeeded, long units, Notes notes) {
        for (Call call : Call.values()) {
            if (input.startsWith(call.selector)) {
                if (succeeded) {
                    notes.used().put(call, units);
                    notes.calls().add(new Made(call, hash));
                }
                if (call == Call.CLAIM && input.length() == CLAIM_CHARS) {
                    notes.keys()
                            .add(
                                    new RevealedKey(
                                            Bytes32.of(
                                                    Hex.parse(
                                                            input.substring(CLAIM_CHARS - 64),
                                                            32))));
                }
            }
        }
    }
}
