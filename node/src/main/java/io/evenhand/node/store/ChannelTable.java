package io.evenhand.node.store;

import io.evenhand.kit.value.Bytes32;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/// What payment channels keep: for each the newest update, the rounds since its beginning and the
/// last full state.
///
/// Keys and states are encrypted, each channel's under a key of its own that follows from the
/// master key: a channel has thousands of them.
public final class ChannelTable {
    private static final String USE = "evenhand/channel";

    private final Journal journal;
    private final Vault vault;
    private final SecureRandom random;

    ChannelTable(Journal journal, Vault vault, SecureRandom random) {
        this.journal = journal;
        this.vault = vault;
        this.random = random;
    }

    /// The rows of one channel. Made once for a channel that is used: its key takes some
    /// microseconds.
    public ChannelRows of(Bytes32 channel) {
        return new ChannelRows(
                journal, channel, new Vault(vault.derive(USE, channel.toByteArray()), random));
    }

    /// Removes files of states that no row names: their process ended between the two.
    void sweep() {
        Path directory = ChannelRows.directory(journal);
        if (!Files.isDirectory(directory)) {
            return;
        }
        Set<String> named =
                new HashSet<>(
                        journal.read(sql ->
                                sql.all(
                                        "SELECT file FROM channel_states WHERE file <> ''",
                                        row -> row.getString("file"))));
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                if (!named.contains(String.valueOf(file.getFileName()))) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw StoreException.of(directory, e);
        }
    }
}
