package io.evenhand.demo.stage;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Hex;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.JsonRpc;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.ledger.evm.RpcResult;
import io.evenhand.ledger.evm.TransactionStatus.Receipt;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The transactions that wait for a block, and what somebody who makes the blocks can do with them.
public final class Mempool {
    /// Selectors of the escrow's calls.
    public static final String OPEN = "0x1002357c";

    public static final String CLAIM = "0x21bfa722";
    public static final String REFUND = "0x50eb834b";

    /// Topic of the event of a claim.
    public static final String REVEALED = topic("Revealed(bytes32,bytes32)");

    private static final int MAX_POOL = 1_000;
    private static final int MAX_CALL_CHARS = 1 << 17;

    /// Twenty times what a party offers to the miner.
    private static final String HIGH_TIP = "0x" + Long.toHexString(40_000_000_000L);

    private static final Duration BLOCK_TIME = Duration.ofSeconds(1);
    private static final int LOOKS_PER_BLOCK = 10;

    private final LocalChain chain;

    public Mempool(LocalChain chain) {
        this.chain = chain;
    }

    private static String topic(String event) {
        return Hex.format(Hashes.keccak256(event.getBytes(StandardCharsets.US_ASCII)));
    }

    /// The time of a block on this chain.
    public static void rest() throws InterruptedException {
        Thread.sleep(BLOCK_TIME);
    }

    /// A transaction that waits.
    ///
    /// @param input its call, in hexadecimal
    public record Waiting(Bytes32 hash, Address from, long nonce, Wei value, String input) {}

    /// While it is open, blocks are made only when the cheat says so.
    public interface MiningControl extends AutoCloseable {
        @Override
        void close();
    }

    /// From now on blocks are made only when the cheat says so.
    public MiningControl takeOverMining() {
        chain.setMining(new LocalChain.Mining.Manual());
        return () -> chain.setMining(new LocalChain.Mining.Every(1));
    }

    /// Every waiting call of this kind.
    public List<Waiting> waiting(String selector) {
        List<Waiting> found = new ArrayList<>();
        JsonRpc rpc = chain.rpc();
        for (RpcResult sender : rpc.call("txpool_content").field("pending").values(MAX_POOL)) {
            for (RpcResult transaction : sender.values(MAX_POOL)) {
                String input = transaction.field("input").text(MAX_CALL_CHARS);
                if (input.startsWith(selector)) {
                    found.add(
                            new Waiting(
                                    transaction.field("hash").hash(),
                                    transaction.field("from").address(),
                                    transaction.field("nonce").quantity(),
                                    new Wei(transaction.field("value").number()),
                                    input));
                }
            }
        }
        return found;
    }

    /// Makes a block each second until such a call waits. A block that took one before it was seen
    /// is taken back: its sender sends it again.
    public Waiting await(String selector) throws InterruptedException {
        long deadline = System.nanoTime() + DemoNet.STEP_LIMIT.toNanos();
        for (int look = 1; System.nanoTime() < deadline; look++) {
            Optional<Waiting> found = waiting(selector).stream().findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            if (look % LOOKS_PER_BLOCK == 0) {
                chain.mine(1);
                if (wasMined(selector)) {
                    chain.reorg(1);
                }
            }
            Thread.sleep(BLOCK_TIME.dividedBy(LOOKS_PER_BLOCK));
        }
        throw new CliException(
                ExitCode.FAILED, "no call " + selector + " came to the mempool in time");
    }

    private boolean wasMined(String selector) {
        List<RpcResult> block =
                chain.rpc()
                        .call("eth_getBlockByNumber", "latest", true)
                        .field("transactions")
                        .list(MAX_POOL);
        return block.stream()
                .anyMatch(call -> call.field("input").text(MAX_CALL_CHARS).startsWith(selector));
    }

    /// Sends a call from an account of the local chain, with a tip that puts it first.
    public Bytes32 ahead(Address from, Address to, String input, Wei value) {
        return send(from, Map.of("to", to.toString(), "data", input, "value", hex(value)));
    }

    /// Has the account spend this nonce on nothing, with a tip that beats whatever waits there.
    public Bytes32 spendNonce(Address from, long nonce) {
        return send(from, Map.of("to", from.toString(), "nonce", "0x" + Long.toHexString(nonce)));
    }

    private Bytes32 send(Address from, Map<String, String> what) {
        JsonRpc rpc = chain.rpc();
        RpcResult _ = rpc.call("anvil_impersonateAccount", from.toString());
        Map<String, String> transaction = new HashMap<>(what);
        transaction.put("from", from.toString());
        transaction.put("gas", "0x30000");
        transaction.put("maxPriorityFeePerGas", HIGH_TIP);
        transaction.put("maxFeePerGas", HIGH_TIP);
        return rpc.call("eth_sendTransaction", transaction).hash();
    }

    private static String hex(Wei value) {
        return "0x" + value.value().toString(16);
    }

    /// What became of a transaction that is in a block by now, or soon.
    public Receipt receipt(Bytes32 transaction) throws InterruptedException {
        long deadline = System.nanoTime() + DemoNet.STEP_LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<Receipt> receipt = chain.receipt(transaction);
            if (receipt.isPresent()) {
                return receipt.get();
            }
            Thread.sleep(BLOCK_TIME.dividedBy(LOOKS_PER_BLOCK));
        }
        throw new CliException(
                ExitCode.FAILED, "no block took transaction 0x" + transaction + " in time");
    }
}
