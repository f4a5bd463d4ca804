package io.evenhand.demo.delegation.cheat;

import io.evenhand.demo.delegation.cheat.accident.SpareClient;
import io.evenhand.demo.delegation.cheat.customer.CustomerVanishes;
import io.evenhand.demo.delegation.cheat.customer.DoubleSpend;
import io.evenhand.demo.delegation.cheat.customer.FalseDeposit;
import io.evenhand.demo.delegation.cheat.customer.FalseNotice;
import io.evenhand.demo.delegation.cheat.customer.FalseOffer;
import io.evenhand.demo.delegation.cheat.customer.KeyFromDroppedClaim;
import io.evenhand.demo.delegation.cheat.customer.OpensAgain;
import io.evenhand.demo.delegation.cheat.customer.PaysItself;
import io.evenhand.demo.delegation.cheat.customer.RefundAgainstClaim;
import io.evenhand.demo.delegation.cheat.customer.WithoutDeposit;
import io.evenhand.demo.delegation.cheat.node.ChainFaults;
import io.evenhand.demo.delegation.cheat.node.LyingNode;
import io.evenhand.demo.delegation.cheat.node.WrongClock;
import io.evenhand.demo.delegation.cheat.provider.ClaimsTwice;
import io.evenhand.demo.delegation.cheat.provider.HeldClaim;
import io.evenhand.demo.delegation.cheat.provider.HostilePayee;
import io.evenhand.demo.delegation.cheat.provider.ProviderVanishes;
import io.evenhand.demo.delegation.cheat.provider.Releases;
import io.evenhand.demo.delegation.cheat.provider.ReusedKey;
import io.evenhand.demo.delegation.cheat.provider.WrongKey;
import io.evenhand.demo.delegation.cheat.stranger.BatchCopy;
import io.evenhand.demo.delegation.cheat.stranger.Flood;
import io.evenhand.demo.delegation.cheat.stranger.MempoolCopy;
import io.evenhand.demo.delegation.cheat.stranger.StrangerTransactions;
import io.evenhand.demo.delegation.cheat.stranger.TappedCiphertext;
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
                StrangerTransactions.squatter(),
                StrangerTransactions.foreignKey(),
                StrangerTransactions.replayOnOtherContract(),
                StrangerTransactions.replayOnOtherChain(),
                StrangerTransactions.forcedEther(),
                new Flood(),
                new TappedCiphertext(),
                // node, chain and time
                new LyingNode.FakesDeposit(),
                new LyingNode.HidesDeposit(),
                new LyingNode.HidesClaim(),
                ChainFaults.silentNode(),
                ChainFaults.censored(),
                ChainFaults.claimReorged(),
                ChainFaults.feeSpike(),
                new SpareClient(),
                WrongClock.behind(),
                WrongClock.ahead());
    }
}
