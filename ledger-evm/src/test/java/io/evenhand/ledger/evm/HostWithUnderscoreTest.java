package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.MalformedException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Docker Compose and Swarm give services names with `_`, which `java.net.URI` takes for no host.
class HostWithUnderscoreTest {
    @TempDir Path folder = Path.of("");

    /// Asks each endpoint for its chain, on a machine that knows the name.
    public static final class Asker {
        private Asker() {}

        public static void main(String[] urls) {
            for (String url : urls) {
                try (JsonRpc rpc = JsonRpc.open(url)) {
                    System.out.println(rpc.name() + " " + rpc.call("eth_chainId").quantity());
                } catch (LedgerException e) {
                    System.out.println(e.getMessage());
                }
            }
        }
    }

    @Test
    void itIsReachedByHttpAndWebSocket() throws IOException, InterruptedException {
        Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 geth_node\n");
        try (LocalChain chain = LocalChain.start(new LocalChain.Mining.Instant())) {
            int port = URI.create(chain.httpUrl()).getPort();
            Process process =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                    "-Djdk.net.hosts.file=" + hosts,
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    Asker.class.getName(),
                                    "http://geth_node:" + port,
                                    "http://user:secret@geth_node:" + port + "/?more=1",
                                    "ws://geth_node:" + port + "/",
                                    "http://no_such_node:" + port)
                            .redirectErrorStream(true)
                            .start();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(
                    """
                    http://geth_node:%1$d 31337
                    http://geth_node:%1$d 31337
                    ws://geth_node:%1$d 31337
                    http://no_such_node:%1$d is not reachable (no such host): is the name right?
                    """
                            .formatted(port),
                    said);
            assertEquals(0, process.waitFor());
        }
    }

    @Test
    void itIsNotThisMachine() {
        assertFalse(JsonRpc.isOnThisMachine("http://geth_node:8545"));
        assertTrue(JsonRpc.isOnThisMachine("http://localhost:8545"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://geth_node", "wss://user:secret@geth_node:1/x", "HTTPS://a_b"})
    void itHasNoCertificate(String url) {
        MalformedException e = assertThrows(MalformedException.class, () -> JsonRpc.checkUrl(url));
        assertTrue(String.valueOf(e.getMessage()).contains("certificate"), e.getMessage());
        assertFalse(String.valueOf(e.getMessage()).contains("secret"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://_:x",
                "http://a_b:99999",
                "http://a_b c",
                "http://a_b@",
                "ftp://a_b"
            })
    void otherFaultsAreNamedAsBefore(String url) {
        assertThrows(MalformedException.class, () -> JsonRpc.checkUrl(url));
    }
}
