package io.evenhand.enclave.sandbox;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.enclave.sandbox.Guest.Engine;
import io.evenhand.enclave.sandbox.Meter.Metered;
import io.evenhand.enclave.sandbox.ModuleShape.Import;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.InterpreterMachine;
import run.endive.runtime.MStack;
import run.endive.runtime.Memory;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.types.Instruction;

/// Random modules, metered and not, interpreted and compiled: all must do the same, and the fuel
/// used is what a count of the executed instructions of the original says.
class MeterPropertyTest {
    private static final int EACH = 60;
    private static final long FUEL = 400_000;
    private static final Source WORK = Runs.source("0123456789abcdefghijklmnopqrstuvwxyz");

    /// Runs that ended by themselves, trapped, or ran dry: all kinds must occur.
    private static final int[] KINDS = new int[3];

    /// What can be seen of a run: its end and everything it left behind.
    private record Seen(List<Long> result, List<Long> globals, int pages, int memory) {}

    private record Run(Seen seen, long fuelUsed) {}

    /// Counts the fuel of an original while the interpreter runs it.
    private static final class Counter {
        private long count;
        private IntSupplier pages = () -> 0;

        void on(Instruction instruction, MStack stack) {
            int op = instruction.opcode().opcode();
            count +=
                    switch (op) {
                        case Op.NOP ->
                                Fuel.of(op, RandomModule.PAGES) + Fuel.ENTRY + RandomModule.LOCALS;
                        case Op.MEMORY_GROW ->
                                Fuel.of(op, RandomModule.PAGES)
                                        + (((stack.peek() & 0xffffffffL) + pages.getAsInt()) << 13);
                        case Op.MEMORY_COPY, Op.MEMORY_FILL, Op.MEMORY_INIT ->
                                Fuel.of(op, RandomModule.PAGES)
                                        + ((stack.peek() & 0xffffffffL) >> 3);
                        default -> Fuel.of(op, RandomModule.PAGES);
                    };
            if (count > 2 * FUEL) {
                throw new WasmEngineException("counted enough");
            }
        }
    }

    private static Seen seen(Instance instance, int globals, List<Long> result) {
        List<Long> values = new ArrayList<>();
        for (int i = 0; i < globals; i++) {
            values.add(instance.global(i).getValue());
        }
        Memory memory = instance.memory();
        byte[] bytes = memory.readBytes(0, memory.pages() * GuestLimits.PAGE);
        return new Seen(result, values, memory.pages(), Arrays.hashCode(bytes));
    }

    private static List<Long> call(Instance instance) {
        try {
            return List.of(instance.export("judge").apply(WORK.length(), 0)[0] & 0xffffffffL);
        } catch (WasmEngineException _) {
            return List.of();
        }
    }

    private static Run metered(byte[] module, long fuel, Engine engine) throws Exception {
        ModuleShape shape = ModuleReader.read(module);
        Metered metered = Meter.rewrite(shape, fuel);
        return Runs.onDeepStack(() -> {
            Instance instance = Guest.start(shape, metered, WORK, Runs.NOTHING, engine);
            List<Long> result = call(instance);
            long left = instance.global(metered.fuelGlobal()).getValue();
            int words = (int) instance.global(metered.depthGlobal()).getValue();
            assertTrue(result.isEmpty() || words == 0, "what was entered was left");
            return new Run(seen(instance, shape.globals().size(), result), fuel - left);
        });
    }

    private static Run original(byte[] module) throws Exception {
        Counter counter = new Counter();
        ReadFunction read = new ReadFunction(WORK, (_, cost) -> counter.count += cost);
        ImportValues imports =
                ImportValues.builder().addFunction(read.as(Import.READ_WORK)).build();
        return Runs.onDeepStack(() -> {
            Instance instance =
                    Instance.builder(Parser.parse(module))
                            .withImportValues(imports)
                            .withMachineFactory(InterpreterMachine::new)
                            .withUnsafeExecutionListener(counter::on)
                            .build();
            counter.pages = () -> instance.memory().pages();
            List<Long> result = call(instance);
            return new Run(seen(instance, 4, result), counter.count);
        });
    }

    @ParameterizedTest(name = "seeds from {0}")
    @ValueSource(longs = {1_000, 2_000, 3_000})
    @DisplayName("D4: metering changes no result, and fuel is the sum of the instructions run")
    void sameAsOriginal(long from) throws Exception {
        for (long seed = from; seed < from + EACH; seed++) {
            byte[] module = new RandomModule(seed, true).bytes();
            String which = "seed " + seed;
            Guest _ = Guest.of(module);
            Run original = original(module);
            Run compiled = metered(module, FUEL, Engine.COMPILED);
            assertEquals(metered(module, FUEL, Engine.INTERPRETED), compiled, which);
            boolean dry = compiled.fuelUsed > FUEL;
            boolean trapped = !dry && compiled.seen.result.isEmpty();
            KINDS[dry ? 2 : trapped ? 1 : 0]++;
            if (dry) {
                assertTrue(original.fuelUsed > FUEL || original.seen.result.isEmpty(), which);
            } else {
                assertEquals(original.seen, compiled.seen, which);
            }
            if (trapped) {
                assertTrue(compiled.fuelUsed >= original.fuelUsed, which);
            } else if (!dry) {
                assertEquals(original.fuelUsed, compiled.fuelUsed, which);
                exactlyEnough(module, compiled, which);
            }
        }
    }

    /// With one unit less the run does not end.
    private static void exactlyEnough(byte[] module, Run whole, String which) throws Exception {
        assertEquals(whole, metered(module, whole.fuelUsed, Engine.COMPILED), which);
        Run less = metered(module, whole.fuelUsed - 1, Engine.COMPILED);
        assertTrue(less.seen.result.isEmpty() && less.fuelUsed >= whole.fuelUsed, which);
    }

    @AfterAll
    static void allKindsOccurred() {
        assertTrue(Arrays.stream(KINDS).allMatch(n -> n > 0), () -> Arrays.toString(KINDS));
    }

    @ParameterizedTest(name = "seeds from {0}")
    @ValueSource(longs = {7_000, 8_000})
    @DisplayName("D4: with NaNs of every kind, interpreter and compiler agree to the bit and unit")
    void anyNan(long from) throws Exception {
        for (long seed = from; seed < from + EACH; seed++) {
            byte[] module = new RandomModule(seed, false).bytes();
            assertEquals(
                    metered(module, FUEL, Engine.INTERPRETED),
                    metered(module, FUEL, Engine.COMPILED),
                    "seed " + seed);
            assertArrayEquals(module, new RandomModule(seed, false).bytes());
        }
    }
}
