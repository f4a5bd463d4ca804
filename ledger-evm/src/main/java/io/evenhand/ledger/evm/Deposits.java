package io.evenhand.ledger.evm;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.sign.DealHash;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.DealId;
import io.evenhand.kit.value.Wei;
import io.evenhand.kit.value.Xid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What one account has in the escrow contract, read from the chain alone: for a journal that does
/// not know its own deposits any more (decision 12).
public final class Deposits {
    /// The contract allows no deadline further away than a year; what nobody took by then still
    /// waits, but a line has to be drawn.
    private static final long HORIZON_SECONDS = 366L * 24 * 3600;

    private Deposits() {}

    /// A deposit that nobody has taken yet.
    ///
    /// @param claimBy seconds since 1970; from then on it can be taken back
    /// @param refund takes it back to its payer
    public record Deposit(DealId deal, Xid xid, Wei amount, long claimBy, Intent refund) {}

    /// All that this account opened itself, one deal at a time, and that are open at the newest
    /// block; the newest first.
    public static List<Deposit> open(JsonRpc rpc, Rail rail, Address payer) {
        Header tip = Blocks.byNumber(rpc, "latest");
        Logs logs = new Logs(rpc, rail.contract());
        List<Deposit> found = new ArrayList<>();
        for (long last = tip.number(); last >= 0; last -= LogRange.WIDEST) {
            long first = Math.max(0, last - LogRange.WIDEST + 1);
            List<Deposit> here = new ArrayList<>();
            logs.read(
                    first,
                    last,
                    Logs.hex(EscrowAbi.OPENED),
                    events -> here.addAll(read(rpc, rail, payer, events, tip)));
            found.addAll(here.reversed());
            Header oldest = Blocks.byNumber(rpc, Blocks.quantity(first));
            if (tip.timestamp() - oldest.timestamp() > HORIZON_SECONDS) {
                break;
            }
        }
        return found;
    }

    /// Strangers open deals too, hundreds in one transaction: a transaction is asked for once.
    private static List<Deposit> read(
            JsonRpc rpc, Rail rail, Address payer, List<Logs.Event> events, Header tip) {
        Map<Bytes32, Optional<SeenTransaction>> ours = new HashMap<>();
        List<Deposit> found = new ArrayList<>();
        for (Logs.Event opened : events) {
            ours.computeIfAbsent(opened.transaction(), hash -> sent(rpc, rail, payer, hash))
                    .filter(_ -> isOpen(rpc, rail, opened, tip))
                    .flatMap(seen -> EscrowAbi.opened(seen.input().expose()))
                    .map(deal -> deposit(rail, deal))
                    .ifPresent(found::add);
        }
        return found;
    }

    private static Optional<SeenTransaction> sent(
            JsonRpc rpc, Rail rail, Address payer, Bytes32 transaction) {
        return rpc.call("eth_getTransactionByHash", "0x" + transaction)
                .optional()
                .filter(answer -> answer.field("from").address().equals(payer))
                .flatMap(SeenTransaction::read)
                .filter(seen -> seen.to().filter(rail.contract()::equals).isPresent());
    }

    private static boolean isOpen(JsonRpc rpc, Rail rail, Logs.Event opened, Header tip) {
        return !Blocks.storage(rpc, rail.contract(), opened.deal().value(), tip.hash())
                .equals(Bytes32.ZERO);
    }

    private static Deposit deposit(Rail rail, Deal deal) {
        return new Deposit(
                DealHash.of(rail, deal),
                new Xid(deal.termsHash()),
                deal.amount(),
                deal.claimBy(),
                EscrowCalls.refund(rail, deal));
    }
}
