package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.kit.alarm.Alarm;
import io.evenhand.node.EventSink;
import io.evenhand.node.NodeStatus;
import io.evenhand.node.metrics.MetricsServer;
import io.evenhand.node.metrics.NodeMetrics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/// Whether a daemon shows its numbers to Prometheus.
public final class MetricsOption {
    private final NodeMetrics numbers;

    @Option(
            names = "--metrics",
            paramLabel = "HOST:PORT",
            description =
                    "Serve numbers for Prometheus at http://HOST:PORT/metrics; anybody who reaches"
                            + " the port can read them.")
    private Optional<String> address = Optional.empty();

    /// @param alarms the families of alarms that are counted
    public MetricsOption(List<Class<? extends Alarm>> alarms) {
        numbers = new NodeMetrics(alarms);
    }

    /// What counts.
    public EventSink sink() {
        return numbers;
    }

    /// Before anything starts: a node that nobody can watch is not what was asked for.
    public void check() {
        if (address.isEmpty()) {
            return;
        }
        Listen listen = Listen.parse("--metrics", address.get());
        try (ServerSocket free = new ServerSocket()) {
            free.bind(new InetSocketAddress(listen.host(), listen.port()));
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.STORAGE,
                    "--metrics: cannot listen on %s (%s); choose another address or port"
                            .formatted(address.get(), e.getMessage()),
                    e);
        }
    }

    /// Starts to serve if it was asked for.
    public Running serve(Supplier<NodeStatus> status) throws IOException {
        if (address.isEmpty()) {
            return new Running(Optional.empty());
        }
        Listen listen = Listen.parse("--metrics", address.get());
        return new Running(
                Optional.of(
                        MetricsServer.start(
                                listen.host(),
                                listen.port(),
                                numbers,
                                status,
                                InstantSource.system())));
    }

    /// The server, if there is one.
    public record Running(Optional<MetricsServer> server) implements AutoCloseable {
        public void describe(Map<String, Object> fields) {
            server.ifPresent(s -> fields.put("metricsPort", s.port()));
        }

        @Override
        public void close() {
            server.ifPresent(MetricsServer::close);
        }
    }
}
