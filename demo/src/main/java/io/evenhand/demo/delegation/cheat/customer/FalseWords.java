package io.evenhand.demo.delegation.cheat.customer;

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
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Send;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Statements;
import io.evenhand.protocols.delegation.message.Terms;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The customer's plan is honest, but some of what it says is not.
///
/// @param sign the event of somebody honest that shows it was noticed
/// @param lie makes other effects of an honest one
public record FalseWords(CheatDescription description, Predicate<JsonNode> sign, Lie lie)
        implements Cheat {
    private static final Bytes32 OTHER = new Bytes32(1, 2, 3, 4);

    /// What the customer does instead of an effect.
    @FunctionalInterface
    public interface Lie {
        /// @param after the state that the step led to
        Stream<Effect> of(Effect effect, CustomerState after, CheatTools tools);
    }

    private static FalseWords of(
            String title,
            String about,
            String stoppedBy,
            Outcome end,
            Predicate<JsonNode> sign,
            Lie lie) {
        CheatDescription description =
                new CheatDescription(title, Cheater.CUSTOMER, about, stoppedBy, end);
        return new FalseWords(description, sign, lie);
    }

    /// D19: one secret for the stamper, another for the provider.
    public static FalseWords twoPsks() {
        return of(
                "two-psks",
                "the customer gives the stamper the right psk and the provider another one, so that"
                        + " their seals differ",
                "the provider hashes the psk it is given and compares it with the Terms (D19); it"
                        + " does not start",
                Outcome.ABORTED,
                event -> Signs.ignored(event, "provider", Rule.PSK),
                (effect, _, tools) -> {
                    if (effect instanceof Send(var to, Message.Start start)) {
                        tools.said().cheated("gives the provider another psk than the stamper");
                        return Stream.of(
                                new Send(to, Altered.of(start, "psk", tools.keys().create())));
                    }
                    return Stream.of(effect);
                });
    }

    /// D22.
    public static FalseWords otherTerms() {
        return of(
                "other-terms-signed",
                "the customer signs Terms with a smaller wage than those the provider signed",
                "both sign the same Terms or nothing starts: the provider verifies the customer's"
                        + " signature over its own Terms (D22)",
                Outcome.ABORTED,
                event -> Signs.ignored(event, "provider", Rule.TERMS_SIGNATURE),
                (effect, after, tools) -> {
                    if (effect instanceof Send(var to, Message.Start start)
                            && after instanceof CustomerState.AwaitingWork s) {
                        Terms terms = s.agreed().terms();
                        Terms cheaper =
                                Altered.of(
                                        terms,
                                        "order",
                                        Altered.of(terms.order(), "wage", Wei.of(1)));
                        tools.said().cheated("signs Terms with a wage of 1 wei");
                        return Stream.of(
                                new Send(
                                        to,
                                        Altered.of(
                                                start, "customer", tools.crypto().sign(cheaper))));
                    }
                    return Stream.of(effect);
                });
    }

    /// D22: a second offer for the same exchange, after the first was accepted.
    public static FalseWords twoOffers() {
        return of(
                "two-offers",
                "the customer makes a second, cheaper offer for the same exchange, to hold two Terms"
                        + " with the provider's signature",
                "one exchange has one offer: the provider signs Terms once (D22, 16g)",
                Outcome.SETTLED,
                event -> Signs.ignored(event, "provider", Rule.OTHER_OFFER),
                (effect, _, tools) -> {
                    if (effect instanceof Send(var to, Message.Offer offer)) {
                        tools.said().cheated("makes a second offer, with half the wage");
                        Message.Offer second =
                                Altered.of(
                                        offer,
                                        "order",
                                        Altered.of(
                                                offer.order(),
                                                "wage",
                                                new Wei(
                                                        offer.order()
                                                                .wage()
                                                                .value()
                                                                .shiftRight(1))));
                        return Stream.of(effect, new Send(to, second));
                    }
                    return Stream.of(effect);
                });
    }

    /// D22: an order made out to somebody else.
    public static FalseWords reusedTerms() {
        return of(
                "terms-of-another-provider",
                "the customer takes an order that it made for one provider to another provider, to"
                        + " get the work twice under one set of Terms",
                "the Terms name the provider by its key; nobody else takes them (D22)",
                Outcome.ABORTED,
                event -> Signs.refused(event, "provider", Rule.OTHER_PROVIDER),
                (effect, _, tools) -> {
                    if (effect instanceof Send(var to, Message.Offer offer)) {
                        tools.said().cheated("offers an order that names another provider");
                        return Stream.of(
                                new Send(
                                        to,
                                        Altered.of(
                                                offer,
                                                "order",
                                                Altered.of(
                                                        offer.order(),
                                                        "provider",
                                                        new PartyId(OTHER)))));
                    }
                    return Stream.of(effect);
                });
    }

    /// 16a: the provider must not work before the stamper is ready.
    public static FalseWords forgedReady() {
        return of(
                "withheld-provision",
                "the customer never tells the stamper what to judge by, and makes the stamper's"
                        + " Ready itself, to let the provider work for nothing",
                "the provider starts only with a Ready under the stamper's own signature (16a)",
                Outcome.ABORTED,
                event -> Signs.ignored(event, "provider", Rule.READY),
                (effect, after, tools) -> {
                    if (effect instanceof Send(var _, Message.Provision _)
                            && after instanceof CustomerState.Provisioning s) {
                        tools.said().cheated("provisions nobody and signs the Ready itself");
                        var agreed = s.agreed();
                        return Stream.of(
                                new Send(
                                        agreed.terms().order().provider(),
                                        new Message.Start(
                                                agreed.xid(),
                                                agreed.customer(),
                                                tools.crypto()
                                                        .sign(
                                                                new Statements.Provisioned(
                                                                        agreed.xid())),
                                                agreed.plan().psk())));
                    }
                    return Stream.of(effect);
                });
    }

    /// 16a: a stricter policy for the stamper.
    public static FalseWords stricterPolicy() {
        return of(
                "stricter-policy-for-the-stamper",
                "the customer lets the stamper judge by a stricter policy than the provider saw, so"
                        + " that no work ever passes",
                "the stamper hashes the policy it is given and compares it with the Terms (16a)",
                Outcome.ABORTED,
                event -> Signs.refused(event, "stamper", Rule.POLICY_HASH),
                (effect, _, tools) -> {
                    if (effect instanceof Send(var to, Message.Provision provision)) {
                        tools.said().cheated("provisions the stamper with a stricter policy");
                        return Stream.of(
                                new Send(
                                        to,
                                        Altered.of(
                                                provision,
                                                "policy",
                                                provision.policy().replace("0.95", "0.99"))));
                    }
                    return Stream.of(effect);
                });
    }

    /// 16a: another provision once the first is accepted.
    public static FalseWords secondProvision() {
        return of(
                "second-provision",
                "the customer provisions the stamper a second time, with other Terms, once the"
                        + " provider is at work",
                "a stamper takes one provision for an exchange and no other (16a)",
                Outcome.SETTLED,
                event -> Signs.ignored(event, "stamper", Rule.SECOND_PROVISION),
                (effect, after, tools) -> {
                    if (effect instanceof Send(var _, Message.Start _)
                            && after instanceof CustomerState.AwaitingWork s) {
                        var a = s.agreed();
                        Terms other =
                                Altered.of(
                                        a.terms(),
                                        "order",
                                        Altered.of(a.terms().order(), "attempts", 1));
                        tools.said().cheated("provisions the stamper again, with other Terms");
                        Message again =
                                new Message.Provision(
                                        other,
                                        tools.crypto().sign(other),
                                        a.provider(),
                                        a.plan().policy(),
                                        a.plan().policySalt(),
                                        other.order().hiddenCommit(),
                                        a.plan().psk());
                        return Stream.of(effect, new Send(other.order().stamper().key(), again));
                    }
                    return Stream.of(effect);
                });
    }

    /// T8: evidence only.
    public static FalseWords neverAcknowledges() {
        return of(
                "never-acknowledges",
                "the customer holds every chunk and denies it: it sends no acknowledgement, so that"
                        + " the provider has no proof of delivery",
                "nothing depends on the acknowledgement (T8): who deposits against a lock shows that it"
                        + " holds the seal (D16), and the provider reveals against the deposit alone",
                Outcome.SETTLED,
                event -> Signs.ended(event, "provider", "Settled"),
                (effect, _, tools) -> {
                    if (effect instanceof Send(var _, Message.Ack _)) {
                        tools.said().cheated("holds every chunk and keeps silent about it");
                        return Stream.empty();
                    }
                    return Stream.of(effect);
                });
    }

    @Override
    public boolean shows(JsonNode event) {
        return sign.test(event);
    }

    /// Who waits for work that never comes waits until tWork.
    @Override
    public void play(DelegationNet net) throws InterruptedException {
        if (description.ends().contains(Outcome.ABORTED)) {
            net.awaitStoppedAndPassBeyond("tWork");
        }
    }

    @Override
    public Machine<CustomerState, Input, Effect> customer(
            Machine<CustomerState, Input, Effect> honest, CheatTools tools) {
        return (state, input) -> {
            var step = honest.step(state, input);
            return Effects.each(step, effect -> lie.of(effect, step.state(), tools));
        };
    }
}
