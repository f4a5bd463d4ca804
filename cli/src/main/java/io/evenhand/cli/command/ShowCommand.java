package io.evenhand.cli.command;

import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Output;
import io.evenhand.cli.Shell;
import io.evenhand.node.store.EventTable;
import io.evenhand.node.store.Store;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `evenhand show`: one exchange, with its deal and its history.
@Command(
        name = "show",
        description = "Show one exchange: terms, deal, and everything that happened in it.",
        footer = {"", "Example:", "  evenhand show 3f2a91c0"})
public final class ShowCommand implements Callable<Integer> {
    private final Shell shell;
    private final List<CliProtocol> protocols;

    @Parameters(
            paramLabel = "XID",
            description = "Name the exchange by its reference or xid, or 4 digits or more of one.")
    private String name = "";

    public ShowCommand(Shell shell, List<CliProtocol> protocols) {
        this.shell = shell;
        this.protocols = List.copyOf(protocols);
    }

    @Override
    public Integer call() {
        Output output = shell.output();
        try (Store store = Store.openForReading(shell.home().directory())) {
            StoredExchange exchange = StoredExchange.find(protocols, store, shell.home(), name);
            List<EventTable.Entry> history = store.events().of(exchange.stored().key());
            for (EventTable.Entry entry : history) {
                output.event(
                        "history",
                        Map.of("at", Instant.ofEpochSecond(entry.at()), "text", entry.text()),
                        Instant.ofEpochSecond(entry.at()) + "  " + entry.text());
            }
            Map<String, Object> fields = ListCommand.fields(exchange);
            fields.putAll(exchange.summary().shown());
            fields.putAll(UpcomingDeadlines.of(store, shell.home()).fields(exchange));
            output.summary(fields, text(fields));
        }
        return ExitCode.OK.code();
    }

    private static String text(Map<String, Object> fields) {
        StringBuilder text = new StringBuilder("\n");
        fields.forEach((name, value) -> {
            if (value instanceof Map<?, ?> group) {
                text.append(name).append('\n');
                group.forEach((key, field) -> text.append("  %-11s %s%n".formatted(key, field)));
            } else if (value instanceof List<?> lines) {
                lines.forEach(line -> text.append("%-13s %s%n".formatted("alarm", line)));
            } else if (!value.toString().isEmpty()) {
                text.append("%-13s %s%n".formatted(name, value));
            }
        });
        return text.toString().stripTrailing();
    }
}
