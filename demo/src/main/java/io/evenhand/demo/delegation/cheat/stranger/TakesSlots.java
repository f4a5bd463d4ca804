package io.evenhand.demo.delegation.cheat.stranger;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Signs;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.demo.stage.StrangerFlood;
import io.evenhand.node.delegation.DelegationRoles;

/// Strangers who would keep everybody else waiting in front of both servers.
public final class TakesSlots implements Cheat {
    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "stranger-takes-slots",
                Cheater.STRANGER,
                "strangers at eight addresses open as many connections to provider and stamper as there"
                        + " are places, and keep them by asking again what is refused",
                "who is not let in is closed and shares no place with a key that TLS proves and that was"
                        + " let in (decisions 20)",
                Outcome.SETTLED);
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.ended(event, "customer", "Settled");
    }

    /// They are there before the customer comes, and until the end.
    @Override
    public void beforehand(DelegationNet net) throws InterruptedException {
        StrangerFlood atStamper =
                net.keep(new StrangerFlood(net.parties().of(DelegationRoles.STAMPER).listening()));
        StrangerFlood atProvider =
                net.keep(new StrangerFlood(net.parties().of(DelegationRoles.PROVIDER).listening()));
        long limit = DelegationNet.STEP_LIMIT.toSeconds();
        if (atStamper.awaitThere(limit)
                && atProvider.awaitThere(limit)
                && atStamper.refused() > 0
                && atProvider.refused() > 0) {
            net.cheated("strangers at eight addresses hold what connections they get, and ask on");
        }
    }
}
