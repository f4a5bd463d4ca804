package io.evenhand.demo.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Some cheats or all of them, one after the other, each with a chain and parties of its own.
final class ManyCheats {
    private static final int LONGEST_TITLE = 34;

    private final DemoProtocol protocol;
    private final DemoOptions options;
    private final Output output;
    private final List<CheatRow> cheats;

    ManyCheats(DemoProtocol protocol, DemoOptions options, List<CheatRow> cheats) {
        this.protocol = protocol;
        this.options = options;
        this.output = options.output();
        this.cheats = List.copyOf(cheats);
    }

    /// One line for each, and a table of those that did not end as they must.
    int play() throws IOException, InterruptedException {
        List<String> bad = new ArrayList<>();
        for (CheatRow cheat : cheats) {
            if (!good(cheat.title())) {
                bad.add(cheat.title());
            }
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("cheats", cheats.size());
        fields.put("stopped", cheats.size() - bad.size());
        fields.put("failed", bad);
        output.summary(
                fields,
                "%n%d cheats, %d stopped and fair%s"
                        .formatted(
                                cheats.size(),
                                cheats.size() - bad.size(),
                                bad.isEmpty() ? "" : "; NOT: " + String.join(", ", bad)));
        return (bad.isEmpty() ? ExitCode.OK : ExitCode.FAILED).code();
    }

    private boolean good(String title) throws IOException, InterruptedException {
        Path own = Files.createDirectories(options.folder().resolve(title));
        DemoOptions each = new DemoOptions(output, options.root(), own, true, false);
        try (DemoRun run = protocol.prepare(each, Optional.of(title))) {
            DemoResult result = run.play();
            boolean good = result.fair() && result.failure().isEmpty();
            output.event("cheat", result.fields(), line(title, result));
            return good;
        } catch (CliException e) {
            String why = String.valueOf(e.getMessage());
            output.event(
                    "cheat",
                    Map.of("cheat", title, "failure", why, "fair", false),
                    row(title, "stuck", "FAILED: " + why));
            return false;
        }
    }

    private static String line(String title, DemoResult result) {
        String what =
                result.failure()
                        .map(why -> "FAILED: " + why)
                        .orElseGet(() -> result.stopped().getFirst());
        return row(title, result.outcome(), (result.fair() ? "" : "UNFAIR ") + what);
    }

    private static String row(String title, String outcome, String what) {
        return ("%-" + LONGEST_TITLE + "s %-9s %s").formatted(title, outcome, what);
    }
}
