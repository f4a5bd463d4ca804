package io.evenhand.cli.command;

import io.evenhand.cli.Shell;
import io.evenhand.kit.evidence.Bundle;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// How a protocol's evidence comes out of a data directory, for `evenhand evidence`.
public interface EvidenceSource {
    /// The evidence of one exchange, whether it is over or not; nothing if there is nothing to
    /// show.
    Optional<Made> make(Shell shell, NodeKeys keys, Store store, SessionKey session);

    /// Whether a file is a bundle of this protocol, which a newer one may replace.
    boolean isBundle(Path file) throws IOException;

    /// Fills a new folder with what somebody needs who shall judge the work.
    ///
    /// @param hidden the user's own file of the hidden data
    void work(
            Shell shell,
            NodeKeys keys,
            Store store,
            SessionKey session,
            Path folder,
            Optional<Path> hidden)
            throws IOException;

    /// @param proved the kinds of what it proves
    record Made(Bundle bundle, List<String> proved) {}
}
