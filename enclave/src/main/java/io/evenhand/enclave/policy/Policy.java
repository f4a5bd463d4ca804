package io.evenhand.enclave.policy;

import java.io.IOException;
import java.nio.file.Path;

/// A pure function from work and hidden data to pass or fail.
public interface Policy {
    /// The short name under which providers list it, such as `accuracy`.
    String name();

    /// Judges `work`. Nothing in the work makes this throw: malformed work has failed.
    ///
    /// @param hidden a file of hidden data that passed validation, empty if the policy takes none
    /// @throws IOException if a file cannot be read, which says nothing about the work
    Verdict judge(Work work, Path hidden) throws IOException;

    /// Judges a file that nobody else changes: the customer's own check of the opened work.
    default Verdict judge(Path work, Path hidden) throws IOException {
        return judge(Work.of(work), hidden);
    }
}
