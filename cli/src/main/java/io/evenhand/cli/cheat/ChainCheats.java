package io.evenhand.cli.cheat;

import io.evenhand.cli.cheat.accident.SpareClient;
import io.evenhand.cli.cheat.customer.CustomerVanishes;
import io.evenhand.cli.cheat.customer.DoubleSpend;
import io.evenhand.cli.cheat.customer.FalseDeposit;
import io.evenhand.cli.cheat.customer.FalseNotice;
import io.evenhand.cli.cheat.customer.FalseOffer;
import io.evenhand.cli.cheat.customer.KeyFromDroppedClaim;
import io.evenhand.cli.cheat.customer.OpensAgain;
import io.evenhand.cli.cheat.customer.PaysItself;
import io.evenhand.cli.cheat.customer.RefundAgainstClaim;
import io.evenhand.cli.cheat.customer.WithoutDeposit;
import io.evenhand.cli.cheat.node.LyingNode;
import io.evenhand.cli.cheat.node.Weather;
import io.evenhand.cli.cheat.node.WrongClock;
import io.evenhand.cli.cheat.provider.ClaimsTwice;
import io.evenhand.cli.cheat.provider.HeldClaim;
import io.evenhand.cli.cheat.provider.HostilePayee;
import io.evenhand.cli.cheat.provider.ProviderVanishes;
import io.evenhand.cli.cheat.provider.Releases;
import io.evenhand.cli.cheat.provider.ReusedKey;
import io.evenhand.cli.cheat.provider.WrongKey;
import io.evenhand.cli.cheat.stranger.BatchCopy;
import io.evenhand.cli.cheat.stranger.Flood;
import io.evenhand.cli.cheat.stranger.Intruder;
import io.evenhand.cli.cheat.stranger.MempoolCopy;
import io.evenhand.cli.cheat.stranger.TappedCiphertext;
import java.util.stream.Stream;

/// What is tried on the chain, its mempool, its nodes and its time.
final class ChainCheats {
    private ChainCheats() {}

    static Stream<Cheat> all() {
        return Stream.of(
                // customer
                FalseDeposit.underpay(),
                FalseDeposit.otherToken(),
                FalseDeposit.wrongPayee(),
                FalseDeposit.ownLock(),
                FalseDeposit.shortDeadline(),
                FalseOffer.wrongContract(),
                FalseOffer.wrongChain(),
                FalseOffer.shortWindow(),
                new FalseNotice(),
                WithoutDeposit.never(),
                WithoutDeposit.lookAlike(),
                WithoutDeposit.late(),
                DoubleSpend.reorg(),
                DoubleSpend.replace(),
                new RefundAgainstClaim(),
                new KeyFromDroppedClaim(),
                new OpensAgain(),
                new CustomerVanishes(),
                new PaysItself(),
                // provider
                new WrongKey(),
                HeldClaim.late(),
                HeldClaim.inMargin(),
                HeldClaim.otherKey(),
                new ReusedKey(),
                HostilePayee.refusing(),
                HostilePayee.reentrant(),
                new Releases(),
                new ClaimsTwice(),
                new ProviderVanishes(),
                // stranger
                new MempoolCopy(),
                new BatchCopy(),
                Intruder.squatter(),
                Intruder.foreignKey(),
                Intruder.replayOnOtherContract(),
                Intruder.replayOnOtherChain(),
                Intruder.forcedEther(),
                new Flood(),
                new TappedCiphertext(),
                // node, chain and time
                new LyingNode.FakesDeposit(),
                new LyingNode.HidesDeposit(),
                new LyingNode.HidesClaim(),
                Weather.silentNode(),
                Weather.censored(),
                Weather.claimReorged(),
                Weather.feeSpike(),
                new SpareClient(),
                WrongClock.behind(),
                WrongClock.ahead());
    }
}
