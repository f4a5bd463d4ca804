package io.evenhand.demo.delegation.cheat.customer;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.CheatTools;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Signs;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Step;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.JobResult;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.customer.CustomerState;

/// D14: takes the sealed work and never pays.
public final class CustomerVanishes implements Cheat {
    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "customer-vanishes",
                Cheater.CUSTOMER,
                "the customer takes the sealed work and never funds the deal",
                "without the key the seal opens nothing (D14); the provider loses its effort, not its"
                        + " work",
                Outcome.ABORTED);
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.aborted(event, "provider", Rule.NEVER_FUNDED);
    }

    @Override
    public Machine<CustomerState, Input, Effect> customer(
            Machine<CustomerState, Input, Effect> honest, CheatTools tools) {
        return (state, input) -> {
            if (input instanceof Input.Done(JobResult.Fetched _, var _)) {
                tools.said().cheated("has every byte of the sealed work, and is gone");
                return Step.moved(
                        new CustomerState.Aborted(
                                Rule.GIVEN_UP.because(
                                        "the customer has the sealed work and is gone")));
            }
            return honest.step(state, input);
        };
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        JsonNode _ = net.parties().await(DelegationRoles.CUSTOMER, "Ended");
        net.passBeyond("tFund, until which the provider waits for a deposit");
    }
}
