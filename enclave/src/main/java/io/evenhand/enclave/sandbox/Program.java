package io.evenhand.enclave.sandbox;

import io.evenhand.enclave.sandbox.Guest.Engine;
import io.evenhand.enclave.sandbox.Meter.Metered;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.value.Bytes32;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.WasmModule;

/// A program of the guest interface `program/1` that was found fit to run. Any thread may use it.
public final class Program {
    private final Bytes32 hash;
    private final ProgramLimits limits;
    private final ModuleShape shape;
    private final Metered metered;
    private final WasmModule module;
    private final Map<Engine, Function<Instance, Machine>> machines = new EnumMap<>(Engine.class);

    private Program(Bytes32 hash, ProgramLimits limits, ModuleShape shape) {
        this.hash = hash;
        this.limits = limits;
        this.shape = shape;
        this.metered = Meter.rewrite(shape, 0);
        this.module = Parser.parse(metered.bytes().toByteArray());
    }

    /// Checks a module as its author made it.
    ///
    /// @throws MalformedException with one line that names what is wrong
    public static Program of(byte[] module, ProgramLimits limits) {
        ModuleShape shape = Guest.checked(module, ModuleRules.program(limits));
        return new Program(Bytes32.of(Hashes.sha256(module)), limits, shape);
    }

    /// SHA-256 of the module.
    public Bytes32 hash() {
        return hash;
    }

    public ProgramLimits limits() {
        return limits;
    }

    /// Pages that its memory begins with.
    public int firstPages() {
        return shape.memory().min();
    }

    /// Pages that its memory may have: what it declares or what the limits say, whichever is less.
    public int mostPages() {
        return shape.memory().max();
    }

    /// Whether it makes states of its user's files.
    public boolean importsFiles() {
        return exports("import_");
    }

    /// Whether it makes files of its states.
    public boolean exportsFiles() {
        return exports("export_");
    }

    private boolean exports(String name) {
        return shape.exports().stream().anyMatch(export -> export.name().equals(name));
    }

    /// An instance with a memory of its own. The first one of each engine takes a while: its code
    /// is compiled, once for all.
    ///
    /// @throws MalformedException if the program cannot begin: its data do not fit its memory, or
    ///   the engine would leave a function to its interpreter
    /// @throws GuestAborted if this machine cannot hold it
    public ProgramInstance start(Engine engine) throws GuestAborted {
        try {
            return new ProgramInstance(this, machine(engine));
        } catch (WasmEngineException e) {
            throw new MalformedException("the program cannot begin: " + Guest.printable(e), e);
        } catch (VirtualMachineError | LinkageError e) {
            throw new GuestAborted("this machine cannot hold the program", e);
        }
    }

    private synchronized Function<Instance, Machine> machine(Engine engine) {
        return machines.computeIfAbsent(engine, e -> Guest.machine(e, module));
    }

    Metered metered() {
        return metered;
    }

    WasmModule module() {
        return module;
    }
}
