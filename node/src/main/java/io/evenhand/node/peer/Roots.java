package io.evenhand.node.peer;

import io.evenhand.kit.seal.PlainRoot;
import io.evenhand.kit.value.Bytes32;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;

/// Roots of uploaded works and inputs, each computed once: a peer that repeats its try, or the last
/// piece of its upload, does not have gigabytes hashed again.
///
/// An upload that is whole is never written to again. If another process of this machine does it
/// nevertheless, the sealing pass notices (16b).
public final class Roots {
    /// Two small values each; the oldest goes.
    private static final int MAX = 256;

    private final Map<Path, Known> known =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Path, Known> eldest) {
                    return size() > MAX;
                }
            };

    /// What tells one file at a path from the next.
    private record Mark(long size, long modifiedMillis, String key) {
        static Mark of(Path file) throws IOException {
            BasicFileAttributes at = Files.readAttributes(file, BasicFileAttributes.class);
            return new Mark(
                    at.size(), at.lastModifiedTime().toMillis(), String.valueOf(at.fileKey()));
        }
    }

    private record Known(Mark mark, Bytes32 root) {}

    public Bytes32 of(Path file) throws IOException {
        Mark mark = Mark.of(file);
        synchronized (known) {
            Known before = known.get(file);
            if (before != null && before.mark().equals(mark)) {
                return before.root();
            }
        }
        Bytes32 root = PlainRoot.of(file);
        synchronized (known) {
            known.put(file, new Known(mark, root));
        }
        return root;
    }
}
