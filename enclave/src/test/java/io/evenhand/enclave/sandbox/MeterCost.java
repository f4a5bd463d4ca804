package io.evenhand.enclave.sandbox;

import io.evenhand.enclave.sandbox.Meter.Metered;
import io.evenhand.enclave.sandbox.ModuleShape.Import;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import run.endive.compiler.MachineFactoryCompiler;
import run.endive.runtime.ByteArrayMemory;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;

/// A benchmark, not a test: what metering costs, as the ratio of compiled runs with and without it,
/// which take turns. Started by `main`; the best of some rounds counts.
final class MeterCost {
    private static final int ROUNDS = 7;

    private record Compiled(WasmModule module, Function<Instance, Machine> machine) {
        static Compiled of(byte[] bytes) {
            WasmModule module = Parser.parse(bytes);
            return new Compiled(module, MachineFactoryCompiler.compile(module));
        }

        /// Seconds of one `judge`, in an instance of its own.
        double run(Source work, ReadFunction.Charge charge, Instance[] last) {
            ImportValues.Builder imports = ImportValues.builder();
            if (module.importSection().importCount() > 0) {
                imports.addFunction(new ReadFunction(work, charge).as(Import.READ_WORK));
            }
            Instance instance =
                    Instance.builder(module)
                            .withImportValues(imports.build())
                            .withMemoryFactory(ByteArrayMemory::new)
                            .withMachineFactory(machine)
                            .build();
            last[0] = instance;
            long start = System.nanoTime();
            long result = instance.export("judge").apply(work.length(), 0)[0];
            double seconds = (System.nanoTime() - start) / 1e9;
            if (result != 1) {
                throw new IllegalStateException("judge gave " + result);
            }
            return seconds;
        }
    }

    private MeterCost() {}

    public static void main(String[] arguments) throws Exception {
        Source text = Runs.source("abcdefg\n".repeat(4 << 20));
        measure("32 MiB of sorted lines", Hostile.example("wasm-sorted/sorted.wasm"), text);
        measure("200 million turns of a loop", turns(200_000_000), Runs.NOTHING);
    }

    /// The worst case: a straight line of ten instructions, then a branch.
    private static byte[] turns(int turns) {
        return new TestModule()
                .judge(
                        List.of(2, TestModule.I32),
                        b -> {
                            b.u8(Op.LOOP, 0x40, Op.LOCAL_GET, 3, Op.LOCAL_GET, 2, 0x6a);
                            b.u8(Op.I32_CONST, 3, 0x77, Op.LOCAL_SET, 3);
                            b.u8(Op.LOCAL_GET, 2, Op.I32_CONST, 1, 0x6a, Op.LOCAL_TEE, 2);
                            b.u8(Op.I32_CONST).signed(turns).u8(0x48, Op.BR_IF, 0, Op.END);
                            b.u8(Op.I32_CONST, 1);
                        })
                .bytes();
    }

    private static void measure(String what, byte[] module, Source work) throws Exception {
        Metered metered = Meter.rewrite(ModuleReader.read(module), GuestLimits.MAX_FUEL);
        Compiled with = Compiled.of(metered.bytes().toByteArray());
        Compiled without = Compiled.of(module);
        Runs.onDeepStack(() -> {
            ReadFunction.Charge charge = ReadFunction.from(metered.fuelGlobal());
            double slow = Double.MAX_VALUE;
            double fast = Double.MAX_VALUE;
            Instance[] last = new Instance[1];
            for (int i = 0; i < ROUNDS; i++) {
                fast = Math.min(fast, without.run(work, (_, _) -> {}, last));
                slow = Math.min(slow, with.run(work, charge, last));
            }
            long left = last[0].global(metered.fuelGlobal()).getValue();
            long fuel = GuestLimits.MAX_FUEL - left;
            System.out.printf(
                    Locale.ROOT,
                    "{\"what\":\"%s\",\"fuel\":%d,\"seconds\":%.3f,\"unmetered\":%.3f,"
                            + "\"ratio\":%.2f,\"fuelPerSecond\":%.0f}%n",
                    what,
                    fuel,
                    slow,
                    fast,
                    slow / fast,
                    fuel / slow);
            return fuel;
        });
    }
}
