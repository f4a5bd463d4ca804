package io.evenhand.demo.delegation.cheat.stranger;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Signs;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.demo.stage.Mempool;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.EscrowCalls;
import io.evenhand.ledger.evm.LocalChain;
import java.util.List;
import java.util.stream.IntStream;

/// 10b, 12: more events under the xid of an exchange than a node lists in one answer.
public final class Flood implements Cheat {
    private static final int BATCHES = 68;

    /// Room for 24 batches, so that the deposit is not final before the last one.
    private static final String BLOCK_GAS = "0x7270e00";

    private static final int BLOCKS = 3;

    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "floods-the-log",
                Cheater.STRANGER,
                "a stranger opens over ten thousand deals of one wei under the exchange's xid, so that"
                        + " its parties find neither deposit nor key among them",
                "the parties read their own deal's storage and events alone, and ask for fewer blocks at"
                        + " a time when there is too much (16e, 12)",
                Outcome.SETTLED);
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.ended(event, "customer", "Settled");
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        net.awaitDeposit();
        Deal victim = net.files().deal();
        LocalChain chain = net.chain();
        Mempool pool = net.mempool();
        try (Mempool.MiningControl _ = pool.takeOverMining()) {
            boolean _ = chain.rpc().call("evm_setBlockGasLimit", BLOCK_GAS).isNull();
            Bytes32 last = Bytes32.ZERO;
            for (int batch = 0; batch < BATCHES; batch++) {
                List<Deal> deals = deals(victim, batch);
                last =
                        chain.send(
                                DelegationNet.stranger(),
                                EscrowCalls.openMany(net.rail(), deals, "cheat:flood"));
            }
            chain.mine(BLOCKS);
            if (pool.receipt(last).succeeded()) {
                net.cheated(
                        "a stranger opens "
                                + BATCHES * EscrowCalls.MAX_BATCH
                                + " deals under the same xid");
            }
        }
    }

    private static List<Deal> deals(Deal victim, int batch) {
        Address stranger = DelegationNet.stranger().address();
        return IntStream.range(0, EscrowCalls.MAX_BATCH)
                .mapToObj(i ->
                        new Deal(
                                stranger,
                                stranger,
                                victim.token(),
                                Wei.of(1),
                                victim.claimBy(),
                                Deal.salt(1L + i + (long) batch * EscrowCalls.MAX_BATCH),
                                victim.lockKind(),
                                victim.lock(),
                                victim.termsHash()))
                .toList();
    }
}
