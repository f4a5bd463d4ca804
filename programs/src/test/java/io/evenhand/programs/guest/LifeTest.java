package io.evenhand.programs.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.enclave.program.CheckReport;
import io.evenhand.enclave.program.ProgramCheck;
import io.evenhand.enclave.sandbox.FileResult;
import io.evenhand.enclave.sandbox.Guest.Engine;
import io.evenhand.enclave.sandbox.GuestLimits;
import io.evenhand.enclave.sandbox.Program;
import io.evenhand.enclave.sandbox.ProgramInstance;
import io.evenhand.enclave.sandbox.ProgramLimits;
import io.evenhand.enclave.sandbox.RefusalCode;
import io.evenhand.enclave.sandbox.Round;
import io.evenhand.enclave.sandbox.Round.End;
import io.evenhand.kit.value.Octets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The Game of Life as it is committed, against one that is written cell by cell.
class LifeTest {
    private static final ProgramLimits LIMITS =
            new ProgramLimits(1L << 36, 1L << 36, 2048, 1 << 20, 1 << 24, 0);

    /// The gun that fires a glider every 30 generations.
    private static final String GUN =
            """
            #N Gosper glider gun
            x = 36, y = 9, rule = B3/S23
            24bo$22bobo$12b2o6b2o12b2o$11bo3bo4b2o12b2o$2o8bo5bo3b2o$2o8bo3bob2o4b
            obo$10bo5bo7bo$11bo3bo$12b2o!
            """;

    private static Program life() throws IOException {
        return Program.of(Files.readAllBytes(Path.of("src/guest/life/life.wasm")), LIMITS);
    }

    private static <T> T onDeepStack(Callable<T> work) throws Exception {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().stackSize(GuestLimits.STACK_BYTES).daemon().start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static Octets text(String text) {
        return new Octets(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1", "1, 2", "2, 1", "2, 2", "3, 3", "7, 9", "8, 8", "50, 50", "63, 5", "64, 7", "65, 9",
        "96, 3", "97, 5", "100, 7", "104, 4", "127, 3", "128, 4", "144, 3", "145, 1", "192, 9",
        "200, 2", "300, 20"
    })
    @DisplayName(
            "Every cell is as one counts by hand, whatever the size of the torus, in both engines")
    void generations(int width, int height) throws Exception {
        LifeGrid grid = LifeGrid.random(width, height, 1000L * width + height);
        LifeGrid later = grid.after(19);
        Program life = life();
        Round compiled = onDeepStack(() -> life.start(Engine.COMPILED).round(grid.state(), 19));
        Round interpreted =
                onDeepStack(() -> life.start(Engine.INTERPRETED).round(grid.state(), 19));
        assertEquals(End.MORE, compiled.end());
        assertEquals(later.state(), compiled.state());
        assertEquals(0, compiled.output().length());
        assertEquals(compiled, interpreted);
    }

    @Test
    @DisplayName("A large torus: a million cells")
    void large() throws Exception {
        LifeGrid grid = LifeGrid.random(1000, 1031, 7);
        Program life = life();
        Round round = onDeepStack(() -> life.start(Engine.COMPILED).round(grid.state(), 9));
        assertEquals(grid.after(9).state(), round.state());
    }

    @ParameterizedTest
    @CsvSource({"50, 50", "100, 31"})
    @DisplayName("A-I12: the check passes, with the same fuel in every split")
    void check(int width, int height) throws Exception {
        Octets state = LifeGrid.random(width, height, 3).state();
        Program life = life();
        CheckReport report =
                onDeepStack(() -> ProgramCheck.run(life, state, 60, 200, 11, (_, _) -> {}));
        assertEquals(Optional.empty(), report.difference());
        assertEquals(200, report.splits());
        assertEquals(60, report.cycles());
    }

    @Test
    @DisplayName("A state that is damaged in any way is refused with a code")
    void states() throws Exception {
        Program life = life();
        byte[] state = LifeGrid.random(50, 2, 1).state().toByteArray();
        onDeepStack(() -> {
            ProgramInstance instance = life.start(Engine.COMPILED);
            refused(instance, new byte[15], RefusalCode.CUT_SHORT);
            refused(instance, Arrays.copyOf(state, state.length - 1), RefusalCode.CUT_SHORT);
            refused(instance, Arrays.copyOf(state, state.length + 1), RefusalCode.LEFT_OVER);
            refused(instance, with(state, 0, 'L'), RefusalCode.HEADER);
            refused(instance, with(state, 4, 0), RefusalCode.SIZE);
            refused(instance, with(state, 7, 0xff), RefusalCode.TOO_LARGE);
            refused(instance, with(state, 22, 0xff), RefusalCode.DAMAGED);
            return state;
        });
    }

    private static byte[] with(byte[] state, int at, int value) {
        byte[] changed = state.clone();
        changed[at] = (byte) value;
        return changed;
    }

    private static void refused(ProgramInstance life, byte[] state, RefusalCode code)
            throws Exception {
        Round round = life.round(new Octets(state), 1);
        assertEquals(End.LOAD, round.end());
        assertEquals(code.code(), round.loadCode(), code::toString);
    }

    private static FileResult importing(String file) throws Exception {
        Program life = life();
        return onDeepStack(() -> life.start(Engine.COMPILED).importFile(text(file)));
    }

    private static Octets imported(String file) throws Exception {
        return assertInstanceOf(FileResult.Made.class, importing(file)).bytes();
    }

    @Test
    @DisplayName(
            "A file becomes a torus of its own size or of the one that its rule names, and back")
    void files() throws Exception {
        Octets small = imported(GUN);
        assertEquals(16 + 9 * 5, small.length());
        Octets torus = imported(GUN.replace("B3/S23", "B3/S23:T50,60"));
        assertEquals(16 + 60 * 7, torus.length());
        LifeGrid gun = LifeGrid.of(torus);
        assertEquals(36, gun.count());
        // One glider more every 30 generations.
        assertEquals(41, gun.after(30).count());

        Program life = life();
        Octets later = gun.after(77).state();
        onDeepStack(() -> {
            ProgramInstance instance = life.start(Engine.COMPILED);
            FileResult.Made file =
                    assertInstanceOf(FileResult.Made.class, instance.exportState(later));
            String said = new String(file.bytes().toByteArray(), StandardCharsets.UTF_8);
            assertTrue(said.startsWith("x = 50, y = 60, rule = B3/S23:T50,60\n"), said);
            assertTrue(said.lines().allMatch(line -> line.length() <= 70), said);
            Octets again =
                    assertInstanceOf(FileResult.Made.class, instance.importFile(file.bytes()))
                            .bytes();
            // A file tells nothing of the generation.
            assertEquals(LifeGrid.of(later).count(), LifeGrid.of(again).count());
            assertEquals(new LifeGrid(LifeGrid.of(later).cells(), 0).state(), again);
            return file;
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x=3,y=1\r\n3o!",
                "X = 3, Y = 1, RULE = b3/s23\n 3O ! notes",
                "x = 3, y = 1, rule = 23/3\n\n3o$!",
                "#C x\n#C y = 9\nx = 3, y = 1\nOo\no!"
            })
    @DisplayName("Forms in which such files are found are all the same")
    void forms(String file) throws Exception {
        assertEquals(
                new LifeGrid(List.of(new boolean[] {true, true, true}), 0).state(), imported(file));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|HEADER",
                "hello|HEADER",
                "#only a comment|HEADER",
                "x = 3, y = 1|CUT_SHORT",
                "x = , y = 1_3o!|HEADER",
                "x = -3, y = 1_3o!|HEADER",
                "x = 3_3o!|HEADER",
                "x = 3, y = 1 z_3o!|HEADER",
                "x = 0, y = 1_!|SIZE",
                "x = 3, y = 0_!|SIZE",
                "x = 16385, y = 1_!|TOO_LARGE",
                "x = 16384, y = 16384_!|TOO_LARGE",
                "x = 99999999999999999999, y = 1_!|TOO_LARGE",
                "x = 3, y = 1, rule = B3/S23:T2,1_3o!|SIZE",
                "x = 3, y = 1, rule = B3/S23:T3_3o!|HEADER",
                "x = 3, y = 1, rule = B3/S23:T3,0_3o!|SIZE",
                "x = 3, y = 1, rule = B36/S23_3o!|UNSUPPORTED",
                "x = 3, y = 1, rule = B3/S23:P3,1_3o!|UNSUPPORTED",
                "x = 3, y = 1_4o!|OUTSIDE",
                "x = 3, y = 1_1000000000o!|OUTSIDE",
                "x = 3, y = 1_99999999999999999999b!|OUTSIDE",
                "x = 3, y = 1_3o$o!|OUTSIDE",
                "x = 3, y = 1_1000000000$!|OUTSIDE",
                "x = 3, y = 1_0o!|SIZE",
                "x = 3, y = 1_2!|LETTER",
                "x = 3, y = 1_3A!|LETTER",
                "x = 3, y = 1_-3o!|LETTER",
                "x = 3, y = 1_3o|CUT_SHORT",
                "x = 3, y = 1_3|CUT_SHORT"
            })
    @DisplayName("A file that is wrong is refused with a code that has words")
    void badFiles(String file, RefusalCode code) throws Exception {
        FileResult result = importing(file.replace('_', '\n'));
        assertEquals(new FileResult.Refused(code.code()), result);
        assertTrue(RefusalCode.words(code.code()).startsWith("it"), code::toString);
    }

    @Test
    @DisplayName("A million runs are read, of which the last one is wrong")
    void manyRuns() throws Exception {
        String runs = "bo$".repeat(500_000);
        assertEquals(
                new FileResult.Refused(RefusalCode.OUTSIDE.code()),
                importing("x = 2, y = 16384\n" + runs + "!"));
    }

    @Test
    @DisplayName("A torus that needs more memory than there is is refused, not run")
    void memory() throws Exception {
        ProgramLimits few = new ProgramLimits(1L << 36, 1L << 36, 3, 1 << 20, 1 << 24, 0);
        Program life = Program.of(Files.readAllBytes(Path.of("src/guest/life/life.wasm")), few);
        Octets state = LifeGrid.random(900, 900, 1).state();
        Round round = onDeepStack(() -> life.start(Engine.COMPILED).round(state, 1));
        assertEquals(End.LOAD, round.end());
        assertEquals(RefusalCode.NO_MEMORY.code(), round.loadCode());
        Octets larger = LifeGrid.random(4000, 4000, 1).state();
        assertEquals(
                End.ABI, onDeepStack(() -> life.start(Engine.COMPILED).round(larger, 1)).end());
    }
}
