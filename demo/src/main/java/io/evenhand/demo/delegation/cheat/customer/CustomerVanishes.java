package io.evenhand.demo.delegation.cheat.customer;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Signs;
import io.evenhand.demo.delegation.cheat.Story;
import io.evenhand.demo.delegation.cheat.Wings;
import io.evenhand.demo.stage.Theatre;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Step;
import io.evenhand.node.store.Role;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.JobResult;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.customer.CustomerState;

/// D14: takes the sealed work and never pays.
public final class CustomerVanishes implements Cheat {
    @Override
    public Story story() {
        return new Story(
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
            Machine<CustomerState, Input, Effect> honest, Wings wings) {
        return (state, input) -> {
            if (input instanceof Input.Done(JobResult.Fetched _, var _)) {
                wings.said().cheated("has every byte of the sealed work, and is gone");
                return Step.moved(
                        new CustomerState.Aborted(
                                Rule.GIVEN_UP.because(
                                        "the customer has the sealed work and is gone")));
            }
            return honest.step(state, input);
        };
    }

    @Override
    public void play(Theatre theatre) throws InterruptedException {
        JsonNode _ = theatre.await(Role.CUSTOMER, "Ended");
        theatre.passBeyond("tFund, until which the provider waits for a deposit");
    }
}
