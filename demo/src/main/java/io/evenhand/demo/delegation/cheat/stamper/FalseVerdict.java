package io.evenhand.demo.delegation.cheat.stamper;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Altered;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.CheatTools;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Effects;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Signs;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.stamp.Stamp;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.SealId;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Send;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Message.Stamped;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The stamper judged honestly and answers something else.
///
/// @param silent whether nobody hears of it before tWork
/// @param sign the event of somebody honest that shows it was noticed
/// @param lie what it sends instead of a verdict
public record FalseVerdict(
        CheatDescription description, boolean silent, Predicate<JsonNode> sign, Lie lie)
        implements Cheat {
    private static final SealId OTHER = new SealId(new Bytes32(1, 2, 3, 4));

    /// What the stamper does instead of sending a verdict.
    @FunctionalInterface
    public interface Lie {
        /// @param before the state in which it judged
        Stream<Effect> of(
                Send send, Message.Verdict verdict, StamperState.Judging before, CheatTools tools);
    }

    private static FalseVerdict of(
            String title,
            String about,
            String stoppedBy,
            Outcome end,
            Predicate<JsonNode> sign,
            Lie lie) {
        return new FalseVerdict(
                new CheatDescription(title, Cheater.STAMPER, about, stoppedBy, end),
                false,
                sign,
                lie);
    }

    /// T6, D1: the stamp is for another seal than the provider's.
    public static FalseVerdict otherSeal() {
        return of(
                "stamper-stamps-another-seal",
                "the stamper stamps a seal of its own choice, which the customer could open before it"
                        + " pays",
                "the provider seals the work itself and releases it only if the stamp names that seal"
                        + " (D1, T6): it says ALARM and keeps the work",
                Outcome.ABORTED,
                event -> Signs.ended(event, "provider", "Deceived"),
                (send, verdict, before, tools) -> {
                    tools.said().cheated("stamps another seal than the provider's");
                    return Stream.of(new Send(send.to(), other(verdict, before, tools)));
                });
    }

    /// D-I10, as evidence.
    public static FalseVerdict twice() {
        return of(
                "stamper-stamps-twice",
                "the stamper gives the provider a second stamp, for another seal of the same exchange",
                "the provider delivers only the seal it made itself (D1), and takes one verdict for an"
                        + " attempt; two stamps for one exchange prove the stamper wrong (D-I10)",
                Outcome.SETTLED,
                event ->
                        Signs.ignored(event, "provider", Rule.UNEXPECTED)
                                && event.path("what").asText().equals("Verdict"),
                (send, verdict, before, tools) -> {
                    tools.said().cheated("sends two stamps for two seals of one exchange");
                    return Stream.of(send, new Send(send.to(), other(verdict, before, tools)));
                });
    }

    private static Message.Verdict other(
            Message.Verdict verdict, StamperState.Judging before, CheatTools tools) {
        Stamp stamp = Altered.of(verdict.stamped().orElseThrow().stamp(), "sealId", OTHER);
        var key = before.commission().keyed().stampKey();
        return Altered.of(
                verdict,
                "stamped",
                Optional.of(new Stamped(stamp, tools.crypto().sign(key, stamp))));
    }

    /// D14 in another form: nobody is paid, nobody pays.
    public static FalseVerdict mute() {
        CheatDescription description =
                new CheatDescription(
                        "silent-stamper",
                        Cheater.STAMPER,
                        "the stamper takes the work and never answers",
                        "at tWork both sides walk away: nothing was delivered and nothing was paid; the"
                                + " work has left the provider, provided that the stamper's operator is"
                                + " honest nobody else sees it (decisions 15)",
                        Outcome.ABORTED);
        return new FalseVerdict(
                description,
                true,
                event -> Signs.aborted(event, "provider", Rule.NO_WORK),
                (_, _, _, tools) -> {
                    tools.said().cheated("has judged the work and keeps silent");
                    return Stream.empty();
                });
    }

    /// D5, from the stamper's side.
    public static FalseVerdict no() {
        return of(
                "stamper-says-no",
                "the stamper says that good work fails",
                "attempts and tWork end it (D5); the provider loses its effort, and nothing was paid,"
                        + " provided that both choose a stamper whose operator they trust (decisions 15)",
                Outcome.ABORTED,
                event -> Signs.aborted(event, "provider", Rule.FAILED_POLICY),
                (send, verdict, _, tools) -> {
                    tools.said().cheated("says no to work that passed");
                    return Stream.of(
                            new Send(send.to(), Altered.of(verdict, "stamped", Optional.empty())));
                });
    }

    @Override
    public boolean shows(JsonNode event) {
        return sign.test(event);
    }

    @Override
    public String prepare(DelegationNet net) {
        // One attempt: a stamper that says no says it once.
        net.parties().option(DelegationRoles.CUSTOMER, "--attempts", "1");
        return "";
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        if (silent) {
            net.transcript().awaitCheated();
            net.passBeyond("tWork");
        }
    }

    @Override
    public Machine<StamperState, Input, Effect> stamper(
            Machine<StamperState, Input, Effect> honest, CheatTools tools) {
        return (state, input) ->
                Effects.each(
                        honest.step(state, input),
                        effect ->
                                effect instanceof Send send
                                                && send.message() instanceof Message.Verdict verdict
                                                && verdict.stamped().isPresent()
                                                && state instanceof StamperState.Judging judging
                                        ? lie.of(send, verdict, judging, tools)
                                        : Stream.of(effect));
    }
}
