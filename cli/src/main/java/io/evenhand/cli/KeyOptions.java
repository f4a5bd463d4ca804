package io.evenhand.cli;

import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.Option;

/// How a command that signs gets at the node's keys.
public final class KeyOptions {
    @Option(
            names = "--passphrase-fd",
            paramLabel = "N",
            description = "Read the key file's passphrase from file descriptor N.")
    private Optional<Integer> descriptor = Optional.empty();

    public NodeKeys load(Home home) {
        Path file = DataDirectory.identityFile(home.directory());
        if (!NodeKeys.isLocked(file)) {
            return NodeKeys.load(file, Optional.empty());
        }
        char[] passphrase = Passphrase.ask(descriptor, file);
        try {
            return NodeKeys.load(file, Optional.of(passphrase));
        } finally {
            Arrays.fill(passphrase, '\0');
        }
    }
}
