package io.evenhand.ledger.evm;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.system.fuzz.FuzzTarget;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// What a node answers: JSON, and in it blocks, receipts, transactions and logs.
class MessagesFuzz extends FuzzTarget {
    private static final Endpoint ENDPOINT = Endpoint.parse("http://127.0.0.1:8545");
    private static final String HASH = "\"0x" + "ab".repeat(32) + "\"";
    private static final String ADDRESS = "\"0x" + "cd".repeat(20) + "\"";
    private static final String BLOCK =
            "{\"number\":\"0x10\",\"hash\":"
                    + HASH
                    + ",\"parentHash\":"
                    + HASH
                    + ",\"timestamp\":\"0x65\",\"baseFeePerGas\":\"0x7\"}";
    private static final String RECEIPT =
            "{\"transactionHash\":"
                    + HASH
                    + ",\"blockNumber\":\"0x1\",\"blockHash\":"
                    + HASH
                    + ",\"status\":\"0x1\",\"gasUsed\":\"0x5208\",\"effectiveGasPrice\":\"0x9\","
                    + "\"contractAddress\":null}";
    private static final String TRANSACTION =
            "{\"hash\":"
                    + HASH
                    + ",\"from\":"
                    + ADDRESS
                    + ",\"to\":"
                    + ADDRESS
                    + ",\"input\":\"0x010203\"}";
    private static final String LOG =
            "{\"address\":"
                    + ADDRESS
                    + ",\"topics\":["
                    + HASH
                    + ","
                    + HASH
                    + "],\"data\":\"0x\","
                    + "\"blockNumber\":\"0x1\",\"logIndex\":\"0x0\",\"transactionHash\":"
                    + HASH
                    + "}";

    private static final List<Function<RpcResult, ?>> READERS =
            List.of(
                    Header::read,
                    answer -> TransactionStatus.Receipt.read(answer, 21_000, BigInteger.TEN),
                    SeenTransaction::read,
                    answer -> answer.list(4).stream().map(Logs::event).toList(),
                    answer -> answer.values(4).size(),
                    RpcResult::quantity,
                    RpcResult::number,
                    RpcResult::word,
                    RpcResult::hash,
                    RpcResult::address,
                    answer -> answer.text(100),
                    answer -> answer.data(100));

    private static String answer(String result) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + result + "}";
    }

    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return texts(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x1f\"}",
                "{\"id\":1,\"error\":{\"code\":-32000,\"message\":\"nonce too low\"}}",
                answer(BLOCK),
                answer(RECEIPT),
                answer(TRANSACTION),
                answer("[" + LOG + "]"));
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        Optional<JsonNode> node =
                read(LedgerException.class, () -> Messages.parse(ENDPOINT, input));
        if (node.isEmpty()) {
            return;
        }
        Optional<RpcResult> answer =
                read(LedgerException.class, () -> Messages.result(ENDPOINT, "m", 1, node.get()));
        if (answer.isEmpty()) {
            return;
        }
        for (Function<RpcResult, ?> reader : READERS) {
            read(LedgerException.class, () -> reader.apply(answer.get()));
        }
    }
}
