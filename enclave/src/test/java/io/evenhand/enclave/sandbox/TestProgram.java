package io.evenhand.enclave.sandbox;

import io.evenhand.enclave.sandbox.Guest.Engine;
import io.evenhand.kit.value.Octets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;

/// A small program whose functions can be replaced one by one. As it stands its state is eight
/// bytes at 64, each cycle adds one to them, and the output is the first two of them.
final class TestProgram {
    static final int BYTES = 2;
    static final int CYCLES = 3;
    static final int RANGE = 4;

    static final ProgramLimits LIMITS =
            new ProgramLimits(1000, 10_000, 4, GuestLimits.MAX_PROGRAM_MODULE, 1024, 64);

    private static final List<Integer> NONE = List.of();

    final TestModule module = new TestModule();
    private final Map<String, Function> functions = new TreeMap<>();
    private boolean memory;

    private record Function(int type, Consumer<WasmWriter> body) {}

    TestProgram() {
        int _ = module.type(List.of(TestModule.I32), List.of(TestModule.I32));
        int _ = module.type(List.of(TestModule.I64), List.of(TestModule.I64));
        int _ = module.type(NONE, List.of(TestModule.I64));
        with("buffer", BYTES, b -> b.u8(Op.I32_CONST).signed(64));
        with("load", BYTES, b -> b.u8(Op.I32_CONST, 0));
        with("run", CYCLES, TestProgram::add);
        with("state", RANGE, b -> range(b, 64, 8));
        with("output", RANGE, b -> range(b, 64, 2));
    }

    /// Replaces or adds a function.
    TestProgram with(String name, int type, Consumer<WasmWriter> body) {
        functions.put(name, new Function(type, body));
        return this;
    }

    TestProgram with(String name, Consumer<WasmWriter> body) {
        Function before = Objects.requireNonNull(functions.get(name));
        return with(name, before.type, body);
    }

    TestProgram without(String name) {
        functions.remove(name);
        return this;
    }

    TestProgram memory(int min, int max) {
        memory = true;
        module.memory(min, max);
        return this;
    }

    byte[] bytes() {
        if (!memory) {
            module.memory(1, 65_536);
        }
        functions.forEach((name, function) ->
                module.export(name, module.function(function.type, NONE, function.body)));
        return module.bytes();
    }

    static void range(WasmWriter b, long at, long length) {
        b.u8(Op.I64_CONST).signed(at << 32 | length);
    }

    /// Cycle by cycle, so that each costs the same.
    static void add(WasmWriter b) {
        b.u8(Op.LOOP, 0x40);
        increment(b);
        b.u8(Op.I32_CONST, 0, Op.I32_CONST, 0, 0x29, 3, 0, Op.I64_CONST, 1, 0x7c, 0x37, 3, 0);
        b.u8(Op.I32_CONST, 0, 0x29, 3, 0, Op.LOCAL_GET, 0, 0x53, Op.BR_IF, 0, Op.END);
        b.u8(Op.LOCAL_GET, 0);
    }

    private static void increment(WasmWriter b) {
        b.u8(Op.I32_CONST).signed(64).u8(Op.I32_CONST).signed(64).u8(0x29, 3, 0);
        b.u8(Op.I64_CONST, 1, 0x7c, 0x37, 3, 0);
    }

    static Octets state(int value) {
        return new Octets(new byte[] {(byte) value, (byte) (value >> 8), 0, 0, 0, 0, 0, 0});
    }

    /// A round in both engines, which must agree on all of it.
    static Round both(byte[] module, ProgramLimits limits, Octets state, long cycles)
            throws Exception {
        Program program = Program.of(module, limits);
        return Runs.onDeepStack(() -> {
            Round compiled = program.start(Engine.COMPILED).round(state, cycles);
            Round interpreted = program.start(Engine.INTERPRETED).round(state, cycles);
            if (!compiled.equals(interpreted)) {
                throw new AssertionError("compiled " + compiled + ", interpreted " + interpreted);
            }
            return compiled;
        });
    }

    Round round(Octets state, long cycles) throws Exception {
        return both(bytes(), LIMITS, state, cycles);
    }
}
