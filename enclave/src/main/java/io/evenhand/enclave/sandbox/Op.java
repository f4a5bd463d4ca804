package io.evenhand.enclave.sandbox;

import io.evenhand.kit.codec.MalformedException;

/// The instructions the sandbox runs: WebAssembly 1.0, sign extension, saturating conversion, and
/// bulk memory without tables.
final class Op {
    static final int UNREACHABLE = 0x00;
    static final int NOP = 0x01;
    static final int BLOCK = 0x02;
    static final int LOOP = 0x03;
    static final int IF = 0x04;
    static final int ELSE = 0x05;
    static final int END = 0x0b;
    static final int BR = 0x0c;
    static final int BR_IF = 0x0d;
    static final int BR_TABLE = 0x0e;
    static final int RETURN = 0x0f;
    static final int CALL = 0x10;
    static final int CALL_INDIRECT = 0x11;
    static final int DROP = 0x1a;
    static final int SELECT = 0x1b;
    static final int LOCAL_GET = 0x20;
    static final int LOCAL_SET = 0x21;
    static final int LOCAL_TEE = 0x22;
    static final int GLOBAL_GET = 0x23;
    static final int GLOBAL_SET = 0x24;
    static final int MEMORY_SIZE = 0x3f;
    static final int MEMORY_GROW = 0x40;
    static final int I32_CONST = 0x41;
    static final int I64_CONST = 0x42;
    static final int F32_CONST = 0x43;
    static final int F64_CONST = 0x44;

    /// The prefix of saturating conversion and bulk memory; the number behind it is added.
    static final int MORE = 0xfc00;

    static final int MEMORY_INIT = MORE + 8;
    static final int DATA_DROP = MORE + 9;
    static final int MEMORY_COPY = MORE + 10;
    static final int MEMORY_FILL = MORE + 11;

    private Op() {}

    /// Reads an instruction's code; what stands behind it is read by {@link #skipOperands}.
    static int read(WasmReader in) {
        int code = in.u8();
        return code == 0xfc ? MORE + in.count(255, "is no instruction 0xfc; codes") : code;
    }

    /// Goes over what belongs to the instruction `op`.
    ///
    /// @throws MalformedException if the sandbox does not run it
    static void skipOperands(int op, WasmReader in) {
        switch (op) {
            case BLOCK, LOOP, IF -> blockType(in);
            case BR, BR_IF, CALL, LOCAL_GET, LOCAL_SET, LOCAL_TEE, GLOBAL_GET, GLOBAL_SET -> {
                int _ = in.u32();
            }
            case BR_TABLE -> {
                int count = in.count(GuestLimits.MAX_MODULE, "targets of br_table");
                for (int i = 0; i <= count; i++) {
                    int _ = in.u32();
                }
            }
            case CALL_INDIRECT -> {
                int _ = in.u32();
                zero(in.u32(), "table");
            }
            case MEMORY_SIZE, MEMORY_GROW, MEMORY_FILL -> zero(in.u8(), "memory");
            case I32_CONST -> in.skipSigned(5);
            case I64_CONST -> in.skipSigned(10);
            case F32_CONST -> in.advance(4);
            case F64_CONST -> in.advance(8);
            case MEMORY_INIT -> {
                int _ = in.u32();
                zero(in.u8(), "memory");
            }
            case DATA_DROP -> {
                int _ = in.u32();
            }
            case MEMORY_COPY -> {
                zero(in.u8(), "memory");
                zero(in.u8(), "memory");
            }
            default -> {
                if (op >= 0x28 && op <= 0x3e) {
                    int _ = in.count(3, "as an alignment or a second memory; alignments");
                    int _ = in.u32();
                } else if (!isPlain(op)) {
                    throw new MalformedException(refusal(op));
                }
            }
        }
    }

    /// Instructions without operands of their own.
    private static boolean isPlain(int op) {
        return op <= 0x01
                || op == ELSE
                || op == END
                || op == RETURN
                || op == DROP
                || op == SELECT
                || (op >= 0x45 && op <= 0xc4)
                || (op >= MORE && op <= MORE + 7);
    }

    /// How many operands an instruction without a type of its own takes, less what it gives.
    static int taken(int op) {
        if (op >= MEMORY_INIT) {
            return op == DATA_DROP ? 0 : 3;
        }
        boolean store = op >= 0x36 && op <= 0x3e;
        if (op == SELECT || store) {
            return 2;
        }
        boolean one =
                op == BR_IF
                        || op == DROP
                        || op == LOCAL_SET
                        || op == GLOBAL_SET
                        || (op >= 0x46 && op <= 0x4f)
                        || (op >= 0x51 && op <= 0x66)
                        || (op >= 0x6a && op <= 0x78)
                        || (op >= 0x7c && op <= 0x8a)
                        || (op >= 0x92 && op <= 0x98)
                        || (op >= 0xa0 && op <= 0xa6);
        return one ? 1 : 0;
    }

    /// Arithmetic whose result is made canonical.
    static boolean isFloat(int op) {
        return (op >= 0x8b && op <= 0xa6) || op == 0xb6 || op == 0xbb;
    }

    private static String refusal(int op) {
        String why =
                switch (op) {
                    case 0xfb -> "garbage collection";
                    case 0xfd -> "SIMD (compile without -msimd128)";
                    case 0xfe -> "threads (compile without -matomics)";
                    case 0x12, 0x13, 0x14, 0x15 -> "tail calls";
                    case 0x06, 0x07, 0x08, 0x09, 0x0a, 0x18, 0x19, 0x1f -> "exceptions";
                    default -> "this instruction";
                };
        return "the sandbox does not run " + why + ": code 0x" + Integer.toHexString(op);
    }

    private static void blockType(WasmReader in) {
        int type = in.u8();
        if (type != 0x40 && (type < 0x7c || type > 0x7f)) {
            throw new MalformedException("a block gives nothing or one number (no multi-value)");
        }
    }

    private static void zero(int index, String what) {
        if (index != 0) {
            throw new MalformedException("the sandbox takes one " + what);
        }
    }
}
