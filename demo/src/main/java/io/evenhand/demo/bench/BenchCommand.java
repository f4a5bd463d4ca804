package io.evenhand.demo.bench;

import io.evenhand.cli.CliException;
import io.evenhand.cli.Shell;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `evenhand bench`: a benchmark by name.
@Command(
        name = "bench",
        description = "Measure what an exchange costs.",
        synopsisSubcommandLabel = "WHAT",
        footer = {
            "",
            "Example:",
            "  evenhand bench gas --json",
            "  evenhand bench fuel --json",
            "  evenhand bench exchanges --count 100 --json",
            "  evenhand bench transfer --size 10GiB --json"
        })
public final class BenchCommand implements Callable<Integer> {
    public BenchCommand(Shell shell) {}

    @Override
    public Integer call() {
        throw CliException.usage(
                "measure what? There are: evenhand bench gas, fuel, exchanges, transfer");
    }
}
