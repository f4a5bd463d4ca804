package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.DealId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The events of one contract, read in pieces that an endpoint can answer.
///
/// Anybody can add events, so one answer may be too large for the endpoint or for us: then fewer
/// blocks are asked for, down to a single one. A block cannot hold too many: each costs gas.
final class Logs {
    /// Events in one answer. A block of 100 million gas holds 4,000 openings.
    static final int MAX_LOGS = 10_000;

    private static final int MAX_LOG_BYTES = 1_024;

    private final JsonRpc rpc;
    private final Address contract;

    Logs(JsonRpc rpc, Address contract) {
        this.rpc = rpc;
        this.contract = contract;
    }

    /// One event.
    ///
    /// @param deal the second topic: the deal it is about, or the channel's storage key
    /// @param xid the third topic, if it has one
    /// @param data the first word of its data, zero if it has none
    record Event(
            Bytes32 kind,
            DealId deal,
            Optional<Bytes32> xid,
            Bytes32 data,
            long block,
            Bytes32 blockHash,
            long index,
            Bytes32 transaction) {}

    static List<Object> hex(Bytes32... topics) {
        return Arrays.stream(topics).<Object>map(topic -> "0x" + topic).toList();
    }

    /// Gives the events of these blocks to `sink`, piece after piece, oldest first.
    void read(long first, long last, List<?> topics, Consumer<List<Event>> sink) {
        for (long at = first; at <= last; ) {
            LogRange range = rpc.logRange();
            long to = Math.min(last, at + range.width() - 1);
            long width = to - at + 1;
            List<Event> events;
            try {
                events = ask(at, to, topics);
            } catch (LedgerException e) {
                boolean limited = e.kind() instanceof LedgerException.Kind.Limited;
                if (!limited && width > 1) {
                    // Who does not answer at all may have been asked for too much too.
                    range.refused(width);
                }
                if (width == 1 || e.isPassing()) {
                    throw e;
                }
                continue;
            }
            sink.accept(events);
            range.answered(width);
            at = to + 1;
        }
    }

    private List<Event> ask(long first, long last, List<?> topics) {
        Map<String, Object> filter =
                Map.of(
                        "address", contract.toString(),
                        "fromBlock", Blocks.quantity(first),
                        "toBlock", Blocks.quantity(last),
                        "topics", topics);
        List<Event> events = new ArrayList<>();
        for (RpcResult log : rpc.call("eth_getLogs", filter).list(MAX_LOGS)) {
            Event event = event(log);
            boolean asked =
                    log.field("address").address().equals(contract)
                            && event.block() >= first
                            && event.block() <= last;
            if (!asked) {
                throw LedgerException.malformed(
                        rpc.name() + " answers eth_getLogs with logs that were not asked for");
            }
            events.add(event);
        }
        return events;
    }

    static Event event(RpcResult log) {
        List<RpcResult> topics = log.field("topics").list(4);
        if (topics.size() < 2) {
            throw LedgerException.malformed("eth_getLogs: an event without a deal");
        }
        byte[] data = log.field("data").data(MAX_LOG_BYTES);
        return new Event(
                topics.getFirst().hash(),
                new DealId(topics.get(1).hash()),
                topics.size() > 2 ? Optional.of(topics.get(2).hash()) : Optional.empty(),
                data.length < 32 ? Bytes32.ZERO : Bytes32.of(data, 0, 32),
                log.field("blockNumber").quantity(),
                log.field("blockHash").hash(),
                log.field("logIndex").quantity(),
                log.field("transactionHash").hash());
    }
}
