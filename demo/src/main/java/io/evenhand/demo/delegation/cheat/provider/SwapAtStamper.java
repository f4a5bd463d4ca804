package io.evenhand.demo.delegation.cheat.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Signs;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.demo.stage.RawClient;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.delegation.DelegationWire;
import io.evenhand.node.transport.Progress;
import io.evenhand.node.transport.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// 16b: the provider changes the work at the stamper between the judging and the sealing.
public final class SwapAtStamper implements Cheat {
    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "work-swapped-between-reads",
                Cheater.PROVIDER,
                "the provider uploads junk in place of its work while the stamper judges, so that good work"
                        + " is judged and junk is sealed",
                "the stamper took the work into its own spool under its root, takes it once, and stamps only"
                        + " if judging and sealing read that root (16b)",
                Outcome.SETTLED);
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.turnedAway(event, "stamper", Refused.Kind.CONFLICT);
    }

    @Override
    public void play(DelegationNet net) throws IOException, InterruptedException {
        JsonNode sent =
                net.parties()
                        .await(
                                DelegationRoles.PROVIDER,
                                event ->
                                        event.path("event").asText().equals("MessageSent")
                                                && event.path("name").asText().equals("Try"),
                                "try its work");
        Bytes32 ref = Bytes32.parse(sent.path("exchange").asText());
        Path home = net.setup().home(DelegationRoles.PROVIDER);
        Path work = home.resolve("blobs/delegation-provider-" + ref + "/work-1");
        Path zeros = home.resolve("zeros");
        Files.write(zeros, new byte[(int) Files.size(work)]);
        Path longer = home.resolve("longer");
        Files.write(longer, new byte[(int) Files.size(work) + 1]);
        try (RawClient provider =
                RawClient.as(net, DelegationRoles.PROVIDER, DelegationRoles.STAMPER)) {
            boolean _ =
                    provider.says(
                            "uploads zeros as the work that is being judged",
                            c ->
                                    c.upload(
                                            DelegationWire.blob(ref, "work-1"),
                                            zeros,
                                            Progress.NONE));
            boolean _ =
                    provider.says(
                            "uploads one byte more of them",
                            c ->
                                    c.upload(
                                            DelegationWire.blob(ref, "work-1"),
                                            longer,
                                            Progress.NONE));
        }
    }
}
