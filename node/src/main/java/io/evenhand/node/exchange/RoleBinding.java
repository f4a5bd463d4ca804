package io.evenhand.node.exchange;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.MessageFormat;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.AgainException;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;

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

    /// Hands a message over for good.
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
