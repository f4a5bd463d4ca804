package io.evenhand.demo.delegation.cheat.customer;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Signs;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.protocols.delegation.Rule;

/// D4: the customer's policy is a program that attacks the stamper.
///
/// @param file below `examples/policies/hostile`
public record HostilePolicy(CheatDescription description, String file, String said)
        implements Cheat {
    public static HostilePolicy endless() {
        return new HostilePolicy(
                new CheatDescription(
                        "endless-policy",
                        Cheater.CUSTOMER,
                        "the customer's policy is a WebAssembly program that never ends",
                        "a policy has fuel and a wall-clock limit (D4): when they are used up the attempt has"
                                + " failed, the stamper goes on, and attempts and tWork end it (D5)",
                        Outcome.ABORTED),
                "endless.yaml",
                "asks for a judge that loops for ever");
    }

    public static HostilePolicy bomb() {
        return new HostilePolicy(
                new CheatDescription(
                        "memory-bomb-policy",
                        Cheater.CUSTOMER,
                        "the customer's policy is a WebAssembly program that takes all memory it can get",
                        "a policy gets 64 MiB of memory and its fuel, and no more (D4): the attempt has"
                                + " failed, and the stamper goes on",
                        Outcome.ABORTED),
                "bomb.yaml",
                "asks for a judge that eats memory without end");
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.aborted(event, "provider", Rule.FAILED_POLICY);
    }

    @Override
    public String prepare(DelegationNet net) {
        net.parties()
                .option(
                        DelegationRoles.CUSTOMER,
                        "--policy",
                        net.root().resolve("examples/policies/hostile").resolve(file).toString());
        net.parties().option(DelegationRoles.CUSTOMER, "--attempts", "1");
        return "";
    }

    @Override
    public void play(DelegationNet net) {
        net.cheated(said);
    }
}
