package io.evenhand.demo.delegation.cheat.accident;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.CheatTools;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Signs;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Step;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.store.Role;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.JobResult;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;

/// A process ends at the worst instant: the machine has decided, and nothing of it is flushed yet.
///
/// @param role whose process it is
/// @param instant the step during which it ends
/// @param sign the event after the restart that shows that nothing was lost
public record Crash(
        CheatDescription description,
        Role role,
        Instant instant,
        String said,
        Predicate<JsonNode> sign)
        implements Cheat {
    /// As after `kill -9`.
    private static final int KILLED = 137;

    /// A moment, by the step in which it falls.
    @FunctionalInterface
    public interface Instant {
        boolean is(Object before, Input input, Object after);
    }

    private static Crash of(
            String title, String about, String stoppedBy, Role role, Instant instant, String said) {
        return new Crash(
                new CheatDescription(title, Cheater.NOBODY, about, stoppedBy, Outcome.SETTLED),
                role,
                instant,
                said,
                event -> Signs.ended(event, "customer", "Settled"));
    }

    /// 16b, D6.
    public static Crash stamperBeforeCounter() {
        return of(
                "stamper-killed-before-its-counter",
                "the stamper has the work and is killed before the attempt is counted: is there a free"
                        + " attempt, or a stamp without one?",
                "the counter is flushed before the policy runs (16b, D6): what was not counted was not"
                        + " judged, and the same try comes again",
                DelegationRoles.STAMPER,
                (before, input, _) ->
                        before instanceof StamperState.Provisioned
                                && input instanceof Input.Received(var _, Message.Try _, var _),
                "the stamper is killed between taking the work in and counting the attempt");
    }

    /// 16b, D-I10.
    public static Crash stamperBeforeStamp() {
        return of(
                "stamper-killed-before-its-stamp",
                "the stamper has judged and is killed before the stamp is flushed",
                "the attempt is counted with the work's root and the seed's hash, so judging it again"
                        + " gives the same seal and the same stamp, byte for byte (16b, D2)",
                DelegationRoles.STAMPER,
                (before, input, _) ->
                        before instanceof StamperState.Judging
                                && input instanceof Input.Done(JobResult.Judged _, var _),
                "the stamper is killed between judging and flushing its stamp");
    }

    /// 10b.
    public static Crash customerBeforeDeposit() {
        return of(
                "customer-killed-before-the-deposit",
                "the customer has decided to pay and is killed before that is flushed",
                "decisions are flushed before anything is sent (1.6): after the restart it asks the"
                        + " chain first and opens one deal (10b)",
                DelegationRoles.CUSTOMER,
                (before, _, after) ->
                        before instanceof CustomerState.Checking
                                && after instanceof CustomerState.Funding,
                "the customer is killed in the middle of deciding to pay");
    }

    /// R3, D-I12.
    public static Crash providerBeforeReveal() {
        return of(
                "provider-killed-before-the-reveal",
                "the provider has decided to show its key and is killed before that is flushed",
                "no secret leaves before its flush (D-I12): after the restart it looks at the deposit"
                        + " again and claims within the margin (10a)",
                DelegationRoles.PROVIDER,
                (before, _, after) ->
                        before instanceof ProviderState.Confirming
                                && after instanceof ProviderState.Revealing,
                "the provider is killed in the middle of deciding to show its key");
    }

    @Override
    public boolean shows(JsonNode event) {
        return sign.test(event);
    }

    @Override
    public Machine<CustomerState, Input, Effect> customer(
            Machine<CustomerState, Input, Effect> honest, CheatTools tools) {
        return around(DelegationRoles.CUSTOMER, honest, tools);
    }

    @Override
    public Machine<ProviderState, Input, Effect> provider(
            Machine<ProviderState, Input, Effect> honest, CheatTools tools) {
        return around(DelegationRoles.PROVIDER, honest, tools);
    }

    @Override
    public Machine<StamperState, Input, Effect> stamper(
            Machine<StamperState, Input, Effect> honest, CheatTools tools) {
        return around(DelegationRoles.STAMPER, honest, tools);
    }

    private <S> Machine<S, Input, Effect> around(
            Role here, Machine<S, Input, Effect> honest, CheatTools tools) {
        return here.equals(role) ? (state, input) -> step(honest, state, input, tools) : honest;
    }

    private <S> Step<S, Effect> step(
            Machine<S, Input, Effect> honest, S state, Input input, CheatTools tools) {
        Step<S, Effect> step = honest.step(state, input);
        if (instant.is(state, input, step.state()) && first(tools.home())) {
            tools.said().cheated(said);
            Runtime.getRuntime().halt(KILLED);
        }
        return step;
    }

    /// Once is enough.
    private static boolean first(Path home) {
        Path mark = home.resolve("crashed");
        try {
            if (Files.exists(mark)) {
                return false;
            }
            Files.createFile(mark);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void play(DelegationNet net) throws IOException, InterruptedException {
        int _ = net.parties().of(role).exit(DelegationNet.STEP_LIMIT);
        var _ = net.restart(role);
    }
}
