package io.evenhand.enclave.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import run.endive.runtime.HostFunction;
import run.endive.runtime.Instance;
import run.endive.runtime.TrapException;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.ValType;

/// `read(offset, ptr, len) -> n`: copies at most `len` bytes from a place of the source to the
/// guest's memory, and says how many there were. Beyond the end there are none.
///
/// It keeps the leaves used last. Which ones those are, and so what reading costs, follows from the
/// reads alone.
final class ReadFunction {
    /// Leaves kept, so that a guest may merge a few places of a source.
    private static final int KEPT = 4;

    /// Takes fuel, and ends the run if there is not enough.
    interface Charge {
        void pay(Instance instance, long cost);
    }

    private final Source source;
    private final Charge charge;
    private final Map<Long, byte[]> leaves = new LinkedHashMap<>(8, 0.75f, true);

    ReadFunction(Source source, Charge charge) {
        this.source = source;
        this.charge = charge;
    }

    /// @param fuelGlobal index of the global from which the reading is paid
    static Charge from(int fuelGlobal) {
        return (instance, cost) -> {
            long left = instance.global(fuelGlobal).getValue() - cost;
            instance.global(fuelGlobal).setValue(left);
            if (left < 0) {
                throw new TrapException("out of fuel");
            }
        };
    }

    HostFunction as(ModuleShape.Import wanted) {
        return new HostFunction(
                ModuleShape.Import.MODULE,
                wanted.text,
                FunctionType.of(
                        List.of(ValType.I64, ValType.I32, ValType.I32), List.of(ValType.I32)),
                (instance, args) ->
                        new long[] {read(instance, args[0], (int) args[1], (int) args[2])});
    }

    private int read(Instance instance, long offset, int at, int length) {
        long memory = (long) instance.memory().pages() * GuestLimits.PAGE;
        if (Integer.toUnsignedLong(at) + Integer.toUnsignedLong(length) > memory) {
            throw new TrapException("read beyond the memory");
        }
        boolean none = offset < 0 || offset >= source.length();
        int count = none ? 0 : (int) Math.min(length, source.length() - offset);
        charge.pay(instance, Fuel.READ + ((long) count >> Fuel.BYTES_SHIFT));
        int done = 0;
        while (done < count) {
            long from = offset + done;
            byte[] leaf = leaf(instance, from / Source.LEAF);
            int inLeaf = (int) (from % Source.LEAF);
            int now = Math.min(leaf.length - inLeaf, count - done);
            instance.memory().write(at + done, leaf, inLeaf, now);
            done += now;
        }
        return count;
    }

    private byte[] leaf(Instance instance, long index) {
        byte[] kept = leaves.get(index);
        if (kept != null) {
            return kept;
        }
        long size = Math.min(Source.LEAF, source.length() - index * Source.LEAF);
        charge.pay(instance, size);
        try {
            byte[] leaf = source.leaf(index);
            leaves.put(index, leaf);
            if (leaves.size() > KEPT) {
                leaves.remove(leaves.keySet().iterator().next());
            }
            return leaf;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
