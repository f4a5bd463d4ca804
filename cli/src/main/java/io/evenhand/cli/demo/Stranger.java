package io.evenhand.cli.demo;

import io.evenhand.kit.value.Address;
import io.evenhand.ledger.evm.Answer;
import io.evenhand.ledger.evm.JsonRpc;
import io.evenhand.ledger.evm.LocalChain;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// An outsider who copies the first claim it sees in the mempool and has its copy mined first.
final class Stranger {
    private static final String CLAIM = "0x21bfa722";
    private static final int MAX_POOL = 1_000;
    private static final int MAX_CALL_CHARS = 1 << 12;

    /// Twenty times what the provider offers to the miner.
    private static final String HIGH_TIP = "0x" + Long.toHexString(40_000_000_000L);

    private final LocalChain chain;
    private final Address escrow;

    Stranger(LocalChain chain, Address escrow) {
        this.chain = chain;
        this.escrow = escrow;
    }

    /// Takes over mining, waits for a claim, gets ahead of it, and gives mining back. True if there
    /// was a claim to copy.
    boolean copyTheClaim(Duration limit) throws InterruptedException {
        JsonRpc rpc = chain.rpc();
        chain.setMining(new LocalChain.Mining.Manual());
        try {
            long deadline = System.nanoTime() + limit.toNanos();
            while (System.nanoTime() < deadline) {
                Optional<String> claim = pendingClaim(rpc);
                if (claim.isPresent()) {
                    send(rpc, claim.get());
                    chain.mine(1);
                    return true;
                }
                chain.mine(1);
                for (int i = 0; i < 10 && pendingClaim(rpc).isEmpty(); i++) {
                    Thread.sleep(Duration.ofMillis(100));
                }
            }
            return false;
        } finally {
            chain.setMining(new LocalChain.Mining.Every(1));
        }
    }

    private void send(JsonRpc rpc, String data) {
        String from = LocalChain.wallet(LocalChain.ACCOUNTS - 1).address().toString();
        Answer _ = rpc.call("anvil_impersonateAccount", from);
        Answer _ =
                rpc.call(
                        "eth_sendTransaction",
                        Map.of(
                                "from",
                                from,
                                "to",
                                escrow.toString(),
                                "data",
                                data,
                                "gas",
                                "0x30000",
                                "maxPriorityFeePerGas",
                                HIGH_TIP,
                                "maxFeePerGas",
                                HIGH_TIP));
    }

    private Optional<String> pendingClaim(JsonRpc rpc) {
        for (Answer sender : rpc.call("txpool_content").field("pending").values(MAX_POOL)) {
            for (Answer transaction : sender.values(MAX_POOL)) {
                String input = transaction.field("input").text(MAX_CALL_CHARS);
                if (input.startsWith(CLAIM)) {
                    return Optional.of(input);
                }
            }
        }
        return Optional.empty();
    }
}
