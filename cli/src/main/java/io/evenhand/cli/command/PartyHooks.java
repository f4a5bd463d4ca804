package io.evenhand.cli.command;

import io.evenhand.cli.Shell;
import io.evenhand.node.delegation.MachineDecorator;
import io.evenhand.node.store.Role;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.time.InstantSource;

/// What a program puts around the parties that its commands run: around their machines, and in
/// place of their clock. Nothing, unless the program is a demo in which a party cheats.
public interface PartyHooks {
    /// Parties as they are.
    PartyHooks NONE = new PartyHooks() {};

    /// @param shell of the command that runs the party
    default MachineDecorator<CustomerState> customer(Shell shell) {
        return MachineDecorator.none();
    }

    /// @param shell of the command that runs the party
    default MachineDecorator<ProviderState> provider(Shell shell) {
        return MachineDecorator.none();
    }

    /// @param shell of the command that runs the party
    default MachineDecorator<StamperState> stamper(Shell shell) {
        return MachineDecorator.none();
    }

    default InstantSource clock(Role role) {
        return InstantSource.system();
    }
}
