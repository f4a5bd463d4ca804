package io.evenhand.demo.stage;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.node.store.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// An honest exchange between the same parties, before the one that is judged: some cheats need a
/// past.
public final class Prologue {
    private Prologue() {}

    public static void play(Theatre theatre) throws IOException, InterruptedException {
        Path folder = theatre.stage().folder();
        theatre.say("first, an honest exchange between the same parties");
        theatre.option(Role.CUSTOMER, "--output", folder.resolve("earlier.csv").toString());
        Party earlier = theatre.start(Role.CUSTOMER, List.of("delegate"));
        int _ = earlier.exit(Theatre.STEP_LIMIT);
        JsonNode _ = theatre.await(Role.PROVIDER, "Ended");
        theatre.option(Role.CUSTOMER, "--output", folder.resolve("labels.csv").toString());
        theatre.say("it is settled; now the exchange that counts");
    }
}
