package io.evenhand.system.whole;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.cli.evidence.Reading;
import io.evenhand.cli.evidence.delegation.DelegationReport;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.kit.sign.Secret32;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/// What a stranger reads out of bundles, in this process.
final class Proofs {
    private static final RealCrypto STRANGER =
            new RealCrypto(
                    new Ed25519Identity(Secret32.of(new byte[Secret32.SIZE])),
                    handle -> {
                        throw new IllegalStateException(handle + ": a stranger has no secrets");
                    });

    private Proofs() {}

    static Reading read(List<Path> bundles) throws IOException, InterruptedException {
        return Reading.of(
                List.of(new DelegationReport()),
                STRANGER,
                bundles,
                Optional.empty(),
                Optional.empty());
    }

    /// The bundles that a demo names in its summary.
    static List<Path> of(JsonNode summary) {
        return StreamSupport.stream(summary.path("bundles").spliterator(), false)
                .map(name -> Path.of(name.asText()))
                .toList();
    }
}
