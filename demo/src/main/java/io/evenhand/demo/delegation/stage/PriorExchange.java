package io.evenhand.demo.delegation.stage;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.stage.Party;
import io.evenhand.node.delegation.DelegationRoles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// An honest exchange between the same parties, before the one that is judged: some cheats use what
/// an earlier exchange left.
public final class PriorExchange {
    private PriorExchange() {}

    public static void play(DelegationNet net) throws IOException, InterruptedException {
        Path folder = net.setup().folder();
        net.say("first, an honest exchange between the same parties");
        net.parties()
                .option(
                        DelegationRoles.CUSTOMER,
                        "--output",
                        folder.resolve("earlier.csv").toString());
        Party earlier = net.parties().start(DelegationRoles.CUSTOMER, List.of("delegate"));
        int _ = earlier.exit(DelegationNet.STEP_LIMIT);
        JsonNode _ = net.parties().await(DelegationRoles.PROVIDER, "Ended");
        net.parties()
                .option(
                        DelegationRoles.CUSTOMER,
                        "--output",
                        folder.resolve("labels.csv").toString());
        net.say("it is settled; now the exchange that counts");
    }
}
