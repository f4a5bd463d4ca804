package io.evenhand.node.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.delegation.customer.CustomerState;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.LocalChain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole of a delegation: three daemons over real TLS, a real chain, a real program.
class SettledDelegationTest {
    @TempDir Path directory;

    @Test
    void theWorkArrivesAndTheWageIsPaid() throws Exception {
        try (TestNet net = new TestNet(directory, new LocalChain.Mining.Every(1));
                StamperDaemon _ = net.stamper();
                ProviderDaemon provider = net.provider();
                CustomerAgent customer = net.customer()) {
            Wei before = net.chain.balance(provider.payee());
            Bytes32 ref = net.delegate(customer, provider, net.input("b\na\nc\n"));
            CustomerState end = customer.end(ref).get(60, TimeUnit.SECONDS);
            assertTrue(assertInstanceOf(CustomerState.Settled.class, end).passed());
            assertEquals("a\nb\nc\n", Files.readString(customer.work(ref).orElseThrow()));
            Wei after = net.chain.balance(provider.payee());
            assertTrue(after.compareTo(before) > 0, before + " then " + after);
        }
    }
}
