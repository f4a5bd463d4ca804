package io.evenhand.node.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.alarm.Alarm;
import io.evenhand.kit.alarm.NodeAlarm;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.AlarmNews;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.NodeStatus;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.store.SessionKey;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What Prometheus reads.
class NodeMetricsTest {
    private static final SessionKey KEY = new SessionKey(DelegationRoles.PROVIDER, Bytes32.ZERO);
    private static final PartyId PEER = new PartyId(new Bytes32(1, 2, 3, 4));

    private final NodeMetrics metrics = new NodeMetrics(DelegationRoles.ALARMS);

    private static final NodeStatus IDLE =
            new NodeStatus(
                    0, Map.of(), OptionalLong.empty(), 0, Optional.empty(), Optional.empty());

    @Test
    @DisplayName("callers that never finish their request keep Prometheus waiting for seconds only")
    void slowCallers() throws Exception {
        try (MetricsServer server =
                        MetricsServer.start(
                                "127.0.0.1", 0, metrics, () -> IDLE, () -> Instant.EPOCH);
                HttpClient client = HttpClient.newHttpClient()) {
            List<Socket> slow = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
                socket.getOutputStream().write("GET /metr".getBytes(StandardCharsets.US_ASCII));
                slow.add(socket);
            }
            URI page = URI.create("http://127.0.0.1:" + server.port() + "/metrics");
            HttpRequest request =
                    HttpRequest.newBuilder(page).timeout(Duration.ofSeconds(60)).build();
            assertEquals(200, client.send(request, BodyHandlers.ofString()).statusCode());
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    private String scrape(NodeStatus status) throws Exception {
        try (MetricsServer server =
                        MetricsServer.start(
                                "127.0.0.1",
                                0,
                                metrics,
                                () -> status,
                                () -> Instant.ofEpochSecond(1_000));
                HttpClient client = HttpClient.newHttpClient()) {
            URI page = URI.create("http://127.0.0.1:" + server.port() + "/metrics");
            return client.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
                    .body();
        }
    }

    @Test
    @DisplayName("every kind of event counts, with words of our own as labels")
    void events() throws Exception {
        List.of(
                        new NodeEvent.MessageSent(KEY, "T2", "Accept", PEER, "", ""),
                        new NodeEvent.MessageReceived(KEY, "T1", "Offer", PEER),
                        new NodeEvent.Ignored(KEY, "Funded", "CODE", "D17: from the peer \" \\ \n"),
                        new NodeEvent.JobStarted(KEY, "Seal"),
                        new NodeEvent.TransactionSent(KEY, "claim", Bytes32.ZERO),
                        new NodeEvent.TransactionIncluded(
                                KEY, "claim", Bytes32.ZERO, 7, 39_799, Wei.of(1)),
                        new NodeEvent.TransactionFinal(KEY, "claim", Bytes32.ZERO),
                        new NodeEvent.TransactionFailed(KEY, "refund", Bytes32.ZERO),
                        new NodeEvent.Retrying(KEY, "Deliver", "the peer is away", 200),
                        new NodeEvent.Ended(KEY, "Settled", "", ""))
                .forEach(metrics::on);
        metrics.trouble("http://a is away");
        Alarm near = new NodeAlarm.DeadlineNear("the deposit", 1_090);
        metrics.alarm(new AlarmNews(Optional.of(KEY), near, true, 1_000));
        metrics.alarm(new AlarmNews(Optional.of(KEY), near, false, 1_001));
        String page =
                scrape(
                        new NodeStatus(
                                3,
                                Map.of("DeadlineNear", 1L),
                                OptionalLong.of(1_090),
                                5,
                                Optional.empty(),
                                Optional.of(Wei.of(12))));
        for (String line :
                List.of(
                        "evenhand_messages_total{direction=\"sent\",message=\"Accept\",role=\"provider\"} 1",
                        "evenhand_messages_total{direction=\"received\",message=\"Offer\",role=\"provider\"} 1",
                        "evenhand_ignored_total{role=\"provider\",what=\"Funded\"} 1",
                        "evenhand_jobs_total{job=\"Seal\",role=\"provider\"} 1",
                        "evenhand_transactions_total{kind=\"claim\",role=\"provider\",stage=\"sent\"} 1",
                        "evenhand_transactions_total{kind=\"refund\",role=\"provider\",stage=\"failed\"} 1",
                        "evenhand_gas_total{kind=\"claim\",role=\"provider\"} 39799",
                        "evenhand_retries_total{effect=\"Deliver\",role=\"provider\"} 1",
                        "evenhand_exchanges_ended_total{outcome=\"Settled\",role=\"provider\"} 1",
                        "evenhand_troubles_total 1",
                        "evenhand_alarms_total{kind=\"DeadlineNear\"} 1",
                        "evenhand_alarms_total{kind=\"ClaimAtRisk\"} 0",
                        "evenhand_alarms_raised{kind=\"DeadlineNear\"} 1",
                        "evenhand_alarms_raised{kind=\"LowBalance\"} 0",
                        "evenhand_next_deadline_seconds 90",
                        "evenhand_exchanges_open 3",
                        "evenhand_wallet_balance_wei 12",
                        "evenhand_disk_free_bytes 5")) {
            assertTrue(page.contains(line), line + " in\n" + page);
        }
        assertTrue(!page.contains("from the peer"), "a peer's words are no label");
    }

    @Test
    @DisplayName("every kind of alarm is there before the first one")
    void kinds() throws Exception {
        String page =
                scrape(
                        new NodeStatus(
                                0,
                                Map.of(),
                                OptionalLong.empty(),
                                0,
                                Optional.empty(),
                                Optional.empty()));
        long kinds = page.lines().filter(line -> line.startsWith("evenhand_alarms_total{")).count();
        assertEquals(
                DelegationRoles.ALARMS.stream().mapToInt(f -> Alarm.kinds(f).size()).sum(), kinds);
        assertTrue(!page.contains("evenhand_chain_"), "a stamper has no chain");
    }
}
