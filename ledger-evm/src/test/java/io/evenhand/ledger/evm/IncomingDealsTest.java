package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.ledger.evm.IncomingDeals.Incoming;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class IncomingDealsTest {
    /// Enough to show that a transaction of many deals is none of ours.
    private static final int CROWD = 2 * EscrowCalls.MAX_BATCH;

    private static List<Incoming> read(Rig rig, long first) {
        long last = rig.chain.tip().number();
        return IncomingDeals.read(rig.rpc, rig.rail, rig.payee.account(), first, last, _ -> false);
    }

    @Test
    @DisplayName("12: deals for one account are found, field by field, among those of others")
    void findsItsOwn() throws Exception {
        try (Rig rig = new Rig()) {
            Deal mine = rig.deal(Rig.newKey());
            Deal other = rig.deal(Rig.newKey(), LocalChain.wallet(5).address(), Rig.random32());
            TransactionStatus.Receipt _ = rig.include(rig.payer, EscrowCalls.open(rig.rail, other));
            TransactionStatus.Receipt opened =
                    rig.include(rig.payer, EscrowCalls.open(rig.rail, mine));
            assertEquals(List.of(mine), read(rig, 0).stream().map(Incoming::deal).toList());
            long block = read(rig, 0).getFirst().block();
            assertEquals(opened.block(), block);
            assertEquals(List.of(), read(rig, block + 1));
        }
    }

    @Test
    @DisplayName("12: deals that others opened by the hundred hide none")
    void findsItInACrowd() throws Exception {
        try (Rig rig = new Rig()) {
            Deal mine = rig.deal(Rig.newKey());
            TransactionStatus.Receipt _ = rig.include(rig.payer, EscrowCalls.open(rig.rail, mine));
            Deal model = rig.deal(Rig.newKey());
            for (int made = 0; made < CROWD; made += EscrowCalls.MAX_BATCH) {
                List<Deal> batch = new ArrayList<>();
                for (int i = 0; i < EscrowCalls.MAX_BATCH; i++) {
                    batch.add(
                            new Deal(
                                    model.payer(),
                                    model.payee(),
                                    model.token(),
                                    model.amount(),
                                    model.claimBy(),
                                    new Bytes32(made, i, 0, 0),
                                    model.lockKind(),
                                    model.lock(),
                                    model.termsHash()));
                }
                TransactionStatus.Receipt _ =
                        rig.include(
                                rig.payer, EscrowCalls.openMany(rig.rail, batch, "crowd" + made));
            }
            assertEquals(List.of(mine), read(rig, 0).stream().map(Incoming::deal).toList());
        }
    }
}
