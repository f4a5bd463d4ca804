package io.evenhand.programs.stamper;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.file.NewFile;
import io.evenhand.kit.seal.PlainRoot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/// Takes a work in, once, under its root.
public final class Spool {
    private Spool() {}

    /// Copies a stream to a file that appears complete and flushed, or not at all.
    ///
    /// @param maxBytes what the Terms allow; a longer stream is refused and nothing is kept
    /// @throws MalformedException if the stream is longer
    public static SpooledWork take(InputStream in, Path file, long maxBytes) throws IOException {
        PlainRoot root = new PlainRoot();
        byte[] buffer = new byte[1 << 16];
        long length = 0;
        try (NewFile out = NewFile.at(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                length += n;
                if (length > maxBytes) {
                    throw new MalformedException(
                            "the work is larger than the " + maxBytes + " bytes agreed on");
                }
                root.update(buffer, 0, n);
                out.write(buffer, 0, n);
            }
            out.commit();
        }
        return new SpooledWork(file, length, root.finish());
    }
}
