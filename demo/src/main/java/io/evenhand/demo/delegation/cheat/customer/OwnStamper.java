package io.evenhand.demo.delegation.cheat.customer;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Altered;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.CheatTools;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Signs;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Send;
import io.evenhand.protocols.delegation.Effect.WakeAt;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.Timer;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.customer.Plan;
import io.evenhand.protocols.delegation.message.Message;

/// Decisions 1 and 15: the stamper must not be the customer, which would see the work before it
/// pays and could stamp what it likes.
///
/// @param whole the customer names itself as the stamper; else only the stamp key is its own
public record OwnStamper(CheatDescription description, boolean whole) implements Cheat {
    /// The stamper is the customer itself.
    public static OwnStamper person() {
        return new OwnStamper(
                new CheatDescription(
                        "own-stamper",
                        Cheater.CUSTOMER,
                        "the customer names itself as the stamper: it would see the work before it pays",
                        "the provider hands work only to stampers of its own configuration, and never to"
                                + " the customer's own (decisions 15)",
                        Outcome.ABORTED),
                true);
    }

    /// The right stamper, but a stamp key of which the customer knows the secret.
    public static OwnStamper key() {
        return new OwnStamper(
                new CheatDescription(
                        "own-stamp-key",
                        Cheater.CUSTOMER,
                        "the customer puts a stamp key of its own making into the offer, to be able to"
                                + " forge stamps and blame the provider",
                        "the stamper accepts only Terms with the key that it made inside itself (16a,"
                                + " decisions 1), and without its Ready nobody works",
                        Outcome.ABORTED),
                false);
    }

    @Override
    public boolean shows(JsonNode event) {
        return whole
                ? Signs.refused(event, "provider", Rule.OWN_STAMPER)
                : Signs.refused(event, "stamper", Rule.STAMPER);
    }

    @Override
    public Machine<CustomerState, Input, Effect> customer(
            Machine<CustomerState, Input, Effect> honest, CheatTools tools) {
        return (state, input) -> {
            if (whole
                    && state instanceof CustomerState.Idle(Plan plan)
                    && input instanceof Input.Begin) {
                return offer(self(plan), tools, "offers with itself as the stamper");
            }
            Step<CustomerState, Effect> step = honest.step(state, input);
            if (!whole
                    && state instanceof CustomerState.AskingStampKey
                    && step.state() instanceof CustomerState.Offered offered) {
                return offer(offered.plan(), tools, "offers with a stamp key of its own");
            }
            return step;
        };
    }

    private static Plan self(Plan plan) {
        return Altered.of(
                plan,
                "order",
                Altered.of(
                        plan.order(),
                        "stamper",
                        Altered.of(plan.order().stamper(), "key", plan.order().customer())));
    }

    private static Step<CustomerState, Effect> offer(Plan plan, CheatTools tools, String said) {
        PublicKey stampKey = tools.crypto().publicKey(tools.keys().create());
        tools.said().cheated(said);
        return Step.moved(
                new CustomerState.Offered(plan, stampKey),
                new Send(
                        plan.order().provider(),
                        new Message.Offer(
                                plan.order(),
                                stampKey,
                                plan.policy(),
                                plan.policySalt(),
                                plan.inputSalt())),
                new WakeAt(Timer.WORK, plan.order().deadlines().tWork()));
    }
}
