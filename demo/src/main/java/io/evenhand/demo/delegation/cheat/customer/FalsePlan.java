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
import io.evenhand.kit.value.Bytes32;
import io.evenhand.node.transport.Refused;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.customer.Plan;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// The customer's order does not commit to what the customer has: one field of the order is false
/// from the beginning, and everything it signs is consistent with the lie.
///
/// @param sign the event of somebody honest that shows it was noticed
/// @param change makes the false plan of the honest one
/// @param said what the customer did
public record FalsePlan(
        CheatDescription description,
        Predicate<JsonNode> sign,
        UnaryOperator<Plan> change,
        String said)
        implements Cheat {
    private static final Bytes32 OTHER = new Bytes32(1, 2, 3, 4);

    /// More than any provider of the demo takes: 16 TiB.
    private static final long HUGE = 1L << 44;

    private static FalsePlan of(
            String title,
            String about,
            String stoppedBy,
            Predicate<JsonNode> sign,
            UnaryOperator<Plan> change,
            String said) {
        CheatDescription description =
                new CheatDescription(title, Cheater.CUSTOMER, about, stoppedBy, Outcome.ABORTED);
        return new FalsePlan(description, sign, change, said);
    }

    private static Plan order(Plan plan, String field, Object value) {
        return Altered.of(plan, "order", Altered.of(plan.order(), field, value));
    }

    /// 16a, D19.
    public static FalsePlan psk() {
        return of(
                "psk-not-as-committed",
                "the customer gives another pre-shared secret than the one its Terms name, so that"
                        + " later it can say the work does not open",
                "the stamper hashes the secret it is given and compares it with pskId in the Terms"
                        + " (16a, D19); nobody starts to work",
                event -> Signs.refused(event, "stamper", Rule.PSK),
                plan -> order(plan, "pskId", OTHER),
                "ordered with a pskId that is not the hash of its psk");
    }

    /// 16a, D5.
    public static FalsePlan hidden() {
        return of(
                "hidden-data-not-as-committed",
                "the customer gives the stamper other hidden labels than the Terms commit to",
                "the stamper computes the commitment over the bytes it really holds (16a, D5) and"
                        + " says no; nobody starts to work",
                event -> Signs.refused(event, "stamper", Rule.HIDDEN_HASH),
                plan -> order(plan, "hiddenCommit", OTHER),
                "committed to other hidden data than it uploads");
    }

    /// T4.
    public static FalsePlan input() {
        return of(
                "input-not-as-committed",
                "the customer sends another input than the one whose Merkle root is in the Terms",
                "the provider computes the root of what arrived before it works (T4), and throws"
                        + " it away",
                event -> Signs.turnedAway(event, "provider", Refused.Kind.MALFORMED),
                plan -> order(plan, "inputHash", OTHER),
                "ordered work on another input than the one it sends");
    }

    /// Limits.
    public static FalsePlan oversizeInput() {
        return of(
                "oversize-input",
                "the customer announces an input of 16 TiB to fill the provider's disk",
                "the provider has a limit for inputs and checks it before it agrees to anything"
                        + " (T1)",
                event -> Signs.turnedAway(event, "provider", Refused.Kind.FULL),
                plan -> order(plan, "inputBytes", HUGE),
                "announced an input of 16 TiB");
    }

    /// T1.
    public static FalsePlan policyShown() {
        return of(
                "policy-not-as-committed",
                "the customer shows the provider an easy policy, but its Terms commit to another one",
                "the provider hashes the policy it is shown and compares it with policyHash in the"
                        + " order (T1, D5)",
                event -> Signs.refused(event, "provider", Rule.POLICY_HASH),
                plan -> order(plan, "policyHash", OTHER),
                "committed to another policy than the one it shows");
    }

    /// Decisions 15.
    public static FalsePlan policyUnknown() {
        return of(
                "policy-of-no-kind",
                "the customer asks for a policy of a kind that the provider never heard of",
                "a provider agrees only to kinds of policies that it knows to be limited (D4)",
                event -> Signs.turnedAway(event, "provider", Refused.Kind.MALFORMED),
                plan -> Altered.of(plan, "policy", "shell/1 run=/bin/sh"),
                "asked to be judged by a policy of its own kind");
    }

    /// D4.
    public static FalsePlan policyExhaustsHeap() {
        return of(
                "policy-exhausts-heap",
                "the customer's policy is a WebAssembly program that takes more memory to compile"
                        + " than a whole stamper has",
                "a module has limits on what the engine keeps for it, and is read only after"
                        + " cheaper checks (D4): it is refused before anybody works, and what runs"
                        + " at all runs in a process of its own",
                event -> Signs.turnedAway(event, "provider", Refused.Kind.MALFORMED),
                HeapEater::inside,
                "asked to be judged by a program that eats the heap");
    }

    @Override
    public boolean shows(JsonNode event) {
        return sign.test(event);
    }

    @Override
    public Machine<CustomerState, Input, Effect> customer(
            Machine<CustomerState, Input, Effect> honest, CheatTools tools) {
        return (state, input) -> {
            if (state instanceof CustomerState.Idle(Plan plan) && input instanceof Input.Begin) {
                tools.said().cheated(said);
                return honest.step(new CustomerState.Idle(change.apply(plan)), input);
            }
            return honest.step(state, input);
        };
    }
}
