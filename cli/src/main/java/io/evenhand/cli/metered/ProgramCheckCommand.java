package io.evenhand.cli.metered;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Shell;
import io.evenhand.enclave.program.CheckReport;
import io.evenhand.enclave.program.ProgramCheck;
import io.evenhand.enclave.sandbox.Guest.Engine;
import io.evenhand.enclave.sandbox.GuestAborted;
import io.evenhand.enclave.sandbox.ProgramInstance;
import io.evenhand.enclave.sandbox.Round;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Octets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `evenhand program check`: whether a program's result depends on where rounds end.
@Command(
        name = "check",
        description = {
            "Run a program in one round and in random splits that move between machines, and compare.",
            "Nobody is asked and nothing is paid."
        },
        footer = {"", "Example:", "  evenhand program check life.wasm --input gun.rle"})
final class ProgramCheckCommand implements Callable<Integer> {
    /// The same splits each time, so that what was found can be looked at again.
    private static final long SEED = 1;

    /// Cycles that are split, if a round of them is short; hundreds of splits run them again.
    private static final long MOST_CYCLES = 1_000;

    private static final long ENOUGH_NANOS = 50_000_000;

    private final Shell shell;

    @Parameters(paramLabel = "FILE", description = "Name the program's module.")
    private Path file = Path.of("");

    @Option(names = "--state", paramLabel = "FILE", description = "Begin with this state.")
    private Optional<Path> state = Optional.empty();

    @Option(
            names = "--input",
            paramLabel = "FILE",
            description = "Begin with the state that the program makes of this file.")
    private Optional<Path> input = Optional.empty();

    ProgramCheckCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        ProgramFile program = ProgramFile.read(file);
        Octets begin = program.state(state, input);
        CheckReport report;
        try {
            report = DeepStack.call(() -> check(program, begin));
        } catch (MalformedException e) {
            throw CliException.usage(file + ": " + e.getMessage());
        }
        shell.output().summary(fields(program, report), text(program, report));
        return (report.passed() ? ExitCode.OK : ExitCode.FAILED).code();
    }

    private CheckReport check(ProgramFile program, Octets begin) throws GuestAborted {
        return ProgramCheck.run(
                program.program(),
                begin,
                cycles(program.program().start(Engine.COMPILED), begin),
                ProgramCheck.MIN_SPLITS,
                SEED,
                (tried, of) -> {
                    if (tried % 50 == 0) {
                        shell.output().note("evenhand: " + tried + " of " + of + " splits");
                    }
                });
    }

    /// As many as take a moment, and two at least.
    private static long cycles(ProgramInstance instance, Octets begin) throws GuestAborted {
        long cycles = 2;
        while (cycles < MOST_CYCLES) {
            long from = System.nanoTime();
            Round round = instance.round(begin, cycles);
            if (round.end() != Round.End.MORE || System.nanoTime() - from > ENOUGH_NANOS) {
                return cycles;
            }
            cycles = Math.min(MOST_CYCLES, cycles * 2);
        }
        return cycles;
    }

    private static Map<String, Object> fields(ProgramFile program, CheckReport report) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("programSha256", program.program().hash().toString());
        fields.put("moduleBytes", program.module().length());
        fields.put("passed", report.passed());
        report.difference().ifPresent(text -> fields.put("difference", text));
        fields.put("cycles", report.cycles());
        fields.put("splits", report.splits());
        fields.put("moves", report.moves());
        fields.put("fuelPerCycle", report.fuelPerCycle());
        fields.put("fuelPerRound", report.fuelPerRound());
        fields.put("callFuel", report.callFuel());
        fields.put("firstPages", program.program().firstPages());
        fields.put("mostPages", program.program().mostPages());
        fields.put("stateBytes", report.stateBytes());
        fields.put("outputBytes", report.outputBytes());
        fields.put("compileMillis", tenth(report.compileMillis()));
        fields.put("coldCyclesPerSecond", tenth(report.coldCyclesPerSecond()));
        fields.put("warmCyclesPerSecond", tenth(report.warmCyclesPerSecond()));
        return fields;
    }

    private static double tenth(double value) {
        return Math.round(value * 10) / 10.0;
    }

    private static String text(ProgramFile program, CheckReport report) {
        return """
        program   %s, %,d bytes, memory of %d to %d pages
        fuel      %,d a cycle at most, %,d for each further round, %,d for the calls of a round
        sizes     state of %,d bytes, output of %,d at most
        speed     %,.0f cycles a second, %,.0f at the beginning; compiled in %,.0f ms
        %s\
        """
                .formatted(
                        program.program().hash(),
                        program.module().length(),
                        program.program().firstPages(),
                        program.program().mostPages(),
                        report.fuelPerCycle(),
                        report.fuelPerRound(),
                        report.callFuel(),
                        report.stateBytes(),
                        report.outputBytes(),
                        report.warmCyclesPerSecond(),
                        report.coldCyclesPerSecond(),
                        report.compileMillis(),
                        report.difference()
                                .map(difference -> "FAILS: " + difference)
                                .orElse(
                                        "passes: %d splits of %,d cycles with %d moves gave the same"
                                                .formatted(
                                                        report.splits(),
                                                        report.cycles(),
                                                        report.moves())));
    }
}
