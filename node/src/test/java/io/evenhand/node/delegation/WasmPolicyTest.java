package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.enclave.policy.PolicySpec;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.delegation.customer.CustomerAgent;
import io.evenhand.node.delegation.provider.ProviderDaemon;
import io.evenhand.node.delegation.stamper.StamperDaemon;
import io.evenhand.programs.policy.PolicyFile;
import io.evenhand.protocols.delegation.customer.CustomerState;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/// Exchanges judged by a module of the customer's own, on real parts.
///
/// Alone, as it kills the guest hosts of this process.
@Isolated
class WasmPolicyTest {
    @TempDir Path directory;
    private TestNet net;
    private StamperDaemon stamper;
    private ProviderDaemon provider;
    private CustomerAgent customer;

    @BeforeEach
    void start() throws Exception {
        net = new TestNet(directory, new LocalChain.Mining.Every(1));
        stamper = net.stamper();
        provider = net.provider();
        customer = net.customer();
    }

    @AfterEach
    void stop() {
        customer.close();
        provider.close();
        stamper.close();
        net.close();
    }

    private static PolicySpec example(String name) throws Exception {
        return PolicyFile.read(Path.of("../examples/policies").resolve(name)).spec();
    }

    private CustomerState end(CustomerAgent of, Bytes32 ref) throws Exception {
        return of.end(ref).get();
    }

    @Test
    @DisplayName(
            "T5, T12: stamper and customer run the customer's module, and the exchange settles")
    void settles() throws Exception {
        PolicySpec sorted = example("wasm-sorted/policy.yaml");
        Bytes32 ref = net.delegate(customer, provider, net.input("b\na\n"), sorted);
        CustomerState.Settled settled =
                assertInstanceOf(CustomerState.Settled.class, end(customer, ref));
        assertTrue(settled.passed());
    }

    @Test
    @DisplayName("a guest host that is killed costs no attempt: the work is judged again")
    void killedHost() throws Exception {
        PolicySpec sorted = example("wasm-sorted/policy.yaml");
        // Those of an earlier test may still be ending.
        Set<ProcessHandle> before = hosts().collect(Collectors.toSet());
        Bytes32 ref = net.delegate(customer, provider, net.input("b\na\n"), sorted);
        while (hosts().filter(h -> !before.contains(h)).noneMatch(ProcessHandle::destroyForcibly)) {
            LockSupport.parkNanos(1_000_000);
        }
        assertInstanceOf(CustomerState.Settled.class, end(customer, ref));
        synchronized (net.events) {
            assertTrue(
                    net.events.stream()
                            .anyMatch(e ->
                                    e instanceof NodeEvent.Retrying retrying
                                            && retrying.why().contains("could not be judged")));
            assertEquals(
                    1,
                    net.events.stream()
                            .filter(e ->
                                    e instanceof NodeEvent.JobStarted started
                                            && started.job().equals("Judge"))
                            .count());
        }
    }

    /// The first one of an exchange is the stamper's.
    private static Stream<ProcessHandle> hosts() {
        return ProcessHandle.current()
                .children()
                .filter(child ->
                        child.info()
                                .commandLine()
                                .filter(c -> c.contains("GuestHost"))
                                .isPresent());
    }

    @Test
    @DisplayName("D4: an endless policy fails its own exchange, and the stamper serves another")
    void endless() throws Exception {
        try (CustomerAgent hostile = net.customer("hostile", 4)) {
            PolicySpec endless = example("hostile/endless.yaml");
            Bytes32 bad = net.delegate(hostile, provider, net.input("b\na\n"), endless);
            Bytes32 good = net.delegate(customer, provider, net.input("b\na\n"));
            assertInstanceOf(CustomerState.Settled.class, end(customer, good));
            CustomerState.Aborted aborted =
                    assertInstanceOf(CustomerState.Aborted.class, end(hostile, bad));
            assertEquals(
                    "the provider refuses: the work did not pass the policy in 2 attempt(s)",
                    aborted.why().line());
        }
    }
}
