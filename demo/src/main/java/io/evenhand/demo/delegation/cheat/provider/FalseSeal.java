package io.evenhand.demo.delegation.cheat.provider;

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
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.value.SealId;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Run;
import io.evenhand.protocols.delegation.Effect.Send;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Job;
import io.evenhand.protocols.delegation.JobResult;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Statements;
import io.evenhand.protocols.delegation.provider.ProviderState;
import java.util.stream.Stream;

/// The provider really seals something else than what was stamped, and delivers that seal with the
/// stamp: it opens, but not for the customer or not to the work.
///
/// @param change makes the sealing job of the honest one
public record FalseSeal(CheatDescription description, Change change, String said) implements Cheat {
    private static final String STOPPED =
            "the stamper seals too, with the Terms' psk and key, and stamps that seal alone (D1, D7);"
                    + " the customer never funds another one (16d)";

    /// Another job instead of the honest one.
    @FunctionalInterface
    public interface Change {
        Job.SealWork of(Job.SealWork job, CheatTools tools);
    }

    private static FalseSeal of(String title, String about, Change change, String said) {
        return new FalseSeal(
                new CheatDescription(title, Cheater.PROVIDER, about, STOPPED, Outcome.ABORTED),
                change,
                said);
    }

    /// D19.
    public static FalseSeal otherPsk() {
        return of(
                "swapped-psk",
                "the provider seals with another pre-shared secret, so that the published key opens"
                        + " nothing for the customer",
                (job, tools) -> Altered.of(job, "psk", tools.keys().create()),
                "seals with a psk that the customer does not have");
    }

    /// D7: a key that is never published.
    public static FalseSeal otherKey() {
        return of(
                "sealed-to-another-key",
                "the provider seals to a key that it will never reveal",
                (job, tools) ->
                        Altered.of(job, "opener", tools.crypto().publicKey(tools.keys().create())),
                "seals to a key that no claim publishes");
    }

    /// 16b: the work is swapped once it was judged.
    public static FalseSeal otherWork() {
        return of(
                "work-swapped-after-judging",
                "the provider lets good work be judged and seals junk",
                (job, tools) -> {
                    PoorWork.overwrite(tools, "work-" + job.label().slot(), PoorWork::zeros);
                    return job;
                },
                "swapped the work for zeros after it was judged, and seals those");
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.ignored(event, "customer", Rule.DELIVERY_STAMP, Rule.DELIVERY_LABEL);
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        net.awaitStoppedAndPassBeyond("tWork");
    }

    @Override
    public Machine<ProviderState, Input, Effect> provider(
            Machine<ProviderState, Input, Effect> honest, CheatTools tools) {
        return (state, input) -> {
            if (state instanceof ProviderState.Sealing s
                    && input instanceof Input.Done(JobResult.Sealed(SealHeader header), var _)) {
                tools.said().cheated(said);
                return deliver(s, header, tools);
            }
            return Effects.each(
                    honest.step(state, input),
                    effect ->
                            effect instanceof Run(Job.SealWork job)
                                    ? Stream.of(new Run(change.of(job, tools)))
                                    : Stream.of(effect));
        };
    }

    /// The honest machine would see that the seal is not the stamped one (T6).
    private static Step<ProviderState, Effect> deliver(
            ProviderState.Sealing s, SealHeader header, CheatTools tools) {
        SealId sealId = tools.crypto().sealId(header);
        var agreement = s.engaged().agreement();
        Statements.Delivered statement =
                new Statements.Delivered(
                        agreement.xid(), sealId, tools.crypto().hash(s.stamped().stamp()));
        return Step.moved(
                new ProviderState.Delivering(s.engaged(), header, sealId, s.stamped()),
                new Send(
                        agreement.terms().order().customer(),
                        new Message.Deliver(
                                agreement.xid(),
                                header,
                                s.stamped(),
                                tools.crypto().sign(statement))));
    }
}
