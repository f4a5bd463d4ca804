package io.evenhand.enclave.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.enclave.Refusal;
import io.evenhand.enclave.policy.PolicySpec;
import io.evenhand.enclave.policy.Verdict;
import io.evenhand.enclave.policy.Wasm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `wasm/1`, from the text to the verdict.
class WasmPolicyTest {
    @TempDir Path folder;

    /// Passes if work and hidden data begin with the same byte.
    private static byte[] sameFirstByte() {
        TestModule module = new TestModule().memory(1, 1);
        int work = module.readWork();
        int hidden = module.importFunction("evenhand", "read_hidden", 1);
        return module.judge(
                        List.of(),
                        b -> {
                            b.u8(Op.I64_CONST, 0, Op.I32_CONST, 0, Op.I32_CONST, 1, Op.CALL, work);
                            b.u8(
                                    Op.I64_CONST,
                                    0,
                                    Op.I32_CONST,
                                    8,
                                    Op.I32_CONST,
                                    1,
                                    Op.CALL,
                                    hidden);
                            b.u8(0x71, Op.I32_CONST, 0, 0x2d, 0, 0, Op.I32_CONST, 8, 0x2d, 0, 0);
                            b.u8(0x46, 0x71);
                        })
                .bytes();
    }

    @Test
    @DisplayName("D5: the text holds the whole module, and is read and written unchanged")
    void text() throws Exception {
        byte[] module = Hostile.example("wasm-sorted/sorted.wasm");
        PolicySpec spec = Wasm.of("5", module);
        String text = spec.canonical();
        assertTrue(text.matches("wasm/1 fuel=5 module=[A-Za-z0-9_-]+"), text);
        assertEquals(spec, PolicySpec.parse(text));
        assertEquals("wasm", spec.name());
        assertFalse(spec.toString().contains(text.substring(100)));
        module[module.length - 1] ^= 1;
        String another = Wasm.of("5", GuestTest.returning(1)).canonical();
        assertNotEquals(text, another);
        assertNotEquals(text, Wasm.of("6", GuestTest.returning(1)).canonical());
    }

    @ParameterizedTest
    @DisplayName("any other text is refused: one policy has one text")
    @ValueSource(
            strings = {
                "wasm/1 fuel=5",
                "wasm/1 fuel=5 module=",
                "wasm/1 fuel=5 module=****",
                "wasm/1 fuel=5 module=AGFzbQ",
                "wasm/1 fuel=0 module=M",
                "wasm/1 fuel=05 module=M",
                "wasm/1 fuel=100000000001 module=M",
                "wasm/1 fuel=-1 module=M",
                "wasm/1 fuel=5 module=M=",
                "wasm/1 fuel=5 module=M more",
                "wasm/1 module=M fuel=5",
                "wasm/2 fuel=5 module=M"
            })
    void refused(String text) throws Exception {
        String good = Wasm.of("5", GuestTest.returning(1)).canonical();
        String module = good.substring(good.indexOf("module=") + 7);
        String _ =
                Refusal.of(() ->
                        PolicySpec.parse(text.replace("module=M", "module=" + module)).checkRuns());
    }

    @Test
    @DisplayName("limit: the largest module fits the largest text")
    void largest() {
        int text = (GuestLimits.MAX_MODULE + 2) / 3 * 4 + 64;
        assertTrue(text <= PolicySpec.MAX_TEXT, () -> text + " characters");
    }

    @Test
    @DisplayName(
            "a too large or broken module, and fuel that is no number, are refused in one line")
    void modules() {
        byte[] large = new byte[GuestLimits.MAX_MODULE + 1];
        assertTrue(Refusal.of(() -> Wasm.of("1", large)).contains("at most 131072"));
        assertTrue(Refusal.of(() -> Wasm.of("1", new byte[9])).contains("WebAssembly"));
        for (String fuel : List.of("much", "1.5", "0", "1e11")) {
            String _ = Refusal.of(() -> Wasm.of(fuel, GuestTest.returning(1)));
        }
    }

    @Test
    @DisplayName("hidden data are read by a module that imports them, and by no other")
    void hidden() throws Exception {
        PolicySpec reader = Wasm.of("9999", sameFirstByte());
        Path secret = Files.writeString(folder.resolve("h"), "secret");
        assertTrue(reader.needsHidden());
        reader.validateHidden(secret);
        Path same = Files.writeString(folder.resolve("same"), "some");
        Path other = Files.writeString(folder.resolve("other"), "other");
        assertTrue(reader.judge(same, secret).passed());
        assertFalse(reader.judge(other, secret).passed());
        PolicySpec deaf = Wasm.of("9", GuestTest.returning(1));
        String _ = Refusal.of(() -> deaf.validateHidden(secret));
    }

    @Test
    @DisplayName("D4: the verdict's words name no figure")
    void words() throws Exception {
        PolicySpec endless = Wasm.of("54321", Hostile.example("hostile/endless.wasm"));
        Path empty = Files.createFile(folder.resolve("empty"));
        assertEquals(new Verdict(false, "the policy ran out of fuel"), endless.judge(empty, empty));
    }
}
