package io.evenhand.system.payfirst;

import io.evenhand.kit.codec.Kind;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.machine.MessageFormat;
import io.evenhand.kit.machine.NumberedRule;
import io.evenhand.kit.machine.Refusal;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.value.PartyId;
import java.util.List;

/// The machines: a buyer makes a deposit and orders round by round, a seller delivers a round once
/// the deposit is final.
final class PayFirst {
    private PayFirst() {}

    sealed interface Message {
        @Kind("Order")
        record Order(int round, Deal deal) implements Message {}

        @Kind("Goods")
        record Goods(int round, String text) implements Message {}

        @Kind("No")
        record No(String reason) implements Message {}
    }

    sealed interface State {
        @Kind("Idle")
        record Idle(Deal deal, PartyId seller) implements State {}

        @Kind("Buying")
        record Buying(Deal deal, PartyId seller, int round) implements State {}

        @Kind("Bought")
        record Bought(int rounds) implements State {}

        @Kind("GaveUp")
        record GaveUp(String reason) implements State {}

        @Kind("Waiting")
        record Waiting(PartyId buyer) implements State {}

        @Kind("Selling")
        record Selling(PartyId buyer, Deal deal, int round, boolean paid) implements State {}
    }

    sealed interface Input {
        record Begin() implements Input {}

        record Received(PartyId from, Message message) implements Input {}

        record Seen(DealStatus finalized) implements Input {}

        record Late() implements Input {}

        record Restarted() implements Input {}
    }

    sealed interface Effect {
        @Kind("Send")
        record Send(PartyId to, Message message) implements Effect {}

        @Kind("Pay")
        record Pay(Deal deal) implements Effect {}

        @Kind("Watch")
        record Watch(Deal deal) implements Effect {}

        @Kind("WakeAt")
        record WakeAt(long epochSecond) implements Effect {}
    }

    enum Rule implements NumberedRule {
        OUT_OF_TURN;

        @Override
        public String number() {
            return "";
        }
    }

    record OutOfTurn(String text) implements Refusal {
        @Override
        public Rule rule() {
            return Rule.OUT_OF_TURN;
        }
    }

    static final int ROUNDS = 3;

    static Step<State, Effect> buyer(State state, Input input) {
        return switch (state) {
            case State.Idle(Deal deal, PartyId seller) when input instanceof Input.Begin ->
                    Step.moved(
                            new State.Buying(deal, seller, 1),
                            List.of(
                                    new Effect.Pay(deal),
                                    new Effect.WakeAt(deal.claimBy()),
                                    order(seller, 1, deal)));
            case State.Buying now -> buying(now, input);
            case State.Idle _, State.Bought _, State.GaveUp _, State.Waiting _, State.Selling _ ->
                    Step.ignored(state, new OutOfTurn("not now"));
        };
    }

    private static Step<State, Effect> buying(State.Buying now, Input input) {
        return switch (input) {
            case Input.Received(PartyId from, Message.Goods goods)
                    when from.equals(now.seller()) && goods.round() == now.round() -> {
                int next = now.round() + 1;
                yield now.round() == ROUNDS
                        ? Step.moved(new State.Bought(ROUNDS))
                        : Step.moved(
                                new State.Buying(now.deal(), now.seller(), next),
                                order(now.seller(), next, now.deal()));
            }
            case Input.Received(PartyId from, Message.No(String reason))
                    when from.equals(now.seller()) ->
                    Step.moved(new State.GaveUp(reason));
            case Input.Late _ -> Step.moved(new State.GaveUp("nothing came in time"));
            case Input.Restarted _ -> Step.moved(now, order(now.seller(), now.round(), now.deal()));
            case Input.Received _, Input.Seen _, Input.Begin _ ->
                    Step.ignored(now, new OutOfTurn("not this"));
        };
    }

    private static Effect order(PartyId seller, int round, Deal deal) {
        return new Effect.Send(seller, new Message.Order(round, deal));
    }

    static Step<State, Effect> seller(State state, Input input) {
        return switch (state) {
            case State.Waiting(PartyId buyer)
                    when input
                            instanceof
                            Input.Received(PartyId _, Message.Order(int round, Deal deal)) ->
                    Step.moved(
                            new State.Selling(buyer, deal, round, false), new Effect.Watch(deal));
            case State.Selling now -> selling(now, input);
            case State.Waiting _, State.Idle _, State.Buying _, State.Bought _, State.GaveUp _ ->
                    Step.ignored(state, new OutOfTurn("not now"));
        };
    }

    private static Step<State, Effect> selling(State.Selling now, Input input) {
        return switch (input) {
            case Input.Seen(DealStatus status) when status == DealStatus.OPEN && !now.paid() ->
                    Step.moved(
                            new State.Selling(now.buyer(), now.deal(), now.round(), true),
                            goods(now.buyer(), now.round()));
            case Input.Received(PartyId _, Message.Order order)
                    when now.paid() && order.round() == now.round() + 1 ->
                    Step.moved(
                            new State.Selling(now.buyer(), now.deal(), order.round(), true),
                            goods(now.buyer(), order.round()));
            case Input.Restarted _ -> Step.moved(now, new Effect.Watch(now.deal()));
            case Input.Received _, Input.Seen _, Input.Begin _, Input.Late _ ->
                    Step.ignored(now, new OutOfTurn("not this"));
        };
    }

    private static Effect goods(PartyId buyer, int round) {
        return new Effect.Send(buyer, new Message.Goods(round, "goods of round " + round));
    }

    /// What the runtime has to know of each message.
    static final class Format implements MessageFormat<Message> {
        @Override
        public String protocol() {
            return "payfirst";
        }

        @Override
        public Class<Message> type() {
            return Message.class;
        }

        @Override
        public Traits<Message> traits(Message message) {
            return switch (message) {
                case Message.Order order ->
                        Traits.<Message>step("P1")
                                .slot(order.round())
                                .answeredBy(Message.Goods.class);
                case Message.Goods goods -> Traits.<Message>step("P2").slot(goods.round());
                case Message.No(String reason) -> Traits.<Message>step("").refuses("", reason);
            };
        }

        @Override
        public Message refusal(String reason) {
            return new Message.No(reason);
        }
    }
}
