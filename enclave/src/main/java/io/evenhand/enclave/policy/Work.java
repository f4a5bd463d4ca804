package io.evenhand.enclave.policy;

import io.evenhand.enclave.sandbox.Source;
import io.evenhand.enclave.sandbox.SourceStream;
import java.io.IOException;
import java.io.InputStream;

/// Work or hidden data as a policy sees them: a length, and bytes from the first to the last or
/// from any place.
///
/// A policy reads through this and never a file of its own choice, so that the bytes judged can be
/// held against the bytes sealed (decisions 16b).
public interface Work {
    /// In bytes.
    long length();

    InputStream open() throws IOException;

    /// The same bytes, read from any place.
    Source source() throws IOException;

    /// Bytes that nobody else changes.
    static Work of(Source source) {
        return new Work() {
            @Override
            public long length() {
                return source.length();
            }

            @Override
            public InputStream open() {
                return new SourceStream(source);
            }

            @Override
            public Source source() {
                return source;
            }
        };
    }
}
