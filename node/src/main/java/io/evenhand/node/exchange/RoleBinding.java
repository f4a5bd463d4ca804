package io.evenhand.node.exchange;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.MessageFormat;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.AgainException;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import java.util.Optional;

/// One role of a protocol, bound to the runtime: all that the runtime knows of it.
///
/// @param <S> states of its machine
/// @param <I> inputs
/// @param <M> messages
/// @param <E> effects
public interface RoleBinding<S, I, M, E> {
    Role role();

    /// The sealed family of states.
    Class<S> states();

    /// The sealed family of effects.
    Class<E> effects();

    MessageFormat<M> messages();

    /// Whether nothing happens any more.
    boolean isFinal(S state);

    /// The machine of one session; its rules may depend on the session.
    Machine<S, I, E> machine(SessionKey session, S state);

    I received(PartyId from, M message, ChainTime now);

    I woke(String timer, ChainTime now);

    I restarted(ChainTime now);

    /// What an effect asks the runner for. Exhaustive over the protocol's own effects.
    Action<I, M> action(SessionKey session, E effect);

    /// The outbox from which this peer fetches this message; nothing if it has to be sent.
    default Optional<Outbox<M>> outbox(PartyId to, M message) {
        return Optional.empty();
    }

    /// Whether a step is computed inside the writer's transaction, one step of this node after the
    /// other, with a time that never goes back: the machine that {@link #machine} makes may then
    /// read the journal and sees all that was decided before. It takes no lock and waits for
    /// nothing. Other steps are computed side by side and only stored one after the other.
    default boolean decidesInside() {
        return false;
    }

    /// Delivers a message that goes into no outbox; done when it returns.
    ///
    /// @throws AgainException if the peer may take it later
    /// @throws DeclinedException if the peer never will
    void send(SessionKey session, PartyId to, M message)
            throws AgainException, DeclinedException, InterruptedException;

    /// Whether an effect is carried out again with a message that is said again.
    default boolean goesWith(M said, E effect) {
        return false;
    }
}
