package io.evenhand.ledger.evm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evenhand.ledger.evm.ChainProxy.Call;
import io.evenhand.ledger.evm.ChainProxy.Manner;
import io.evenhand.ledger.evm.ChainProxy.Reply;
import io.evenhand.ledger.evm.ChainProxy.Source;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// What endpoints of public reports do, each as a manner of a {@link ChainProxy}: for tests. The
/// table is in `docs/reference/endpoints.md`.
public final class Quirks {
    private static final int NO_SUCH_METHOD = -32_601;
    private static final int INVALID = -32_602;
    private static final int SERVER_ERROR = -32_000;

    private Quirks() {}

    /// It refuses what is asked so, whatever the words mean.
    public static Manner refuses(Predicate<Call> what, int code, String words) {
        return (call, chain) -> what.test(call) ? Reply.error(code, words) : chain.answer(call);
    }

    /// It does not have a method.
    public static Manner without(String method) {
        return refuses(
                call -> call.method().equals(method),
                NO_SUCH_METHOD,
                "the method " + method + " does not exist/is not available");
    }

    /// It takes numbers and tags of blocks, and no hashes (no EIP-1898).
    public static Manner withoutStateByHash() {
        return refuses(
                call -> !isLogs(call) && call.params().toString().contains("\"blockHash\""),
                INVALID,
                "invalid argument 1: json: cannot unmarshal object into Go value of type string");
    }

    /// Its chain does not say what is final.
    public static Manner withoutFinalized() {
        return refuses(
                call -> call.params().path(0).asText().equals("finalized"),
                INVALID,
                "invalid argument 0: hex string without 0x prefix");
    }

    /// It gives logs of so many blocks at once.
    public static Manner logsOf(long blocks) {
        return refuses(
                call ->
                        isRange(call)
                                && number(call.params().path(0).path("toBlock"))
                                                - number(call.params().path(0).path("fromBlock"))
                                        >= blocks,
                -32_600,
                "You can make eth_getLogs requests with up to a " + blocks + " block range");
    }

    /// It changes results that are objects, as blocks and receipts are.
    public static Manner changes(String methods, Consumer<ObjectNode> change) {
        return (call, chain) -> {
            Reply reply = chain.answer(call);
            if (!call.method().startsWith(methods)) {
                return reply;
            }
            ObjectNode answer = reply.json();
            if (answer.get("result") instanceof ObjectNode result) {
                change.accept(result);
            }
            return Reply.of(reply.status(), answer.toString());
        };
    }

    public static Manner withoutBaseFee() {
        return changes("eth_getBlockBy", block -> block.remove("baseFeePerGas"));
    }

    /// Its clock strikes every so many seconds only: several blocks have one time.
    public static Manner strikesEvery(long seconds) {
        return changes(
                "eth_getBlockBy",
                block ->
                        block.put(
                                "timestamp",
                                Blocks.quantity(
                                        number(block.path("timestamp")) / seconds * seconds)));
    }

    /// It serves so many requests in any such time and refuses the others, by HTTP status or in an
    /// ordinary answer, and counts them.
    public static Manner limited(int most, Duration window, boolean inBody, AtomicInteger refused) {
        Deque<Long> served = new ArrayDeque<>();
        return (call, chain) -> {
            synchronized (served) {
                long now = System.nanoTime();
                served.removeIf(at -> now - at > window.toNanos());
                if (served.size() >= most) {
                    refused.incrementAndGet();
                    if (inBody) {
                        return Reply.error(-32_007, "request limit reached");
                    }
                    Reply said = Reply.error(429, "too many compute units");
                    return new Reply(
                            429, Map.of("Retry-After", "" + window.toSeconds()), said.text());
                }
                served.add(now);
            }
            return chain.answer(call);
        };
    }

    /// Its logs come from an index that is so many blocks behind the chain.
    public static Manner logsBehind(long blocks) {
        return (call, chain) -> isLogs(call) ? older(call, chain, blocks) : chain.answer(call);
    }

    /// Every second request goes to a node that is so many blocks behind the others.
    public static Manner behind(long blocks) {
        AtomicInteger turn = new AtomicInteger();
        return (call, chain) ->
                turn.incrementAndGet() % 2 == 0 ? older(call, chain, blocks) : chain.answer(call);
    }

    /// The answer of a node that is so many blocks behind.
    private static Reply older(Call call, Source chain, long blocks) throws IOException {
        long head = head(chain) - blocks;
        return switch (call.method()) {
            case "eth_blockNumber" -> Reply.result(call, Optional.of(Blocks.quantity(head)));
            case "eth_getBlockByNumber" -> byNumber(call, chain, head);
            case "eth_getBlockByHash", "eth_getTransactionByHash", "eth_getTransactionReceipt" ->
                    known(call, chain.answer(call), head);
            case "eth_getLogs" -> logs(call, chain, head);
            default -> {
                JsonNode block = call.params().findPath("blockHash");
                boolean known = block.isMissingNode() || numberOf(chain, block.asText()) <= head;
                yield known ? chain.answer(call) : Reply.error(SERVER_ERROR, "header not found");
            }
        };
    }

    private static Reply byNumber(Call call, Source chain, long head) throws IOException {
        String asked = call.params().path(0).asText();
        if (asked.equals("latest") || asked.equals("pending")) {
            boolean whole = call.params().path(1).asBoolean();
            ObjectNode answer =
                    chain.answer(ask(call.method(), "\"" + Blocks.quantity(head) + "\"," + whole))
                            .json();
            answer.set("id", call.id());
            return Reply.of(200, answer.toString());
        }
        return known(call, chain.answer(call), head);
    }

    private static Reply known(Call call, Reply reply, long head) {
        JsonNode result = reply.json().path("result");
        JsonNode at =
                result.has("blockNumber") ? result.path("blockNumber") : result.path("number");
        return at.isTextual() && number(at) > head ? Reply.result(call, Optional.empty()) : reply;
    }

    private static Reply logs(Call call, Source chain, long head) throws IOException {
        ObjectNode answer = chain.answer(call).json();
        if (answer.get("result") instanceof ArrayNode list) {
            list.removeIf(log -> number(log.path("blockNumber")) > head);
        }
        return Reply.of(200, answer.toString());
    }

    private static boolean isLogs(Call call) {
        return call.method().equals("eth_getLogs");
    }

    private static boolean isRange(Call call) {
        return isLogs(call) && call.params().path(0).has("toBlock");
    }

    private static Call ask(String method, String params) throws IOException {
        return Call.asking(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":[%s]}"
                        .formatted(method, params));
    }

    private static long head(Source chain) throws IOException {
        return number(chain.answer(ask("eth_blockNumber", "")).json().path("result"));
    }

    private static long numberOf(Source chain, String hash) throws IOException {
        JsonNode block =
                chain.answer(ask("eth_getBlockByHash", "\"" + hash + "\",false"))
                        .json()
                        .path("result");
        return block.isObject() ? number(block.path("number")) : 0;
    }

    private static long number(JsonNode quantity) {
        return Long.decode(quantity.asText("0x0"));
    }
}
