package io.evenhand.node.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.delegation.customer.CustomerState;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.store.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whole exchanges in which provider and customer each see the chain through an endpoint with a
/// quirk: the rows of `docs/reference/endpoints.md`.
class EndpointQuirksTest {
    @TempDir Path directory;

    /// What the endpoints of both do.
    enum Quirk {
        /// Eight requests in a fifth of a second, as eight in a second take five times as long.
        RATE_LIMITED_BY_STATUS {
            @Override
            void apply(QuirkyNode node) {
                node.limit(8, Duration.ofMillis(200));
            }
        },
        RATE_LIMITED_IN_THE_ANSWER {
            @Override
            void apply(QuirkyNode node) {
                node.limit(8, Duration.ofMillis(200));
                node.limitInBody = true;
            }
        },
        LOGS_OF_FEW_BLOCKS {
            @Override
            void apply(QuirkyNode node) {
                node.logRange = 3;
            }
        };

        abstract void apply(QuirkyNode node);
    }

    @ParameterizedTest
    @EnumSource(Quirk.class)
    void theExchangeSettles(Quirk quirk) throws Exception {
        try (TestNet net = new TestNet(directory, new LocalChain.Mining.Every(1));
                QuirkyNode provided = new QuirkyNode(net.chain);
                QuirkyNode bought = new QuirkyNode(net.chain);
                StamperDaemon _ = net.stamper()) {
            quirk.apply(provided);
            quirk.apply(bought);
            net.endpoint = Optional.of(provided.url());
            try (ProviderDaemon provider = net.provider()) {
                net.endpoint = Optional.of(bought.url());
                try (CustomerAgent customer = net.customer()) {
                    Bytes32 ref = net.delegate(customer, provider, net.input("b\na\n"));
                    assertTrue(customer.opened(ref).get(120, TimeUnit.SECONDS));
                    assertEquals("a\nb\n", Files.readString(customer.work(ref).orElseThrow()));
                    CustomerState end = customer.end(ref).get(120, TimeUnit.SECONDS);
                    assertTrue(assertInstanceOf(CustomerState.Settled.class, end).passed());
                    net.await(event ->
                            event instanceof NodeEvent.Ended over
                                    && over.session().role() == Role.PROVIDER);
                }
            }
            assertTrue(provided.refused.get() + bought.refused.get() > 0, "the quirk was met");
            assertTrue(net.troubles.size() <= 3, "said once each: " + net.troubles);
        }
    }
}
