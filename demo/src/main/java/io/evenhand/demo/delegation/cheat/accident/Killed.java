package io.evenhand.demo.delegation.cheat.accident;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Signs;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.store.Role;
import java.io.IOException;

/// A process is killed right after its transaction was handed to a node.
///
/// @param kind of the transaction
public record Killed(CheatDescription description, Role role, String kind) implements Cheat {
    /// 10b.
    public static Killed customer() {
        return new Killed(
                new CheatDescription(
                        "customer-killed-after-the-deposit",
                        Cheater.NOBODY,
                        "the customer is killed when its deposit is on the way and it has told nobody",
                        "the signed bytes were in the journal before the node had them (10b): the restart sends"
                                + " those, finds the deal, and tells the provider",
                        Outcome.SETTLED),
                DelegationRoles.CUSTOMER,
                "open");
    }

    /// R3.
    public static Killed provider() {
        return new Killed(
                new CheatDescription(
                        "provider-killed-after-the-reveal",
                        Cheater.NOBODY,
                        "the provider is killed when its key is public and its claim not yet mined",
                        "after the reveal there is no way back (R3): the restart sends the same claim again"
                                + " until it is final",
                        Outcome.SETTLED),
                DelegationRoles.PROVIDER,
                "claim");
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.ended(event, "customer", "Settled");
    }

    @Override
    public void play(DelegationNet net) throws IOException, InterruptedException {
        JsonNode _ =
                net.parties()
                        .await(
                                role,
                                DelegationNet.transaction("TransactionSent", kind),
                                "send its " + kind);
        net.parties().kill(role);
        net.cheated("the " + role.text() + " is killed right after it sent its " + kind);
        var _ = net.restart(role);
    }
}
