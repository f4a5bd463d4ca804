package io.evenhand.node.metrics;

import io.evenhand.kit.process.Loop;
import io.evenhand.node.NodeStatus;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Serves `/metrics` over plain HTTP, without any authentication: on the loopback interface, or
/// behind a proxy that authenticates its users.
public final class MetricsServer implements AutoCloseable {
    /// The JDK's server, which has no such limits by itself, reads them once: a request is one line
    /// and an answer a few pages, and Prometheus is one caller.
    private static final Map<String, String> LIMITS =
            Map.of(
                    "sun.net.httpserver.maxReqTime", "5",
                    "sun.net.httpserver.maxRspTime", "30",
                    "jdk.httpserver.maxConnections", "64");

    private final HTTPServer server;

    private MetricsServer(HTTPServer server) {
        this.server = server;
    }

    /// Starts to serve.
    ///
    /// @param port 0 for any free one
    /// @throws IOException if the address cannot be listened on
    public static MetricsServer start(
            String host,
            int port,
            NodeMetrics metrics,
            Supplier<NodeStatus> status,
            InstantSource clock)
            throws IOException {
        LIMITS.forEach((name, value) -> System.setProperty(name, System.getProperty(name, value)));
        PrometheusRegistry registry = metrics.registry();
        JvmMetrics.builder().register(registry);
        MultiCollector gauges =
                () ->
                        Loop.METRICS.guard(() ->
                                gauges(
                                        metrics.alarmKinds(),
                                        status.get(),
                                        clock.instant().getEpochSecond()));
        registry.register(gauges);
        return new MetricsServer(
                HTTPServer.builder().hostname(host).port(port).registry(registry).buildAndStart());
    }

    private static MetricSnapshots gauges(List<String> alarmKinds, NodeStatus status, long now) {
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        add(all, "exchanges_open", "Exchanges that are not over.", status.open());
        add(all, "disk_free_bytes", "What the data directory's disk takes.", status.freeBytes());
        GaugeSnapshot.Builder raised =
                GaugeSnapshot.builder().name("evenhand_alarms_raised").help("Alarms by kind.");
        for (String kind : alarmKinds) {
            raised.dataPoint(
                    GaugeDataPointSnapshot.builder()
                            .labels(Labels.of("kind", kind))
                            .value(status.alarms().getOrDefault(kind, 0L))
                            .build());
        }
        all.metricSnapshot(raised.build());
        status.nextDeadline()
                .ifPresent(at ->
                        add(
                                all,
                                "next_deadline_seconds",
                                "Time left until the first moment that may cost an exchange.",
                                at - now));
        status.balance()
                .ifPresent(wei ->
                        add(all, "wallet_balance_wei", "Coins to pay gas with.", wei.value()));
        status.chain()
                .ifPresent(chain -> {
                    add(all, "chain_head_number", "Newest block.", chain.tip().number());
                    add(all, "chain_final_number", "Final block.", chain.finalized().number());
                    add(
                            all,
                            "chain_head_age_seconds",
                            "How old the newest block is by this machine's clock.",
                            now - chain.tip().timestamp());
                    add(
                            all,
                            "chain_answering",
                            "1 if the endpoint answered at the last attempt.",
                            chain.answering() ? 1 : 0);
                });
        return all.build();
    }

    private static void add(MetricSnapshots.Builder all, String name, String help, Number value) {
        all.metricSnapshot(
                GaugeSnapshot.builder()
                        .name("evenhand_" + name)
                        .help(help)
                        .dataPoint(
                                GaugeDataPointSnapshot.builder().value(value.doubleValue()).build())
                        .build());
    }

    /// The port it listens on.
    public int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.close();
    }
}
