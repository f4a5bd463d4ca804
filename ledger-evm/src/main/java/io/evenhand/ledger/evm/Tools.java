package io.evenhand.ledger.evm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Finds the programs that a local chain needs.
public final class Tools {
    /// Names the anvil program when it is not in the usual place.
    public static final String ANVIL_VARIABLE = "EVENHAND_ANVIL";

    private static final Path IN_TREE =
            Path.of("contracts/node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil");

    private Tools() {}

    /// The anvil program: `EVENHAND_ANVIL`, else where `npm ci` in `contracts/` puts it, looked for
    /// from the working directory upwards.
    public static Path anvil() throws IOException {
        return anvil(
                Optional.ofNullable(System.getenv(ANVIL_VARIABLE)), Path.of("").toAbsolutePath());
    }

    static Path anvil(Optional<String> named, Path workingDirectory) throws IOException {
        if (named.isPresent()) {
            Path given = Path.of(named.get());
            if (Files.isExecutable(given)) {
                return given;
            }
            throw new IOException(
                    ANVIL_VARIABLE + " names " + given + ", which is not a program: correct it");
        }
        for (Path at = workingDirectory; at != null; at = at.getParent()) {
            Path candidate = at.resolve(IN_TREE);
            if (Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        throw new IOException(
                "anvil (the local chain) is not there: run `npm ci --ignore-scripts` in contracts/,"
                        + " or set "
                        + ANVIL_VARIABLE
                        + " to the program");
    }
}
