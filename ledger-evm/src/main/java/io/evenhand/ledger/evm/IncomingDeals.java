package io.evenhand.ledger.evm;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Deals that pay one account, read from the chain alone: for a journal that does not know its own
/// exchanges any more (decision 12).
///
/// Only deals that their payer opened itself, one at a time, are found: that is what our own
/// customers do.
public final class IncomingDeals {
    /// What stingy endpoints still answer.
    private static final long RANGE = 1_000;

    /// Openings in one answer. Anybody can make more; then fewer blocks are asked for.
    private static final int MAX_LOGS = 2_000;

    private IncomingDeals() {}

    /// @param block in which the deal was opened
    public record Incoming(Deal deal, long block) {}

    /// All in the blocks from `first` to `last`, oldest first.
    public static List<Incoming> read(
            JsonRpc rpc, Rail rail, Address payee, long first, long last) {
        List<Incoming> found = new ArrayList<>();
        long range = RANGE;
        for (long at = first; at <= last; ) {
            long to = Math.min(last, at + range - 1);
            Optional<List<Answer>> logs = openings(rpc, rail, at, to);
            if (logs.isEmpty()) {
                range = Math.max(1, (to - at + 1) / 2);
                continue;
            }
            Set<Bytes32> seen = new HashSet<>();
            for (Answer log : logs.get()) {
                DealHistory.Event opened = DealHistory.event(log);
                if (!seen.add(opened.transaction())) {
                    continue;
                }
                opened(rpc, rail, opened.transaction())
                        .filter(deal -> deal.payee().equals(payee))
                        .ifPresent(deal -> found.add(new Incoming(deal, opened.block())));
            }
            at = to + 1;
        }
        return found;
    }

    /// Nothing if they are too many for one answer; of a single block the first ones must do.
    private static Optional<List<Answer>> openings(JsonRpc rpc, Rail rail, long first, long last) {
        Map<String, Object> filter =
                Map.of(
                        "address", rail.contract().toString(),
                        "fromBlock", Blocks.quantity(first),
                        "toBlock", Blocks.quantity(last),
                        "topics", List.of("0x" + EscrowAbi.OPENED));
        try {
            return Optional.of(rpc.call("eth_getLogs", filter).list(MAX_LOGS));
        } catch (LedgerException e) {
            if (first == last || e.kind() instanceof LedgerException.Kind.Unreachable) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private static Optional<Deal> opened(JsonRpc rpc, Rail rail, Bytes32 transaction) {
        Answer answer = rpc.call("eth_getTransactionByHash", "0x" + transaction);
        if (answer.isNull()) {
            return Optional.empty();
        }
        return SeenTransaction.read(answer)
                .filter(seen -> seen.to().filter(rail.contract()::equals).isPresent())
                .flatMap(seen -> EscrowAbi.opened(seen.input().expose()));
    }
}
