package io.evenhand.programs.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.programs.Refusal;
import io.evenhand.programs.policy.PolicyFile;
import io.evenhand.programs.policy.PolicySpec;
import io.evenhand.programs.policy.TimedJudge;
import io.evenhand.programs.policy.Verdict;
import io.evenhand.programs.policy.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `policy: wasm`, from the file to the verdict.
class WasmPolicyTest {
    @TempDir Path folder;

    private PolicyFile file(byte[] module, String more) throws IOException {
        Files.write(folder.resolve("m.wasm"), module);
        String yaml = "policy: wasm\nmodule: m.wasm\n" + more;
        return PolicyFile.read(Files.writeString(folder.resolve("p.yaml"), yaml));
    }

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
        PolicySpec spec = file(module, "fuel: 5").spec();
        String text = spec.canonical();
        assertTrue(text.matches("wasm/1 fuel=5 module=[A-Za-z0-9_-]+"), text);
        assertEquals(spec, PolicySpec.parse(text));
        assertEquals("wasm", spec.name());
        assertFalse(spec.toString().contains(text.substring(100)));
        module[module.length - 1] ^= 1;
        String another = file(GuestTest.returning(1), "fuel: 5").spec().canonical();
        assertNotEquals(text, another);
        assertNotEquals(text, file(GuestTest.returning(1), "fuel: 6").spec().canonical());
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
        String good = file(GuestTest.returning(1), "fuel: 5").spec().canonical();
        String module = good.substring(good.indexOf("module=") + 7);
        String _ = Refusal.of(() -> PolicySpec.parse(text.replace("module=M", "module=" + module)));
    }

    @Test
    @DisplayName("limit: the largest module fits the largest text")
    void largest() {
        int text = (GuestLimits.MAX_MODULE + 2) / 3 * 4 + 64;
        assertTrue(text <= PolicySpec.MAX_TEXT, () -> text + " characters");
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
        assertTrue(Refusal.of(() -> file(GuestTest.returning(1), more)).startsWith("p.yaml: "));
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
    @DisplayName("hidden data are named if, and only if, the module reads them, and it can")
    void hidden() throws Exception {
        assertTrue(Refusal.of(() -> file(sameFirstByte(), "fuel: 9999")).contains("hidden:"));
        byte[] deaf = GuestTest.returning(1);
        assertTrue(Refusal.of(() -> file(deaf, "fuel: 9\nhidden: h")).contains("hidden:"));
        PolicyFile file = file(sameFirstByte(), "fuel: 9999\nhidden: h");
        Path secret = Files.writeString(folder.resolve("h"), "secret");
        assertTrue(file.spec().needsHidden());
        file.spec().validateHidden(secret);
        Path same = Files.writeString(folder.resolve("same"), "some");
        Path other = Files.writeString(folder.resolve("other"), "other");
        assertTrue(file.spec().judge(same, secret).passed());
        assertFalse(file.spec().judge(other, secret).passed());
        String _ = Refusal.of(() -> file(deaf, "fuel: 9").spec().validateHidden(secret));
    }

    @Test
    @DisplayName("D4: the verdict's words name no figure")
    void words() throws Exception {
        PolicySpec endless = file(Hostile.example("hostile/endless.wasm"), "fuel: 54321").spec();
        Path empty = Files.createFile(folder.resolve("empty"));
        assertEquals(
                new TimedJudge.Outcome.Judged(new Verdict(false, "the policy ran out of fuel")),
                TimedJudge.judge(endless, Work.of(empty), empty, TimedJudge.LIMIT));
    }
}
