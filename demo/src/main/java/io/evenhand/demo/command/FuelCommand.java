package io.evenhand.demo.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Output;
import io.evenhand.cli.Shell;
import io.evenhand.enclave.sandbox.FuelBench;
import io.evenhand.enclave.sandbox.GuestAborted;
import io.evenhand.enclave.sandbox.GuestLimits;
import io.evenhand.kit.process.Loop;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `evenhand bench fuel`: processor time for a unit of fuel, for each kind of instruction.
@Command(
        name = "fuel",
        description = {
            "Measure the processor time that a unit of fuel buys with each kind of instruction.",
            "The ratio to the median is what matters; run it on an idle machine."
        },
        footer = {"", "Example:", "  evenhand bench fuel --json"})
final class FuelCommand implements Callable<Integer> {
    private final Shell shell;

    @Option(
            names = "--units",
            paramLabel = "N",
            defaultValue = "100000000",
            description = "Give each run this much fuel (default ${DEFAULT-VALUE}).")
    private long units;

    FuelCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (units < 1 || units > GuestLimits.MAX_FUEL) {
            throw CliException.usage("--units is from 1 to " + GuestLimits.MAX_FUEL);
        }
        Output output = shell.output();
        double most = 0;
        for (FuelBench.Line line : measure()) {
            most = Math.max(most, line.ratio());
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("name", line.name());
            fields.put("nanos", line.nanos());
            fields.put("ratio", line.ratio());
            output.event(
                    "fuel",
                    fields,
                    "%-28s %8.3f ns %6.2f".formatted(line.name(), line.nanos(), line.ratio()));
        }
        output.summary(Map.of("most", most), "%-28s %18.2f".formatted("most, to the median", most));
        return ExitCode.OK.code();
    }

    /// On a stack as deep as a guest's.
    private List<FuelBench.Line> measure() throws InterruptedException {
        FutureTask<List<FuelBench.Line>> task = new FutureTask<>(() -> FuelBench.run(units));
        Loop.BENCH.thread("fuel", GuestLimits.STACK_BYTES, task).start();
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof GuestAborted aborted
                    ? new CliException(ExitCode.USAGE, String.valueOf(aborted.getMessage()), e)
                    : new IllegalStateException(e);
        }
    }
}
