package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.file.NewFile;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.delegation.customer.CustomerAgent;
import io.evenhand.node.delegation.provider.ProviderDaemon;
import io.evenhand.node.delegation.stamper.StamperDaemon;
import io.evenhand.protocols.delegation.customer.CustomerState;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// All parties lose power in the middle of an exchange: of the files that nobody flushed nothing is
/// left but their names.
class LostPowerTest {
    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Offered",
                "AwaitingInput",
                "Working",
                "Trying",
                "Sealing",
                "Delivering",
                "Funding"
            })
    @DisplayName("nothing that anybody relies on was in a file that was not flushed")
    void settles(String state) throws Exception {
        try (TestNet net = new TestNet(directory, new LocalChain.Mining.Manual())) {
            Bytes32 ref;
            try (StamperDaemon _ = net.stamper();
                    ProviderDaemon provider = net.provider();
                    CustomerAgent customer = net.customer()) {
                ref = net.delegate(customer, provider, net.input("b\na\nc\n"));
                net.await(event ->
                        event instanceof NodeEvent.StateChanged change
                                && change.to().equals(state));
            }
            for (String party : List.of("stamper", "provider", "customer")) {
                losePower(net.directory(party).resolve("blobs"));
            }
            net.chain.setMining(new LocalChain.Mining.Every(1));
            try (StamperDaemon _ = net.stamper();
                    ProviderDaemon _ = net.provider();
                    CustomerAgent customer = net.customer()) {
                CustomerState end = customer.end(ref).get();
                assertTrue(assertInstanceOf(CustomerState.Settled.class, end).passed());
                assertEquals("a\nb\nc\n", Files.readString(customer.work(ref).orElseThrow()));
            }
        }
    }

    private static void losePower(Path blobs) throws IOException {
        if (!Files.isDirectory(blobs)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> all = Files.walk(blobs)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            if (Files.size(file) <= NewFile.SMALL) {
                FileChannel.open(
                                file,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.TRUNCATE_EXISTING)
                        .close();
            }
        }
    }
}
