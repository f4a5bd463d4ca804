package io.evenhand.simulation.delegation;

import io.evenhand.delegation.Effect;
import io.evenhand.delegation.Input;
import io.evenhand.delegation.customer.CustomerState;
import io.evenhand.delegation.provider.ProviderRules;
import io.evenhand.delegation.provider.ProviderState;
import io.evenhand.delegation.stamper.StamperState;
import io.evenhand.kit.machine.Machine;

/// What a mutant puts around the production machines; the specification puts nothing.
public interface Wrap {
    Wrap NOTHING = new Wrap() {};

    default Machine<CustomerState, Input, Effect> customer(
            Machine<CustomerState, Input, Effect> machine, Cast cast) {
        return machine;
    }

    default Machine<ProviderState, Input, Effect> provider(
            Machine<ProviderState, Input, Effect> machine, Cast cast) {
        return machine;
    }

    default Machine<StamperState, Input, Effect> stamper(
            Machine<StamperState, Input, Effect> machine, Cast cast) {
        return machine;
    }

    default ProviderRules providerRules(ProviderRules rules, Cast cast) {
        return rules;
    }
}
