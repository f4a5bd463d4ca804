package io.evenhand.demo.bench;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Output;
import io.evenhand.cli.Shell;
import io.evenhand.ledger.evm.LocalChain;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `evenhand bench gas`: every transaction of a delegation on a real local chain.
@Command(
        name = "gas",
        description = {
            "Measure the gas of every transaction on a real local chain.",
            "A deal holds hashes only, so its gas does not depend on the size of the work."
        },
        footer = {"", "Example:", "  evenhand bench gas --json"})
public final class GasCommand implements Callable<Integer> {
    private final Shell shell;

    public GasCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws InterruptedException {
        Output output = shell.output();
        try (LocalChain chain = LocalChain.start(new LocalChain.Mining.Instant());
                GasBench bench = new GasBench(chain)) {
            Map<String, Object> summary = new LinkedHashMap<>();
            long open = bench.open();
            show(output, summary, "open", open, "open a deal");
            long claim = bench.claim();
            show(output, summary, "claim", claim, "claim, payee has a balance");
            show(output, summary, "refund", bench.refund(), "refund");
            show(output, summary, "freshPayeeClaim", bench.freshPayeeClaim(), "claim, new payee");
            GasBench.Batch batch = bench.batch();
            show(output, summary, "openMany", batch.open(), "open 100 deals, each");
            show(output, summary, "claimMany", batch.claim(), "claim 100 deals, each");
            show(
                    output,
                    summary,
                    "batchPerDeal",
                    batch.open() + batch.claim(),
                    "batch of 100, each");
            summary.put("openAndClaim", open + claim);
            output.summary(summary, "%-28s %,9d".formatted("open + claim", open + claim));
            return ExitCode.OK.code();
        } catch (IOException e) {
            throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    private static void show(
            Output output, Map<String, Object> summary, String name, long gas, String what) {
        summary.put(name, gas);
        output.event(
                "gas",
                Map.of("name", name, "what", what, "gas", gas),
                "%-28s %,9d".formatted(what, gas));
    }
}
