package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.ledger.evm.RpcResult;
import io.evenhand.ledger.evm.Wallet;
import io.evenhand.node.Capacity;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.delegation.customer.CustomerAgent;
import io.evenhand.node.delegation.provider.ProviderDaemon;
import io.evenhand.node.delegation.stamper.StamperDaemon;
import io.evenhand.protocols.delegation.customer.CustomerState;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every limit on what peers may cost, exceeded: the customer reads one line that names it.
class CapacityTest {
    private static final String NEVER_DONE =
            TestNet.SORT.replace("\"sort\", \"-o\"", "\"sh\", \"-c\", \"sleep 60\"");

    @TempDir Path directory;
    private TestNet net;

    @BeforeEach
    void start() throws Exception {
        net = new TestNet(directory, new LocalChain.Mining.Every(1));
    }

    @AfterEach
    void stop() {
        net.close();
    }

    private static String with(String yaml, String capacity) {
        return yaml + "capacity: { " + capacity + " }\n";
    }

    private static String reason(CustomerAgent customer, Bytes32 ref) throws Exception {
        CustomerState end = customer.end(ref).get();
        String reason = assertInstanceOf(CustomerState.Aborted.class, end).why().line();
        assertEquals(1, reason.lines().count(), reason);
        return reason;
    }

    private void assertRefused(CustomerAgent customer, ProviderDaemon provider, String words)
            throws Exception {
        assertRefused(customer, provider, net.input("b\na\n"), words);
    }

    private void assertRefused(
            CustomerAgent customer, ProviderDaemon provider, Path input, String words)
            throws Exception {
        String reason = reason(customer, net.delegate(customer, provider, input));
        assertTrue(reason.contains(words), reason);
    }

    private void working() throws InterruptedException {
        net.await(event ->
                event instanceof NodeEvent.StateChanged change && change.to().equals("Working"));
    }

    @Test
    @DisplayName("more open exchanges of one customer, or of all, than the provider takes")
    void openExchanges() throws Exception {
        try (StamperDaemon stamper = net.stamper();
                ProviderDaemon provider =
                        net.provider(with(NEVER_DONE, "exchanges: 2, exchangesPerCustomer: 1"));
                CustomerAgent one = net.customer("one", 4);
                CustomerAgent two = net.customer("two", 5);
                CustomerAgent three = net.customer("three", 6)) {
            Bytes32 _ = net.delegate(one, provider, net.input("b\na\n"));
            working();
            assertRefused(one, provider, "1 of your exchanges are open here");
            Bytes32 ref = net.delegate(two, provider, net.input("b\na\n"));
            net.await(event ->
                    event instanceof NodeEvent.StateChanged change
                            && change.to().equals("Working")
                            && change.session().ref().equals(ref));
            assertRefused(three, provider, "all places are taken: 2 exchanges");
            assertTrue(stamper.port() > 0);
        }
    }

    @Test
    @DisplayName("a customer who does not fund gets no more work for free")
    void unpaid() throws Exception {
        Secret32 wallet = Secret32.random(new SecureRandom());
        String account = new Wallet(wallet).address().toString();
        try (StamperDaemon stamper = net.stamper();
                ProviderDaemon provider = net.provider(with(TestNet.SORT, "unpaidPerCustomer: 1"));
                CustomerAgent poor = net.customer("poor", wallet);
                CustomerAgent rich = net.customer("rich", 5)) {
            // It has the coins when it asks and spends them elsewhere.
            RpcResult _ = net.chain.rpc().call("anvil_setBalance", account, "0xde0b6b3a7640000");
            Bytes32 _ = net.delegate(poor, provider, net.input("b\na\n"));
            RpcResult _ = net.chain.rpc().call("anvil_setBalance", account, "0x0");
            net.await(event ->
                    event instanceof NodeEvent.StateChanged change
                            && change.to().equals("Delivering"));
            net.chain.setMining(new LocalChain.Mining.Manual());
            RpcResult _ = net.chain.rpc().call("anvil_setBalance", account, "0xde0b6b3a7640000");
            assertRefused(poor, provider, "not paid for");
            net.chain.setMining(new LocalChain.Mining.Every(1));
            // One who pays may come as often as he likes.
            for (int i = 0; i < 2; i++) {
                Bytes32 ref = net.delegate(rich, provider, net.input("b\na\n"));
                CustomerState end = rich.end(ref).get();
                assertInstanceOf(CustomerState.Settled.class, end);
                net.await(event ->
                        event instanceof NodeEvent.TransactionFinal done
                                && done.kind().equals("claim")
                                && done.session().ref().equals(ref));
            }
            assertTrue(stamper.port() > 0);
        }
    }

    @Test
    @DisplayName("a customer whose offers come to nothing fills the journal no further")
    void fruitless() throws Exception {
        try (StamperDaemon stamper = net.stamper();
                ProviderDaemon provider =
                        net.provider(with(TestNet.SORT, "fruitlessPerCustomer: 2"));
                CustomerAgent customer = net.customer()) {
            Path large = net.root.resolve("large");
            try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
                file.setLength(300_000_001);
            }
            assertRefused(customer, provider, large, "limit 300000000");
            assertRefused(customer, provider, large, "limit 300000000");
            assertRefused(customer, provider, "came to nothing");
            assertTrue(stamper.port() > 0);
        }
    }

    @Test
    @DisplayName("more bytes for one customer, for all, or on the disk than there is room for")
    void bytes() throws Exception {
        String[] limits = {
            "bytesPerCustomer: 1000|kept for you, limit 1000",
            "bytes: 2000|kept for all, limit 2000",
            "freeBytes: 1000000000000000000|the disk here has room for 0"
        };
        try (StamperDaemon stamper = net.stamper();
                CustomerAgent customer = net.customer()) {
            for (String limit : limits) {
                String[] parts = limit.split("\\|", -1);
                try (ProviderDaemon provider = net.provider(with(TestNet.SORT, parts[0]))) {
                    assertRefused(customer, provider, parts[1]);
                }
            }
            assertTrue(stamper.port() > 0);
        }
    }

    @Test
    @DisplayName("more open exchanges of one customer than the stamper takes")
    void stamperExchanges() throws Exception {
        net.stamperCapacity = Capacity.DEFAULT.withKept(10, 1, 1L << 30, 1L << 30);
        try (StamperDaemon stamper = net.stamper();
                ProviderDaemon provider = net.provider(NEVER_DONE);
                CustomerAgent customer = net.customer()) {
            Bytes32 _ = net.delegate(customer, provider, net.input("b\na\n"));
            working();
            assertRefused(customer, provider, "1 of your exchanges are open here");
            assertTrue(stamper.port() > 0);
        }
    }

    @Test
    @DisplayName("more work of one customer, of all, or of guests, than the stamper's spool takes")
    void spool() throws Exception {
        Capacity[] small = {
            Capacity.DEFAULT.withKept(10, 10, 1L << 30, 3),
            Capacity.DEFAULT.withKept(10, 10, 3, 9),
            // The customer is a guest, as the provider used the invite up, and has a fourth.
            Capacity.DEFAULT.withKept(10, 10, 12, 12)
        };
        for (Capacity capacity : small) {
            net.stamperCapacity = capacity;
            try (StamperDaemon stamper = net.stamper();
                    ProviderDaemon provider = net.provider();
                    CustomerAgent customer = net.customer()) {
                assertRefused(customer, provider, "limit 3");
                assertTrue(stamper.port() > 0);
            }
        }
    }
}
