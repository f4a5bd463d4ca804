package io.evenhand.ledger.evm;

import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.DealId;
import io.evenhand.kit.value.Wei;
import io.evenhand.kit.value.Xid;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What one account has in the escrow contract, read from the chain alone: for a journal that does
/// not know its own deposits any more (decision 12).
public final class Deposits {
    /// No deal stays open longer: the contract allows no deadline further away.
    private static final long HORIZON_SECONDS = 61L * 24 * 3600;

    private static final long RANGE = 1_000;
    private static final int MAX_LOGS = 10_000;
    private static final int WORD = 32;
    private static final int AMOUNT = 3;
    private static final int CLAIM_BY = 4;

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
        List<Deposit> found = new ArrayList<>();
        for (long last = tip.number(); last >= 0; last -= RANGE) {
            long first = Math.max(0, last - RANGE + 1);
            Map<String, Object> filter =
                    Map.of(
                            "address", rail.contract().toString(),
                            "fromBlock", Blocks.quantity(first),
                            "toBlock", Blocks.quantity(last),
                            "topics", List.of("0x" + EscrowAbi.OPENED));
            for (Answer log : rpc.call("eth_getLogs", filter).list(MAX_LOGS).reversed()) {
                read(rpc, rail, payer, DealHistory.event(log), tip).ifPresent(found::add);
            }
            Header oldest = Blocks.byNumber(rpc, Blocks.quantity(first));
            if (tip.timestamp() - oldest.timestamp() > HORIZON_SECONDS) {
                break;
            }
        }
        return found;
    }

    private static Optional<Deposit> read(
            JsonRpc rpc, Rail rail, Address payer, DealHistory.Event opened, Header tip) {
        Bytes32 slot = Blocks.storage(rpc, rail.contract(), opened.deal().value(), tip.hash());
        if (slot.equals(Bytes32.ZERO)) {
            return Optional.empty();
        }
        Answer answer = rpc.call("eth_getTransactionByHash", "0x" + opened.transaction());
        if (answer.isNull()) {
            return Optional.empty();
        }
        return SeenTransaction.read(answer)
                .filter(seen -> seen.from().equals(payer))
                .filter(seen -> seen.to().filter(rail.contract()::equals).isPresent())
                .flatMap(seen -> deposit(rail, opened.deal(), seen.input().expose()));
    }

    /// The call that takes a deal back names it as the one that opened it did.
    private static Optional<Deposit> deposit(Rail rail, DealId deal, byte[] call) {
        byte[] selector = EscrowAbi.selector(EscrowAbi.OPEN);
        boolean single =
                call.length == selector.length + EscrowAbi.DEAL_BYTES
                        && Arrays.equals(call, 0, selector.length, selector, 0, selector.length);
        if (!single) {
            return Optional.empty();
        }
        byte[] words = Arrays.copyOfRange(call, selector.length, call.length);
        Wei amount = new Wei(new BigInteger(1, word(words, AMOUNT)));
        BigInteger claimBy = new BigInteger(1, word(words, CLAIM_BY));
        Bytes32 terms = Bytes32.of(word(words, EscrowAbi.DEAL_BYTES / WORD - 1));
        return claimBy.bitLength() < Long.SIZE
                ? Optional.of(
                        new Deposit(
                                deal,
                                new Xid(terms),
                                amount,
                                claimBy.longValueExact(),
                                EscrowCalls.refund(rail, deal, words, amount)))
                : Optional.empty();
    }

    private static byte[] word(byte[] words, int index) {
        return Arrays.copyOfRange(words, index * WORD, (index + 1) * WORD);
    }
}
