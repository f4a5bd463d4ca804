package io.evenhand.simulation.delegation;

import io.evenhand.kit.machine.Machine;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.provider.ProviderRules;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.stamper.StamperState;

/// What a mutant puts around the production machines; the specification puts nothing.
interface MachineDecorators {
    MachineDecorators NOTHING = new MachineDecorators() {};

    default Machine<CustomerState, Input, Effect> customer(
            Machine<CustomerState, Input, Effect> machine, Parties parties) {
        return machine;
    }

    default Machine<ProviderState, Input, Effect> provider(
            Machine<ProviderState, Input, Effect> machine, Parties parties) {
        return machine;
    }

    default Machine<StamperState, Input, Effect> stamper(
            Machine<StamperState, Input, Effect> machine, Parties parties) {
        return machine;
    }

    default ProviderRules providerRules(ProviderRules rules, Parties parties) {
        return rules;
    }
}
