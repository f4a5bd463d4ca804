package io.evenhand.cli.command;

import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Home;
import io.evenhand.cli.Moments;
import io.evenhand.cli.Output;
import io.evenhand.cli.Screen;
import io.evenhand.cli.Shell;
import io.evenhand.node.store.Journal;
import io.evenhand.node.store.Store;
import java.nio.file.Files;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `evenhand list`: every exchange of this data directory.
@Command(
        name = "list",
        description = {
            "List the exchanges of this data directory, the newest first.",
            "Each has its state, its next deadline with the time left, and the alarms that it raised."
        },
        footer = {"", "Example:", "  evenhand list --home ~/.evenhand-provider"})
public final class ListCommand implements Callable<Integer> {
    private final Shell shell;
    private final List<CliProtocol> protocols;

    public ListCommand(Shell shell, List<CliProtocol> protocols) {
        this.shell = shell;
        this.protocols = List.copyOf(protocols);
    }

    @Override
    public Integer call() {
        Output output = shell.output();
        if (isNew(shell.home())) {
            output.summary(Map.of("exchanges", 0), "no exchange yet");
            return ExitCode.OK.code();
        }
        try (Store store = Store.openForReading(shell.home().directory())) {
            List<StoredExchange> exchanges = StoredExchange.all(protocols, store);
            UpcomingDeadlines next = UpcomingDeadlines.of(store, shell.home());
            next.printNodeAlarms(output);
            exchanges.forEach(exchange -> print(output, exchange, next));
            output.summary(
                    Map.of("exchanges", exchanges.size()),
                    exchanges.isEmpty() ? "no exchange yet" : exchanges.size() + " exchange(s)");
        }
        return ExitCode.OK.code();
    }

    /// Initialised, and no exchange ever began.
    static boolean isNew(Home home) {
        return Files.exists(home.configFile()) && !Journal.isIn(home.directory());
    }

    private static void print(Output output, StoredExchange exchange, UpcomingDeadlines next) {
        Map<String, Object> fields = fields(exchange);
        fields.putAll(next.fields(exchange));
        output.event("exchange", fields, line(exchange) + next.text(exchange));
    }

    static Map<String, Object> fields(StoredExchange exchange) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("role", exchange.stored().key().role().text());
        fields.put("exchange", exchange.stored().key().ref().toString());
        exchange.stored().xid().ifPresent(xid -> fields.put("xid", xid.toString()));
        fields.put("state", exchange.summary().state());
        fields.put("detail", exchange.summary().detail());
        fields.put("ended", exchange.stored().ended());
        fields.put("createdAt", Instant.ofEpochSecond(exchange.stored().createdAt()));
        fields.put("updatedAt", Instant.ofEpochSecond(exchange.stored().updatedAt()));
        fields.putAll(exchange.summary().listed());
        return fields;
    }

    static String line(StoredExchange exchange) {
        Summary summary = exchange.summary();
        return "%s  %-8s  %s  %-14s %s"
                .formatted(
                        Screen.brief(exchange.stored().key()),
                        exchange.stored().key().role().text(),
                        Moments.whole(exchange.stored().updatedAt()),
                        summary.state(),
                        summary.subject()
                                + (summary.detail().isEmpty() ? "" : "; " + summary.detail()));
    }
}
