package io.evenhand.node.metrics;

import io.evenhand.kit.alarm.Alarm;
import io.evenhand.node.AlarmNews;
import io.evenhand.node.EventSink;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.Trouble;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;

/// Counts what happens in all exchanges of a node. The names are listed in
/// `docs/reference/metrics.md`; every label value is one of a few words of our own.
public final class NodeMetrics implements EventSink {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter messages =
            counter("messages", "Messages sent and received.", "role", "direction", "message");
    private final Counter ignored =
            counter(
                    "ignored",
                    "Messages, results and timers that changed nothing.",
                    "role",
                    "what");
    private final Counter jobs =
            counter("jobs", "Bulk work begun: sealing, judging, transfers.", "role", "job");
    private final Counter transactions =
            counter("transactions", "Transactions by how far they came.", "role", "kind", "stage");
    private final Counter gas =
            counter("gas", "Units of gas of transactions in a block.", "role", "kind");
    private final Counter retries =
            counter("retries", "Effects that something outside held up.", "role", "effect");
    private final Counter ended =
            counter("exchanges_ended", "Exchanges that are over.", "role", "outcome");
    private final Counter troubles =
            counter("troubles", "Lines about endpoints and peers in trouble.");

    private final Counter alarms =
            counter("alarms", "Alarms told, again when half their time is gone.", "kind");

    private final List<String> alarmKinds;

    /// Every kind is there from the beginning: a rate over a missing series shows nothing.
    ///
    /// @param families the alarms that the node may raise
    public NodeMetrics(List<Class<? extends Alarm>> families) {
        alarmKinds = families.stream().flatMap(family -> Alarm.kinds(family).stream()).toList();
        alarmKinds.forEach(alarms::initLabelValues);
    }

    List<String> alarmKinds() {
        return alarmKinds;
    }

    private Counter counter(String name, String help, String... labels) {
        return Counter.builder()
                .name("evenhand_" + name)
                .help(help)
                .labelNames(labels)
                .register(registry);
    }

    PrometheusRegistry registry() {
        return registry;
    }

    @Override
    public void on(NodeEvent event) {
        String role = event.session().role().text();
        switch (event) {
            case NodeEvent.MessageSent sent ->
                    messages.labelValues(role, "sent", sent.name()).inc();
            case NodeEvent.MessageReceived received ->
                    messages.labelValues(role, "received", received.name()).inc();
            case NodeEvent.Ignored what -> ignored.labelValues(role, what.what()).inc();
            case NodeEvent.JobStarted started -> jobs.labelValues(role, started.job()).inc();
            case NodeEvent.TransactionSent sent ->
                    transactions.labelValues(role, sent.kind(), "sent").inc();
            case NodeEvent.TransactionIncluded included -> {
                transactions.labelValues(role, included.kind(), "included").inc();
                gas.labelValues(role, included.kind()).inc(included.gasUsed());
            }
            case NodeEvent.TransactionFinal last ->
                    transactions.labelValues(role, last.kind(), "final").inc();
            case NodeEvent.TransactionFailed failed ->
                    transactions.labelValues(role, failed.kind(), "failed").inc();
            case NodeEvent.Retrying retrying -> retries.labelValues(role, retrying.what()).inc();
            case NodeEvent.Ended end -> ended.labelValues(role, end.outcome()).inc();
            case NodeEvent.StateChanged _, NodeEvent.JobEnded _ -> {}
        }
    }

    @Override
    public void alarm(AlarmNews news) {
        if (news.raised()) {
            alarms.labelValues(news.alarm().kind()).inc();
        }
    }

    @Override
    public void trouble(Trouble kind, String line) {
        troubles.inc();
    }
}
