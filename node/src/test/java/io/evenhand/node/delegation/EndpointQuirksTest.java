package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.ledger.evm.ChainProxy;
import io.evenhand.ledger.evm.ChainProxy.Manner;
import io.evenhand.ledger.evm.ChainProxy.Reply;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.ledger.evm.Quirks;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.NodeEvent.TransactionSent;
import io.evenhand.node.delegation.customer.CustomerAgent;
import io.evenhand.node.delegation.provider.ProviderDaemon;
import io.evenhand.node.delegation.stamper.StamperDaemon;
import io.evenhand.protocols.delegation.customer.CustomerState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whole exchanges in which provider and customer each see the chain through an endpoint with
/// quirks of `docs/reference/endpoints.md`.
class EndpointQuirksTest {
    /// As eight in a second take five times as long.
    private static final Duration SLOT = Duration.ofMillis(200);

    private static final int A_SLOT = 8;
    private static final int LOGS_OF_BLOCKS = 3;

    private static final long LIMIT_SECONDS = TestNet.AWAIT.toSeconds();

    @TempDir Path directory;

    /// Refusals of a node that means it, and more.
    private static final int REFUSALS = 12;

    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger refusedInBody = new AtomicInteger();

    /// The provider's endpoint and the customer's.
    private record Pair(List<Manner> provided, List<Manner> bought) {}

    /// Eight requests in a fifth of a second, refused by HTTP status or in an ordinary answer, and
    /// logs of few blocks.
    private Pair limited() {
        return new Pair(
                List.of(
                        Quirks.logsOf(LOGS_OF_BLOCKS),
                        Quirks.limited(A_SLOT, SLOT, false, refused)),
                List.of(
                        Quirks.logsOf(LOGS_OF_BLOCKS),
                        Quirks.limited(A_SLOT, SLOT, true, refusedInBody)));
    }

    /// Nodes behind one address that are behind each other, an index of logs that is behind the
    /// chain, and several blocks with one time.
    private static Pair late() {
        return new Pair(
                List.of(Quirks.strikesEvery(12), Quirks.behind(2)),
                List.of(Quirks.strikesEvery(12), Quirks.logsBehind(4)));
    }

    @Test
    void theExchangeSettlesWithFewRequests() throws Exception {
        settles(limited());
        assertTrue(refused.get() > 0, "the provider met the limit");
        assertTrue(refusedInBody.get() > 0, "the customer met the limit");
    }

    @Test
    void theExchangeSettlesWithNodesThatAreBehind() throws Exception {
        settles(late());
    }

    private void settles(Pair endpoints) throws Exception {
        try (TestNet net = new TestNet(directory, new LocalChain.Mining.Every(1));
                ChainProxy provided = new ChainProxy(net.chain);
                ChainProxy bought = new ChainProxy(net.chain);
                StamperDaemon _ = net.stamper()) {
            // A contract is older than any node is behind.
            net.chain.mine(5);
            provided.be(endpoints.provided());
            bought.be(endpoints.bought());
            net.endpoint = Optional.of(provided.url());
            try (ProviderDaemon provider = net.provider()) {
                net.endpoint = Optional.of(bought.url());
                try (CustomerAgent customer = net.customer()) {
                    Bytes32 ref = net.delegate(customer, provider, net.input("b\na\n"));
                    assertTrue(customer.opened(ref).get(LIMIT_SECONDS, TimeUnit.SECONDS));
                    assertEquals("a\nb\n", Files.readString(customer.work(ref).orElseThrow()));
                    CustomerState end = customer.end(ref).get(LIMIT_SECONDS, TimeUnit.SECONDS);
                    assertTrue(assertInstanceOf(CustomerState.Settled.class, end).passed());
                    net.await(event ->
                            event instanceof NodeEvent.Ended over
                                    && over.session().role().equals(DelegationRoles.PROVIDER));
                }
            }
            assertTrue(net.troubles.size() <= 4, "said once each: " + net.troubles);
        }
    }

    @Test
    @DisplayName("A node that takes no transaction of ours is quoted, once")
    void aRefusalThatGoesOnIsSaidOnce() throws Exception {
        CountDownLatch often = new CountDownLatch(REFUSALS);
        try (TestNet net = new TestNet(directory, new LocalChain.Mining.Every(1));
                ChainProxy endpoint = new ChainProxy(net.chain);
                StamperDaemon _ = net.stamper();
                ProviderDaemon provider = net.provider()) {
            endpoint.be((call, chain) -> {
                if (!call.method().equals("eth_sendRawTransaction")) {
                    return chain.answer(call);
                }
                often.countDown();
                return Reply.error(-32_000, "intrinsic gas too low");
            });
            net.endpoint = Optional.of(endpoint.url());
            try (CustomerAgent customer = net.customer()) {
                Bytes32 _ = net.delegate(customer, provider, net.input("b\na\n"));
                net.awaitTrouble("intrinsic gas too low");
                assertTrue(often.await(LIMIT_SECONDS, TimeUnit.SECONDS));
            }
            assertEquals(1, net.troubles.size(), net.troubles.toString());
            long sent = net.events.stream().filter(e -> e instanceof TransactionSent).count();
            assertTrue(sent < REFUSALS / 2, sent + " times sent");
        }
    }
}
