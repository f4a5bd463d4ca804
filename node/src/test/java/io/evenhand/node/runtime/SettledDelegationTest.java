package io.evenhand.node.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.delegation.customer.CustomerState;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.store.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
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
            net.await(event ->
                    event instanceof NodeEvent.Ended over
                            && over.session().role() == Role.PROVIDER);
        }
        assertEquals(1, Endings.check(directory.resolve("customer")));
        assertEquals(1, Endings.check(directory.resolve("provider")));
    }

    @Test
    void workOfManyChunksArrivesWhole() throws Exception {
        String copy =
                TestNet.SORT.replace(
                        "[\"sort\", \"-o\", \"{output}\", \"{input}\"]",
                        "[\"cp\", \"{input}\", \"{output}\"]");
        byte[] content = new byte[(5 << 20) + 1];
        new Random(5).nextBytes(content);
        Path input = Files.write(directory.resolve("large"), content);
        try (TestNet net = new TestNet(directory, new LocalChain.Mining.Every(1));
                StamperDaemon _ = net.stamper();
                ProviderDaemon provider = net.provider(copy);
                CustomerAgent customer = net.customer()) {
            Bytes32 ref = net.delegate(customer, provider, input);
            assertInstanceOf(
                    CustomerState.Settled.class, customer.end(ref).get(60, TimeUnit.SECONDS));
            assertEquals(-1, Files.mismatch(input, customer.work(ref).orElseThrow()));
        }
    }
}
