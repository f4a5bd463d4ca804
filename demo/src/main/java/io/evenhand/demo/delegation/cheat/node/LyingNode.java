package io.evenhand.demo.delegation.cheat.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.CheatTools;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Effects;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Signs;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.demo.stage.Mempool;
import io.evenhand.kit.machine.Machine;
import io.evenhand.node.Trouble;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Publish;
import io.evenhand.protocols.delegation.Effect.Transaction;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.customer.CustomerState;
import java.io.IOException;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Nodes that lie to one party about one deal.
public final class LyingNode {
    private static final String NOTHING = "0x" + "0".repeat(64);

    private LyingNode() {}

    /// 16e: the customer runs the provider's node and deposits nothing.
    public static final class FakesDeposit implements Cheat {
        @Override
        public CheatDescription description() {
            return new CheatDescription(
                    "node-fakes-deposit",
                    Set.of(Cheater.CUSTOMER, Cheater.NODE),
                    "the customer deposits nothing, and the provider's node says that the deposit is"
                            + " there and final",
                    "one lying node is contradicted by the second endpoint, and the provider shows no"
                            + " key while they differ, provided that it runs its own node or asks two"
                            + " that do not lie together (16e)",
                    Set.of(Outcome.ABORTED));
        }

        @Override
        public boolean shows(JsonNode event) {
            return Signs.complained(event, "provider", Trouble.ENDPOINTS_CONTRADICT);
        }

        @Override
        public Machine<CustomerState, Input, Effect> customer(
                Machine<CustomerState, Input, Effect> honest, CheatTools tools) {
            return (state, input) ->
                    Effects.each(
                            honest.step(state, input),
                            effect ->
                                    effect instanceof Publish(Transaction.Open _)
                                            ? Stream.empty()
                                            : Stream.of(effect));
        }

        @Override
        public String prepare(DelegationNet net) throws IOException {
            String word = "0x%064x".formatted(Instant.now().getEpochSecond());
            net.proxy(DelegationRoles.PROVIDER, true)
                    .lie((method, answer) ->
                            method.equals("eth_getStorageAt")
                                    && answer.path("result").asText().equals(NOTHING)
                                    && changed(answer, word));
            return "";
        }

        @Override
        public void play(DelegationNet net) throws InterruptedException {
            net.parties().awaitState(DelegationRoles.PROVIDER, "Confirming");
            if (net.transcript().awaitStopped(DelegationNet.STEP_LIMIT)
                    && net.proxy(DelegationRoles.PROVIDER).told() > 0) {
                net.cheated("the provider's node says that a deposit is final that nobody made");
            }
            net.proxy(DelegationRoles.PROVIDER).tellTheTruth();
            net.passBeyond("claimBy");
        }
    }

    /// The provider's node keeps the deposit from it.
    public static final class HidesDeposit implements Cheat {
        @Override
        public CheatDescription description() {
            return new CheatDescription(
                    "node-hides-deposit",
                    Cheater.NODE,
                    "the provider's only node says that there is no deposit",
                    "without a final deposit no key is shown (R1): the provider loses a wage it could"
                            + " have had, and the customer gets its deposit back at claimBy (R5)",
                    Outcome.REFUNDED);
        }

        @Override
        public boolean shows(JsonNode event) {
            return Signs.keptItsKey(event);
        }

        @Override
        public String prepare(DelegationNet net) throws IOException {
            net.proxy(DelegationRoles.PROVIDER, false)
                    .lie((method, answer) ->
                            switch (method) {
                                case "eth_getStorageAt" ->
                                        !answer.path("result").asText().equals(NOTHING)
                                                && changed(answer, NOTHING);
                                case "eth_getLogs" -> hide(answer, _ -> true);
                                default -> false;
                            });
            return "";
        }

        @Override
        public void play(DelegationNet net) throws InterruptedException {
            net.awaitDeposit();
            net.chain().mine(5);
            net.parties().awaitState(DelegationRoles.PROVIDER, "Confirming");
            net.passBeyond("claimBy");
            boolean _ = net.transcript().awaitStopped(DelegationNet.STEP_LIMIT);
            if (net.proxy(DelegationRoles.PROVIDER).told() > 0) {
                net.cheated("the provider's node hid the deposit from it");
            }
        }
    }

    /// The customer's node keeps the claim, and so the key, from it.
    public static final class HidesClaim implements Cheat {
        @Override
        public CheatDescription description() {
            return new CheatDescription(
                    "node-hides-claim",
                    Cheater.NODE,
                    "the customer's node says that the wage is still there after it was claimed, and hides"
                            + " the key",
                    "the second endpoint contradicts it, and the key stays on the chain for ever: the"
                            + " customer opens the work as soon as one node tells it the truth (16e, T12)",
                    Outcome.SETTLED);
        }

        @Override
        public boolean shows(JsonNode event) {
            return Signs.complained(event, "customer", Trouble.ENDPOINTS_CONTRADICT);
        }

        @Override
        public String prepare(DelegationNet net) throws IOException {
            AtomicReference<String> opened = new AtomicReference<>(NOTHING);
            net.proxy(DelegationRoles.CUSTOMER, true)
                    .lie((method, answer) ->
                            method.equals("eth_getStorageAt")
                                    ? stillOpen(answer, opened)
                                    : hide(answer, HidesClaim::isClaim));
            return "";
        }

        private static boolean stillOpen(ObjectNode answer, AtomicReference<String> opened) {
            String word = answer.path("result").asText();
            if (!word.equals(NOTHING)) {
                opened.set(word);
                return false;
            }
            return !opened.get().equals(NOTHING) && changed(answer, opened.get());
        }

        /// A waiting or mined claim, or the event of one.
        private static boolean isClaim(JsonNode node) {
            return node.path("input").asText().startsWith(Mempool.CLAIM)
                    || node.path("topics").path(0).asText().equals(Mempool.REVEALED);
        }

        @Override
        public void play(DelegationNet net) throws InterruptedException {
            net.awaitDeposit();
            JsonNode _ =
                    net.parties()
                            .await(
                                    DelegationRoles.PROVIDER,
                                    DelegationNet.transaction("TransactionIncluded", "claim"),
                                    "claim");
            if (net.transcript().awaitStopped(DelegationNet.STEP_LIMIT)
                    && net.proxy(DelegationRoles.CUSTOMER).told() > 0) {
                net.cheated("the customer's node hid the claim from it");
            }
            net.say("the customer's node tells the truth from now on");
            net.proxy(DelegationRoles.CUSTOMER).tellTheTruth();
        }
    }

    /// Removes objects from every list in an answer.
    private static boolean hide(JsonNode answer, Predicate<JsonNode> what) {
        boolean changed = false;
        if (answer instanceof ArrayNode list) {
            int had = list.size();
            ArrayNode _ = list.removeIf(what);
            changed = list.size() < had;
        }
        if (answer instanceof ObjectNode object) {
            int had = object.size();
            ObjectNode _ = object.removeIf(value -> value.isObject() && what.test(value));
            changed = object.size() < had;
        }
        for (JsonNode child : answer) {
            changed |= hide(child, what);
        }
        return changed;
    }

    private static boolean changed(ObjectNode answer, String result) {
        answer.put("result", result);
        return true;
    }
}
