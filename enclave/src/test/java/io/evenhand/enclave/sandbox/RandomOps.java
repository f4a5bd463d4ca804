package io.evenhand.enclave.sandbox;

import java.util.SplittableRandom;

/// Arithmetic of every kind for {@link RandomModule}.
final class RandomOps {
    private static final int[] INTERESTING = {
        0, 1, -1, 2, 7, 31, 32, 63, 64, 0x7fffffff, 0x80000000
    };

    private static final int[] NANS = {
        0x7fc00000, 0xffc00000, 0x7fc00001, 0x7f800001, 0xff812345, 0x7fffffff
    };

    private RandomOps() {}

    static int number(SplittableRandom random) {
        return random.nextBoolean()
                ? INTERESTING[random.nextInt(INTERESTING.length)]
                : random.nextInt();
    }

    static int f32(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> NANS[random.nextInt(NANS.length)];
            case 1 -> random.nextInt();
            case 2 -> Float.floatToRawIntBits(random.nextInt(-9, 9));
            default -> Float.floatToRawIntBits((float) random.nextDouble(-1e3, 1e3));
        };
    }

    static long f64(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> (long) NANS[random.nextInt(NANS.length)] << 32 | random.nextInt(2);
            case 1 -> random.nextLong();
            case 2 -> Double.doubleToRawLongBits(random.nextInt(-9, 9));
            default -> Double.doubleToRawLongBits(random.nextDouble(-1e9, 1e9));
        };
    }

    /// One instruction with operands that gives a number of this type.
    static void operate(
            RandomModule m, SplittableRandom random, WasmWriter b, int type, int depth) {
        switch (type) {
            case TestModule.I32 -> i32(m, random, b, depth);
            case TestModule.I64 -> i64(m, random, b, depth);
            case TestModule.F32 ->
                    floating(m, random, b, depth, new Floats(type, 0x8b, 0x92, 0xb2, 0xb6, 0xbe));
            default ->
                    floating(m, random, b, depth, new Floats(type, 0x99, 0xa0, 0xb7, 0xbb, 0xbf));
        }
    }

    private static void i32(RandomModule m, SplittableRandom random, WasmWriter b, int depth) {
        switch (random.nextInt(10)) {
            case 0 ->
                    unary(
                            m,
                            b,
                            TestModule.I32,
                            depth,
                            one(random, 0x45, 0x67, 0x68, 0x69, 0xc0, 0xc1));
            case 1 -> binary(m, b, TestModule.I32, depth, random.nextInt(0x46, 0x50));
            case 2 -> binary(m, b, TestModule.I64, depth, random.nextInt(0x51, 0x5b));
            case 3 -> binary(m, b, TestModule.F32, depth, random.nextInt(0x5b, 0x61));
            case 4 -> binary(m, b, TestModule.F64, depth, random.nextInt(0x61, 0x67));
            case 5 -> unary(m, b, TestModule.I64, depth, one(random, 0x50, 0xa7));
            case 6 -> unary(m, b, TestModule.F32, depth, one(random, 0xbc, 0xfc00, 0xfc01));
            case 7 -> unary(m, b, TestModule.F64, depth, one(random, 0xfc02, 0xfc03));
            case 8 -> b.u8(Op.MEMORY_SIZE, 0);
            default -> binary(m, b, TestModule.I32, depth, integer(random, 0x6a, 0x6d));
        }
    }

    private static void i64(RandomModule m, SplittableRandom random, WasmWriter b, int depth) {
        switch (random.nextInt(6)) {
            case 0 ->
                    unary(
                            m,
                            b,
                            TestModule.I64,
                            depth,
                            one(random, 0x79, 0x7a, 0x7b, 0xc2, 0xc3, 0xc4));
            case 1 -> unary(m, b, TestModule.I32, depth, one(random, 0xac, 0xad));
            case 2 -> unary(m, b, TestModule.F32, depth, one(random, 0xfc04, 0xfc05));
            case 3 -> unary(m, b, TestModule.F64, depth, one(random, 0xbd, 0xfc06, 0xfc07));
            default -> binary(m, b, TestModule.I64, depth, integer(random, 0x7c, 0x7f));
        }
    }

    /// Fifteen instructions from `first`, of which four divide, which may trap: seldom one of
    /// those.
    private static int integer(SplittableRandom random, int first, int divisions) {
        int op = random.nextInt(first, first + 15);
        boolean divides = op >= divisions && op < divisions + 4;
        return divides && random.nextBoolean() ? first : op;
    }

    private record Floats(
            int type, int unary, int binary, int convert, int other, int reinterpret) {}

    private static void floating(
            RandomModule m, SplittableRandom random, WasmWriter b, int depth, Floats f) {
        boolean single = f.type == TestModule.F32;
        switch (random.nextInt(6)) {
            case 0, 1 -> unary(m, b, f.type, depth, f.unary + random.nextInt(7));
            case 2 -> {
                int which = random.nextInt(4);
                int from = which < 2 ? TestModule.I32 : TestModule.I64;
                unary(m, b, from, depth, f.convert + which);
            }
            case 3 -> unary(m, b, single ? TestModule.F64 : TestModule.F32, depth, f.other);
            case 4 -> unary(m, b, single ? TestModule.I32 : TestModule.I64, depth, f.reinterpret);
            default -> binary(m, b, f.type, depth, f.binary + random.nextInt(7));
        }
    }

    private static int one(SplittableRandom random, int... ops) {
        return ops[random.nextInt(ops.length)];
    }

    private static void unary(RandomModule m, WasmWriter b, int type, int depth, int op) {
        m.operand(b, type, depth);
        write(b, op);
    }

    private static void binary(RandomModule m, WasmWriter b, int type, int depth, int op) {
        m.operand(b, type, depth);
        m.operand(b, type, depth);
        write(b, op);
    }

    private static void write(WasmWriter b, int op) {
        if (op >= Op.MORE) {
            b.u8(0xfc).u32(op - Op.MORE);
        } else {
            b.u8(op);
        }
    }
}
