package io.evenhand.enclave.sandbox;

import io.evenhand.enclave.sandbox.GuestResult.End;
import io.evenhand.enclave.sandbox.Meter.Metered;
import io.evenhand.enclave.sandbox.ModuleShape.Import;
import io.evenhand.enclave.sandbox.ModuleShape.Pages;
import io.evenhand.kit.codec.MalformedException;
import java.io.UncheckedIOException;
import java.util.function.Function;
import run.endive.compiler.InterpreterFallback;
import run.endive.compiler.MachineFactoryCompiler;
import run.endive.runtime.ByteArrayMemory;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.InterpreterMachine;
import run.endive.runtime.Machine;
import run.endive.runtime.WasmInterruptedException;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.MemoryLimits;

/// A customer's module that was found fit to run.
public final class Guest {
    /// How the engine runs a module. Verdict and fuel do not depend on it.
    public enum Engine {
        /// To Java bytecode.
        COMPILED,
        /// Instruction by instruction, a hundred times slower: the tests' second opinion.
        INTERPRETED
    }

    private final ModuleShape shape;

    private Guest(ModuleShape shape) {
        this.shape = shape;
    }

    /// Checks a module as the customer made it: sizes and features first, which protects the
    /// engine, then that it is valid.
    ///
    /// @throws MalformedException with one line that names what is wrong
    public static Guest of(byte[] module) {
        return new Guest(checked(module, ModuleRules.POLICY));
    }

    /// Takes a module of any kind apart, if it is fit to run.
    static ModuleShape checked(byte[] module, ModuleRules rules) {
        ModuleShape shape = ModuleReader.read(module, rules);
        Meter.check(shape);
        try {
            WasmModule _ = Parser.parse(shape.plain().toByteArray());
        } catch (RuntimeException | AssertionError e) {
            // Not only its own kind: damaged indices also make the engine miss an array, or a check
            // that is on in tests only.
            throw new MalformedException("not a valid module: " + printable(e), e);
        }
        return shape;
    }

    /// The engine may quote names of the module.
    static String printable(Throwable e) {
        String line = String.valueOf(e.getMessage()).replaceAll("[^\\x20-\\x7e]", "?");
        return line.length() > 120 ? line.substring(0, 120) + "…" : line;
    }

    public boolean readsHidden() {
        return shape.imports().contains(Import.READ_HIDDEN);
    }

    /// Runs `judge` on the calling thread, which needs {@link GuestLimits#STACK_BYTES} of stack. An
    /// interrupt ends it.
    ///
    /// @param fuel units it may use
    public GuestResult run(long fuel, Source work, Source hidden, Engine engine)
            throws GuestAborted {
        Metered metered = Meter.rewrite(shape, fuel);
        Instance instance = null;
        try {
            instance = start(shape, metered, work, hidden, engine);
            long[] result = instance.export("judge").apply(work.length(), hidden.length());
            End end = (int) result[0] == 1 ? End.PASSED : End.FAILED;
            return new GuestResult(end, fuel - left(instance, metered));
        } catch (WasmInterruptedException e) {
            throw new GuestAborted("the policy was stopped", e);
        } catch (UncheckedIOException e) {
            throw new GuestAborted("what the policy reads cannot be read", e);
        } catch (WasmEngineException e) {
            if (e.getCause() instanceof VirtualMachineError) {
                throw new GuestAborted("this machine cannot run the policy", e);
            }
            // Active segments outside of memory or table trap before anything runs.
            return instance == null
                    ? new GuestResult(End.TRAPPED, 0)
                    : trapped(fuel, instance, metered);
        } catch (VirtualMachineError | LinkageError | RuntimeException e) {
            throw new GuestAborted("this machine cannot run the policy", e);
        }
    }

    private static GuestResult trapped(long fuel, Instance instance, Metered metered) {
        long left = left(instance, metered);
        if (left < 0) {
            return new GuestResult(End.OUT_OF_FUEL, fuel);
        }
        long words = instance.global(metered.depthGlobal()).getValue();
        End end = words > GuestLimits.MAX_STACK_WORDS ? End.TOO_DEEP : End.TRAPPED;
        return new GuestResult(end, fuel - left);
    }

    private static long left(Instance instance, Metered metered) {
        return instance.global(metered.fuelGlobal()).getValue();
    }

    /// A metered module, ready for its first call.
    static Instance start(
            ModuleShape shape, Metered metered, Source work, Source hidden, Engine engine) {
        WasmModule module = Parser.parse(metered.bytes().toByteArray());
        ReadFunction.Charge fuel = ReadFunction.from(metered.fuelGlobal());
        ImportValues.Builder imports = ImportValues.builder();
        for (Import wanted : shape.imports()) {
            Source source = wanted == Import.READ_WORK ? work : hidden;
            imports.addFunction(new ReadFunction(source, fuel).as(wanted));
        }
        Pages pages = shape.memory();
        return Instance.builder(module)
                .withImportValues(imports.build())
                .withMemoryLimits(new MemoryLimits(pages.min(), Math.max(pages.min(), pages.max())))
                .withMemoryFactory(ByteArrayMemory::new)
                .withMachineFactory(machine(engine, module))
                .build();
    }

    static Function<Instance, Machine> machine(Engine engine, WasmModule module) {
        return switch (engine) {
            case COMPILED ->
                    MachineFactoryCompiler.builder(module)
                            .withInterpreterFallback(InterpreterFallback.FAIL)
                            .compile();
            case INTERPRETED -> InterpreterMachine::new;
        };
    }
}
