package io.evenhand.cli.command;

import io.evenhand.cli.Output;
import io.evenhand.cli.Screen;
import io.evenhand.cli.Shell;
import io.evenhand.kit.process.Fatal;
import io.evenhand.kit.process.Loop;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.Store;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a process says when Ctrl-C or an init system ends it (SIGINT, SIGTERM): which exchanges are
/// not over, in which state, what is at stake and until when, and how to go on. Nothing is lost:
/// all of it is in the journal.
///
/// With `--json` one object of type `pending` for each exchange, then one of type `stopped`.
public final class ShutdownReport implements AutoCloseable {
    /// More lines than anybody reads at the end of a program.
    private static final int MAX_LINES = 10;

    private final Shell shell;
    private final CliProtocol protocol;
    private final Role role;
    private final String goOn;
    private final Thread hook = Loop.atExit(this::say);

    private ShutdownReport(Shell shell, CliProtocol protocol, Role role, String goOn) {
        this.shell = shell;
        this.protocol = protocol;
        this.role = role;
        this.goOn = goOn;
    }

    /// From now on until it is closed.
    ///
    /// @param role whose exchanges it says
    /// @param goOn what to type to go on
    public static ShutdownReport hook(Shell shell, CliProtocol protocol, Role role, String goOn) {
        ShutdownReport report = new ShutdownReport(shell, protocol, role, goOn);
        Runtime.getRuntime().addShutdownHook(report.hook);
        return report;
    }

    /// Says it now.
    public static void say(Shell shell, CliProtocol protocol, Role role, String goOn) {
        new ShutdownReport(shell, protocol, role, goOn).say();
    }

    private void say() {
        Fatal.closing();
        try (Store store = Store.openForReading(shell.home().directory())) {
            UpcomingDeadlines next = UpcomingDeadlines.of(store, shell.home());
            List<StoredExchange> open =
                    store.sessions().all().stream()
                            .filter(stored -> stored.key().role().equals(role) && !stored.ended())
                            .map(stored -> StoredExchange.of(protocol, store, stored))
                            .toList();
            say(open, next);
        } catch (RuntimeException e) {
            shell.output().note("evenhand: stopped; " + e.getMessage());
        }
        Optional<String> _ = shell.drain();
    }

    private void say(List<StoredExchange> open, UpcomingDeadlines next) {
        Output output = shell.output();
        for (StoredExchange exchange : open.subList(0, Math.min(open.size(), MAX_LINES))) {
            if (output.json()) {
                Map<String, Object> fields = ListCommand.fields(exchange);
                fields.putAll(next.fields(exchange));
                fields.put("deposited", exchange.summary().deposited());
                output.event("pending", fields, "");
            } else {
                output.note(line(exchange) + next.text(exchange));
            }
        }
        String end =
                open.isEmpty()
                        ? "stopped; no exchange is open"
                        : "stopped with %d exchange(s) open, nothing is lost; go on with: %s"
                                .formatted(open.size(), goOn);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("open", open.size());
        fields.put("goOn", goOn);
        output.event("stopped", fields, "");
        output.note("evenhand: " + end);
    }

    private static String line(StoredExchange exchange) {
        return "exchange %s is in %s: %s"
                .formatted(
                        Screen.brief(exchange.stored().key()),
                        exchange.summary().state(),
                        exchange.summary().stake());
    }

    /// The command comes to its own end.
    @Override
    public void close() {
        try {
            boolean _ = Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ignored) {
            // The JVM is ending already, and the hook says what there is to say.
        }
    }
}
