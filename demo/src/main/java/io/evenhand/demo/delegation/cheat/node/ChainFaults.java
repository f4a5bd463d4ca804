package io.evenhand.demo.delegation.cheat.node;

import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.demo.stage.Mempool;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.ChainProxy;
import io.evenhand.node.delegation.DelegationRoles;
import java.io.IOException;
import java.time.Duration;

/// What chains and nodes do without any ill will, between the claim and its block.
///
/// @param script what happens, and how one sees that the wage is not lost
public record ChainFaults(CheatDescription description, boolean proxied, Script script)
        implements Cheat {
    /// Blocks that leave the claim out; the stated bound of the demo's chain is four seconds.
    private static final int CENSORED_BLOCKS = 3;

    private static final Wei SPIKE = Wei.parse("20 gwei");

    private static final Duration SILENCE = Duration.ofSeconds(4);

    private static final int MOST_BLOCKS = 60;

    /// What happens meanwhile.
    @FunctionalInterface
    public interface Script {
        void play(DelegationNet net) throws InterruptedException;
    }

    private static ChainFaults of(
            String title,
            Cheater cheater,
            String about,
            String stoppedBy,
            boolean proxied,
            Script script) {
        return new ChainFaults(
                new CheatDescription(title, cheater, about, stoppedBy, Outcome.SETTLED),
                proxied,
                script);
    }

    public static ChainFaults claimReorged() {
        return of(
                "claim-reorged-out",
                Cheater.NOBODY,
                "the block with the claim is taken back by a reorg, and the claim with it",
                "the provider sends its claim again until it is final (R3), provided that there is time"
                        + " for one more inclusion, which the margin holds (10a)",
                false,
                ChainFaults::reorgClaim);
    }

    private static void reorgClaim(DelegationNet net) throws InterruptedException {
        Mempool pool = net.mempool();
        try (Mempool.MiningControl _ = pool.takeOverMining()) {
            Mempool.Waiting claim = pool.await(Mempool.CLAIM);
            net.chain().mine(1);
            awaitClaim(net);
            net.chain().reorg(1);
            if (net.chain().receipt(claim.hash()).isEmpty()) {
                net.cheated("a reorg takes the block with the claim back");
            }
            Mempool.Waiting again = pool.await(Mempool.CLAIM);
            net.chain().mine(1);
            if (pool.receipt(again.hash()).succeeded()) {
                net.stopped("the provider sent its claim again, and it was paid");
            }
        }
    }

    public static ChainFaults censored() {
        return of(
                "claim-censored-for-a-while",
                Cheater.NODE,
                "miners leave the claim out of their blocks and forget it",
                "the provider shows its key only with time to spare and sends the claim again (R2, R3),"
                        + " provided that nobody censors for longer than the margin (R6)",
                false,
                ChainFaults::censorClaim);
    }

    private static void censorClaim(DelegationNet net) throws InterruptedException {
        Mempool pool = net.mempool();
        try (Mempool.MiningControl _ = pool.takeOverMining()) {
            for (int block = 0; block < CENSORED_BLOCKS; block++) {
                net.chain().drop(pool.await(Mempool.CLAIM).hash());
                net.chain().mine(1);
            }
            net.cheated(
                    CENSORED_BLOCKS + " times the claim is thrown out and a block made without it");
            Mempool.Waiting again = pool.await(Mempool.CLAIM);
            net.chain().mine(1);
            if (pool.receipt(again.hash()).succeeded()) {
                net.stopped("the provider sent its claim again each time, and it was paid");
            }
        }
    }

    public static ChainFaults feeSpike() {
        return of(
                "fee-spike",
                Cheater.NOBODY,
                "fees jump far above what the claim offers while it waits",
                "a claim that was shown is bumped up to the value at stake (R3), provided that fees stay"
                        + " below the wage",
                false,
                ChainFaults::raiseFees);
    }

    private static void raiseFees(DelegationNet net) throws InterruptedException {
        Mempool pool = net.mempool();
        try (Mempool.MiningControl _ = pool.takeOverMining()) {
            Mempool.Waiting first = pool.await(Mempool.CLAIM);
            for (int block = 0; block < MOST_BLOCKS; block++) {
                net.chain().nextBaseFee(SPIKE);
                net.chain().mine(1);
                if (block == 0 && net.chain().receipt(first.hash()).isEmpty()) {
                    net.cheated("each unit of gas costs " + SPIKE + ", and the claim is left out");
                }
                if (claimed(net)) {
                    net.stopped("the provider raised what its claim pays, and a block took it");
                    return;
                }
                Mempool.rest();
            }
        }
    }

    public static ChainFaults silentNode() {
        return of(
                "node-falls-silent",
                Cheater.NODE,
                "the provider's only node stops answering while the deposit becomes final",
                "an outage shorter than the margin costs time and nothing else (10a), provided that the"
                        + " node is back by then; an alarm says so while there is time",
                true,
                ChainFaults::silence);
    }

    private static void silence(DelegationNet net) throws InterruptedException {
        net.awaitDeposit();
        ChainProxy node = net.proxy(DelegationRoles.PROVIDER);
        node.fallSilent();
        long end = System.nanoTime() + SILENCE.toNanos();
        net.cheated("the provider's node answers nothing for " + SILENCE.toSeconds() + " s");
        while (System.nanoTime() < end) {
            Mempool.rest();
        }
        boolean unseen = !claimed(net);
        node.tellTheTruth();
        awaitClaim(net);
        if (unseen) {
            net.stopped("the provider claimed once its node answered again");
        }
    }

    private static boolean claimed(DelegationNet net) {
        return net.parties()
                .of(DelegationRoles.PROVIDER)
                .saw(DelegationNet.transaction("TransactionIncluded", "claim"));
    }

    private static void awaitClaim(DelegationNet net) throws InterruptedException {
        var _ =
                net.parties()
                        .await(
                                DelegationRoles.PROVIDER,
                                DelegationNet.transaction("TransactionIncluded", "claim"),
                                "claim");
    }

    @Override
    public String prepare(DelegationNet net) throws IOException {
        if (proxied) {
            ChainProxy _ = net.proxy(DelegationRoles.PROVIDER, false);
        }
        return "";
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        script.play(net);
    }
}
