package io.evenhand.node.exchange;

import io.evenhand.kit.codec.Kind;
import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.MessageFormat;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.sign.Statement;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Signature;
import io.evenhand.node.StatementRecorder;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// A protocol in which sessions take seats: two want each, and the first that is decided has it.
/// The second sees that in the journal.
final class Seats implements AutoCloseable {
    static final Role ROLE = new Role("seats", "usher");

    final Store store;
    private final StatementRecorder crypto;
    final Sessions<State, Take, Message, Effect> sessions;

    Seats(Path directory, Supplier<ChainTime> time) {
        Path file = DataDirectory.identityFile(directory);
        NodeKeys keys =
                Files.exists(file)
                        ? NodeKeys.load(file, Optional.empty())
                        : NodeKeys.create(file, Optional.empty(), new SecureRandom());
        store = Store.open(directory, keys, InstantSource.system());
        crypto = StatementRecorder.of(keys.identity(), store);
        sessions = new Sessions<>(new Binding(), store, crypto, time, _ -> {});
    }

    sealed interface State {
        @Kind("Wants")
        record Wants(int seat) implements State {}

        @Kind("Has")
        record Has(int seat, long at) implements State {}

        @Kind("Lost")
        record Lost(int seat, long at) implements State {}
    }

    record Take(ChainTime now) {}

    /// Given to whoever has a seat: one for each.
    record Ticket(int seat, int which) implements Statement {
        @Override
        public String type() {
            return "seats/ticket";
        }

        @Override
        public Bytes32 exchange() {
            return new Bytes32(0, 0, seat, 0);
        }
    }

    sealed interface Message {
        @Kind("No")
        record No(String reason) implements Message {}
    }

    sealed interface Effect {
        @Kind("None")
        record None() implements Effect {}
    }

    /// Of two sessions that want a seat.
    static Bytes32 ref(int seat, int which) {
        return new Bytes32(0, 0, seat, which);
    }

    void want(int seat) {
        for (int which = 0; which < 2; which++) {
            boolean _ =
                    sessions.create(
                            ref(seat, which),
                            List.of(new PartyId(ref(seat, which))),
                            new Octets(new byte[Long.BYTES]),
                            () -> new State.Wants(seat));
        }
    }

    State take(int seat, int which) {
        Sessions.Reaction _ = sessions.submit(ref(seat, which), Take::new);
        return state(seat, which);
    }

    State state(int seat, int which) {
        return sessions.state(ref(seat, which)).orElseThrow();
    }

    @Override
    public void close() {
        store.close();
    }

    private final class Binding implements RoleBinding<State, Take, Message, Effect> {
        @Override
        public Role role() {
            return ROLE;
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
            return new Format();
        }

        @Override
        public boolean isFinal(State state) {
            return !(state instanceof State.Wants);
        }

        @Override
        public boolean decidesInside() {
            return true;
        }

        @Override
        public Machine<State, Take, Effect> machine(SessionKey session, State state) {
            int seat = (int) session.ref().c();
            int which = (int) session.ref().d();
            boolean taken = state(seat, 1 - which) instanceof State.Has;
            return (now, input) -> {
                long at = input.now().now();
                return switch (now) {
                    case State.Wants _ when taken -> Step.moved(new State.Lost(seat, at));
                    case State.Wants _ -> {
                        Signature _ = crypto.sign(new Ticket(seat, which));
                        yield Step.moved(new State.Has(seat, at));
                    }
                    case State.Has _, State.Lost _ -> Step.moved(now);
                };
            };
        }

        @Override
        public Take received(PartyId from, Message message, ChainTime now) {
            return new Take(now);
        }

        @Override
        public Take woke(String timer, ChainTime now) {
            return new Take(now);
        }

        @Override
        public Take restarted(ChainTime now) {
            return new Take(now);
        }

        @Override
        public Action<Take, Message> action(SessionKey session, Effect effect) {
            throw new IllegalStateException("nothing is asked for");
        }

        @Override
        public void send(SessionKey session, PartyId to, Message message) {
            throw new IllegalStateException("nothing is said");
        }
    }

    private static final class Format implements MessageFormat<Message> {
        @Override
        public String protocol() {
            return ROLE.protocol();
        }

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

    /// A process to be killed: takes seats, both sessions of each at once, and says who has one
    /// only when that is stored.
    public static void main(String[] arguments) throws InterruptedException {
        Seats seats = new Seats(Path.of(arguments[0]), () -> new ChainTime(System.nanoTime(), 0));
        System.out.println("open");
        for (int seat = seats.store.sessions().all().size() / 2; true; seat++) {
            seats.want(seat);
            int wanted = seat;
            Thread other = Thread.ofVirtual().start(() -> seats.say(wanted, 1));
            seats.say(wanted, 0);
            other.join();
        }
    }

    private void say(int seat, int which) {
        if (take(seat, which) instanceof State.Has) {
            System.out.println("has " + seat + " " + which);
        }
    }
}
