package io.evenhand.enclave.client;

import io.evenhand.enclave.sandbox.FileSource;
import io.evenhand.enclave.sandbox.Source;
import io.evenhand.kit.seal.PlainRoot;
import io.evenhand.kit.value.Bytes32;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What is to be judged.
///
/// @param policy canonical text
/// @param workLength in bytes, which the root fixes too
/// @param workRoot plain root of the work
/// @param hidden no bytes for a policy that takes none
public record Assignment(
        String policy, Bytes work, long workLength, Bytes32 workRoot, Bytes hidden) {
    /// Judges files that nobody else changes.
    public static Assignment of(String policy, Path work, Path hidden) throws IOException {
        return new Assignment(
                policy, Bytes.of(work), Files.size(work), PlainRoot.of(work), Bytes.of(hidden));
    }

    /// Something to lend, opened when it is needed.
    public interface Bytes {
        Source open() throws IOException;

        /// A file that nobody else changes.
        static Bytes of(Path file) {
            return () -> FileSource.open(file);
        }
    }
}
