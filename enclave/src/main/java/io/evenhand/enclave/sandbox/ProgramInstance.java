package io.evenhand.enclave.sandbox;

import io.evenhand.enclave.sandbox.Round.End;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Octets;
import java.util.function.Function;
import run.endive.runtime.ExportFunction;
import run.endive.runtime.GlobalInstance;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.runtime.WasmInterruptedException;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.types.MemoryLimits;

/// A program in a memory of its own, for one thread at a time, which needs {@link
/// GuestLimits#STACK_BYTES} of stack. An interrupt ends a call.
///
/// Nothing of the guest but its state survives a round (A25, F5): before each one the first image
/// of the memory, its size and all globals are put back.
public final class ProgramInstance {
    private final Program program;
    private final ProgramLimits limits;
    private final Function<Instance, Machine> machine;
    private final long[] globals;
    private Instance instance;
    private GuestMemory memory;
    private long callsLeft;

    /// Whether a call was left in the middle, after which the engine's own stack means nothing.
    private boolean broken;

    ProgramInstance(Program program, Function<Instance, Machine> machine) {
        this.program = program;
        this.limits = program.limits();
        this.machine = machine;
        this.instance = build();
        this.memory = (GuestMemory) instance.memory();
        this.globals = new long[instance.globalCount()];
        for (int i = 0; i < globals.length; i++) {
            globals[i] = instance.global(i).getValue();
        }
    }

    private Instance build() {
        MemoryLimits pages = new MemoryLimits(program.firstPages(), program.mostPages());
        return Instance.builder(program.module())
                .withMemoryLimits(pages)
                .withMemoryFactory(GuestMemory::new)
                .withMachineFactory(machine)
                .build();
    }

    /// The end of a round that no call follows.
    private static final class Fault extends Exception {
        private static final long serialVersionUID = 1;

        private final End end;
        private final int loadCode;

        Fault(End end, int loadCode) {
            super(end.toString(), null, false, false);
            this.end = end;
            this.loadCode = loadCode;
        }
    }

    /// Goes on from a state for some cycles. What comes back is a function of the program, its
    /// limits, the state and the cycles alone.
    ///
    /// @throws MalformedException if the state is above the limit, or the cycles are
    /// @throws GuestAborted if this machine could not finish it, which says nothing about the
    ///   program
    public Round round(Octets state, long cycles) throws GuestAborted {
        checkSize("a state", state.length(), limits.stateBytes());
        long budget = limits.budget(cycles);
        restore(limits.callFuel());
        long runFuel = 0;
        try {
            put(state);
            int code = (int) call("load", state.length());
            if (code != 0) {
                throw new Fault(End.LOAD, code);
            }
            fuel().setValue(budget);
            long done;
            try {
                done = apply("run", End.FUEL, cycles);
            } finally {
                runFuel = budget - Math.max(0, fuel().getValue());
            }
            if (done < 0 || done > cycles) {
                throw new Fault(End.ABI, 0);
            }
            Octets after = taken(call("state"), limits.stateBytes());
            Octets output = taken(call("output"), limits.outputBytes());
            long used = limits.callFuel() - callsLeft;
            End end = done == cycles ? End.MORE : End.DONE;
            long charged = limits.charged(cycles, done, runFuel + used);
            return new Round(end, done, charged, runFuel, used, after, output, 0);
        } catch (Fault e) {
            long used = limits.callFuel() - callsLeft;
            long charged = limits.charged(cycles, 0, runFuel + used);
            Octets none = new Octets(new byte[0]);
            return new Round(e.end, 0, charged, runFuel, used, state, none, e.loadCode);
        }
    }

    /// Makes a state of a user's file, with {@link GuestLimits#MAX_FUEL}: at the requester, who
    /// waits for it.
    ///
    /// @throws IllegalStateException if the program {@link Program#importsFiles imports} none
    public FileResult importFile(Octets file) throws GuestAborted {
        require(program.importsFiles(), "imports");
        checkSize("a file", file.length(), ProgramLimits.MAX_BYTES);
        restore(GuestLimits.MAX_FUEL);
        try {
            put(file);
            int code = (int) call("import_", file.length());
            return code == 0
                    ? new FileResult.Made(taken(call("state"), limits.stateBytes()))
                    : new FileResult.Refused(code);
        } catch (Fault e) {
            return new FileResult.Faulted(e.end);
        }
    }

    /// Makes a file of a state, with {@link GuestLimits#MAX_FUEL}.
    ///
    /// @throws IllegalStateException if the program {@link Program#exportsFiles exports} none
    public FileResult exportState(Octets state) throws GuestAborted {
        require(program.exportsFiles(), "exports");
        checkSize("a state", state.length(), limits.stateBytes());
        restore(GuestLimits.MAX_FUEL);
        try {
            put(state);
            int code = (int) call("load", state.length());
            return code == 0
                    ? new FileResult.Made(taken(call("export_"), ProgramLimits.MAX_BYTES))
                    : new FileResult.Refused(code);
        } catch (Fault e) {
            return new FileResult.Faulted(e.end);
        }
    }

    /// Pages that its memory has come to in the last call.
    public int pages() {
        return memory.pages();
    }

    private static void require(boolean able, String what) {
        if (!able) {
            throw new IllegalStateException("a program that " + what + " no files");
        }
    }

    private static void checkSize(String what, int bytes, int most) {
        if (bytes > most) {
            throw new MalformedException(what + " of " + bytes + " bytes, at most " + most);
        }
    }

    private void restore(long callFuel) {
        if (broken) {
            instance = build();
            memory = (GuestMemory) instance.memory();
            broken = false;
        }
        memory.restore();
        for (int i = 0; i < globals.length; i++) {
            instance.global(i).setValue(globals[i]);
        }
        callsLeft = callFuel;
    }

    private GlobalInstance fuel() {
        return instance.global(program.metered().fuelGlobal());
    }

    /// Asks for a place and writes there.
    private void put(Octets bytes) throws Fault, GuestAborted {
        long at = Integer.toUnsignedLong((int) call("buffer", bytes.length()));
        if (at + bytes.length() > memoryBytes()) {
            throw new Fault(End.ABI, 0);
        }
        memory.write((int) at, bytes.toByteArray(), 0, bytes.length());
    }

    private long memoryBytes() {
        return (long) memory.pages() * GuestLimits.PAGE;
    }

    /// The bytes that a place and a length in one number speak of.
    private Octets taken(long place, int most) throws Fault {
        long at = place >>> Integer.SIZE;
        long length = place & 0xffff_ffffL;
        if (length > most || at + length > memoryBytes()) {
            throw new Fault(End.ABI, 0);
        }
        return new Octets(memory.readBytes((int) at, (int) length));
    }

    /// Any call but `run`, from the fuel that those have together.
    private long call(String name, long... args) throws Fault, GuestAborted {
        fuel().setValue(callsLeft);
        try {
            return apply(name, End.CALL_FUEL, args);
        } finally {
            callsLeft = Math.max(0, fuel().getValue());
        }
    }

    private long apply(String name, End dry, long... args) throws Fault, GuestAborted {
        ExportFunction function = instance.export(name);
        broken = true;
        try {
            long result = function.apply(args)[0];
            broken = false;
            return result;
        } catch (WasmInterruptedException e) {
            throw aborted("the program was stopped", e);
        } catch (WasmEngineException e) {
            if (e.getCause() instanceof VirtualMachineError) {
                throw aborted("this machine cannot run the program", e);
            }
            throw new Fault(ended(dry), 0);
        } catch (VirtualMachineError | LinkageError | RuntimeException e) {
            throw aborted("this machine cannot run the program", e);
        }
    }

    private End ended(End dry) {
        if (fuel().getValue() < 0) {
            return dry;
        }
        long words = instance.global(program.metered().depthGlobal()).getValue();
        return words > GuestLimits.MAX_STACK_WORDS ? End.FRAMES : End.TRAP;
    }

    private static GuestAborted aborted(String why, Throwable cause) {
        return new GuestAborted(why, cause);
    }
}
