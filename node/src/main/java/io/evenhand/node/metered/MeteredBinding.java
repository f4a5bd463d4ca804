package io.evenhand.node.metered;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.MessageFormat;
import io.evenhand.kit.machine.Verification;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.AgainException;
import io.evenhand.node.exchange.Action;
import io.evenhand.node.exchange.DeclinedException;
import io.evenhand.node.exchange.Outbox;
import io.evenhand.node.exchange.RoleBinding;
import io.evenhand.node.store.OutputTable;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.protocols.metered.channel.ChannelEffect;
import io.evenhand.protocols.metered.channel.ChannelEffect.Transaction;
import io.evenhand.protocols.metered.channel.ChannelInput;
import io.evenhand.protocols.metered.channel.Timer;
import io.evenhand.protocols.metered.message.ChannelMessage;
import io.evenhand.protocols.metered.message.ChannelMessages;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.Terms;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// A role of a metered exchange, bound to the runtime.
///
/// @param finals the states after which nothing happens any more
/// @param rounds what opens and closes with the channel: sessions and their rounds
record MeteredBinding<S>(
        Role role,
        Class<S> states,
        Class<? extends S> finals,
        Machine<S, ChannelInput, ChannelEffect> machine,
        Verification verification,
        MeterRail rail,
        Rounds rounds,
        Optional<Outbox<ChannelMessage>> outbox,
        Sender sender)
        implements RoleBinding<S, ChannelInput, ChannelMessage, ChannelEffect> {
    /// Rounds of an open channel.
    interface Rounds {
        /// They may run, with this deposit. Saying it again tells of a top-up.
        void serve(SessionKey session, Terms terms, Wei deposit);

        /// They run no more.
        ///
        /// @return what can be closed with, if that is worth its fee
        Optional<Pair> stop(SessionKey session, Terms terms);
    }

    interface Sender {
        void send(SessionKey session, PartyId to, ChannelMessage message)
                throws AgainException, DeclinedException, InterruptedException;
    }

    @Override
    public Class<ChannelEffect> effects() {
        return ChannelEffect.class;
    }

    @Override
    public MessageFormat<ChannelMessage> messages() {
        return ChannelMessages.FORMAT;
    }

    @Override
    public boolean isFinal(S state) {
        return finals.isInstance(state);
    }

    @Override
    public Machine<S, ChannelInput, ChannelEffect> machine(SessionKey session, S state) {
        return machine;
    }

    @Override
    public ChannelInput received(PartyId from, ChannelMessage message, ChainTime now) {
        return new ChannelInput.Received(from, message, now);
    }

    @Override
    public ChannelInput woke(String timer, ChainTime now) {
        return new ChannelInput.Woke(Timer.valueOf(timer), now);
    }

    @Override
    public ChannelInput restarted(ChainTime now) {
        return new ChannelInput.Restarted(now);
    }

    @Override
    public Action<ChannelInput, ChannelMessage> action(SessionKey session, ChannelEffect effect) {
        return switch (effect) {
            case ChannelEffect.Send(PartyId to, ChannelMessage message) ->
                    new Action.Say<>(to, message);
            case ChannelEffect.Publish(Transaction transaction) ->
                    new Action.Call<>(
                            Records.kind(transaction),
                            () -> rail.publish(session, transaction, xid(transaction.terms())),
                            output(transaction));
            case ChannelEffect.Watch(Terms terms) ->
                    new Action.Follow<>(
                            Records.kind(effect), new Watch(rail, session, terms, xid(terms)));
            case ChannelEffect.WakeAt(Timer timer, long at) ->
                    new Action.WakeAt<>(timer.name(), at);
            case ChannelEffect.Serve(Terms terms, Wei deposit) ->
                    new Action.Call<>(
                            Records.kind(effect),
                            () -> rounds.serve(session, terms, deposit),
                            Optional.empty());
            case ChannelEffect.Stop(Terms terms) ->
                    new Action.Work<>(Records.kind(effect), new Stop(rounds, session, terms));
        };
    }

    private Bytes32 xid(Terms terms) {
        return verification.hash(terms);
    }

    /// One channel for an exchange, for ever (F11).
    private Optional<OutputTable.Output> output(Transaction transaction) {
        return transaction instanceof Transaction.Open(Terms terms, long _)
                ? Optional.of(MeterRail.output(terms, xid(terms)))
                : Optional.empty();
    }

    @Override
    public Optional<Outbox<ChannelMessage>> outbox(PartyId to, ChannelMessage message) {
        return outbox;
    }

    @Override
    public void send(SessionKey session, PartyId to, ChannelMessage message)
            throws AgainException, DeclinedException, InterruptedException {
        sender.send(session, to, message);
    }

    private record Stop(Rounds rounds, SessionKey session, Terms terms)
            implements Action.Job<ChannelInput> {
        @Override
        public Action.Finished<ChannelInput> run() {
            Optional<Pair> pair = rounds.stop(session, terms);
            return new Action.Finished<>(
                    now -> new ChannelInput.Stopped(pair, now),
                    pair.isPresent() ? "closes" : "nothing to close for");
        }
    }

    private record Watch(MeterRail rail, SessionKey session, Terms terms, Bytes32 xid)
            implements Action.Subscription<ChannelInput> {
        @Override
        public void start(Consumer<Function<ChainTime, ChannelInput>> news) {
            rail.watch(
                    session,
                    terms,
                    xid,
                    view -> news.accept(now -> new ChannelInput.Observed(view, now)));
        }

        @Override
        public void stop() {
            rail.unwatch(session);
        }
    }
}
