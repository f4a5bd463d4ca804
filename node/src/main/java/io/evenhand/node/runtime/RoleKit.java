package io.evenhand.node.runtime;

import io.evenhand.kit.machine.Machine;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;

/// What the runtime has to know of a role.
///
/// @param finals the states after which nothing happens any more
/// @param machines the machine of one session; its rules may depend on the session
record RoleKit<S>(Role role, Class<S> states, Class<? extends S> finals, Machines<S> machines) {
    /// Gives the machine for a session in a state.
    interface Machines<S> {
        Machine<S, Input, Effect> of(SessionKey session, S state);
    }

    boolean isFinal(S state) {
        return finals.isInstance(state);
    }
}
