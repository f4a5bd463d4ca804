package io.evenhand.demo.delegation.cheat.node;

import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Story;
import io.evenhand.demo.stage.Mempool;
import io.evenhand.demo.stage.Theatre;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.ChainProxy;
import io.evenhand.node.store.Role;
import java.io.IOException;
import java.time.Duration;

/// What chains and nodes do without any ill will, between the claim and its block.
///
/// @param acts what happens, and how one sees that the wage is not lost
public record Weather(Story story, boolean proxied, Acts acts) implements Cheat {
    /// Blocks that leave the claim out; the stated bound of the demo's chain is four seconds.
    private static final int CENSORED_BLOCKS = 3;

    private static final Wei SPIKE = Wei.parse("20 gwei");

    private static final Duration SILENCE = Duration.ofSeconds(4);

    private static final int MOST_BLOCKS = 60;

    /// The stage direction.
    @FunctionalInterface
    public interface Acts {
        void play(Theatre theatre) throws InterruptedException;
    }

    private static Weather of(
            String title,
            Cheater cheater,
            String about,
            String stoppedBy,
            boolean proxied,
            Acts acts) {
        return new Weather(
                new Story(title, cheater, about, stoppedBy, Outcome.SETTLED), proxied, acts);
    }

    public static Weather claimReorged() {
        return of(
                "claim-reorged-out",
                Cheater.NOBODY,
                "the block with the claim is taken back by a reorg, and the claim with it",
                "the provider sends its claim again until it is final (R3), provided that there is time"
                        + " for one more inclusion, which the margin holds (10a)",
                false,
                Weather::reorgClaim);
    }

    private static void reorgClaim(Theatre theatre) throws InterruptedException {
        theatre.awaitDeposit();
        Mempool pool = theatre.mempool();
        try (Mempool.Grip _ = pool.takeOverMining()) {
            Mempool.Waiting claim = pool.await(Mempool.CLAIM);
            theatre.chain().mine(1);
            awaitClaim(theatre);
            theatre.chain().reorg(1);
            if (theatre.chain().receipt(claim.hash()).isEmpty()) {
                theatre.cheated("a reorg takes the block with the claim back");
            }
            Mempool.Waiting again = pool.await(Mempool.CLAIM);
            theatre.chain().mine(1);
            if (pool.receipt(again.hash()).succeeded()) {
                theatre.stopped("the provider sent its claim again, and it was paid");
            }
        }
    }

    public static Weather censored() {
        return of(
                "claim-censored-for-a-while",
                Cheater.NODE,
                "miners leave the claim out of their blocks and forget it",
                "the provider shows its key only with time to spare and sends the claim again (R2, R3),"
                        + " provided that nobody censors for longer than the margin (R6)",
                false,
                Weather::censorClaim);
    }

    private static void censorClaim(Theatre theatre) throws InterruptedException {
        theatre.awaitDeposit();
        Mempool pool = theatre.mempool();
        try (Mempool.Grip _ = pool.takeOverMining()) {
            for (int block = 0; block < CENSORED_BLOCKS; block++) {
                theatre.chain().drop(pool.await(Mempool.CLAIM).hash());
                theatre.chain().mine(1);
            }
            theatre.cheated(
                    CENSORED_BLOCKS + " times the claim is thrown out and a block made without it");
            Mempool.Waiting again = pool.await(Mempool.CLAIM);
            theatre.chain().mine(1);
            if (pool.receipt(again.hash()).succeeded()) {
                theatre.stopped("the provider sent its claim again each time, and it was paid");
            }
        }
    }

    public static Weather feeSpike() {
        return of(
                "fee-spike",
                Cheater.NOBODY,
                "fees jump far above what the claim offers while it waits",
                "a claim that was shown is bumped up to the value at stake (R3), provided that fees stay"
                        + " below the wage",
                false,
                Weather::raiseFees);
    }

    private static void raiseFees(Theatre theatre) throws InterruptedException {
        theatre.awaitDeposit();
        Mempool pool = theatre.mempool();
        try (Mempool.Grip _ = pool.takeOverMining()) {
            Mempool.Waiting first = pool.await(Mempool.CLAIM);
            for (int block = 0; block < MOST_BLOCKS; block++) {
                theatre.chain().nextBaseFee(SPIKE);
                theatre.chain().mine(1);
                if (block == 0 && theatre.chain().receipt(first.hash()).isEmpty()) {
                    theatre.cheated(
                            "each unit of gas costs " + SPIKE + ", and the claim is left out");
                }
                if (claimed(theatre)) {
                    theatre.stopped("the provider raised what its claim pays, and a block took it");
                    return;
                }
                Mempool.rest();
            }
        }
    }

    public static Weather silentNode() {
        return of(
                "node-falls-silent",
                Cheater.NODE,
                "the provider's only node stops answering while the deposit becomes final",
                "an outage shorter than the margin costs time and nothing else (10a), provided that the"
                        + " node is back by then; an alarm says so while there is time",
                true,
                Weather::silence);
    }

    private static void silence(Theatre theatre) throws InterruptedException {
        theatre.awaitDeposit();
        ChainProxy node = theatre.proxy(Role.PROVIDER);
        node.fallSilent();
        long end = System.nanoTime() + SILENCE.toNanos();
        theatre.cheated("the provider's node answers nothing for " + SILENCE.toSeconds() + " s");
        while (System.nanoTime() < end) {
            Mempool.rest();
        }
        boolean unseen = !claimed(theatre);
        node.tellTheTruth();
        awaitClaim(theatre);
        if (unseen) {
            theatre.stopped("the provider claimed once its node answered again");
        }
    }

    private static boolean claimed(Theatre theatre) {
        return theatre.provider().saw(Theatre.transaction("TransactionIncluded", "claim"));
    }

    private static void awaitClaim(Theatre theatre) throws InterruptedException {
        var _ =
                theatre.await(
                        Role.PROVIDER,
                        Theatre.transaction("TransactionIncluded", "claim"),
                        "claim");
    }

    @Override
    public String prepare(Theatre theatre) throws IOException {
        if (proxied) {
            ChainProxy _ = theatre.proxy(Role.PROVIDER, false);
        }
        return "";
    }

    @Override
    public void play(Theatre theatre) throws InterruptedException {
        acts.play(theatre);
    }
}
