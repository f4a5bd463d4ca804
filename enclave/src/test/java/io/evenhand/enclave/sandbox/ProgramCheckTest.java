package io.evenhand.enclave.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.enclave.Refusal;
import io.evenhand.enclave.program.CheckReport;
import io.evenhand.enclave.program.ProgramCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The check finds programs whose result depends on where rounds end, and says what differs.
class ProgramCheckTest {
    private static CheckReport check(TestProgram program, long cycles) throws Exception {
        ProgramLimits roomy = new ProgramLimits(100_000, 10_000, 4, 4096, 1024, 64);
        Program checked = Program.of(program.bytes(), roomy);
        return Runs.onDeepStack(() ->
                ProgramCheck.run(checked, TestProgram.state(5), cycles, 200, 42, (_, _) -> {}));
    }

    /// A program whose last output stands for all.
    private static TestProgram good() {
        return new TestProgram();
    }

    @Test
    @DisplayName("A-I12: what splits passes 200 splits with moves, and the figures are told")
    void passes() throws Exception {
        List<Integer> heard = new ArrayList<>();
        Program program = Program.of(good().bytes(), TestProgram.LIMITS);
        CheckReport report =
                Runs.onDeepStack(() ->
                        ProgramCheck.run(
                                program,
                                TestProgram.state(5),
                                50,
                                200,
                                42,
                                (tried, _) -> heard.add(tried)));
        assertEquals(Optional.empty(), report.difference());
        assertEquals(200, report.splits());
        assertEquals(200, heard.size());
        assertTrue(report.moves() >= 200, report::toString);
        assertEquals(8, report.stateBytes());
        assertEquals(2, report.outputBytes());
        assertEquals(50, report.cycles());
        // The entry of a function, and what stands behind its loop.
        assertTrue(report.fuelPerRound() > 0 && report.fuelPerRound() < 20, report::toString);
        assertTrue(report.fuelPerCycle() > report.fuelPerRound(), report::toString);
        assertTrue(report.warmCyclesPerSecond() > 0, report::toString);
    }

    @Test
    @DisplayName("A program that is done early is split up to there")
    void done() throws Exception {
        // What it is asked for, but never beyond a state of 15.
        Consumer<WasmWriter> run =
                b -> {
                    left(b);
                    b.u8(Op.LOCAL_GET, 0);
                    left(b);
                    b.u8(Op.LOCAL_GET, 0, 0x54, Op.SELECT, Op.LOCAL_SET, 0);
                    b.u8(Op.I32_CONST).signed(64).u8(Op.I32_CONST).signed(64).u8(0x29, 3, 0);
                    b.u8(Op.LOCAL_GET, 0, 0x7c, 0x37, 3, 0, Op.LOCAL_GET, 0);
                };
        CheckReport report = check(good().with("run", run), 50);
        assertEquals(Optional.empty(), report.difference());
        assertEquals(10, report.cycles());
    }

    private static void left(WasmWriter b) {
        b.u8(Op.I64_CONST, 15, Op.I32_CONST).signed(64).u8(0x29, 3, 0, 0x7d);
    }

    @Test
    @DisplayName("A state that counts rounds is found, with the split and the byte")
    void state() throws Exception {
        Consumer<WasmWriter> counts =
                b -> {
                    b.u8(Op.I32_CONST).signed(64).u8(Op.I32_CONST).signed(64).u8(0x29, 3, 0);
                    b.u8(Op.I64_CONST, 1, 0x7c, 0x37, 3, 0, Op.LOCAL_GET, 0);
                };
        String said = check(good().with("run", counts), 50).difference().orElseThrow();
        assertTrue(said.matches("[0-9 +]+ cycles: the state differs at byte 0"), said);
    }

    @Test
    @DisplayName("An output that tells how long the round was is found")
    void output() throws Exception {
        TestProgram program = good();
        int global = program.module.global(TestModule.I64, 0);
        Consumer<WasmWriter> notes =
                b -> {
                    TestProgram.add(b);
                    b.u8(Op.LOCAL_GET, 0, Op.GLOBAL_SET).u32(global);
                };
        program.with("run", notes)
                .with(
                        "output",
                        b -> {
                            b.u8(Op.I32_CONST).signed(200).u8(Op.GLOBAL_GET).u32(global);
                            b.u8(0x37, 3, 0);
                            TestProgram.range(b, 200, 8);
                        });
        String said = check(program, 50).difference().orElseThrow();
        assertTrue(said.contains("neither all outputs"), said);
    }

    @Test
    @DisplayName("Fuel that follows from where a round begins is found")
    void fuel() throws Exception {
        // Turns as often as the state says at each round's beginning.
        Consumer<WasmWriter> again =
                b -> {
                    b.u8(Op.I32_CONST).signed(300).u8(Op.I32_CONST).signed(64).u8(0x29, 3, 0);
                    b.u8(0x37, 3, 0, Op.LOOP, 0x40);
                    b.u8(Op.I32_CONST).signed(300).u8(Op.I32_CONST).signed(300).u8(0x29, 3, 0);
                    b.u8(Op.I64_CONST, 1, 0x7d, 0x37, 3, 0, Op.I32_CONST).signed(300);
                    b.u8(0x29, 3, 0, Op.I64_CONST, 0, 0x55, Op.BR_IF, 0, Op.END);
                    TestProgram.add(b);
                };
        String said = check(good().with("run", again), 50).difference().orElseThrow();
        assertTrue(said.contains("units of fuel more than in one round"), said);
    }

    @Test
    @DisplayName("A fault, a refused state and too few cycles are said, not compared")
    void faults() {
        assertThatSaid(good().with("run", b -> b.u8(Op.UNREACHABLE)), 50, "trapped");
        assertThatSaid(good().with("load", b -> b.u8(Op.I32_CONST, 1)), 50, "cut short");
        assertThatSaid(good(), 1, "two are needed");
        Program program = Program.of(good().bytes(), TestProgram.LIMITS);
        String few =
                Refusal.of(() ->
                        ProgramCheck.run(program, TestProgram.state(1), 9, 199, 1, (_, _) -> {}));
        assertTrue(few.contains("at least 200"), few);
    }

    private static void assertThatSaid(TestProgram program, long cycles, String words) {
        String said = Refusal.of(() -> check(program, cycles));
        assertTrue(said.contains(words), said);
    }

    @Test
    @DisplayName("load that refuses the state that the program itself gave is said")
    void ownState() {
        // Takes what it is given first, and nothing else.
        TestProgram program =
                good().with(
                                "load",
                                b -> {
                                    b.u8(Op.I32_CONST).signed(64).u8(0x2d, 0, 0);
                                    b.u8(Op.I32_CONST, 5, 0x47, Op.I32_CONST, 3, 0x74);
                                });
        String said = Refusal.of(() -> check(program, 50));
        assertTrue(said.contains("refuses its state: it contradicts itself"), said);
    }
}
