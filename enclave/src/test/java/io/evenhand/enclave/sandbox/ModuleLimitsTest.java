package io.evenhand.enclave.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.enclave.Refusal;
import io.evenhand.enclave.sandbox.GuestResult.End;
import io.evenhand.kit.codec.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Each limit of {@link GuestLimits} and each feature left out: at the limit a module runs, beyond
/// it it is refused with a line that names it.
class ModuleLimitsTest {
    private static final List<Integer> NONE = List.of();

    private static TestModule module() {
        return new TestModule();
    }

    private static TestModule passing() {
        return module().judge(NONE, ModuleLimitsTest::pass);
    }

    private static void pass(WasmWriter body) {
        body.u8(Op.I32_CONST, 1);
    }

    private static byte[] body(int... bytes) {
        return module().memory(1, 1).judge(NONE, b -> pass(b.u8(bytes))).bytes();
    }

    private static Arguments of(String what, String message, byte[] module) {
        return Arguments.of(what, message, module);
    }

    static Stream<Arguments> features() {
        WasmWriter one = new WasmWriter().u32(1);
        return Stream.of(
                of("nothing", "not a WebAssembly module", new byte[0]),
                of("text", "not a WebAssembly module", "(module)".getBytes(StandardCharsets.UTF_8)),
                of("component", "version 1", new byte[] {0, 'a', 's', 'm', 13, 0, 1, 0}),
                of("SIMD", "SIMD", body(0xfd, 0x0c)),
                of("threads", "threads", body(0xfe, 0x03, 0)),
                of("GC", "garbage collection", body(0xfb, 0x1c)),
                of("try", "exceptions", body(0x06, 0x40, Op.END)),
                of("tail call", "tail calls", body(0x12, 0)),
                of("table.get", "this instruction", body(0x25, 0)),
                of("ref.null", "this instruction", body(0xd0, 0x70)),
                of("typed select", "this instruction", body(0x1c, 1, 0x7f)),
                of("table.copy", "this instruction", body(0xfc, 14, 0, 0)),
                of("table.grow", "this instruction", body(0xfc, 15, 0)),
                of("memory 1 of memory.size", "one memory", body(Op.MEMORY_SIZE, 1)),
                of("memory 1 of memory.copy", "one memory", body(0xfc, 10, 0, 1)),
                of("memory bit of a load", "second memory", body(0x28, 0x42, 1, 0)),
                of("multi-value block", "no multi-value", body(Op.BLOCK, 0, Op.END)),
                of(
                        "two memories",
                        "memories, at most 1",
                        passing().memory(1, 1).memory(1, 1).bytes()),
                of("shared memory", "no shared", passing().memoryRaw(3, 1, 1).bytes()),
                of("64-bit memory", "64-bit memory", passing().memoryRaw(5, 1, 1).bytes()),
                of(
                        "start",
                        "start function",
                        passing().section(8, new WasmWriter().u32(0)).bytes()),
                of("tags", "exceptions", passing().section(13, one).bytes()),
                of("unknown section", "unknown kind", passing().section(14, one).bytes()),
                of("two type sections", "out of order", passing().section(1, one).bytes()),
                of("v128 parameter", "i32, i64, f32 and f64", typed(0x7b)),
                of("externref parameter", "i32, i64, f32 and f64", typed(0x6f)),
                of("two results", "results, at most 1", results()),
                of("wrong code", "not a valid module", body(0x6a)),
                of("no judge", "no exported function judge", module().bytes()),
                of("judge without arguments", "judge must be", unlike()),
                of("reading without a memory", "needs a memory", reading(module())),
                of("imported judge", "judge must be", importedJudge()));
    }

    private static byte[] typed(int type) {
        TestModule module = passing();
        int _ = module.type(List.of(type), NONE);
        return module.bytes();
    }

    private static byte[] results() {
        TestModule module = passing();
        int _ = module.type(NONE, List.of(TestModule.I32, TestModule.I32));
        return module.bytes();
    }

    private static byte[] unlike() {
        TestModule module = module();
        int type = module.type(NONE, List.of(TestModule.I32));
        return module.export("judge", module.function(type, NONE, ModuleLimitsTest::pass)).bytes();
    }

    private static byte[] reading(TestModule module) {
        int _ = module.readWork();
        return module.judge(
                        NONE, b -> b.u8(Op.I64_CONST, 0, Op.I32_CONST, 0, Op.I32_CONST, 1, 0x10, 0))
                .bytes();
    }

    private static byte[] importedJudge() {
        TestModule module = module();
        return module.export("judge", module.readWork()).bytes();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("features")
    @DisplayName("D4: what the sandbox does not run is refused, and the line says what")
    void refused(String what, String message, byte[] module) {
        String said = Refusal.of(() -> Guest.of(module));
        assertTrue(said.contains(message), () -> what + ": " + said);
        assertEquals(1, said.lines().count());
    }

    static Stream<Arguments> imports() {
        return Stream.of(
                Arguments.of("wasi_snapshot_preview1", "fd_write", 1),
                Arguments.of("env", "read_work", 1),
                Arguments.of("evenhand", "write_work", 1),
                Arguments.of("evenhand", "read_work", 0),
                Arguments.of("evenhand\u001b[2J", "clock", 1));
    }

    @ParameterizedTest(name = "{0}.{1}")
    @MethodSource("imports")
    @DisplayName("D4: no import but the two")
    void imported(String from, String name, int type) {
        TestModule module = module();
        int _ = module.importFunction(from, name, type);
        String said =
                Refusal.of(() -> Guest.of(module.judge(NONE, ModuleLimitsTest::pass).bytes()));
        assertTrue(said.contains("import"), said);
        assertTrue(said.chars().allMatch(c -> (c >= 0x20 && c < 0x7f) || c == 0x2026), said);
    }

    @Test
    @DisplayName("D4: each import once, and only functions")
    void importKinds() {
        TestModule twice = module();
        int _ = twice.readWork();
        int _ = twice.readWork();
        Refusal.of(() -> Guest.of(twice.judge(NONE, ModuleLimitsTest::pass).bytes()));
        WasmWriter memory =
                new WasmWriter().u32(1).name("evenhand").name("read_work").u8(2, 0).u32(1);
        byte[] bytes =
                new WasmWriter().u8(0, 'a', 's', 'm', 1, 0, 0, 0).u8(2).sized(memory).toByteArray();
        assertTrue(Refusal.of(() -> Guest.of(bytes)).contains("forbidden import"));
    }

    static Stream<Arguments> counts() {
        return Stream.of(
                limit("bytes", GuestLimits.MAX_MODULE, ModuleLimitsTest::ofSize),
                limit("pages", GuestLimits.MAX_PAGES, n -> passing().memory(n, 65_536).bytes()),
                limit("table", GuestLimits.MAX_TABLE, n -> passing().table(n).bytes()),
                limit("types", GuestLimits.MAX_TYPES - 2, ModuleLimitsTest::types),
                limit("functions", GuestLimits.MAX_FUNCTIONS - 1, ModuleLimitsTest::functions),
                limit("globals", GuestLimits.MAX_GLOBALS, ModuleLimitsTest::globals),
                limit("exports", GuestLimits.MAX_EXPORTS - 1, ModuleLimitsTest::exports),
                limit("data segments", GuestLimits.MAX_SEGMENTS, ModuleLimitsTest::segments),
                limit("element segments", GuestLimits.MAX_SEGMENTS, ModuleLimitsTest::elements),
                limit("parameters", GuestLimits.MAX_PARAMS, ModuleLimitsTest::params),
                limit("locals", GuestLimits.MAX_LOCALS - 2, ModuleLimitsTest::locals),
                limit("nesting", GuestLimits.MAX_NESTING - 1, ModuleLimitsTest::nested),
                limit(
                        "name",
                        GuestLimits.MAX_NAME,
                        n -> passing().export("x".repeat(n), 0).bytes()));
    }

    private interface Sized {
        byte[] of(int n);
    }

    private static Arguments limit(String what, int limit, Sized sized) {
        return Arguments.of(what, sized.of(limit), sized.of(limit + 1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("counts")
    @DisplayName("limit: a module at it runs, one beyond it is refused")
    void limits(String what, byte[] within, byte[] beyond) throws Exception {
        assertEquals(End.PASSED, Runs.both(within, 100_000, Runs.NOTHING).end());
        String said = Refusal.of(() -> Guest.of(beyond));
        assertTrue(said.length() < 300 && said.matches(".*(at most|deeper than).*"), said);
    }

    static Stream<Arguments> exhausting() {
        List<Integer> words = List.of(4000, TestModule.I64);
        return Stream.of(
                // frames_max.wasm, frames_mid.wasm: a type for each local at each block.
                Arguments.of("locals", "more than", judge(words, repeat(18_000, 2, 0x40, 0x0b))),
                Arguments.of("cells", "times blocks", judge(words, repeat(800, 2, 0x40, 0x0b))),
                // operands.wasm, operands_blk.wasm
                Arguments.of("operands", "operands on", judge(NONE, repeat(30_000, 0x41, 0))),
                Arguments.of(
                        "operands in blocks",
                        "operands on",
                        judge(NONE, repeat(20_000, 0x41, 0).andThen(repeat(9_000, 2, 0x40, 0x0b)))),
                Arguments.of("locals of all", "bytes of Java code", manyLocals(990)),
                // loops40000.wasm
                Arguments.of("loops", "more than", judge(NONE, repeat(40_000, 3, 0x40, 0x0b))));
    }

    /// Functions of no use but their locals, which are set to zero in Java code.
    private static byte[] manyLocals(int functions) {
        TestModule module = passing();
        for (int i = 0; i < functions; i++) {
            int _ =
                    module.function(
                            0,
                            List.of(GuestLimits.MAX_LOCALS - 2, TestModule.I64),
                            ModuleLimitsTest::pass);
        }
        return module.bytes();
    }

    private static byte[] judge(List<Integer> locals, Consumer<WasmWriter> body) {
        return module().judge(locals, body.andThen(ModuleLimitsTest::pass)).bytes();
    }

    private static Consumer<WasmWriter> repeat(int count, int... instruction) {
        return body -> {
            for (int i = 0; i < count; i++) {
                body.u8(instruction);
            }
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("exhausting")
    @DisplayName("what would exhaust the engine is refused, by a limit with a name")
    void exhausting(String what, String limit, byte[] module) {
        String said = Refusal.of(() -> Guest.of(module));
        assertTrue(said.contains(limit), () -> what + ": " + said);
    }

    /// All of {@link FuelBench#mixes} were tried; these make most Java code for their estimate.
    @ParameterizedTest
    @ValueSource(strings = {"f64.copysign", "br_table", "call_indirect", "call with 64 parameters"})
    @DisplayName("a function at the limit of Java code is compiled")
    void javaMethods(String name) throws Exception {
        FuelBench.Mix mix =
                FuelBench.mixes().stream()
                        .filter(m -> m.name().equals(name))
                        .findFirst()
                        .orElseThrow();
        int copies = 1;
        for (int step = 2048; step > 0; step /= 2) {
            copies += fits(mix.module(copies + step)) ? step : 0;
        }
        Guest guest = Guest.of(mix.module(copies));
        GuestResult result =
                Runs.onDeepStack(
                        () -> guest.run(9, Runs.NOTHING, Runs.NOTHING, Guest.Engine.COMPILED));
        assertEquals(new GuestResult(End.OUT_OF_FUEL, 9), result);
    }

    private static boolean fits(byte[] module) {
        try {
            Guest _ = Guest.of(module);
            return true;
        } catch (MalformedException _) {
            return false;
        }
    }

    private static byte[] ofSize(int size) {
        int rest = size - passing().data(0, new byte[0]).memory(2, 2).bytes().length;
        byte[] module = passing().memory(2, 2).data(0, new byte[rest - 4]).bytes();
        assertEquals(size, module.length);
        return module;
    }

    private static byte[] types(int n) {
        TestModule module = passing();
        for (int i = 0; i < n; i++) {
            int _ = module.type(NONE, NONE);
        }
        return module.bytes();
    }

    private static byte[] functions(int n) {
        TestModule module = passing();
        for (int i = 0; i < n; i++) {
            int _ = module.function(0, NONE, ModuleLimitsTest::pass);
        }
        return module.bytes();
    }

    private static byte[] globals(int n) {
        TestModule module = passing();
        for (int i = 0; i < n; i++) {
            int _ = module.global(TestModule.I64, -i);
        }
        return module.bytes();
    }

    private static byte[] exports(int n) {
        TestModule module = passing();
        for (int i = 0; i < n; i++) {
            module.export("e" + i, 0);
        }
        return module.bytes();
    }

    private static byte[] segments(int n) {
        TestModule module = passing().memory(1, 1);
        for (int i = 0; i < n; i++) {
            module.data(i, new byte[] {1});
        }
        return module.bytes();
    }

    private static byte[] elements(int n) {
        TestModule module = passing().table(n);
        for (int i = 0; i < n; i++) {
            module.element(i, 0);
        }
        return module.bytes();
    }

    private static byte[] params(int n) {
        TestModule module = module();
        int type = module.type(Collections.nCopies(n, TestModule.I64), List.of(TestModule.I32));
        int f = module.function(type, NONE, ModuleLimitsTest::pass);
        Consumer<WasmWriter> call =
                b -> {
                    for (int i = 0; i < n; i++) {
                        b.u8(Op.I64_CONST, 0);
                    }
                    b.u8(Op.CALL).u32(f);
                };
        return module.judge(NONE, call).bytes();
    }

    private static byte[] locals(int n) {
        return module().judge(List.of(n, TestModule.I64), ModuleLimitsTest::pass).bytes();
    }

    private static byte[] nested(int n) {
        List<Integer> opened = new ArrayList<>();
        return module().judge(
                        NONE,
                        b -> {
                            for (int i = 0; i < n; i++) {
                                b.u8(Op.BLOCK, 0x40);
                                opened.add(i);
                            }
                            opened.forEach(_ -> b.u8(Op.END));
                            pass(b);
                        })
                .bytes();
    }

    @Test
    @DisplayName(
            "D4: two billion locals in five bytes are refused before anybody makes room for them")
    void hugeCounts() {
        byte[] locals =
                module().judge(List.of(Integer.MAX_VALUE, TestModule.I64), ModuleLimitsTest::pass)
                        .bytes();
        assertTrue(Refusal.of(() -> Guest.of(locals)).contains("locals"));
        WasmWriter types = new WasmWriter().u32(-1);
        byte[] count =
                new WasmWriter().u8(0, 'a', 's', 'm', 1, 0, 0, 0).u8(1).sized(types).toByteArray();
        assertTrue(Refusal.of(() -> Guest.of(count)).contains("4294967295 types, at most"));
    }

    static Stream<Arguments> notes() {
        WasmWriter names = new WasmWriter().name("name");
        WasmWriter many = new WasmWriter().u32(Integer.MAX_VALUE);
        return Stream.of(
                Arguments.of("a name", many),
                Arguments.of("names", new WasmWriter().all(names).u8(0).sized(many)),
                Arguments.of(
                        "names of functions",
                        new WasmWriter()
                                .all(names)
                                .u8(1)
                                .sized(new WasmWriter().u8(1, 0).all(many))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notes")
    @DisplayName("D4: two gigabytes of compilers' notes in five bytes are read by nobody")
    void hugeNotes(String what, WasmWriter notes) throws Exception {
        byte[] module = passing().section(0, notes).bytes();
        assertEquals(End.PASSED, Runs.both(module, 1000, Runs.NOTHING).end());
    }

    @Test
    @DisplayName("every prefix of a module, and every byte of it changed, is refused or runs")
    void damaged() throws Exception {
        byte[] module = Hostile.example("wasm-sorted/sorted.wasm");
        for (int length = 0; length < module.length; length++) {
            byte[] cut = Arrays.copyOf(module, length);
            Hostile.refusedOrValid(cut);
        }
        for (int at = 0; at < module.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = module.clone();
                changed[at] ^= (byte) (1 << bit);
                Hostile.refusedOrValid(changed);
            }
        }
    }
}
