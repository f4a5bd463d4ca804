package io.evenhand.node.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.delegation.customer.CustomerState;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.ledger.evm.ChainProxy;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.ledger.evm.Quirks;
import io.evenhand.node.store.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A whole exchange in which provider and customer each see the chain through an endpoint with
/// quirks of `docs/reference/endpoints.md`: eight requests in a fifth of a second, refused by HTTP
/// status or in an ordinary answer, and logs of few blocks.
class EndpointQuirksTest {
    /// As eight in a second take five times as long.
    private static final Duration SLOT = Duration.ofMillis(200);

    private static final int A_SLOT = 8;
    private static final int LOGS_OF_BLOCKS = 3;

    private static final long LIMIT_SECONDS = TestNet.AWAIT.toSeconds();

    @TempDir Path directory;

    @Test
    void theExchangeSettles() throws Exception {
        try (TestNet net = new TestNet(directory, new LocalChain.Mining.Every(1));
                ChainProxy provided = new ChainProxy(net.chain);
                ChainProxy bought = new ChainProxy(net.chain);
                StamperDaemon _ = net.stamper()) {
            AtomicInteger refused = new AtomicInteger();
            AtomicInteger refusedInBody = new AtomicInteger();
            provided.be(
                    List.of(
                            Quirks.logsOf(LOGS_OF_BLOCKS),
                            Quirks.limited(A_SLOT, SLOT, false, refused)));
            bought.be(
                    List.of(
                            Quirks.logsOf(LOGS_OF_BLOCKS),
                            Quirks.limited(A_SLOT, SLOT, true, refusedInBody)));
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
                                    && over.session().role() == Role.PROVIDER);
                }
            }
            assertTrue(refused.get() > 0, "the provider met the limit");
            assertTrue(refusedInBody.get() > 0, "the customer met the limit");
            assertTrue(net.troubles.size() <= 3, "said once each: " + net.troubles);
        }
    }
}
