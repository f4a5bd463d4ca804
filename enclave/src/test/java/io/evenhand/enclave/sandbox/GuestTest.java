package io.evenhand.enclave.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.enclave.sandbox.GuestResult.End;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuestTest {
    private static final long FUEL = 1_000_000;

    @Test
    @DisplayName("D4: judge returning 1 passes; all else fails")
    void passes() throws Exception {
        assertEquals(new GuestResult(End.PASSED, 5), Runs.both(returning(1), FUEL, Runs.NOTHING));
        for (int other : List.of(0, 2, -1, 0x101)) {
            assertEquals(End.FAILED, Runs.both(returning(other), FUEL, Runs.NOTHING).end());
        }
    }

    static byte[] returning(int value) {
        return new TestModule().judge(List.of(), b -> b.u8(Op.I32_CONST).signed(value)).bytes();
    }

    @ParameterizedTest
    @CsvSource({
        "'a\nb\nb\nc\n', PASSED",
        "'', PASSED",
        "'b\na\n', FAILED",
        "'a\nb', FAILED",
        "'aa\na\n', FAILED"
    })
    @DisplayName("The example judges what a C compiler made of it")
    void sorted(String work, End end) throws Exception {
        byte[] module = Files.readAllBytes(Path.of("../examples/policies/wasm-sorted/sorted.wasm"));
        assertEquals(end, Runs.both(module, FUEL, Runs.source(work)).end());
    }

    @Test
    @DisplayName("D4: an endless loop runs out of fuel, all of it, in both engines")
    void endless() throws Exception {
        byte[] module = new TestModule().judge(List.of(), GuestTest::endless).bytes();
        assertEquals(new GuestResult(End.OUT_OF_FUEL, FUEL), Runs.both(module, FUEL, Runs.NOTHING));
    }

    static void endless(WasmWriter b) {
        b.u8(Op.LOOP, 0x40, Op.BR, 0, Op.END, Op.I32_CONST, 1);
    }

    @Test
    @DisplayName("D4: recursion without end is too deep, at the same depth in both engines")
    void recursion() throws Exception {
        byte[] module =
                new TestModule()
                        .judge(List.of(), b -> b.u8(Op.LOCAL_GET, 0, Op.LOCAL_GET, 1, Op.CALL, 0))
                        .bytes();
        GuestResult result = Runs.both(module, 100_000_000, Runs.NOTHING);
        assertEquals(End.TOO_DEEP, result.end());
        assertTrue(result.fuelUsed() > 50_000, () -> "too shallow: " + result);
    }

    @Test
    @DisplayName("what Java compiles late or not at all costs more: all of a large function")
    void large() throws Exception {
        assertEquals(4 + 2 * 300 + 1, Runs.both(straight(300), FUEL, Runs.NOTHING).fuelUsed());
        assertEquals(
                4 * (4 + 2 * 500 + 1), Runs.both(straight(500), FUEL, Runs.NOTHING).fuelUsed());
    }

    @Test
    @DisplayName("a load costs more where the memory may be larger than a core's cache")
    void farLoads() throws Exception {
        assertEquals(4 + 1 + 6 + 1 + 1, Runs.both(loading(16), FUEL, Runs.NOTHING).fuelUsed());
        assertEquals(4 + 1 + 44 + 1 + 1, Runs.both(loading(17), FUEL, Runs.NOTHING).fuelUsed());
    }

    private static byte[] loading(int most) {
        return new TestModule()
                .memory(1, most)
                .judge(
                        List.of(),
                        b -> {
                            b.u8(Op.I32_CONST, 0, 0x2d, 0, 0, Op.DROP);
                            b.u8(Op.I32_CONST, 1);
                        })
                .bytes();
    }

    private static byte[] straight(int turns) {
        return new TestModule()
                .judge(
                        List.of(),
                        b -> {
                            for (int i = 0; i < turns; i++) {
                                b.u8(Op.I32_CONST, 1, Op.DROP);
                            }
                            b.u8(Op.I32_CONST, 1);
                        })
                .bytes();
    }
}
