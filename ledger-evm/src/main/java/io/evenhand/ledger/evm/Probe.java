package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Asks an endpoint once for everything that will ever be needed of it, so that what it lacks is
/// known before anything is signed, and not when the work is done and cannot be paid.
///
/// It judges by whether answers have their form, never by names or by the words of an error. An
/// endpoint that refuses for a moment, as one that counts requests does, is asked again.
public final class Probe {
    /// Tries of one question, and the pause between them: limits are counted by the second.
    private static final int TRIES = 3;

    private static final Duration PAUSE = Duration.ofMillis(1_100);

    /// Transactions in one block.
    private static final int MAX_TRANSACTIONS = 100_000;

    private static final int MAX_CODE_BYTES = 64 << 10;

    /// No block and no transaction has this hash.
    private static final Bytes32 NOWHERE = new Bytes32(-1, -1, -1, -1);

    /// What is asked for.
    public enum Need {
        BLOCKS,
        STATE,
        FINALITY,
        NONCE,
        FEES,
        GAS,
        LOGS,
        TRANSACTIONS,
        PUSH
    }

    /// How it is.
    public enum Level {
        FINE,
        /// It works without, in another way.
        LESS,
        /// Nothing can be done with this endpoint.
        LACKING
    }

    /// What was found about one need.
    ///
    /// @param wayOut what to do about it, or what is done instead; empty if it is fine
    public record Result(Need need, Level level, String text, String wayOut) {
        public String line() {
            return wayOut.isEmpty() ? text : text + ": " + wayOut;
        }
    }

    /// What was found about one endpoint.
    public record Report(String endpoint, long chainId, List<Result> results) {
        public List<Result> of(Level level) {
            return results.stream().filter(result -> result.level() == level).toList();
        }

        /// Throws a `LedgerException` that names the first thing it lacks, if it lacks any.
        public void requireAll() {
            List<Result> lacking = of(Level.LACKING);
            if (!lacking.isEmpty()) {
                throw LedgerException.lacking(
                        endpoint + " cannot be used: " + lacking.getFirst().line());
            }
        }
    }

    private final JsonRpc rpc;
    private final FinalityPolicy finality;
    private final Address account;
    private final Address contract;
    private final Duration pause;
    private final List<Result> results = new ArrayList<>();

    private Probe(
            JsonRpc rpc,
            FinalityPolicy finality,
            Address account,
            Address contract,
            Duration pause) {
        this.rpc = rpc;
        this.finality = finality;
        this.account = account;
        this.contract = contract;
        this.pause = pause;
    }

    /// @param account who would send transactions
    /// @param contract whose state and events are asked for; any address will do
    public static Report ask(
            JsonRpc rpc, FinalityPolicy finality, Address account, Address contract) {
        return ask(rpc, finality, account, contract, PAUSE);
    }

    static Report ask(
            JsonRpc rpc,
            FinalityPolicy finality,
            Address account,
            Address contract,
            Duration pause) {
        Probe probe = new Probe(rpc, finality, account, contract, pause);
        // Without a second try: whoever is silent here is silent.
        long id = rpc.call("eth_chainId").quantity();
        probe.all();
        return new Report(rpc.name(), id, List.copyOf(probe.results));
    }

    private interface Question<T> {
        T ask();
    }

    /// A question without an answer now may have one in a moment; a dead endpoint has none.
    private <T> T tried(Question<T> question) {
        for (int left = TRIES - 1; ; left--) {
            try {
                return question.ask();
            } catch (LedgerException e) {
                if (left == 0 || !e.mayHaveArrived()) {
                    throw e;
                }
                rest();
            }
        }
    }

    private void rest() {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw LedgerException.unreachable("interrupted while asking " + rpc.name());
        }
    }

    private void need(Need need, Level without, String what, String wayOut, Runnable question) {
        try {
            var _ =
                    tried(() -> {
                        question.run();
                        return true;
                    });
            results.add(new Result(need, Level.FINE, what, ""));
        } catch (LedgerException e) {
            if (e.isPassing()) {
                throw e;
            }
            results.add(
                    new Result(need, without, "no " + what + " (" + e.getMessage() + ")", wayOut));
        }
    }

    private void all() {
        need(
                Need.BLOCKS,
                Level.LACKING,
                "blocks by number and by hash",
                "use an endpoint of an Ethereum-like node",
                this::blocks);
        need(
                Need.FINALITY,
                Level.LACKING,
                finality instanceof FinalityPolicy.Tag
                        ? "block with the tag \"finalized\""
                        : "block at the depth of finality",
                "if this chain has no finality, say after how many blocks you take it as final:"
                        + " deploy --finality N",
                () -> {
                    Header _ = finalBlock();
                });
        need(
                Need.STATE,
                Level.LACKING,
                "state at a block's hash (EIP-1898)",
                "use a node that knows it, and keeps the state of the last final block",
                this::state);
        need(
                Need.NONCE,
                Level.LACKING,
                "count of transactions that wait",
                "use a node that takes transactions",
                () ->
                        rpc.call("eth_getTransactionCount", account.toString(), "pending")
                                .quantity());
        fees();
        need(
                Need.GAS,
                Level.LESS,
                "estimate of gas",
                "the gas that this release knows is offered",
                () -> GasNeed.plain(rpc, account, 0));
        need(
                Need.LOGS,
                Level.LACKING,
                "events of a contract",
                "use a node that serves eth_getLogs",
                this::logs);
        need(
                Need.TRANSACTIONS,
                Level.LACKING,
                "transactions and receipts",
                "use a node that finds transactions by their hash",
                this::transactions);
        if (rpc.name().startsWith("ws")) {
            need(
                    Need.PUSH,
                    Level.LESS,
                    "push of new blocks",
                    "it is asked at every poll instead",
                    this::push);
        }
    }

    private void blocks() {
        Header tip = Blocks.byNumber(rpc, "latest");
        Header same = Blocks.byHash(rpc, tip.hash());
        if (!same.hash().equals(tip.hash())) {
            throw LedgerException.malformed(rpc.name() + " gives another block for a hash");
        }
    }

    private Header finalBlock() {
        return switch (finality) {
            case FinalityPolicy.Tag _ -> Blocks.byNumber(rpc, "finalized");
            case FinalityPolicy.Depth(int blocks) -> {
                long tip = Blocks.byNumber(rpc, "latest").number();
                yield Blocks.byNumber(rpc, Blocks.quantity(Math.max(0, tip - blocks)));
            }
        };
    }

    private void state() {
        state(Blocks.byNumber(rpc, "latest").hash());
        boolean known =
                results.stream()
                        .anyMatch(r -> r.need() == Need.FINALITY && r.level() == Level.FINE);
        if (known) {
            state(finalBlock().hash());
        }
        boolean answered;
        try {
            var _ = Blocks.balance(rpc, account, NOWHERE);
            answered = true;
        } catch (LedgerException e) {
            if (e.isPassing()) {
                throw e;
            }
            answered = false;
        }
        if (answered) {
            throw LedgerException.malformed(
                    rpc.name() + " gives state for the hash of a block that does not exist");
        }
    }

    private void state(Bytes32 block) {
        Bytes32 _ = Blocks.storage(rpc, contract, Bytes32.ZERO, block);
        long _ = Blocks.nonce(rpc, account, block);
        var _ = Blocks.balance(rpc, account, block);
        byte[] _ =
                rpc.call("eth_getCode", contract.toString(), Blocks.reference(block))
                        .data(MAX_CODE_BYTES);
    }

    private void fees() {
        String without =
                "the price is taken from the newest block's base fee and from what the node"
                        + " suggests";
        need(
                Need.FEES,
                Level.LACKING,
                "price of gas",
                "use a node that answers eth_gasPrice",
                () -> FeePolicy.market(rpc, Blocks.byNumber(rpc, "latest")));
        boolean modern = Blocks.byNumber(rpc, "latest").baseFee().isPresent();
        if (results.getLast().level() == Level.FINE && !modern) {
            results.add(
                    new Result(
                            Need.FEES,
                            Level.LESS,
                            "no base fee in blocks (EIP-1559)",
                            "transactions are of the old kind, at the price that the node names"));
        } else if (results.getLast().level() == Level.FINE) {
            need(Need.FEES, Level.LESS, "history of fees", without, () -> FeePolicy.history(rpc));
        }
    }

    private void logs() {
        Header tip = Blocks.byNumber(rpc, "latest");
        new Logs(rpc, contract)
                .read(tip.number(), tip.number(), Logs.hex(EscrowAbi.OPENED), _ -> {});
    }

    private void transactions() {
        for (String method : List.of("eth_getTransactionByHash", "eth_getTransactionReceipt")) {
            if (!rpc.call(method, "0x" + NOWHERE).isNull()) {
                throw LedgerException.malformed(
                        rpc.name() + " answers " + method + " for a transaction of nobody");
            }
        }
        Header tip = Blocks.byNumber(rpc, "latest");
        List<RpcResult> all =
                Blocks.named(rpc, "eth_getBlockByHash", "0x" + tip.hash(), true)
                        .field("transactions")
                        .list(MAX_TRANSACTIONS);
        if (!all.isEmpty()) {
            Bytes32 hash = all.getFirst().field("hash").hash();
            RpcResult receipt = rpc.call("eth_getTransactionReceipt", "0x" + hash);
            if (!receipt.isNull()) {
                var _ = TransactionStatus.Receipt.read(receipt, 0, BigInteger.ZERO);
            }
        }
    }

    private void push() {
        String id = rpc.call("eth_subscribe", "newHeads").text(100);
        var _ = rpc.call("eth_unsubscribe", id);
    }
}
