package io.evenhand.ledger.evm;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.DealId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Deals that pay one account, read from the chain alone: for a journal that does not know its own
/// exchanges any more (decision 12).
///
/// Only deals that their payer opened itself, one at a time, are found: that is what our own
/// customers do.
public final class IncomingDeals {
    private IncomingDeals() {}

    /// @param block in which the deal was opened
    public record Incoming(Deal deal, long block) {}

    /// All in the blocks from `first` to `last`, oldest first.
    ///
    /// @param known deals that nobody need ask for
    public static List<Incoming> read(
            JsonRpc rpc, Rail rail, Address payee, long first, long last, Predicate<DealId> known) {
        Map<Bytes32, Long> openings = new LinkedHashMap<>();
        new Logs(rpc, rail.contract())
                .read(
                        first,
                        last,
                        Logs.hex(EscrowAbi.OPENED),
                        events ->
                                events.stream()
                                        .filter(e -> !known.test(e.deal()))
                                        .forEach(e -> openings.put(e.transaction(), e.block())));
        return openings.entrySet().stream()
                .flatMap(opening ->
                        opened(rpc, rail, opening.getKey())
                                .map(deal -> new Incoming(deal, opening.getValue()))
                                .stream())
                .filter(incoming -> incoming.deal().payee().equals(payee))
                .toList();
    }

    private static Optional<Deal> opened(JsonRpc rpc, Rail rail, Bytes32 transaction) {
        return rpc.call("eth_getTransactionByHash", "0x" + transaction)
                .optional()
                .flatMap(SeenTransaction::read)
                .filter(seen -> seen.to().filter(rail.contract()::equals).isPresent())
                .flatMap(seen -> EscrowAbi.opened(seen.input().expose()));
    }
}
