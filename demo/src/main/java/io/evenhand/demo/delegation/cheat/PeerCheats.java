package io.evenhand.demo.delegation.cheat;

import io.evenhand.demo.delegation.cheat.accident.Crash;
import io.evenhand.demo.delegation.cheat.accident.Killed;
import io.evenhand.demo.delegation.cheat.accident.OldOffer;
import io.evenhand.demo.delegation.cheat.accident.Restored;
import io.evenhand.demo.delegation.cheat.customer.FalseCommitments;
import io.evenhand.demo.delegation.cheat.customer.FalsePlan;
import io.evenhand.demo.delegation.cheat.customer.FalseWords;
import io.evenhand.demo.delegation.cheat.customer.HostilePolicy;
import io.evenhand.demo.delegation.cheat.customer.OwnStamper;
import io.evenhand.demo.delegation.cheat.customer.PhantomDeposit;
import io.evenhand.demo.delegation.cheat.customer.Replay;
import io.evenhand.demo.delegation.cheat.provider.FalseDelivery;
import io.evenhand.demo.delegation.cheat.provider.FalseSeal;
import io.evenhand.demo.delegation.cheat.provider.FalseTerms;
import io.evenhand.demo.delegation.cheat.provider.LateDelivery;
import io.evenhand.demo.delegation.cheat.provider.LeavesEarly;
import io.evenhand.demo.delegation.cheat.provider.MoreTries;
import io.evenhand.demo.delegation.cheat.provider.OfEarlier;
import io.evenhand.demo.delegation.cheat.provider.OldStamp;
import io.evenhand.demo.delegation.cheat.provider.OversizeWork;
import io.evenhand.demo.delegation.cheat.provider.OwnServer;
import io.evenhand.demo.delegation.cheat.provider.PoorWork;
import io.evenhand.demo.delegation.cheat.provider.SecondStamp;
import io.evenhand.demo.delegation.cheat.provider.SpoiltChunks;
import io.evenhand.demo.delegation.cheat.provider.SwapAtStamper;
import io.evenhand.demo.delegation.cheat.stamper.FalseVerdict;
import io.evenhand.demo.delegation.cheat.stranger.ForeignRequests;
import io.evenhand.demo.delegation.cheat.stranger.TakesSlots;
import java.util.stream.Stream;

/// What customer, provider and stamper try among themselves, and what may break in between.
final class PeerCheats {
    private PeerCheats() {}

    static Stream<Cheat> all() {
        return Stream.of(customer(), provider(), stamper(), strangers(), accidents())
                .flatMap(c -> c);
    }

    private static Stream<Cheat> customer() {
        return Stream.of(
                FalsePlan.psk(),
                FalsePlan.hidden(),
                FalsePlan.input(),
                FalsePlan.oversizeInput(),
                FalsePlan.policyShown(),
                FalsePlan.policyUnknown(),
                FalseWords.stricterPolicy(),
                FalseWords.twoPsks(),
                FalseWords.otherTerms(),
                FalseWords.twoOffers(),
                FalseWords.reusedTerms(),
                FalseWords.forgedReady(),
                FalseWords.secondProvision(),
                FalseWords.neverAcknowledges(),
                OwnStamper.person(),
                OwnStamper.key(),
                FalseCommitments.neverPasses(),
                FalseCommitments.oracle(),
                HostilePolicy.endless(),
                HostilePolicy.bomb(),
                FalsePlan.policyExhaustsHeap(),
                new PhantomDeposit(),
                new Replay());
    }

    private static Stream<Cheat> provider() {
        return Stream.of(
                FalseDelivery.junk(),
                FalseDelivery.absurdHeader(),
                FalseDelivery.ownStamp(),
                FalseDelivery.otherFields(),
                FalseDelivery.laterStamp(),
                FalseDelivery.otherLabel(),
                FalseDelivery.otherExchange(),
                FalseSeal.otherPsk(),
                FalseSeal.otherKey(),
                FalseSeal.otherWork(),
                SpoiltChunks.missing(),
                SpoiltChunks.wrong(),
                SpoiltChunks.leaves(),
                PoorWork.empty(),
                PoorWork.zero(),
                new OversizeWork(),
                new MoreTries(),
                new SecondStamp(),
                new SwapAtStamper(),
                new OldStamp(),
                OfEarlier.seed(),
                new OwnServer(),
                new LateDelivery(),
                FalseTerms.copiedKey(),
                FalseTerms.changedOrder(),
                FalseTerms.payTheContract(),
                LeavesEarly.beforeWork(),
                LeavesEarly.beforeDelivery());
    }

    private static Stream<Cheat> stamper() {
        return Stream.of(
                FalseVerdict.otherSeal(),
                FalseVerdict.twice(),
                FalseVerdict.mute(),
                FalseVerdict.no());
    }

    private static Stream<Cheat> strangers() {
        return Stream.of(new ForeignRequests(), new TakesSlots());
    }

    private static Stream<Cheat> accidents() {
        return Stream.of(
                Crash.stamperBeforeCounter(),
                Crash.stamperBeforeStamp(),
                Crash.customerBeforeDeposit(),
                Crash.providerBeforeReveal(),
                Killed.customer(),
                Killed.provider(),
                Restored.customer(),
                Restored.provider(),
                new OldOffer());
    }
}
