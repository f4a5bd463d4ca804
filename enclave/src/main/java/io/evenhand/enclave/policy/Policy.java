package io.evenhand.enclave.policy;

import io.evenhand.enclave.sandbox.FileSource;
import io.evenhand.enclave.sandbox.Source;
import java.io.IOException;
import java.nio.file.Path;

/// A pure function from work and hidden data to pass or fail.
public interface Policy {
    /// The short name under which providers list it, such as `accuracy`.
    String name();

    /// Judges `work`. Nothing in the work makes this throw: malformed work has failed.
    ///
    /// @param hidden data that passed validation, empty if the policy takes none
    /// @throws IOException if something cannot be read, which says nothing about the work
    Verdict judge(Work work, Work hidden) throws IOException;

    /// Judges files that nobody else changes.
    default Verdict judge(Path work, Path hidden) throws IOException {
        try (Source bytes = FileSource.open(work);
                Source secret = FileSource.open(hidden)) {
            return judge(Work.of(bytes), Work.of(secret));
        }
    }
}
