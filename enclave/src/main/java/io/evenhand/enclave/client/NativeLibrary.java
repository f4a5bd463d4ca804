package io.evenhand.enclave.client;

import io.evenhand.kit.file.NewFile;
import io.evenhand.kit.file.PrivateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// The native library of libsecp256k1 as a file, since an enclave may write none: the library's own
/// loader would unpack it for each process.
final class NativeLibrary {
    private static final String NAME = System.mapLibraryName("secp256k1-jni");

    /// Where it is in what the kit brings.
    private static final String FOLDER = "/fr/acinq/secp256k1/jni/native/linux-";

    private NativeLibrary() {}

    /// Puts it into a folder of its own; one that is there and the same stays.
    ///
    /// @return the folder
    static Path unpack(Path directory) throws IOException {
        String arch = System.getProperty("os.arch");
        String resource = FOLDER + (arch.equals("amd64") ? "x86_64" : arch) + "/" + NAME;
        byte[] library;
        try (InputStream in = NativeLibrary.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("libsecp256k1 does not come for " + arch);
            }
            library = in.readAllBytes();
        }
        Path folder = directory.toAbsolutePath().resolve("enclave");
        PrivateFiles.directory(folder);
        Path file = folder.resolve(NAME);
        if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), library)) {
            try (NewFile fresh = NewFile.at(file)) {
                fresh.write(library, 0, library.length);
                fresh.commit();
            }
        }
        return folder;
    }
}
