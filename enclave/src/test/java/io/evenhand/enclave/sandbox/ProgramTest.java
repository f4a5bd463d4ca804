package io.evenhand.enclave.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.enclave.Refusal;
import io.evenhand.enclave.sandbox.Guest.Engine;
import io.evenhand.enclave.sandbox.Round.End;
import io.evenhand.kit.value.Octets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Rounds: how they end, what they cost, and that nothing but the state survives them.
class ProgramTest {
    private static final Octets NOTHING = new Octets(new byte[0]);

    private static Octets bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return new Octets(bytes);
    }

    @Test
    @DisplayName("A round gives state, output and what it used; the same in both engines")
    void plain() throws Exception {
        Round round = new TestProgram().round(TestProgram.state(250), 10);
        assertEquals(End.MORE, round.end());
        assertEquals(TestProgram.state(260), round.state());
        assertEquals(bytes(4, 1), round.output());
        assertEquals(10, round.done());
        assertEquals(10, round.charged());
        assertTrue(round.fuelOfRun() > 300 && round.fuelOfRun() < 1000, round::toString);
        // Four calls that give a number each.
        assertEquals(4 * Fuel.ENTRY + 4, round.fuelOfCalls());
    }

    @Test
    @DisplayName("G9: fewer cycles than asked for are the end of what there was to do")
    void done() throws Exception {
        Round round =
                new TestProgram()
                        .with("run", b -> b.u8(Op.I64_CONST, 3))
                        .round(TestProgram.state(1), 5);
        assertEquals(End.DONE, round.end());
        assertEquals(3, round.done());
        assertEquals(3, round.charged());
    }

    @Test
    @DisplayName("F4: a program that says it did nothing is charged for its fuel")
    void hiddenWork() throws Exception {
        Consumer<WasmWriter> liar =
                b -> {
                    TestProgram.add(b);
                    b.u8(Op.DROP, Op.I64_CONST, 0);
                };
        Round round = new TestProgram().with("run", liar).round(TestProgram.state(1), 60);
        assertEquals(0, round.done());
        assertEquals(Math.ceilDiv(round.fuelOfRun() + round.fuelOfCalls(), 1000), round.charged());
        assertTrue(round.charged() > 1, round::toString);
    }

    static Stream<Arguments> faults() {
        Consumer<WasmWriter> loop = b -> b.u8(Op.LOOP, 0x40, Op.BR, 0, Op.END, Op.UNREACHABLE);
        Consumer<WasmWriter> trap = b -> b.u8(Op.UNREACHABLE);
        // One page, and whatever else is added to the default.
        return Stream.of(
                Arguments.of("run", loop, End.FUEL),
                Arguments.of("run", trap, End.TRAP),
                Arguments.of("run", far(0x10000), End.TRAP),
                Arguments.of("run", constant(-1), End.ABI),
                Arguments.of("run", constant(8), End.ABI),
                Arguments.of("buffer", loop, End.CALL_FUEL),
                Arguments.of("buffer", trap, End.TRAP),
                Arguments.of("buffer", small(0xfffd), End.ABI),
                Arguments.of("buffer", small(-1), End.ABI),
                Arguments.of("load", loop, End.CALL_FUEL),
                Arguments.of("load", trap, End.TRAP),
                Arguments.of("load", small(3), End.LOAD),
                Arguments.of("state", loop, End.CALL_FUEL),
                Arguments.of("state", trap, End.TRAP),
                Arguments.of("state", range(0xffff, 2), End.ABI),
                Arguments.of("state", range(0xffff_ffffL, 1), End.ABI),
                Arguments.of("state", range(0, 1025), End.ABI),
                Arguments.of("state", range(0, 0xffff_ffffL), End.ABI),
                Arguments.of("output", loop, End.CALL_FUEL),
                Arguments.of("output", trap, End.TRAP),
                Arguments.of("output", range(0x10000, 1), End.ABI),
                Arguments.of("output", range(0, 65), End.ABI));
    }

    private static Consumer<WasmWriter> constant(long value) {
        return b -> b.u8(Op.I64_CONST).signed(value);
    }

    private static Consumer<WasmWriter> small(int value) {
        return b -> b.u8(Op.I32_CONST).signed(value);
    }

    private static Consumer<WasmWriter> range(long at, long length) {
        return b -> TestProgram.range(b, at, length);
    }

    private static Consumer<WasmWriter> far(int at) {
        return b -> b.u8(Op.I32_CONST).signed(at).u8(0x29, 3, 0);
    }

    @ParameterizedTest(name = "{0} {2} [{index}]")
    @MethodSource("faults")
    @DisplayName("G9: each fault has its kind, keeps the state, gives no output and charges fuel")
    void faults(String name, Consumer<WasmWriter> body, End end) throws Exception {
        Octets state = TestProgram.state(77);
        Round round = new TestProgram().with(name, body).round(state, 7);
        assertEquals(end, round.end());
        assertTrue(round.end().isFault());
        assertEquals(state, round.state());
        assertEquals(NOTHING, round.output());
        assertEquals(0, round.done());
        long fuel = round.fuelOfRun() + round.fuelOfCalls();
        assertEquals(Math.min(7, Math.ceilDiv(fuel, 1000)), round.charged());
        assertEquals(end == End.LOAD ? 3 : 0, round.loadCode());
        if (end == End.FUEL) {
            assertEquals(7000, round.fuelOfRun());
            assertEquals(7, round.charged());
        }
        if (end == End.CALL_FUEL) {
            assertEquals(TestProgram.LIMITS.callFuel(), round.fuelOfCalls());
        }
    }

    @Test
    @DisplayName("G9: kinds of ends keep their numbers, which statements carry")
    void codes() {
        assertEquals(
                List.of(0, 1, 2, 3, 4, 5, 6, 7), Stream.of(End.values()).map(End::code).toList());
        Set<End> faults = EnumSet.allOf(End.class);
        faults.removeIf(end -> !end.isFault());
        assertEquals(EnumSet.range(End.TRAP, End.LOAD), faults);
    }

    @Test
    @DisplayName("Recursion without end is a fault of its own, at one depth in both engines")
    void frames() throws Exception {
        TestProgram program = new TestProgram();
        int self =
                program.module.function(
                        TestProgram.CYCLES, List.of(), b -> b.u8(Op.LOCAL_GET, 0, Op.CALL, 0));
        ProgramLimits deep = new ProgramLimits(1L << 32, 1000, 4, 4096, 1024, 64);
        byte[] module = program.with("run", b -> b.u8(Op.LOCAL_GET, 0, Op.CALL).u32(self)).bytes();
        Round round = TestProgram.both(module, deep, TestProgram.state(1), 1);
        assertEquals(End.FRAMES, round.end());
        assertEquals(1, round.charged());
    }

    @Test
    @DisplayName("A25, F5: memory, its size, globals and the meter begin anew in each round")
    void nothingSurvives() throws Exception {
        TestProgram program = new TestProgram().memory(1, 3);
        int counter = program.module.global(TestModule.I64, 5);
        byte[] module =
                program.with("run", b -> remember(b, counter))
                        .with("state", b -> TestProgram.range(b, 64, 40))
                        .bytes();
        Program checked = Program.of(module, TestProgram.LIMITS);
        for (Engine engine : Engine.values()) {
            Runs.onDeepStack(() -> {
                ProgramInstance instance = checked.start(engine);
                Round first = instance.round(TestProgram.state(9), 100);
                assertEquals(End.MORE, first.end());
                for (int i = 0; i < 3; i++) {
                    assertEquals(first, instance.round(TestProgram.state(9), 100));
                }
                return first;
            });
        }
    }

    /// Puts a global, the memory's size and bytes of two pages into the state, and changes them
    /// all.
    private static void remember(WasmWriter b, int counter) {
        b.u8(Op.I32_CONST).signed(72).u8(Op.GLOBAL_GET).u32(counter).u8(0x37, 3, 0);
        b.u8(Op.GLOBAL_GET).u32(counter).u8(Op.I64_CONST, 1, 0x7c, Op.GLOBAL_SET).u32(counter);
        b.u8(Op.I32_CONST).signed(80).u8(Op.MEMORY_SIZE, 0, 0x36, 2, 0);
        b.u8(Op.I32_CONST, 1, Op.MEMORY_GROW, 0, Op.DROP);
        // Across the borders of chunks and of the first page.
        for (int at : List.of(4093, 65_532)) {
            int to = at == 4093 ? 88 : 96;
            b.u8(Op.I32_CONST).signed(to).u8(Op.I32_CONST).signed(at).u8(0x29, 0, 0, 0x37, 3, 0);
            b.u8(Op.I32_CONST).signed(at).u8(Op.I64_CONST).signed(-1).u8(0x37, 0, 0);
        }
        b.u8(Op.LOCAL_GET, 0);
    }

    @Test
    @DisplayName("After a fault in the middle of a call the next round is as any other")
    void afterFault() throws Exception {
        // Traps if the state is odd.
        TestProgram program =
                new TestProgram()
                        .with(
                                "run",
                                b -> {
                                    b.u8(Op.I32_CONST).signed(64).u8(0x2d, 0, 0);
                                    b.u8(
                                            Op.I32_CONST,
                                            1,
                                            0x71,
                                            Op.IF,
                                            0x40,
                                            Op.UNREACHABLE,
                                            Op.END);
                                    b.u8(Op.LOCAL_GET, 0);
                                });
        Program checked = Program.of(program.bytes(), TestProgram.LIMITS);
        for (Engine engine : Engine.values()) {
            Runs.onDeepStack(() -> {
                ProgramInstance instance = checked.start(engine);
                assertEquals(End.TRAP, instance.round(TestProgram.state(1), 1).end());
                assertEquals(End.MORE, instance.round(TestProgram.state(2), 1).end());
                assertEquals(End.TRAP, instance.round(TestProgram.state(3), 1).end());
                return instance;
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 3, 2, 1", "1, 4, 2, 1", "2, 3, 4, -1", "4, 9, 1, -1"})
    @DisplayName("G8: memory.grow stops at the pages of the Terms with -1")
    void grow(int min, int max, int more, int before) throws Exception {
        Round round =
                new TestProgram()
                        .memory(min, max)
                        .with(
                                "run",
                                b -> {
                                    b.u8(Op.I32_CONST).signed(64).u8(Op.I32_CONST).signed(more);
                                    b.u8(Op.MEMORY_GROW, 0, 0xac, 0x37, 3, 0, Op.LOCAL_GET, 0);
                                })
                        .with("state", b -> TestProgram.range(b, 64, 8))
                        .with("output", b -> TestProgram.range(b, 0, 0))
                        .round(NOTHING, 100);
        assertEquals(End.MORE, round.end());
        assertEquals(before, round.state().toByteArray()[0]);
    }

    @Test
    @DisplayName("A state above the limit and cycles out of range are refused, not run")
    void arguments() throws Exception {
        Program program = Program.of(new TestProgram().bytes(), TestProgram.LIMITS);
        ProgramInstance instance = program.start(Engine.INTERPRETED);
        Octets large = new Octets(new byte[1025]);
        assertTrue(Refusal.of(() -> instance.round(large, 1)).contains("at most 1024"));
        for (long cycles : List.of(0L, -1L, Long.MAX_VALUE)) {
            String why = Refusal.of(() -> instance.round(NOTHING, cycles));
            assertTrue(why.contains("cycles must be from 1"), why);
        }
        assertThrows(IllegalStateException.class, () -> instance.importFile(NOTHING));
        assertThrows(IllegalStateException.class, () -> instance.exportState(NOTHING));
    }

    @Test
    @DisplayName("F5: what depends on the machine ends in no result: an interrupt, a shallow stack")
    void machine() throws Exception {
        Consumer<WasmWriter> loop = b -> b.u8(Op.LOOP, 0x40, Op.BR, 0, Op.END, Op.UNREACHABLE);
        byte[] endless = new TestProgram().with("run", loop).bytes();
        Program program = Program.of(endless, ProgramLimits.MOST);
        ProgramInstance instance = program.start(Engine.COMPILED);
        Thread.currentThread().interrupt();
        assertThrows(GuestAborted.class, () -> instance.round(TestProgram.state(1), 1000));
        assertTrue(Thread.interrupted());

        TestProgram deep = new TestProgram();
        int self =
                deep.module.function(
                        TestProgram.CYCLES, List.of(), b -> b.u8(Op.LOCAL_GET, 0, Op.CALL, 0));
        byte[] module = deep.with("run", b -> b.u8(Op.LOCAL_GET, 0, Op.CALL).u32(self)).bytes();
        ProgramInstance recursive = Program.of(module, ProgramLimits.MOST).start(Engine.COMPILED);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread shallow =
                Thread.ofPlatform()
                        .stackSize(512 * 1024)
                        .start(() -> {
                            try {
                                Round _ = recursive.round(TestProgram.state(1), 1);
                            } catch (GuestAborted | RuntimeException e) {
                                thrown.set(e);
                            }
                        });
        shallow.join();
        assertInstanceOf(GuestAborted.class, thrown.get());
    }

    @Test
    @DisplayName("Files: a state of a file and a file of a state, or the program's own refusal")
    void files() throws Exception {
        TestProgram both =
                new TestProgram()
                        .with(
                                "import_",
                                TestProgram.BYTES,
                                b -> b.u8(Op.LOCAL_GET, 0, Op.I32_CONST, 8, 0x47))
                        .with("export_", TestProgram.RANGE, b -> TestProgram.range(b, 64, 3));
        Program program = Program.of(both.bytes(), TestProgram.LIMITS);
        assertTrue(program.importsFiles() && program.exportsFiles());
        Runs.onDeepStack(() -> {
            ProgramInstance instance = program.start(Engine.COMPILED);
            Octets file = TestProgram.state(5);
            assertEquals(new FileResult.Made(file), instance.importFile(file));
            assertEquals(new FileResult.Refused(1), instance.importFile(NOTHING));
            assertEquals(new FileResult.Made(bytes(5, 0, 0)), instance.exportState(file));
            return file;
        });
        assertFalse(Program.of(new TestProgram().bytes(), TestProgram.LIMITS).importsFiles());
        assertEquals("it is cut short", RefusalCode.words(1));
        assertEquals("the program's own code 123", RefusalCode.words(123));
    }

    @ParameterizedTest(name = "seeds from {0}")
    @CsvSource({"20000", "30000"})
    @DisplayName(
            "A-I12: random programs, one instance and fresh ones, both engines: the same rounds")
    void random(long from) throws Exception {
        ProgramLimits limits =
                new ProgramLimits(60_000, 200_000, RandomModule.PAGES, 65_536, 4096, 64);
        Set<End> ends = EnumSet.noneOf(End.class);
        for (long seed = from; seed < from + 60; seed++) {
            Program program = Program.of(new RandomModule(seed, false).program(), limits);
            String which = "seed " + seed;
            Runs.onDeepStack(() -> {
                ProgramInstance living = program.start(Engine.COMPILED);
                Octets state = TestProgram.state(3);
                for (int i = 0; i < 3; i++) {
                    Round round = living.round(state, 1 + i);
                    assertEquals(
                            program.start(Engine.INTERPRETED).round(state, 1 + i), round, which);
                    ends.add(round.end());
                    state = round.state();
                }
                return state;
            });
        }
        assertTrue(ends.containsAll(Set.of(End.MORE, End.TRAP)), ends::toString);
    }
}
