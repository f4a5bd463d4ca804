package io.evenhand.cli.cheat;

import io.evenhand.cli.cheat.accident.Crash;
import io.evenhand.cli.cheat.accident.Killed;
import io.evenhand.cli.cheat.accident.OldOffer;
import io.evenhand.cli.cheat.accident.Restored;
import io.evenhand.cli.cheat.customer.FalsePlan;
import io.evenhand.cli.cheat.customer.FalseWords;
import io.evenhand.cli.cheat.customer.HiddenLies;
import io.evenhand.cli.cheat.customer.HostilePolicy;
import io.evenhand.cli.cheat.customer.OwnStamper;
import io.evenhand.cli.cheat.customer.PhantomDeposit;
import io.evenhand.cli.cheat.customer.Replay;
import io.evenhand.cli.cheat.provider.FalseDelivery;
import io.evenhand.cli.cheat.provider.FalseSeal;
import io.evenhand.cli.cheat.provider.FalseTerms;
import io.evenhand.cli.cheat.provider.LateDelivery;
import io.evenhand.cli.cheat.provider.LeavesEarly;
import io.evenhand.cli.cheat.provider.MoreTries;
import io.evenhand.cli.cheat.provider.OfEarlier;
import io.evenhand.cli.cheat.provider.OldStamp;
import io.evenhand.cli.cheat.provider.OversizeWork;
import io.evenhand.cli.cheat.provider.OwnServer;
import io.evenhand.cli.cheat.provider.PoorWork;
import io.evenhand.cli.cheat.provider.SecondStamp;
import io.evenhand.cli.cheat.provider.SpoiltChunks;
import io.evenhand.cli.cheat.provider.SwapAtStamper;
import io.evenhand.cli.cheat.stamper.FalseVerdict;
import io.evenhand.cli.cheat.stranger.AtTheDoor;
import io.evenhand.cli.cheat.stranger.TakesSlots;
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
                HiddenLies.neverPasses(),
                HiddenLies.oracle(),
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
        return Stream.of(new AtTheDoor(), new TakesSlots());
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
