package io.evenhand.cli.command;

import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Moments;
import io.evenhand.cli.Output;
import io.evenhand.cli.Shell;
import io.evenhand.node.store.EventTable;
import io.evenhand.node.store.Store;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
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
                        Moments.whole(entry.at()) + "  " + entry.text());
            }
            Map<String, Object> fields = ListCommand.fields(exchange);
            fields.putAll(exchange.summary().shown());
            fields.putAll(UpcomingDeadlines.of(store, shell.home()).fields(exchange));
            UnaryOperator<String> label =
                    exchange.known()
                            .<UnaryOperator<String>>map(known -> known.story(shell.home())::label)
                            .orElse(UnaryOperator.identity());
            output.summary(fields, text(label, fields));
        }
        return ExitCode.OK.code();
    }

    private static String text(UnaryOperator<String> label, Map<String, Object> fields) {
        StringBuilder text = new StringBuilder();
        fields.forEach((name, value) -> {
            if (value instanceof Map<?, ?> group) {
                text.append("%n%s".formatted(label.apply(name)));
                group.forEach((key, field) -> line(text, "  " + label.apply((String) key), field));
            } else if (value instanceof List<?> lines) {
                lines.forEach(line -> line(text, "alarm", line));
            } else {
                line(text, label.apply(name), name.equals("leftSeconds") ? span(value) : value);
            }
        });
        return text.toString();
    }

    private static void line(StringBuilder text, String label, Object value) {
        String shown = value instanceof Instant at ? Moments.whole(at) : String.valueOf(value);
        if (!shown.isEmpty()) {
            text.append("%n%-16s %s".formatted(label, shown));
        }
    }

    private static String span(Object seconds) {
        return Moments.span(((Number) seconds).longValue());
    }
}
