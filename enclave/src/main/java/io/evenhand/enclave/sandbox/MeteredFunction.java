package io.evenhand.enclave.sandbox;

import io.evenhand.enclave.sandbox.ModuleShape.Signature;

/// One function on its way through the {@link Meter}.
final class MeteredFunction {
    private static final int I32 = 0x7f;
    private static final int I64 = 0x7e;
    private static final int F32 = 0x7d;
    private static final int F64 = 0x7c;

    /// i64.extend_i32_u
    private static final int EXTEND = 0xad;

    /// Words of a frame besides its locals and operands: what the engine and Java keep for a call.
    private static final int FRAME_WORDS = 64;

    /// Locals that are added to each function, see {@link #local}.
    private static final int ADDED = 4;

    private final Meter meter;
    private final byte[] body;
    private final int params;
    private final int locals;
    private final int firstInstruction;
    private final BodyMeasure measure;
    private final WasmWriter out = new WasmWriter();

    /// The straight line at hand: paid as a whole, so it is written once its cost is known.
    private final WasmWriter line = new WasmWriter();

    private int cost;
    private int frameWords;

    MeteredFunction(Meter meter, Signature type, byte[] body) {
        this.meter = meter;
        this.body = body;
        this.params = type.params().size();
        WasmReader in = new WasmReader(body, 0, body.length);
        this.locals = locals(in);
        this.firstInstruction = in.position();
        this.measure = BodyMeasure.of(meter, type, params + locals, in);
    }

    /// What the engine keeps for the places that can be jumped to: a type for each local and
    /// operand at each of them.
    long cells() {
        return (long) measure.labels() * (params + locals + ADDED + measure.deepest());
    }

    int java() {
        return measure.java();
    }

    WasmWriter rewrite() {
        frameWords = FRAME_WORDS + 2 * (params + locals + measure.adding());
        cost = Fuel.ENTRY + locals;
        WasmReader in = new WasmReader(body, firstInstruction, body.length);
        while (!in.atEnd()) {
            int from = in.position();
            int op = Op.read(in);
            Op.skipOperands(op, in);
            instruction(op, in.since(from));
        }
        flush();
        return out;
    }

    /// Copies the locals and adds one of each type behind them.
    private int locals(WasmReader in) {
        int groups = in.count(GuestLimits.MAX_LOCALS, "groups of locals");
        int total = 0;
        WasmWriter copy = new WasmWriter();
        for (int i = 0; i < groups; i++) {
            int room = GuestLimits.MAX_LOCALS - params - total;
            int count = in.count(room, "locals more, with room for these only");
            copy.u32(count).u8(in.u8());
            total += count;
        }
        out.u32(groups + 4).all(copy).u8(1, I32, 1, I64, 1, F32, 1, F64);
        return total;
    }

    private void instruction(int op, byte[] original) {
        cost += Fuel.of(op, meter.pages());
        switch (op) {
            case Op.ELSE,
                    Op.END,
                    Op.LOOP,
                    Op.IF,
                    Op.BR,
                    Op.BR_IF,
                    Op.BR_TABLE,
                    Op.RETURN,
                    Op.UNREACHABLE -> {
                copy(original);
                flush();
            }
            case Op.CALL, Op.CALL_INDIRECT -> {
                line.u8(Op.I32_CONST).signed(frameWords).u8(Op.CALL).u32(meter.enter());
                copy(original);
                line.u8(Op.I32_CONST).signed(frameWords).u8(Op.CALL).u32(meter.leave());
            }
            case Op.MEMORY_GROW -> {
                chargeGrowing();
                copy(original);
            }
            case Op.MEMORY_INIT, Op.MEMORY_COPY, Op.MEMORY_FILL -> {
                chargeBytes();
                copy(original);
            }
            default -> plain(op, original);
        }
    }

    /// Pays for as many bytes as the number on the stack says.
    private void chargeBytes() {
        local(Op.LOCAL_TEE, 0);
        line.u8(EXTEND).u8(Op.I64_CONST).signed(Fuel.BYTES_SHIFT).u8(0x88); // i64.shr_u
        line.u8(Op.CALL).u32(meter.charge());
        local(Op.LOCAL_GET, 0);
    }

    /// Pays for the pages there would be: growing copies all that are there.
    private void chargeGrowing() {
        local(Op.LOCAL_TEE, 0);
        line.u8(EXTEND, Op.MEMORY_SIZE, 0, EXTEND, 0x7c); // i64.add
        line.u8(Op.I64_CONST).signed(16 - Fuel.BYTES_SHIFT).u8(0x86); // i64.shl
        line.u8(Op.CALL).u32(meter.charge());
        local(Op.LOCAL_GET, 0);
    }

    private void plain(int op, byte[] original) {
        switch (op) {
            case 0x8b -> bits32(0x71, 0x7fffffff); // f32.abs
            case 0x8c -> bits32(0x73, 0x80000000); // f32.neg
            case 0x98 -> copysign32();
            case 0x99 -> bits64(0x83, Long.MAX_VALUE); // f64.abs
            case 0x9a -> bits64(0x85, Long.MIN_VALUE); // f64.neg
            case 0xa6 -> copysign64();
            default -> {
                copy(original);
                if ((op >= 0x8d && op <= 0x97) || op == 0xb6) {
                    canonical32();
                } else if ((op >= 0x9b && op <= 0xa5) || op == 0xbb) {
                    canonical64();
                }
            }
        }
    }

    private void canonical32() {
        local(Op.LOCAL_TEE, 2);
        line.u8(Op.F32_CONST).littleEndian(Meter.CANONICAL_F32, 4);
        local(Op.LOCAL_GET, 2);
        local(Op.LOCAL_GET, 2);
        line.u8(0x5b, Op.SELECT); // f32.eq
    }

    private void canonical64() {
        local(Op.LOCAL_TEE, 3);
        line.u8(Op.F64_CONST).littleEndian(Meter.CANONICAL_F64, 8);
        local(Op.LOCAL_GET, 3);
        local(Op.LOCAL_GET, 3);
        line.u8(0x61, Op.SELECT); // f64.eq
    }

    private void bits32(int op, int mask) {
        line.u8(0xbc, Op.I32_CONST).signed(mask).u8(op, 0xbe);
    }

    private void bits64(int op, long mask) {
        line.u8(0xbd, Op.I64_CONST).signed(mask).u8(op, 0xbf);
    }

    /// The sign is on top of the stack, below it the rest.
    private void copysign32() {
        line.u8(0xbc, Op.I32_CONST).signed(0x80000000).u8(0x71);
        local(Op.LOCAL_SET, 0);
        line.u8(0xbc, Op.I32_CONST).signed(0x7fffffff).u8(0x71);
        local(Op.LOCAL_GET, 0);
        line.u8(0x72, 0xbe);
    }

    private void copysign64() {
        line.u8(0xbd, Op.I64_CONST).signed(Long.MIN_VALUE).u8(0x83);
        local(Op.LOCAL_SET, 1);
        line.u8(0xbd, Op.I64_CONST).signed(Long.MAX_VALUE).u8(0x83);
        local(Op.LOCAL_GET, 1);
        line.u8(0x84, 0xbf);
    }

    /// The locals added behind the function's own: an i32, an i64, an f32, an f64.
    private void local(int op, int which) {
        line.u8(op).u32(params + locals + which);
    }

    private void copy(byte[] instruction) {
        line.bytes(instruction, 0, instruction.length);
    }

    private void flush() {
        if (cost > 0) {
            long paid = measure.java() > Fuel.LARGE_FUNCTION ? (long) cost * Fuel.SLOW : cost;
            out.u8(Op.I64_CONST).signed(paid).u8(Op.CALL).u32(meter.charge());
        }
        out.all(line);
        line.clear();
        cost = 0;
    }
}
