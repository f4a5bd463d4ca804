package io.evenhand.cli.command;

import io.evenhand.cli.Config;
import io.evenhand.cli.Home;
import io.evenhand.cli.Moments;
import io.evenhand.cli.Output;
import io.evenhand.kit.deal.Timing;
import io.evenhand.node.NextDeadline;
import io.evenhand.node.TimeLeft;
import io.evenhand.node.store.AlarmTable;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What lies ahead of the exchanges of a data directory: next deadlines and raised alarms.
///
/// @param now seconds since 1970
record UpcomingDeadlines(List<AlarmTable.Raised> alarms, Timing timing, long now) {
    static UpcomingDeadlines of(Store store, Home home) {
        Timing timing =
                home.config()
                        .chain()
                        .map(Config.Chain::pace)
                        .map(Config.Pace::timing)
                        .orElse(Timing.ETHEREUM);
        return new UpcomingDeadlines(store.alarms().all(), timing, Instant.now().getEpochSecond());
    }

    /// What is wrong with the node itself, as far as it said so when it last ran.
    void printNodeAlarms(Output output) {
        for (AlarmTable.Raised alarm : about(Optional.empty())) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("kind", alarm.kind());
            fields.put("line", alarm.line());
            fields.put("wayOut", alarm.wayOut());
            fields.put("since", Instant.ofEpochSecond(alarm.since()));
            output.event(
                    "alarm", fields, text(alarm) + " (since " + Moments.shown(alarm.since()) + ")");
        }
    }

    /// `next`, `nextAt` and `leftSeconds`, and `alarms`, one line each.
    Map<String, Object> fields(StoredExchange exchange) {
        Map<String, Object> fields = new LinkedHashMap<>();
        next(exchange)
                .ifPresent(next -> {
                    fields.put("next", next.what());
                    fields.put("nextAt", Instant.ofEpochSecond(next.at()));
                    fields.put("leftSeconds", Math.max(0, next.at() - now));
                });
        List<String> lines = about(exchange).stream().map(this::text).toList();
        if (!lines.isEmpty()) {
            fields.put("alarms", lines);
        }
        return fields;
    }

    /// To be added to the exchange's line.
    String text(StoredExchange exchange) {
        StringBuilder text = new StringBuilder();
        next(exchange).ifPresent(next -> text.append("; next ").append(text(next)));
        about(exchange).forEach(alarm -> text.append("\n    ").append(text(alarm)));
        return text.toString();
    }

    /// Such as `the deposit by 10:58:00 CET, 12 min left`.
    private String text(NextDeadline next) {
        return "%s by %s, %s left"
                .formatted(next.what(), Moments.shown(next.at()), TimeLeft.text(next.at() - now));
    }

    private Optional<NextDeadline> next(StoredExchange exchange) {
        return exchange.known().flatMap(protocol -> protocol.next(exchange.stored(), timing));
    }

    private List<AlarmTable.Raised> about(StoredExchange exchange) {
        return about(Optional.of(exchange.stored().key()));
    }

    private List<AlarmTable.Raised> about(Optional<SessionKey> session) {
        return alarms.stream().filter(alarm -> alarm.about().equals(session)).toList();
    }

    private String text(AlarmTable.Raised alarm) {
        String left =
                alarm.due().isPresent()
                        ? ", " + TimeLeft.text(alarm.due().getAsLong() - now) + " left"
                        : "";
        return "ALARM " + alarm.kind() + ": " + alarm.line() + left + "; " + alarm.wayOut();
    }
}
