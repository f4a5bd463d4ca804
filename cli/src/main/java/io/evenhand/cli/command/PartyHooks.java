package io.evenhand.cli.command;

import io.evenhand.cli.Shell;
import io.evenhand.node.exchange.MachineDecorator;
import io.evenhand.node.store.Role;
import java.time.InstantSource;

/// What a program puts around the parties that its commands run: around their machines, and in
/// place of their clock. Nothing, unless the program is a demo in which a party cheats.
public interface PartyHooks {
    /// Parties as they are.
    PartyHooks NONE = new PartyHooks() {};

    /// What goes around the machine of a role; its protocol knows of which types that is.
    ///
    /// @param shell of the command that runs the party
    default <S, I, E> MachineDecorator<S, I, E> around(Role role, Shell shell) {
        return MachineDecorator.none();
    }

    default InstantSource clock(Role role) {
        return InstantSource.system();
    }
}
