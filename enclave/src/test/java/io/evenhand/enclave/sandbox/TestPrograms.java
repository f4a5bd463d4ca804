package io.evenhand.enclave.sandbox;

import java.util.List;
import java.util.function.Consumer;

/// Small programs of the guest interface `program/1`.
public final class TestPrograms {
    /// Cycles with which `run` never ends.
    public static final long ENDLESS = 2;

    /// Cycles with which `run` asks for nearly all the memory that a program may have.
    public static final long GREEDY = 3;

    /// Cycles with which `run` traps.
    public static final long TRAP = 4;

    private static final int I64_EQ = 0x51;
    private static final int I64_ADD = 0x7c;
    private static final int I64_LOAD = 0x29;
    private static final int I64_STORE = 0x37;
    private static final int EMPTY = 0x40;

    private TestPrograms() {}

    /// Adds its cycles to a number of eight bytes, which is its state and its output; does
    /// something else for a few numbers of cycles.
    public static byte[] counter() {
        TestModule module = new TestModule().memory(1, GuestLimits.MAX_PROGRAM_PAGES);
        int one = module.type(List.of(TestModule.I32), List.of(TestModule.I32));
        int cycles = module.type(List.of(TestModule.I64), List.of(TestModule.I64));
        int place = module.type(List.of(), List.of(TestModule.I64));
        module.export(
                "buffer", module.function(one, List.of(), w -> w.u8(Op.I32_CONST).signed(16)));
        module.export("load", module.function(one, List.of(), TestPrograms::load));
        module.export("run", module.function(cycles, List.of(), TestPrograms::run));
        int number = module.function(place, List.of(), w -> w.u8(Op.I64_CONST).signed(8));
        return module.export("state", number).export("output", number).bytes();
    }

    private static void load(WasmWriter w) {
        w.u8(Op.I32_CONST, 0, Op.I32_CONST, 16, I64_LOAD, 3, 0, I64_STORE, 3, 0, Op.I32_CONST, 0);
    }

    private static void run(WasmWriter w) {
        when(w, ENDLESS, it -> it.u8(Op.LOOP, EMPTY, Op.BR, 0, Op.END));
        when(w, GREEDY, it -> it.u8(Op.I32_CONST).signed(4000).u8(Op.MEMORY_GROW, 0, Op.DROP));
        when(w, TRAP, it -> it.u8(Op.UNREACHABLE));
        w.u8(Op.I32_CONST, 0, Op.I32_CONST, 0, I64_LOAD, 3, 0, Op.LOCAL_GET, 0, I64_ADD);
        w.u8(I64_STORE, 3, 0, Op.LOCAL_GET, 0);
    }

    private static void when(WasmWriter w, long cycles, Consumer<WasmWriter> then) {
        w.u8(Op.LOCAL_GET, 0, Op.I64_CONST).signed(cycles).u8(I64_EQ, Op.IF, EMPTY);
        then.accept(w);
        w.u8(Op.END);
    }
}
