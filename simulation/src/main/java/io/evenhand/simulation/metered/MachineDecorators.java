package io.evenhand.simulation.metered;

import io.evenhand.kit.machine.Machine;
import io.evenhand.protocols.metered.enclave.EnclaveEffect;
import io.evenhand.protocols.metered.enclave.EnclaveInput;
import io.evenhand.protocols.metered.enclave.EnclaveState;
import io.evenhand.protocols.metered.node.NodeEffect;
import io.evenhand.protocols.metered.node.NodeInput;
import io.evenhand.protocols.metered.node.NodeState;
import io.evenhand.protocols.metered.requester.RequesterEffect;
import io.evenhand.protocols.metered.requester.RequesterInput;
import io.evenhand.protocols.metered.requester.RequesterState;

/// What a mutant puts around the production machines; the specification puts nothing.
interface MachineDecorators {
    MachineDecorators NOTHING = new MachineDecorators() {};

    default Machine<RequesterState, RequesterInput, RequesterEffect> requester(
            Machine<RequesterState, RequesterInput, RequesterEffect> machine, Parties parties) {
        return machine;
    }

    default Machine<NodeState, NodeInput, NodeEffect> node(
            Machine<NodeState, NodeInput, NodeEffect> machine, Parties parties) {
        return machine;
    }

    default Machine<EnclaveState, EnclaveInput, EnclaveEffect> enclave(
            Machine<EnclaveState, EnclaveInput, EnclaveEffect> machine, Parties parties) {
        return machine;
    }
}
