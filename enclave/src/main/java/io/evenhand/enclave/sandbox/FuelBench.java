package io.evenhand.enclave.sandbox;

import io.evenhand.enclave.sandbox.Guest.Engine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Measures what a unit of fuel takes of the processor for each kind of instruction, beside the
/// others in one run.
public final class FuelBench {
    private static final int I32 = 0x7f;
    private static final int I64 = 0x7e;
    private static final int F32 = 0x7d;
    private static final int F64 = 0x7c;

    /// Copies of an instruction in one turn of its loop.
    private static final int COPIES = 48;

    private final List<Mix> mixes = new ArrayList<>();

    private FuelBench() {}

    /// Instructions that are run until the fuel is used up.
    record Mix(String name, Consumer<WasmWriter> instruction) {
        byte[] module(int copies) {
            return FuelBench.module(instruction, copies);
        }
    }

    /// @param nanos of processor time for a unit of fuel
    /// @param ratio to the median of all mixes
    public record Line(String name, double nanos, double ratio) {}

    static List<Mix> mixes() {
        FuelBench bench = new FuelBench();
        bench.integers();
        bench.floats();
        bench.conversions();
        bench.memory();
        bench.control();
        return bench.mixes;
    }

    /// Runs each mix twice, the second time for the figure.
    ///
    /// @param fuel for each run
    public static List<Line> run(long fuel) throws GuestAborted {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        List<Line> lines = new ArrayList<>();
        for (Mix mix : mixes()) {
            Guest guest = Guest.of(mix.module(COPIES));
            Source bytes = new Zeros(8L * Source.LEAF);
            GuestResult _ = guest.run(fuel, bytes, bytes, Engine.COMPILED);
            long before = threads.getCurrentThreadCpuTime();
            GuestResult result = guest.run(fuel, bytes, bytes, Engine.COMPILED);
            double nanos = (double) (threads.getCurrentThreadCpuTime() - before);
            if (result.end() != GuestResult.End.OUT_OF_FUEL) {
                throw new IllegalStateException(mix.name() + " ended: " + result.end());
            }
            lines.add(new Line(mix.name(), nanos / fuel, 0));
        }
        double median =
                lines.stream().mapToDouble(Line::nanos).sorted().toArray()[lines.size() / 2];
        return lines.stream()
                .map(line -> new Line(line.name(), line.nanos(), line.nanos() / median))
                .toList();
    }

    /// A source whose leaves cost nothing but their memory.
    private record Zeros(long length) implements Source {
        @Override
        public byte[] leaf(long index) {
            return new byte[LEAF];
        }

        @Override
        public void close() throws IOException {
            // There is nothing to close.
        }
    }

    /// Binary operations keep their result in a local, so that none is left out.
    private void binary(String name, int get, int... ops) {
        add(
                name,
                out -> {
                    out.u8(Op.LOCAL_GET, get)
                            .u8(Op.LOCAL_GET, get + 1)
                            .u8(ops)
                            .u8(Op.LOCAL_SET, get);
                });
    }

    private void unary(String name, int get, int set, int... ops) {
        add(name, out -> out.u8(Op.LOCAL_GET, get).u8(ops).u8(Op.LOCAL_SET, set));
    }

    /// An operation again and again on its own result.
    private void repeated(String name, int local, int times, int... ops) {
        add(
                name,
                out -> {
                    out.u8(Op.LOCAL_GET, local);
                    for (int i = 0; i < times; i++) {
                        out.u8(ops);
                    }
                    out.u8(Op.LOCAL_SET, local);
                });
    }

    private void divide(String name, int type, long dividend, int local, int op) {
        add(
                name,
                out ->
                        out.u8(type)
                                .signed(dividend)
                                .u8(Op.LOCAL_GET, local + 1, op, Op.LOCAL_SET, local));
    }

    /// Locals 2 to 9: two each of i32, i64, f32 and f64, with values that change little.
    private void integers() {
        binary("i32.add", 2, 0x6a);
        binary("i32.mul", 2, 0x6c);
        divide("i32.div_s", Op.I32_CONST, Integer.MAX_VALUE, 2, 0x6d);
        unary("i32.rem_u", 2, 2, Op.LOCAL_GET, 3, 0x70, Op.LOCAL_GET, 3, 0x6a);
        binary("i64.mul", 4, 0x7e);
        divide("i64.div_s", Op.I64_CONST, Long.MAX_VALUE, 4, 0x7f);
        divide("i64.div_u", Op.I64_CONST, -3, 4, 0x80);
        divide("i64.rem_s", Op.I64_CONST, Long.MAX_VALUE, 4, 0x81);
        divide("i64.rem_u", Op.I64_CONST, -3, 4, 0x82);
        repeated("i64.div of div", 4, 3, Op.LOCAL_GET, 5, 0x7f);
        unary("i64.clz", 4, 4, 0x79);
        unary("i64.popcnt", 4, 4, 0x7b);
        binary("i64.rotl", 4, 0x89);
    }

    private void floats() {
        binary("f32.add", 6, 0x92);
        binary("f32.div", 6, 0x95);
        binary("f32.min", 6, 0x96);
        unary("f32.sqrt", 6, 6, 0x91);
        unary("f32.nearest", 6, 6, 0x90);
        unary("f32.ceil", 6, 6, 0x8d);
        unary("f32.trunc", 6, 6, 0x8f);
        binary("f64.add", 8, 0xa0);
        binary("f64.div", 8, 0xa3);
        binary("f64.max", 8, 0xa5);
        binary("f64.copysign", 8, 0xa6);
        unary("f64.sqrt", 8, 8, 0x9f);
        unary("f64.nearest", 8, 8, 0x9e);
        unary("f64.floor", 8, 8, 0x9c);
        unary("f64.trunc", 8, 8, 0x9d);
        repeated("sqrt of sqrt", 8, 8, 0x9f);
        repeated("nearest of nearest", 8, 8, 0x9e);
        repeated("trunc of trunc", 8, 8, 0x9d);
    }

    private void conversions() {
        unary("i32.trunc_f64_s", 9, 2, 0xaa);
        unary("i64.trunc_f32_u", 7, 4, 0xaf);
        unary("i64.trunc_sat_f64_u", 9, 4, 0xfc, 7);
        unary("f64.convert_i64_u", 4, 8, 0xba);
        unary("f32.convert_i64_u", 4, 6, 0xb5);
        unary("f32.demote", 8, 6, 0xb6);
        unary("f64.promote", 6, 8, 0xbb);
        unary("i32.extend8_s", 2, 2, 0xc0);
    }

    private void memory() {
        unary("i32.load", 3, 2, 0x28, 0, 0);
        unary("i64.load8_u", 3, 4, 0x31, 0, 0);
        unary("f64.load", 3, 8, 0x2b, 0, 0);
        add("i32.store", out -> out.u8(Op.LOCAL_GET, 3, Op.LOCAL_GET, 2, 0x36, 0, 0));
        add("i64.store16", out -> out.u8(Op.LOCAL_GET, 3, Op.LOCAL_GET, 4, 0x3d, 0, 0));
        add(
                "loads all over the memory",
                out -> {
                    scatter(out);
                    out.u8(Op.LOCAL_GET, 2, 0x2d, 0, 0).u8(Op.LOCAL_GET, 2, 0x6a, Op.LOCAL_SET, 2);
                });
        add(
                "stores all over the memory",
                out -> {
                    scatter(out);
                    out.u8(Op.LOCAL_GET, 2, Op.LOCAL_GET, 2, 0x3a, 0, 0);
                });
        bulk("memory.fill of nothing", Op.MEMORY_FILL, 0, 0);
        bulk("memory.fill of 64 bytes", Op.MEMORY_FILL, 64, 0);
        bulk("memory.fill of 32 MiB", Op.MEMORY_FILL, 32 << 20, 0);
        bulk("memory.copy of nothing", Op.MEMORY_COPY, 0, 4096);
        bulk("memory.copy of 64 bytes", Op.MEMORY_COPY, 64, 4096);
        bulk("memory.copy of 31 MiB", Op.MEMORY_COPY, 31 << 20, 32 << 20);
        unary("memory.grow by nothing", 10, 2, 0x40, 0);
        add("memory.size", out -> out.u8(Op.MEMORY_SIZE, 0, Op.LOCAL_SET, 2));
        read("read of nothing", 0, 0);
        read("read of 64 bytes", 0, 64);
        read("read of 1 MiB", 0, 1 << 20);
        read("read of other leaves", 3 << 20, 1);
    }

    /// A place in 32 MiB that depends on the one before.
    private static void scatter(WasmWriter out) {
        out.u8(Op.LOCAL_GET, 2, Op.I32_CONST).signed(1_664_525).u8(0x6c);
        out.u8(Op.I32_CONST).signed(1_013_904_223).u8(0x6a);
        out.u8(Op.I32_CONST).signed((32 << 20) - 1).u8(0x71, Op.LOCAL_SET, 2);
    }

    private void bulk(String name, int op, int length, int from) {
        add(
                name,
                out -> {
                    out.u8(Op.I32_CONST, 0, Op.I32_CONST)
                            .signed(from)
                            .u8(Op.I32_CONST)
                            .signed(length);
                    out.u8(0xfc, op - Op.MORE);
                    out.u8(op == Op.MEMORY_COPY ? new int[] {0, 0} : new int[] {0});
                });
    }

    private void read(String name, int step, int length) {
        add(
                name,
                out -> {
                    out.u8(Op.LOCAL_GET, 11).u8(Op.I32_CONST, 0, Op.I32_CONST).signed(length);
                    out.u8(Op.CALL, 0, Op.DROP);
                    out.u8(Op.LOCAL_GET, 11, Op.I64_CONST).signed(step).u8(0x7c);
                    out.u8(Op.I64_CONST).signed((8 << 20) - 1).u8(0x83, Op.LOCAL_SET, 11);
                });
    }

    private void control() {
        add("global.get, global.set", out -> out.u8(Op.GLOBAL_GET, 0, Op.GLOBAL_SET, 0));
        add("br_if not taken", out -> out.u8(Op.LOCAL_GET, 10, Op.BR_IF, 0));
        add("block", out -> out.u8(Op.BLOCK, 0x40, Op.END));
        add("if", out -> out.u8(Op.LOCAL_GET, 3, Op.IF, 0x40, Op.END));
        add(
                "br_table",
                out ->
                        out.u8(Op.BLOCK, 0x40, Op.BLOCK, 0x40, Op.BLOCK, 0x40)
                                .u8(Op.LOCAL_GET, 2, Op.BR_TABLE, 3, 0, 1, 2, 1)
                                .u8(Op.END, Op.END, Op.END));
        add(
                "select",
                out ->
                        out.u8(
                                Op.LOCAL_GET,
                                4,
                                Op.LOCAL_GET,
                                5,
                                Op.LOCAL_GET,
                                3,
                                Op.SELECT,
                                Op.LOCAL_SET,
                                4));
        add("call", out -> out.u8(Op.CALL, 2));
        add("call_indirect", out -> out.u8(Op.I32_CONST, 0, Op.CALL_INDIRECT, 2, 0));
        add(
                "call with 64 parameters",
                out -> {
                    for (int i = 0; i < 64; i++) {
                        out.u8(Op.LOCAL_GET, 4);
                    }
                    out.u8(Op.CALL, 3);
                });
        add("call of 2000 locals", out -> out.u8(Op.CALL, 4));
    }

    private void add(String name, Consumer<WasmWriter> instruction) {
        mixes.add(new Mix(name, instruction));
    }

    /// A loop for ever around copies of an instruction, with all that one may need.
    private static byte[] module(Consumer<WasmWriter> instruction, int copies) {
        WasmWriter out = new WasmWriter().u8(0, 'a', 's', 'm', 1, 0, 0, 0);
        WasmWriter types = new WasmWriter().u32(4);
        types.u8(0x60, 3, I64, I32, I32, 1, I32).u8(0x60, 2, I64, I64, 1, I32).u8(0x60, 0, 0);
        types.u8(0x60, 64);
        for (int i = 0; i < 64; i++) {
            types.u8(I64);
        }
        out.u8(1).sized(types.u8(0));
        out.u8(2).sized(new WasmWriter().u32(1).name("evenhand").name("read_work").u8(0, 0));
        out.u8(3).sized(new WasmWriter().u32(4).u8(1, 2, 3, 2));
        out.u8(4).sized(new WasmWriter().u32(1).u8(0x70, 0).u32(1));
        out.u8(5).sized(new WasmWriter().u32(1).u8(1).u32(1023).u32(1024));
        out.u8(6).sized(new WasmWriter().u32(1).u8(I32, 1, Op.I32_CONST, 7, Op.END));
        out.u8(7).sized(new WasmWriter().u32(1).name("judge").u8(0).u32(1));
        out.u8(9).sized(new WasmWriter().u32(1).u8(0, Op.I32_CONST, 0, Op.END, 1, 2));
        WasmWriter code = new WasmWriter().u32(4).sized(loop(instruction, copies));
        code.sized(new WasmWriter().u32(0).u8(Op.END));
        code.sized(new WasmWriter().u32(0).u8(Op.END));
        code.sized(new WasmWriter().u32(1).u32(2000).u8(I64, Op.END));
        return out.u8(10).sized(code).toByteArray();
    }

    private static WasmWriter loop(Consumer<WasmWriter> instruction, int copies) {
        WasmWriter body =
                new WasmWriter().u32(6).u8(2, I32, 2, I64, 2, F32, 2, F64, 1, I32, 1, I64);
        body.u8(Op.I32_CONST)
                .signed(1_000_003)
                .u8(Op.LOCAL_SET, 2, Op.I32_CONST, 7, Op.LOCAL_SET, 3);
        body.u8(Op.I64_CONST)
                .signed(Long.MAX_VALUE - 4)
                .u8(Op.LOCAL_SET, 4, Op.I64_CONST, 7, Op.LOCAL_SET, 5);
        for (int local : new int[] {6, 7}) {
            body.u8(Op.F32_CONST)
                    .littleEndian(Float.floatToIntBits(1.37f), 4)
                    .u8(Op.LOCAL_SET, local);
        }
        for (int local : new int[] {8, 9}) {
            body.u8(Op.F64_CONST)
                    .littleEndian(Double.doubleToLongBits(1.37), 8)
                    .u8(Op.LOCAL_SET, local);
        }
        body.u8(Op.LOOP, 0x40);
        for (int i = 0; i < copies; i++) {
            instruction.accept(body);
        }
        return body.u8(Op.BR, 0, Op.END, Op.I32_CONST, 0, Op.END);
    }
}
