package io.evenhand.enclave.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.enclave.Refusal;
import io.evenhand.enclave.sandbox.Guest.Engine;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Modules that are no programs, each refused in a line that names what is wrong.
class ProgramModuleTest {
    private static Program of(byte[] module) {
        return Program.of(module, TestProgram.LIMITS);
    }

    private static Consumer<WasmWriter> run(int... instructions) {
        return b -> b.u8(instructions).u8(Op.LOCAL_GET, 0);
    }

    private static Arguments refused(String message, TestProgram program) {
        return Arguments.of(message, program.bytes());
    }

    static Stream<Arguments> refused() {
        TestProgram imports = new TestProgram();
        imports.module.importFunction("wasi_snapshot_preview1", "fd_write", 1);
        TestProgram reads = new TestProgram();
        reads.module.readWork();
        TestProgram start = new TestProgram();
        TestProgram passive = new TestProgram();
        passive.module.passive(new byte[] {1});
        Stream<Arguments> missing =
                Stream.of("buffer", "load", "run", "state", "output")
                        .map(name ->
                                refused(
                                        "no exported function " + name + "(",
                                        new TestProgram().without(name)));
        Stream<Arguments> mistyped =
                Stream.of("buffer", "load", "run", "import_")
                        .map(name ->
                                refused(
                                        name + " must be a function (i",
                                        new TestProgram()
                                                .with(
                                                        name,
                                                        TestProgram.RANGE,
                                                        b -> b.u8(Op.I64_CONST, 0))));
        Stream<Arguments> others =
                Stream.of(
                        refused(
                                "import wasi_snapshot_preview1.fd_write: a program imports nothing",
                                imports),
                        refused("import evenhand.read_work: a program imports nothing", reads),
                        refused("no passive data segments", passive),
                        refused(
                                "no memory.init",
                                new TestProgram()
                                        .with(
                                                "run",
                                                run(0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 8, 0, 0))),
                        refused(
                                "no memory.init and no data.drop",
                                new TestProgram().with("run", run(0xfc, 9, 0))),
                        refused("5 pages of memory, at most 4", new TestProgram().memory(5, 9)),
                        refused("not a valid module", new TestProgram().with("run", run(0x6a))),
                        refused("SIMD", new TestProgram().with("run", run(0xfd, 0x0c))),
                        refused(
                                "state must be a function () -> i64 of its own",
                                new TestProgram()
                                        .with(
                                                "state",
                                                TestProgram.BYTES,
                                                b -> b.u8(Op.I32_CONST, 0))),
                        Arguments.of(
                                "has a start function; let load call it",
                                start.module.section(8, new WasmWriter().u32(0)).bytes()),
                        refused(
                                "no exported function buffer(i32) -> i32",
                                new TestProgram().without("buffer")));
        return Stream.of(missing, mistyped, others).flatMap(s -> s);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    @DisplayName("What is no program is refused with a line that says why")
    void refused(String message, byte[] module) {
        String said = Refusal.of(() -> of(module));
        assertTrue(said.contains(message), said);
    }

    @Test
    @DisplayName("A policy is no program, and a program is no policy")
    void otherKind() {
        byte[] policy = GuestTest.returning(1);
        assertTrue(
                Refusal.of(() -> of(policy)).contains("no exported function buffer(i32) -> i32"));
        byte[] program = new TestProgram().bytes();
        assertTrue(Refusal.of(() -> Guest.of(program)).contains("no exported function judge"));
    }

    @Test
    @DisplayName("A program without a memory, and one whose data lie outside of it, cannot begin")
    void memory() {
        byte[] none = new TestModule().bytes();
        assertTrue(Refusal.of(() -> of(none)).contains("no exported function"));
        TestProgram outside = new TestProgram();
        outside.module.data(65_530, new byte[100]);
        Program program = of(outside.bytes());
        String said = Refusal.of(() -> program.start(Engine.COMPILED));
        assertTrue(said.contains("cannot begin"), said);
    }

    @Test
    @DisplayName("A module may have 4 MiB of data, and 512 KiB of code")
    void sizes() throws Exception {
        byte[] large = withData(GuestLimits.MAX_PROGRAM_MODULE);
        Program program = Program.of(large, ProgramLimits.MOST);
        assertEquals(
                Round.End.MORE,
                Runs.onDeepStack(
                                () -> program.start(Engine.COMPILED).round(TestProgram.state(1), 1))
                        .end());
        byte[] larger = withData(GuestLimits.MAX_PROGRAM_MODULE + 1);
        assertTrue(
                Refusal.of(() -> Program.of(larger, ProgramLimits.MOST))
                        .contains("bytes, at most 4194304"));
        ProgramLimits less = new ProgramLimits(1, 1, 4096, large.length - 1, 1, 1);
        assertTrue(
                Refusal.of(() -> Program.of(large, less))
                        .contains("at most " + (large.length - 1)));

        ModuleShape _ = ModuleReader.read(withCode(8), ModuleRules.program(ProgramLimits.MOST));
        byte[] much = withCode(9);
        String said = Refusal.of(() -> Program.of(much, ProgramLimits.MOST));
        assertTrue(said.contains("bytes of code, at most 524288"), said);
    }

    private static byte[] withData(int size) {
        int rest = size - data(0).length;
        byte[] module = data(rest - 6);
        assertEquals(size, module.length);
        return module;
    }

    private static byte[] data(int bytes) {
        TestProgram program = new TestProgram().memory(65, 65);
        program.module.data(0, new byte[bytes]);
        return program.bytes();
    }

    /// Functions of 59,000 bytes that do nothing.
    private static byte[] withCode(int functions) {
        TestProgram program = new TestProgram();
        for (int i = 0; i < functions; i++) {
            int _ =
                    program.module.function(
                            TestProgram.BYTES,
                            List.of(),
                            b -> {
                                for (int j = 0; j < 59_000; j++) {
                                    b.u8(Op.NOP);
                                }
                                b.u8(Op.LOCAL_GET, 0);
                            });
        }
        return program.bytes();
    }

    @Test
    @DisplayName("Limits out of range are refused by name")
    void limits() {
        assertTrue(Refusal.of(() -> new ProgramLimits(0, 1, 1, 8, 0, 0)).contains("fuelPerCycle"));
        assertTrue(Refusal.of(() -> new ProgramLimits(1, 0, 1, 8, 0, 0)).contains("callFuel"));
        assertTrue(Refusal.of(() -> new ProgramLimits(1, 1, 4097, 8, 0, 0)).contains("pages"));
        assertTrue(
                Refusal.of(() -> new ProgramLimits(1, 1, 1, 1 << 23, 0, 0))
                        .contains("moduleBytes"));
        assertTrue(Refusal.of(() -> new ProgramLimits(1, 1, 1, 8, -1, 0)).contains("stateBytes"));
        assertTrue(
                Refusal.of(() -> new ProgramLimits(1, 1, 1, 8, 0, 1 << 29))
                        .contains("outputBytes"));
    }
}
