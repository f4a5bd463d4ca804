package io.evenhand.system.payfirst;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.MessageFormat;
import io.evenhand.kit.sign.DealHash;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Xid;
import io.evenhand.ledger.evm.Intent;
import io.evenhand.node.AgainException;
import io.evenhand.node.evm.EscrowPort;
import io.evenhand.node.exchange.Action;
import io.evenhand.node.exchange.DeclinedException;
import io.evenhand.node.exchange.Outbox;
import io.evenhand.node.exchange.RoleBinding;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.system.payfirst.PayFirst.Effect;
import io.evenhand.system.payfirst.PayFirst.Input;
import io.evenhand.system.payfirst.PayFirst.Message;
import io.evenhand.system.payfirst.PayFirst.State;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// Both roles, bound to a node.
record PayFirstBinding(
        Role role, Rail rail, EscrowPort escrow, Optional<Outbox<Message>> outbox, Sender sender)
        implements RoleBinding<State, Input, Message, Effect> {
    static final Role BUYER = new Role("payfirst", "buyer");
    static final Role SELLER = new Role("payfirst", "seller");

    interface Sender {
        void send(SessionKey session, PartyId to, Message message)
                throws AgainException, DeclinedException, InterruptedException;
    }

    @Override
    public Class<State> states() {
        return State.class;
    }

    @Override
    public Class<Effect> effects() {
        return Effect.class;
    }

    @Override
    public MessageFormat<Message> messages() {
        return new PayFirst.Format();
    }

    @Override
    public boolean isFinal(State state) {
        return state instanceof State.Bought
                || state instanceof State.GaveUp
                || (state instanceof State.Selling(var _, var _, int round, boolean paid)
                        && paid
                        && round == PayFirst.ROUNDS);
    }

    @Override
    public Machine<State, Input, Effect> machine(SessionKey session, State state) {
        return role.equals(BUYER) ? PayFirst::buyer : PayFirst::seller;
    }

    @Override
    public Input received(PartyId from, Message message, ChainTime now) {
        return new Input.Received(from, message);
    }

    @Override
    public Input woke(String timer, ChainTime now) {
        return new Input.Late();
    }

    @Override
    public Input restarted(ChainTime now) {
        return new Input.Restarted();
    }

    @Override
    public Action<Input, Message> action(SessionKey session, Effect effect) {
        return switch (effect) {
            case Effect.Send(PartyId to, Message message) -> new Action.Say<>(to, message);
            case Effect.Pay(Deal deal) ->
                    new Action.Call<>(
                            "Pay",
                            () -> escrow.open(place(session, deal), Intent.ANY_TIME),
                            Optional.of(
                                    EscrowPort.output(
                                            new Xid(deal.termsHash()),
                                            0,
                                            rail,
                                            DealHash.of(rail, deal))));
            case Effect.Watch(Deal deal) ->
                    new Action.Follow<>("Watch", new Watch(escrow, place(session, deal)));
            case Effect.WakeAt(long at) -> new Action.WakeAt<>("LATE", at);
        };
    }

    @Override
    public Optional<Outbox<Message>> outbox(PartyId to, Message message) {
        return outbox;
    }

    @Override
    public void send(SessionKey session, PartyId to, Message message)
            throws AgainException, DeclinedException, InterruptedException {
        sender.send(session, to, message);
    }

    private EscrowPort.Place place(SessionKey session, Deal deal) {
        return new EscrowPort.Place(session, 0, rail, deal);
    }

    private record Watch(EscrowPort escrow, EscrowPort.Place place)
            implements Action.Subscription<Input> {
        @Override
        public void start(Consumer<Function<ChainTime, Input>> news) {
            Consumer<DealView> told = view -> news.accept(_ -> new Input.Seen(view.finalized()));
            escrow.watch(place, told);
        }

        @Override
        public void stop() {
            escrow.unwatch(place.session());
        }
    }
}
