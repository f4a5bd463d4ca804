package io.evenhand.enclave.sandbox;

import io.evenhand.enclave.sandbox.ModuleShape.Signature;
import io.evenhand.kit.codec.MalformedException;
import java.util.Optional;

/// What of one function's body the engine keeps in memory or writes into a Java method, found in
/// one pass.
///
/// The figures are bounds for valid bodies; of another body they mean nothing, and the engine
/// refuses it later.
final class BodyMeasure {
    private static final int EMPTY = 0x40;

    private final Meter meter;
    private final WasmReader in;

    /// Where the operands of each open block begin, and how many it leaves.
    private final int[] base = new int[GuestLimits.MAX_NESTING + 1];

    private final int[] left = new int[GuestLimits.MAX_NESTING + 1];
    private int nesting = 1;
    private int height;
    private int adding;
    private int labels;
    private int deepest;
    private int java;

    private BodyMeasure(Meter meter, Signature type, WasmReader in) {
        this.meter = meter;
        this.in = in;
        this.left[0] = type.results().size();
    }

    /// @param in from the first instruction on
    /// @throws MalformedException if it is beyond a limit of {@link GuestLimits}
    static BodyMeasure of(Meter meter, Signature type, int locals, WasmReader in) {
        BodyMeasure measure = new BodyMeasure(meter, type, in);
        measure.java = JAVA_FRAME + JAVA_LOCAL * locals;
        while (measure.nesting > 0) {
            measure.next();
        }
        in.end("a function");
        return measure;
    }

    /// A bound on the operand stack that needs no types: what lies on it at one point of the text
    /// was put there by an instruction before that point which adds to it.
    int adding() {
        return adding;
    }

    /// Operands that lie on the stack at once, at most.
    int deepest() {
        return deepest;
    }

    /// Places that can be jumped to: blocks, loops and both sides of an `if`.
    int labels() {
        return labels;
    }

    /// Bytes of Java code.
    int java() {
        return java;
    }

    private void next() {
        int op = Op.read(in);
        int operand = in.position();
        Op.skipOperands(op, in);
        if (meter.kind() == ModuleRules.Kind.PROGRAM
                && (op == Op.MEMORY_INIT || op == Op.DATA_DROP)) {
            throw new MalformedException(
                    "a program has no memory.init and no data.drop: segments do not outlive a round");
        }
        java += javaBytes(op, in.position() - operand);
        step(op, operand);
        limit(height, GuestLimits.MAX_OPERANDS, "operands on the stack of a function");
        limit(labels, GuestLimits.MAX_LABELS, "blocks in a function");
        limit(java, GuestLimits.MAX_JAVA_METHOD, "bytes of Java code in a function");
        deepest = Math.max(deepest, height);
    }

    private static void limit(int found, int most, String what) {
        if (found > most) {
            throw new MalformedException("more than " + most + " " + what);
        }
    }

    private void step(int op, int operand) {
        switch (op) {
            case Op.BLOCK, Op.LOOP -> enter(in.at(operand).u8());
            case Op.IF -> {
                take(1);
                enter(in.at(operand).u8());
            }
            case Op.ELSE -> {
                labels++;
                height = base[nesting - 1];
            }
            case Op.END -> {
                nesting--;
                height = base[nesting] + left[nesting];
            }
            case Op.BR, Op.BR_TABLE, Op.RETURN, Op.UNREACHABLE -> height = base[nesting - 1];
            case Op.CALL -> call(meter.signature(in.at(operand).u32()), 0);
            case Op.CALL_INDIRECT -> call(meter.type(in.at(operand).u32()), 1);
            case Op.LOCAL_GET, Op.GLOBAL_GET, Op.MEMORY_SIZE -> add();
            case Op.I32_CONST, Op.I64_CONST, Op.F32_CONST, Op.F64_CONST -> add();
            default -> take(Op.taken(op));
        }
    }

    private void enter(int type) {
        adding++;
        labels++;
        if (nesting >= GuestLimits.MAX_NESTING) {
            throw new MalformedException("blocks nested deeper than " + GuestLimits.MAX_NESTING);
        }
        base[nesting] = height;
        left[nesting] = type == EMPTY ? 0 : 1;
        nesting++;
    }

    private void call(Optional<Signature> callee, int more) {
        adding++;
        take(more);
        callee.ifPresent(type -> {
            take(type.params().size());
            height += type.results().size();
            java += JAVA_LOCAL * type.params().size();
        });
    }

    private void add() {
        adding++;
        height++;
    }

    /// Behind a jump there may be fewer operands than are taken: such code never runs.
    private void take(int count) {
        height = Math.max(base[nesting - 1], height - count);
    }

    /// Bytes of a Java method's beginning and end.
    private static final int JAVA_FRAME = 64;

    /// To set, load or store one local whose number takes two bytes.
    private static final int JAVA_LOCAL = 6;

    /// Bytes of Java code that the engine makes of an instruction and of what the {@link Meter}
    /// puts around it, at most.
    private int javaBytes(int op, int operandBytes) {
        return switch (op) {
            case Op.BLOCK, Op.NOP -> 0;
            case Op.LOOP, Op.IF, Op.ELSE, Op.END, Op.RETURN, Op.UNREACHABLE -> 40;
            // A jump takes off what lies between.
            case Op.BR, Op.BR_IF -> 48 + (height - base[0]);
            case Op.BR_TABLE -> 48 + operandBytes * (16 + height - base[0]);
            case Op.CALL -> 72;
            case Op.CALL_INDIRECT -> 112;
            case Op.MEMORY_GROW, Op.MEMORY_INIT, Op.MEMORY_COPY, Op.MEMORY_FILL -> 64;
            case Op.GLOBAL_GET, Op.GLOBAL_SET -> 20;
            case Op.LOCAL_GET, Op.LOCAL_SET, Op.LOCAL_TEE -> JAVA_LOCAL;
            default -> Op.isFloat(op) ? 48 : 16;
        };
    }
}
