package io.evenhand.programs.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.enclave.sandbox.GuestLimits;
import io.evenhand.programs.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `policy: wasm` in a policy file.
class WasmPolicyFileTest {
    /// It passes everything, and imports `read_hidden`.
    private static final byte[] READS_HIDDEN =
            HexFormat.of()
                    .parseHex(
                            "0061736d01000000"
                                    + "010e0260037e7f7f017f60027e7e017f"
                                    + "02180108"
                                    + "6576656e68616e64"
                                    + "0b726561645f68696464656e0000"
                                    + "03020101"
                                    + "0503010001"
                                    + "070901056a756467650001"
                                    + "0a0601040041010b");

    @TempDir Path folder;

    private PolicyFile file(byte[] module, String more) throws IOException {
        Files.write(folder.resolve("m.wasm"), module);
        String yaml = "policy: wasm\nmodule: m.wasm\n" + more;
        return PolicyFile.read(Files.writeString(folder.resolve("p.yaml"), yaml));
    }

    private static byte[] sorted() throws IOException {
        return Files.readAllBytes(Path.of("../examples/policies/wasm-sorted/sorted.wasm"));
    }

    @ParameterizedTest
    @DisplayName("a policy file without fuel, with too much, or with an unknown word is refused")
    @ValueSource(
            strings = {
                "",
                "fuel: much",
                "fuel: 1.5",
                "fuel: 0",
                "fuel: 1e11",
                "fuel: 5\natLeast: 1"
            })
    void yaml(String more) {
        assertTrue(Refusal.of(() -> file(sorted(), more)).startsWith("p.yaml: "));
    }

    @Test
    @DisplayName("a missing, too large or broken module is refused in one line")
    void modules() throws Exception {
        Path yaml =
                Files.writeString(
                        folder.resolve("p.yaml"), "policy: wasm\nmodule: absent.wasm\nfuel: 1");
        assertTrue(Refusal.of(() -> PolicyFile.read(yaml)).contains("no file"));
        byte[] large = new byte[GuestLimits.MAX_MODULE + 1];
        assertTrue(Refusal.of(() -> file(large, "fuel: 1")).contains("at most 131072"));
        assertTrue(Refusal.of(() -> file(new byte[9], "fuel: 1")).contains("WebAssembly"));
    }

    @Test
    @DisplayName("hidden data are named if, and only if, the module reads them")
    void hidden() throws Exception {
        assertTrue(Refusal.of(() -> file(READS_HIDDEN, "fuel: 9999")).contains("hidden:"));
        assertTrue(Refusal.of(() -> file(sorted(), "fuel: 9\nhidden: h")).contains("hidden:"));
        PolicyFile file = file(READS_HIDDEN, "fuel: 9999\nhidden: h");
        assertEquals(Optional.of(folder.toAbsolutePath().resolve("h")), file.hidden());
    }
}
