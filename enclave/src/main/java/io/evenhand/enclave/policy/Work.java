package io.evenhand.enclave.policy;

import io.evenhand.enclave.sandbox.FileSource;
import io.evenhand.enclave.sandbox.Source;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// The work as a policy sees it: a length, and bytes from the first to the last or from any place.
///
/// A policy reads through this and never a file of its own choice, so that the stamper can hold the
/// bytes judged against the bytes sealed (decisions 16b).
public interface Work {
    /// In bytes.
    long length() throws IOException;

    InputStream open() throws IOException;

    /// The same bytes, read from any place.
    Source source() throws IOException;

    /// A file that nobody else changes, such as the work that a customer has opened.
    static Work of(Path file) {
        return new Work() {
            @Override
            public long length() throws IOException {
                return Files.size(file);
            }

            @Override
            public InputStream open() throws IOException {
                return Files.newInputStream(file);
            }

            @Override
            public Source source() throws IOException {
                return FileSource.open(file);
            }
        };
    }
}
