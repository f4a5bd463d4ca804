package io.evenhand.demo.delegation.cheat.stranger;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.seal.Opener;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.protocols.delegation.message.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// D19: the ciphertext from the provider's disk and the key from the chain.
public final class TappedCiphertext implements Cheat {
    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "ciphertext-tapped",
                Cheater.STRANGER,
                "a stranger steals the sealed work from the provider's disk and takes the key from the"
                        + " chain",
                "the seal needs the parties' pre-shared secret besides the published key (D19)",
                Outcome.SETTLED);
    }

    @Override
    public void play(DelegationNet net) throws IOException, InterruptedException {
        RevealedKey key = net.files().providerKey();
        JsonNode _ =
                net.parties()
                        .await(
                                DelegationRoles.PROVIDER,
                                DelegationNet.transaction("TransactionIncluded", "claim"),
                                "claim");
        Message.Deliver delivery = net.files().delivery();
        Path sealed = sealed(net.setup().home(DelegationRoles.PROVIDER));
        Path out = net.setup().folder().resolve("stranger");
        net.cheated(
                "a stranger has all %,d bytes of the sealed work and the published key"
                        .formatted(Files.size(sealed)));
        try {
            Opener.open(delivery.header(), sealed, key, Optional.empty(), out);
        } catch (MalformedException e) {
            net.stopped("the seal does not open without the psk: " + e.getMessage());
        }
    }

    private static Path sealed(Path home) throws IOException {
        try (Stream<Path> files = Files.walk(home.resolve("blobs"))) {
            return files.filter(file -> file.endsWith(SessionFiles.SEALED))
                    .findFirst()
                    .orElseThrow(() ->
                            new CliException(ExitCode.FAILED, "the provider keeps no sealed work"));
        }
    }
}
