package io.evenhand.enclave.sandbox;

import io.evenhand.enclave.sandbox.ModuleShape.Pages;
import io.evenhand.enclave.sandbox.ModuleShape.Signature;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Octets;
import java.util.Optional;

/// Rewrites a module so that it counts its own fuel and stack, and makes one NaN of all.
///
/// ```
/// function, loop, if, else, end,      i64.const cost of the instructions up to the next border
///   behind a branch                     call $charge            traps below zero
/// memory.grow, copy, fill, init       the same for its bytes
/// call, call_indirect                 i32.const words of this frame, call $enter ... call $leave
/// float arithmetic                    x == x ? x : NaN
/// neg, abs, copysign of floats        the same on integers, bit by bit
/// ```
///
/// A straight line is paid before it runs. Each way around a loop goes through a branch and each
/// recursion through a call, both of which cost, so nothing runs for ever. Types, functions,
/// globals and locals are added behind those of the module, so its own numbers stay as they are.
final class Meter {
    private static final int I32 = 0x7f;
    private static final int I64 = 0x7e;
    private static final int EMPTY = 0x40;

    static final int CANONICAL_F32 = 0x7fc00000;
    static final long CANONICAL_F64 = 0x7ff8L << 48;

    private final ModuleShape shape;

    /// Indices of what is added.
    private final int charge;

    private final int enter;
    private final int leave;
    private final int fuel;
    private final int depth;

    private Meter(ModuleShape shape) {
        this.shape = shape;
        this.charge = shape.imports().size() + shape.functions().size();
        this.enter = charge + 1;
        this.leave = charge + 2;
        this.fuel = shape.globals().size();
        this.depth = fuel + 1;
    }

    int charge() {
        return charge;
    }

    ModuleRules.Kind kind() {
        return shape.kind();
    }

    /// The most that the memory may have.
    int pages() {
        return shape.memory().max();
    }

    int enter() {
        return enter;
    }

    int leave() {
        return leave;
    }

    /// A metered module.
    ///
    /// @param bytes it exports what the host calls, and no more
    /// @param fuelGlobal index of the global that holds the fuel left; below zero it has run out
    /// @param depthGlobal index of the global that holds the words on the stack
    record Metered(Octets bytes, int fuelGlobal, int depthGlobal) {}

    /// @param fuel what the guest starts with
    /// @throws MalformedException if a function holds what the sandbox does not run
    static Metered rewrite(ModuleShape shape, long fuel) {
        Meter meter = new Meter(shape);
        return new Metered(new Octets(meter.module(fuel)), meter.fuel, meter.depth);
    }

    /// Refuses what {@link #rewrite} would refuse, without writing.
    static void check(ModuleShape shape) {
        Meter meter = new Meter(shape);
        long cells = 0;
        long java = 0;
        for (int i = 0; i < shape.code().size(); i++) {
            MeteredFunction function = meter.function(i);
            cells += function.cells();
            if (cells > GuestLimits.MAX_CELLS) {
                throw new MalformedException(
                        "(locals and operands) times blocks of all functions give more than "
                                + GuestLimits.MAX_CELLS);
            }
            java += function.java();
            if (java > shape.kind().javaCode) {
                throw new MalformedException(
                        "all functions give more than "
                                + shape.kind().javaCode
                                + " bytes of Java code");
            }
        }
    }

    /// The type of a function by its number, imports first.
    Optional<Signature> signature(int function) {
        int own = function - shape.importTypes().size();
        if (function < 0 || own >= shape.functions().size()) {
            return Optional.empty();
        }
        return type(own < 0 ? shape.importTypes().get(function) : shape.functions().get(own));
    }

    Optional<Signature> type(int index) {
        return index < 0 || index >= shape.types().size()
                ? Optional.empty()
                : Optional.of(shape.types().get(index));
    }

    private byte[] module(long fuelAtStart) {
        WasmWriter out = new WasmWriter();
        out.u8(0, 'a', 's', 'm', 1, 0, 0, 0);
        section(out, 1, types());
        if (!shape.imports().isEmpty()) {
            section(out, 2, imports());
        }
        section(out, 3, functions());
        taken(out, 4, shape.table());
        if (shape.memory().present()) {
            Pages memory = shape.memory();
            section(out, 5, new WasmWriter().u32(1).u8(1).u32(memory.min()).u32(memory.max()));
        }
        section(out, 6, globals(fuelAtStart));
        section(out, 7, exports());
        taken(out, 9, shape.elements());
        if (shape.dataCount()) {
            section(out, 12, new WasmWriter().u32(shape.segments()));
        }
        section(out, 10, code());
        taken(out, 11, shape.data());
        return out.toByteArray();
    }

    private static void section(WasmWriter out, int id, WasmWriter body) {
        out.u8(id).sized(body);
    }

    /// A section as it came.
    private static void taken(WasmWriter out, int id, Octets body) {
        byte[] bytes = body.toByteArray();
        if (bytes.length > 0) {
            out.u8(id).sized(bytes);
        }
    }

    private WasmWriter types() {
        WasmWriter out = new WasmWriter().u32(shape.types().size() + 2);
        for (Signature type : shape.types()) {
            out.u8(0x60).u32(type.params().size());
            type.params().forEach(out::u8);
            out.u32(type.results().size());
            type.results().forEach(out::u8);
        }
        return out.u8(0x60, 1, I64, 0).u8(0x60, 1, I32, 0);
    }

    private WasmWriter imports() {
        WasmWriter out = new WasmWriter().u32(shape.imports().size());
        for (int i = 0; i < shape.imports().size(); i++) {
            out.name(ModuleShape.Import.MODULE)
                    .name(shape.imports().get(i).text)
                    .u8(0)
                    .u32(shape.importTypes().get(i));
        }
        return out;
    }

    private WasmWriter functions() {
        WasmWriter out = new WasmWriter().u32(shape.functions().size() + 3);
        shape.functions().forEach(out::u32);
        int types = shape.types().size();
        return out.u32(types).u32(types + 1).u32(types + 1);
    }

    private WasmWriter globals(long fuelAtStart) {
        WasmWriter out = new WasmWriter().u32(shape.globals().size() + 2);
        shape.globals().forEach(global -> out.bytes(global, 0, global.length));
        out.u8(I64, 1, Op.I64_CONST).signed(fuelAtStart).u8(Op.END);
        return out.u8(I32, 1, Op.I32_CONST, 0, Op.END);
    }

    private WasmWriter exports() {
        WasmWriter out = new WasmWriter().u32(shape.exports().size());
        shape.exports().forEach(export -> out.name(export.name()).u8(0).u32(export.function()));
        return out;
    }

    private WasmWriter code() {
        WasmWriter out = new WasmWriter().u32(shape.code().size() + 3);
        for (int i = 0; i < shape.code().size(); i++) {
            out.sized(function(i).rewrite());
        }
        return out.sized(chargeBody()).sized(enterBody()).sized(leaveBody());
    }

    private MeteredFunction function(int index) {
        Signature type = shape.types().get(shape.functions().get(index));
        try {
            return new MeteredFunction(this, type, shape.code().get(index));
        } catch (MalformedException e) {
            throw new MalformedException("function " + index + ": " + e.getMessage(), e);
        }
    }

    /// fuel = fuel - cost; below zero the run is over.
    private WasmWriter chargeBody() {
        WasmWriter out = new WasmWriter().u32(0);
        out.u8(Op.GLOBAL_GET).u32(fuel).u8(Op.LOCAL_GET, 0, 0x7d).u8(Op.LOCAL_TEE, 0);
        out.u8(Op.GLOBAL_SET).u32(fuel);
        out.u8(Op.LOCAL_GET, 0, Op.I64_CONST, 0, 0x53); // i64.lt_s
        return out.u8(Op.IF, EMPTY, Op.UNREACHABLE, Op.END, Op.END);
    }

    /// depth = depth + words; above the limit the run is over.
    private WasmWriter enterBody() {
        WasmWriter out = new WasmWriter().u32(0);
        out.u8(Op.GLOBAL_GET).u32(depth).u8(Op.LOCAL_GET, 0, 0x6a).u8(Op.LOCAL_TEE, 0);
        out.u8(Op.GLOBAL_SET).u32(depth);
        out.u8(Op.LOCAL_GET, 0, Op.I32_CONST).signed(GuestLimits.MAX_STACK_WORDS).u8(0x4a);
        return out.u8(Op.IF, EMPTY, Op.UNREACHABLE, Op.END, Op.END);
    }

    private WasmWriter leaveBody() {
        WasmWriter out = new WasmWriter().u32(0);
        out.u8(Op.GLOBAL_GET).u32(depth).u8(Op.LOCAL_GET, 0, 0x6b);
        return out.u8(Op.GLOBAL_SET).u32(depth).u8(Op.END);
    }
}
