package io.evenhand.enclave.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.enclave.sandbox.Guest.Engine;
import io.evenhand.enclave.sandbox.GuestResult.End;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// D4: what a malicious policy may try, and how it ends.
class HostileGuestTest {
    private static final long FUEL = 2_000_000;

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({"hostile/endless.wasm", "hostile/bomb.wasm"})
    @DisplayName("D4: endless loop and memory bomb run out of fuel, all of it, in both engines")
    void examples(String name) throws Exception {
        byte[] module = Hostile.example(name);
        assertEquals(new GuestResult(End.OUT_OF_FUEL, FUEL), Runs.both(module, FUEL, Runs.NOTHING));
    }

    @Test
    @DisplayName("D4: a module gets 64 MiB and no more, whatever it asks for")
    void memory() throws Exception {
        // 1 + 1022 pages are there, the next is the last, another is not: judge gives -1 + 2.
        byte[] module =
                new TestModule()
                        .memoryRaw(0, 1)
                        .judge(
                                List.of(),
                                b -> {
                                    grow(b, GuestLimits.MAX_PAGES - 2);
                                    b.u8(0x1a);
                                    grow(b, 1);
                                    b.u8(Op.I32_CONST).signed(GuestLimits.MAX_PAGES - 1);
                                    b.u8(0x47); // i32.ne
                                    grow(b, 1);
                                    b.u8(0x6a, Op.I32_CONST, 2, 0x6a);
                                })
                        .bytes();
        GuestResult result = Runs.both(module, 100_000_000, Runs.NOTHING);
        assertEquals(End.PASSED, result.end());
        assertTrue(result.fuelUsed() > GuestLimits.MAX_PAGES * 8192L, result::toString);
    }

    private static void grow(WasmWriter b, int pages) {
        b.u8(Op.I32_CONST).signed(pages).u8(Op.MEMORY_GROW, 0);
    }

    static Stream<Arguments> frames() {
        return Stream.of(
                Arguments.of("small frames", 0, 0, false),
                Arguments.of("through the table", 0, 0, true),
                Arguments.of("many locals", 4000, 0, false),
                Arguments.of("many locals through the table", 4000, 0, true),
                Arguments.of("many operands", 0, 900, false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("frames")
    @DisplayName(
            "D4: recursion is too deep at one depth in both engines, and never for the machine")
    void recursion(String what, int locals, int operands, boolean indirect) throws Exception {
        TestModule module = new TestModule();
        Consumer<WasmWriter> body =
                b -> {
                    for (int i = 0; i < operands; i++) {
                        b.u8(Op.I64_CONST, 1);
                    }
                    b.u8(Op.LOCAL_GET, 0, Op.LOCAL_GET, 1);
                    if (indirect) {
                        b.u8(Op.I32_CONST, 0, Op.CALL_INDIRECT, 0, 0);
                    } else {
                        b.u8(Op.CALL, 0);
                    }
                    for (int i = 0; i < operands; i++) {
                        b.u8(0x1a);
                    }
                    if (operands > 0) {
                        b.u8(Op.I32_CONST, 1);
                    }
                };
        List<Integer> group = locals == 0 ? List.of() : List.of(locals, TestModule.F64);
        module.judge(group, operands == 0 ? body : kept(body)).table(1).element(0, 0);
        assertEquals(End.TOO_DEEP, Runs.both(module.bytes(), 1L << 32, Runs.NOTHING).end());
    }

    /// The call's result lies on top of the operands: drops that first.
    private static Consumer<WasmWriter> kept(Consumer<WasmWriter> body) {
        return b -> {
            body.accept(b);
            b.u8(Op.RETURN);
        };
    }

    static Stream<Arguments> traps() {
        return Stream.of(
                Arguments.of("unreachable", new int[] {Op.UNREACHABLE}),
                Arguments.of("division by zero", new int[] {0x41, 1, 0x41, 0, 0x6d}),
                Arguments.of(
                        "overflow",
                        new int[] {0x41, 0x80, 0x80, 0x80, 0x80, 0x78, 0x41, 0x7f, 0x6d}),
                Arguments.of("load outside", new int[] {0x41, 0x7f, 0x28, 2, 0}),
                Arguments.of(
                        "load far outside",
                        new int[] {0x41, 0x7f, 0x28, 2, 0xff, 0xff, 0xff, 0xff, 0x0f}),
                Arguments.of("store outside", new int[] {0x41, 0x7f, 0x41, 0, 0x36, 2, 0, 0x41, 1}),
                Arguments.of("fill outside", bulk(0xfc, 11, 0)),
                Arguments.of("copy outside", bulk(0xfc, 10, 0, 0)),
                Arguments.of("init outside", bulk(0xfc, 8, 0, 0)),
                Arguments.of("NaN to int", new int[] {0x43, 0, 0, 0xc0, 0x7f, 0xa8}),
                Arguments.of("empty table", new int[] {0x42, 0, 0x42, 0, 0x41, 0, 0x11, 0, 0}),
                Arguments.of(
                        "outside the table", new int[] {0x42, 0, 0x42, 0, 0x41, 0x7f, 0x11, 0, 0}),
                Arguments.of(
                        "wrong type", new int[] {0x42, 0, 0x41, 0, 0x41, 0, 0x41, 1, 0x11, 1, 0}),
                Arguments.of("read outside", new int[] {0x42, 0, 0x41, 0x7f, 0x41, 1, 0x10, 0}),
                Arguments.of("read too much", new int[] {0x42, 0, 0x41, 0, 0x41, 0x7f, 0x10, 0}));
    }

    /// Eight bytes to an address beyond the memory's end.
    private static int[] bulk(int... instruction) {
        int[] body = {0x41, 0xfc, 0xff, 3, 0x41, 0, 0x41, 8};
        int[] all = Arrays.copyOf(body, body.length + instruction.length + 2);
        System.arraycopy(instruction, 0, all, body.length, instruction.length);
        all[all.length - 2] = 0x41;
        all[all.length - 1] = 1;
        return all;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("traps")
    @DisplayName("a trap fails the attempt, with the same fuel in both engines")
    void traps(String what, int[] body) throws Exception {
        TestModule module = new TestModule().memory(1, 1).table(3);
        int _ = module.readWork();
        module.judge(List.of(), b -> b.u8(body)).element(1, 1).passive(new byte[16]);
        assertEquals(End.TRAPPED, Runs.both(module.bytes(), FUEL, Runs.source("work")).end());
    }

    @Test
    @DisplayName("segments outside of memory trap before anything runs")
    void segments() throws Exception {
        byte[] module =
                new TestModule()
                        .memory(1, 1)
                        .data(65_536, new byte[] {1})
                        .judge(List.of(), b -> b.u8(Op.I32_CONST, 1))
                        .bytes();
        assertEquals(new GuestResult(End.TRAPPED, 0), Runs.both(module, FUEL, Runs.NOTHING));
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    @DisplayName(
            "D4: a guest with fuel for hours is stopped by an interrupt, and that is no verdict")
    void stopped(Engine engine) throws Exception {
        byte[] module = Hostile.example("hostile/endless.wasm");
        Thread[] thread = new Thread[1];
        Guest guest = Guest.of(module);
        Exception[] ended = new Exception[1];
        thread[0] =
                Thread.ofPlatform()
                        .stackSize(GuestLimits.STACK_BYTES)
                        .start(() -> {
                            try {
                                GuestResult _ =
                                        guest.run(
                                                GuestLimits.MAX_FUEL,
                                                Runs.NOTHING,
                                                Runs.NOTHING,
                                                engine);
                            } catch (GuestAborted e) {
                                ended[0] = e;
                            }
                        });
        thread[0].join(Duration.ofMillis(1500));
        assertTrue(thread[0].isAlive());
        thread[0].interrupt();
        assertTrue(thread[0].join(Duration.ofSeconds(60)), "it goes on");
        assertInstanceOf(GuestAborted.class, ended[0]);
    }
}
