package io.evenhand.enclave.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// A valid module made of a seed: nested control flow, calls, memory, all kinds of arithmetic.
///
/// Each function has {@link #LOCALS} locals and begins with the only `nop` in it, so that who
/// counts instructions can tell that a function was entered. Most runs end by themselves.
final class RandomModule {
    /// The most its memory may have.
    static final int PAGES = 4;

    /// i32, i64, f32, f64 as scratch, two of each to work with, and an i32 that counts turns.
    static final int LOCALS = 13;

    private static final int[] TYPES = {
        TestModule.I32, TestModule.I64, TestModule.F32, TestModule.F64
    };

    private final SplittableRandom random;
    private final TestModule module = new TestModule();
    private final boolean oneNan;
    private final List<Integer> callable = new ArrayList<>();
    private final List<Integer> resultOf = new ArrayList<>();
    private final int[] globals = new int[4];
    private int params;

    /// Without import and passive segment, as programs are.
    private boolean pure;

    private int read;
    private int budget;

    /// @param oneNan whether the module makes one NaN of all by itself, so that it behaves in the
    ///   same way without metering
    RandomModule(long seed, boolean oneNan) {
        this.random = new SplittableRandom(seed);
        this.oneNan = oneNan;
    }

    byte[] bytes() {
        read = module.readWork();
        module.passive(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        functions();
        params = 2;
        return module.judge(groups(), b -> body(b, TestModule.I32)).bytes();
    }

    /// The same kind of code in the five functions of a program, which does all cycles that it is
    /// asked for and whose state is the beginning of its memory.
    byte[] program() {
        pure = true;
        module.data(40, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        functions();
        int bytes = module.type(List.of(TestModule.I32), List.of(TestModule.I32));
        int cycles = module.type(List.of(TestModule.I64), List.of(TestModule.I64));
        int range = module.type(List.of(), List.of(TestModule.I64));
        params = 1;
        module.export("buffer", module.function(bytes, groups(), b -> then(b, Op.I32_CONST, 0)));
        module.export("load", module.function(bytes, groups(), b -> then(b, Op.I32_CONST, 0)));
        module.export("run", module.function(cycles, groups(), b -> then(b, Op.LOCAL_GET, 0)));
        params = 0;
        module.export("state", module.function(range, groups(), b -> range(b, 0, 2048)));
        module.export("output", module.function(range, groups(), b -> range(b, 1024, 64)));
        return module.bytes();
    }

    private void then(WasmWriter b, int... result) {
        body(b, TestModule.I32);
        b.u8(Op.DROP).u8(result);
    }

    private void range(WasmWriter b, long at, int length) {
        then(b);
        b.u8(Op.I64_CONST).signed(at << 32 | length);
    }

    private void functions() {
        module.memory(1, PAGES).table(8);
        for (int i = 0; i < 4; i++) {
            globals[i] = module.global(TYPES[i], random.nextInt(64));
        }
        int[] elements = new int[4];
        for (int i = 0; i < 4; i++) {
            int result = TYPES[random.nextInt(4)];
            int type =
                    module.type(List.of(TYPES[0], TYPES[1], TYPES[2], TYPES[3]), List.of(result));
            params = 4;
            int function = module.function(type, groups(), b -> body(b, result));
            callable.add(function);
            resultOf.add(result);
            elements[i] = function;
        }
        module.element(1, elements);
    }

    /// Types of the functions made so far, which follow judge's and read's.
    private static int typeOf(int callable) {
        return callable + 2;
    }

    private static List<Integer> groups() {
        List<Integer> groups = new ArrayList<>();
        for (int type : TYPES) {
            groups.addAll(List.of(3, type));
        }
        groups.addAll(List.of(1, TestModule.I32));
        return groups;
    }

    private int local(int type, int which) {
        return params + 3 * (TestModule.I32 - type) + which;
    }

    private int turns() {
        return params + 12;
    }

    private void body(WasmWriter b, int result) {
        b.u8(0x01);
        budget = 60;
        for (int i = random.nextInt(2, 7); i > 0; i--) {
            statement(b, 3, 0);
        }
        expression(b, result, 3);
    }

    private int type() {
        return TYPES[random.nextInt(4)];
    }

    /// @param labels around this statement, all without a result
    private void statement(WasmWriter b, int depth, int labels) {
        budget--;
        int kind = depth == 0 || budget < 0 ? random.nextInt(4) : random.nextInt(12);
        switch (kind) {
            case 0, 1 -> {
                int type = type();
                expression(b, type, depth);
                b.u8(Op.LOCAL_SET).u32(local(type, random.nextInt(1, 3)));
            }
            case 2 -> store(b, depth);
            case 3 -> {
                int type = type();
                expression(b, type, depth);
                b.u8(Op.GLOBAL_SET).u32(globals[TestModule.I32 - type]);
            }
            case 4 -> {
                expression(b, TestModule.I32, 1);
                b.u8(Op.IF, 0x40);
                statements(b, depth, labels);
                if (random.nextBoolean()) {
                    b.u8(Op.ELSE);
                    statements(b, depth, labels);
                }
                b.u8(Op.END);
            }
            case 5 -> {
                b.u8(Op.BLOCK, 0x40);
                statements(b, depth, labels);
                b.u8(Op.END);
            }
            case 6 -> loop(b, depth, labels);
            case 7 -> bulk(b);
            case 8 -> {
                if (labels > 0) {
                    expression(b, TestModule.I32, 1);
                    b.u8(Op.BR_IF).u32(random.nextInt(labels));
                }
            }
            case 9 -> {
                if (labels > 0) {
                    expression(b, TestModule.I32, 1);
                    b.u8(Op.BR_TABLE, 2).u32(random.nextInt(labels));
                    b.u32(random.nextInt(labels)).u32(random.nextInt(labels));
                }
            }
            case 10 -> {
                if (pure) {
                    return;
                }
                b.u8(Op.I64_CONST).signed(random.nextInt(40)).u8(Op.I32_CONST).signed(64);
                b.u8(Op.I32_CONST).signed(random.nextInt(40)).u8(Op.CALL).u32(read).u8(0x1a);
            }
            default -> {
                int type = type();
                expression(b, type, depth);
                b.u8(0x1a);
            }
        }
    }

    private void statements(WasmWriter b, int depth, int labels) {
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            statement(b, depth - 1, labels + 1);
        }
    }

    /// Turns a few times, and for as long as nothing in it jumps to its head: the turns are counted
    /// in one local for all loops of a function.
    private void loop(WasmWriter b, int depth, int labels) {
        b.u8(Op.LOOP, 0x40);
        statements(b, depth, labels);
        b.u8(Op.LOCAL_GET).u32(turns()).u8(Op.I32_CONST, 1, 0x6a, Op.LOCAL_TEE).u32(turns());
        b.u8(Op.I32_CONST).signed(random.nextInt(4, 30)).u8(0x48, Op.BR_IF, 0, Op.END);
    }

    private void bulk(WasmWriter b) {
        switch (random.nextInt(pure ? 3 : 4)) {
            case 0 -> b.u8(Op.I32_CONST).signed(random.nextInt(3)).u8(Op.MEMORY_GROW, 0, 0x1a);
            case 1 -> three(b, random.nextInt(200)).u8(0xfc, 11, 0);
            case 2 -> three(b, random.nextInt(200)).u8(0xfc, 10, 0, 0);
            default ->
                    b.u8(Op.I32_CONST, 5, Op.I32_CONST, 1, Op.I32_CONST)
                            .signed(random.nextInt(8))
                            .u8(0xfc, 8, 0, 0);
        }
    }

    private WasmWriter three(WasmWriter b, int length) {
        address(b);
        address(b);
        return b.u8(Op.I32_CONST).signed(length);
    }

    private void address(WasmWriter b) {
        expression(b, TestModule.I32, 1);
        b.u8(Op.I32_CONST).signed(0xfff).u8(0x71);
    }

    private void store(WasmWriter b, int depth) {
        address(b);
        int type = type();
        expression(b, type, depth);
        int op =
                switch (type) {
                    case TestModule.I32 -> pick(0x36, 0x3a, 0x3b);
                    case TestModule.I64 -> pick(0x37, 0x3c, 0x3d, 0x3e);
                    case TestModule.F32 -> 0x38;
                    default -> 0x39;
                };
        b.u8(op, 0).u32(random.nextInt(100));
    }

    private int pick(int... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private void expression(WasmWriter b, int type, int depth) {
        budget--;
        int kind = depth == 0 || budget < 0 ? random.nextInt(3) : random.nextInt(12);
        switch (kind) {
            case 0 -> constant(b, type);
            case 1 -> b.u8(Op.LOCAL_GET).u32(local(type, random.nextInt(1, 3)));
            case 2 -> b.u8(Op.GLOBAL_GET).u32(globals[TestModule.I32 - type]);
            case 3 -> {
                address(b);
                load(b, type);
            }
            case 4 -> {
                expression(b, type, depth - 1);
                expression(b, type, depth - 1);
                expression(b, TestModule.I32, depth - 1);
                b.u8(Op.SELECT);
            }
            case 5 -> {
                expression(b, TestModule.I32, depth - 1);
                b.u8(Op.IF, type);
                expression(b, type, depth - 1);
                b.u8(Op.ELSE);
                expression(b, type, depth - 1);
                b.u8(Op.END);
            }
            case 6 -> call(b, type, depth);
            case 7 -> {
                b.u8(Op.BLOCK, type);
                expression(b, type, depth - 1);
                expression(b, TestModule.I32, depth - 1);
                b.u8(Op.BR_IF, 0, Op.END);
            }
            default -> RandomOps.operate(this, random, b, type, depth - 1);
        }
        if (oneNan) {
            canonical(b, type);
        }
    }

    void operand(WasmWriter b, int type, int depth) {
        expression(b, type, depth);
    }

    private void constant(WasmWriter b, int type) {
        switch (type) {
            case TestModule.I32 -> b.u8(Op.I32_CONST).signed(RandomOps.number(random));
            case TestModule.I64 ->
                    b.u8(Op.I64_CONST)
                            .signed((long) RandomOps.number(random) << random.nextInt(40));
            case TestModule.F32 -> b.u8(Op.F32_CONST).littleEndian(RandomOps.f32(random), 4);
            default -> b.u8(Op.F64_CONST).littleEndian(RandomOps.f64(random), 8);
        }
    }

    private void load(WasmWriter b, int type) {
        int op =
                switch (type) {
                    case TestModule.I32 -> pick(0x28, 0x2c, 0x2d, 0x2e, 0x2f);
                    case TestModule.I64 -> pick(0x29, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35);
                    case TestModule.F32 -> 0x2a;
                    default -> 0x2b;
                };
        b.u8(op, 0).u32(random.nextInt(100));
    }

    /// Calls a function that was made before this one, so nothing recurs for ever.
    private void call(WasmWriter b, int type, int depth) {
        int target = callable.isEmpty() ? -1 : random.nextInt(callable.size());
        if (target < 0 || resultOf.get(target) != type) {
            constant(b, type);
            return;
        }
        for (int param : TYPES) {
            expression(b, param, depth - 1);
        }
        if (random.nextBoolean()) {
            b.u8(Op.CALL).u32(callable.get(target));
        } else {
            b.u8(Op.I32_CONST).signed(target + 1).u8(Op.CALL_INDIRECT).u32(typeOf(target)).u8(0);
        }
    }

    private void canonical(WasmWriter b, int type) {
        if (type != TestModule.F32 && type != TestModule.F64) {
            return;
        }
        int scratch = local(type, 0);
        b.u8(Op.LOCAL_TEE).u32(scratch);
        if (type == TestModule.F32) {
            b.u8(Op.F32_CONST).littleEndian(Meter.CANONICAL_F32, 4);
        } else {
            b.u8(Op.F64_CONST).littleEndian(Meter.CANONICAL_F64, 8);
        }
        b.u8(Op.LOCAL_GET).u32(scratch).u8(Op.LOCAL_GET).u32(scratch);
        b.u8(type == TestModule.F32 ? 0x5b : 0x61, Op.SELECT);
    }
}
