package io.evenhand.demo.stage;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.node.delegation.DelegationRoles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// An honest exchange between the same parties, before the one that is judged: some cheats need a
/// past.
public final class PriorExchange {
    private PriorExchange() {}

    public static void play(DemoNet net) throws IOException, InterruptedException {
        Path folder = net.setup().folder();
        net.say("first, an honest exchange between the same parties");
        net.option(DelegationRoles.CUSTOMER, "--output", folder.resolve("earlier.csv").toString());
        Party earlier = net.start(DelegationRoles.CUSTOMER, List.of("delegate"));
        int _ = earlier.exit(DemoNet.STEP_LIMIT);
        JsonNode _ = net.await(DelegationRoles.PROVIDER, "Ended");
        net.option(DelegationRoles.CUSTOMER, "--output", folder.resolve("labels.csv").toString());
        net.say("it is settled; now the exchange that counts");
    }
}
