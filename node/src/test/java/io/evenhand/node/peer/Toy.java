package io.evenhand.node.peer;

import io.evenhand.kit.codec.Kind;
import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.MessageFormat;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.Node;
import io.evenhand.node.exchange.Action;
import io.evenhand.node.exchange.Outbox;
import io.evenhand.node.exchange.RoleBinding;
import io.evenhand.node.exchange.Sessions;
import io.evenhand.node.store.DocumentTable;
import io.evenhand.node.store.DocumentTable.Name;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.transport.Origin;
import io.evenhand.node.transport.PeerHandler.BlobTarget;
import io.evenhand.node.transport.Refused;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A server's side of a protocol with a name of its own: it answers what it is asked, and takes a
/// file.
final class Toy extends ServerGate<Toy.State, Toy.Message> {
    final Sessions<State, Heard, Message, Effect> sessions;
    private final boolean guests;
    private final Path files;
    private final DocumentTable documents;

    private Toy(
            Sessions<State, Heard, Message, Effect> sessions,
            InboundWire<Message> wire,
            boolean guests,
            Path files,
            DocumentTable documents) {
        super(sessions, wire);
        this.documents = documents;
        this.sessions = sessions;
        this.guests = guests;
        this.files = files;
    }

    /// @param files what is taken lies there
    static Toy of(String protocol, Node node, Outboxes outboxes, boolean guests, Path files) {
        return of(protocol, node, outboxes, guests, files, List.of());
    }

    /// @param secrets which travel beside what it says
    static Toy of(
            String protocol,
            Node node,
            Outboxes outboxes,
            boolean guests,
            Path files,
            List<KeyId> secrets) {
        Format format = new Format(protocol);
        Outbox<Message> outbox =
                outboxes.of(new OutboundWire<>(format, new Beside(secrets), node.store().keys()));
        Sessions<State, Heard, Message, Effect> sessions =
                new Sessions<>(
                        new Binding(format, outbox),
                        node.store(),
                        node.signing(),
                        () -> new ChainTime(1, 0),
                        node.events());
        return new Toy(
                sessions,
                new InboundWire<>(format, new Beside(secrets), node.store().keys()),
                guests,
                files,
                node.store().documents());
    }

    sealed interface State {
        @Kind("Open")
        record Open(PartyId peer, int asked) implements State {}
    }

    sealed interface Message {
        @Kind("Ask")
        record Ask(String text) implements Message {}

        @Kind("Answer")
        record Answer(String text) implements Message {}

        @Kind("No")
        record No(String reason) implements Message {}
    }

    record Heard(PartyId from, Message message) {}

    sealed interface Effect {
        @Kind("Send")
        record Send(PartyId to, Message message) implements Effect {}
    }

    @Override
    protected boolean servesGuests() {
        return guests;
    }

    @Override
    public void unknown(PartyId from, Optional<Origin> origin, Bytes32 ref, Message message) {
        boolean _ =
                sessions.create(
                        ref,
                        List.of(from),
                        new Octets(new byte[Long.BYTES]),
                        () -> new State.Open(from, 0));
    }

    @Override
    protected BlobTarget accept(PartyId peer, Bytes32 ref, String name, long totalSize)
            throws Refused {
        if (!sessions.isParty(sessions.key(ref), peer)) {
            throw new Refused(Refused.Kind.UNKNOWN, "no exchange " + ref);
        }
        return new BlobTarget(files.resolve(name), 1000);
    }

    /// Stores that it is here.
    @Override
    protected void written(PartyId peer, Bytes32 ref, String name, Path file) {
        documents.put(sessions.key(ref), Name.own(name), new Octets(new byte[1]));
    }

    private record Binding(Format messages, Outbox<Message> own)
            implements RoleBinding<State, Heard, Message, Effect> {
        @Override
        public Role role() {
            return new Role(messages.protocol(), "server");
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
        public boolean isFinal(State state) {
            return false;
        }

        @Override
        public Machine<State, Heard, Effect> machine(SessionKey session, State state) {
            return (now, input) ->
                    switch (now) {
                        case State.Open(PartyId peer, int asked) ->
                                Step.moved(
                                        new State.Open(peer, asked + 1),
                                        new Effect.Send(
                                                input.from(),
                                                new Message.Answer(messages.protocol())));
                    };
        }

        @Override
        public Heard received(PartyId from, Message message, ChainTime now) {
            return new Heard(from, message);
        }

        @Override
        public Heard woke(String timer, ChainTime now) {
            throw new IllegalStateException("no timers");
        }

        @Override
        public Heard restarted(ChainTime now) {
            throw new IllegalStateException("no restarts");
        }

        @Override
        public Action<Heard, Message> action(SessionKey session, Effect effect) {
            return switch (effect) {
                case Effect.Send(PartyId to, Message message) -> new Action.Say<>(to, message);
            };
        }

        @Override
        public Optional<Outbox<Message>> outbox(PartyId to, Message message) {
            return Optional.of(own);
        }

        @Override
        public void send(SessionKey session, PartyId to, Message message) {
            throw new IllegalStateException("nobody is called");
        }
    }

    record Format(String protocol) implements MessageFormat<Message> {
        @Override
        public Class<Message> type() {
            return Message.class;
        }

        @Override
        public Traits<Message> traits(Message message) {
            return Traits.step("");
        }

        @Override
        public Message refusal(String reason) {
            return new Message.No(reason);
        }
    }

    private record Beside(List<KeyId> secrets) implements Attachments<Message> {
        @Override
        public Attached attached(SessionKey session, Message message) {
            return new Attached(secrets, Optional.empty());
        }

        @Override
        public void check(Message message) {}

        @Override
        public Message renamed(SessionKey session, Message sent, Secrets secrets) {
            return sent;
        }
    }
}
