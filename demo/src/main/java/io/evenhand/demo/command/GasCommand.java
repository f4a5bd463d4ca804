package io.evenhand.demo.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Output;
import io.evenhand.cli.Shell;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `evenhand bench gas`: every transaction of every protocol on a real local chain.
@Command(
        name = "gas",
        description = {
            "Measure the gas of every transaction on a real local chain.",
            "A deal holds hashes only, so its gas does not depend on the size of the work."
        },
        footer = {"", "Example:", "  evenhand bench gas --json"})
final class GasCommand implements Callable<Integer> {
    private final Shell shell;
    private final List<DemoProtocol> protocols;

    GasCommand(Shell shell, List<DemoProtocol> protocols) {
        this.shell = shell;
        this.protocols = List.copyOf(protocols);
    }

    @Override
    public Integer call() throws InterruptedException {
        Output output = shell.output();
        Map<String, Object> summary = new LinkedHashMap<>();
        List<String> totals = new ArrayList<>();
        try {
            for (DemoProtocol protocol : protocols) {
                Optional<GasRow> total = protocol.gas(row -> show(output, summary, row));
                total.ifPresent(row -> {
                    summary.put(row.name(), row.gas());
                    totals.add(text(row));
                });
            }
        } catch (IOException e) {
            throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
        output.summary(summary, String.join("\n", totals));
        return ExitCode.OK.code();
    }

    private static void show(Output output, Map<String, Object> summary, GasRow row) {
        summary.put(row.name(), row.gas());
        output.event(
                "gas", Map.of("name", row.name(), "what", row.what(), "gas", row.gas()), text(row));
    }

    private static String text(GasRow row) {
        return "%-28s %,9d".formatted(row.what(), row.gas());
    }
}
