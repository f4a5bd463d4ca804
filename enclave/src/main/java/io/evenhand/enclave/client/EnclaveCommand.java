package io.evenhand.enclave.client;

import io.evenhand.enclave.host.EnclaveHost;
import io.evenhand.protocols.metered.message.Terms;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// How the enclave of a metered session is started. Nothing of the session is in its command or its
/// environment: that comes through its pipe.
final class EnclaveCommand {
    private EnclaveCommand() {}

    /// @param heapMib for its objects, by the Terms
    /// @param library folder with the native library, since an enclave may write no file
    static Process start(int heapMib, Path library) throws IOException {
        return HostCommand.start(EnclaveHost.class, options(heapMib, library), classPath());
    }

    private static List<String> options(int heapMib, Path library) {
        return List.of(
                "-Xmx" + heapMib + "m",
                // Nearly all of it is for states, results and the program's memory, which live
                // long.
                "-Xmn8m",
                "-Dfr.acinq.secp256k1.lib.path=" + library,
                // Where it looks for old copies of the library to delete: there are none here.
                "-Dfr.acinq.secp256k1.tmpdir=" + library,
                "--enable-native-access=ALL-UNNAMED");
    }

    /// The jars, or folders of classes, that an enclave needs and no other.
    static Set<String> classPath() {
        List<Class<?>> parts = new ArrayList<>(HostCommand.PARTS);
        parts.add(Terms.class);
        List<String> others = new ArrayList<>(HostCommand.OTHERS);
        others.addAll(
                List.of(
                        "org.bouncycastle.crypto.hpke.HPKE",
                        "fr.acinq.secp256k1.Secp256k1",
                        "fr.acinq.secp256k1.NativeSecp256k1",
                        "fr.acinq.secp256k1.jni.NativeSecp256k1JvmLoader",
                        "kotlin.Unit"));
        return HostCommand.places(parts, others);
    }
}
