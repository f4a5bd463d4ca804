package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.file.NewFile;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.delegation.customer.CustomerAgent;
import io.evenhand.node.delegation.provider.ProviderDaemon;
import io.evenhand.node.delegation.stamper.StamperDaemon;
import io.evenhand.node.store.SessionKey;
import io.evenhand.protocols.delegation.customer.CustomerState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A customer whose sealed work went missing after it had paid: a backup without it, or a bad disk.
class LostFilesTest {
    /// Too large for the journal, which would put it back.
    private static final int LINES = NewFile.SMALL / 2;

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"missing", "damaged", "without its leaves"})
    @DisplayName("what was paid for is fetched again; a damaged file proves nothing to anybody")
    void fetchedAgain(String what) throws Exception {
        try (TestNet net = new TestNet(directory, new LocalChain.Mining.Manual());
                StamperDaemon _ = net.stamper();
                ProviderDaemon provider = net.provider()) {
            Bytes32 ref;
            try (CustomerAgent customer = net.customer()) {
                String text = "b\n".repeat(LINES) + "a\n".repeat(LINES);
                ref = net.delegate(customer, provider, net.input(text));
                net.await(event ->
                        event instanceof NodeEvent.StateChanged change
                                && change.to().equals("Funding"));
            }
            SessionKey session = new SessionKey(DelegationRoles.CUSTOMER, ref);
            SessionFiles files = new SessionFiles(net.directory("customer").resolve("blobs"));
            harm(what, files, session);
            net.chain.setMining(new LocalChain.Mining.Every(1));
            try (CustomerAgent customer = net.customer()) {
                CustomerState end = customer.end(ref).get();
                assertTrue(assertInstanceOf(CustomerState.Settled.class, end).passed());
                assertEquals(
                        "a\n".repeat(LINES) + "b\n".repeat(LINES),
                        Files.readString(customer.work(ref).orElseThrow()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {SessionFiles.SEALED, SessionFiles.LEAVES})
    @DisplayName("T7: what the provider served wrongly is fetched again while there is time (D16)")
    void fetchedAgainOnceItIsRight(String name) throws Exception {
        try (TestNet net = new TestNet(directory, new LocalChain.Mining.Every(1));
                StamperDaemon _ = net.stamper()) {
            SessionFiles files = new SessionFiles(net.directory("provider").resolve("blobs"));
            AtomicReference<Path> spoilt = new AtomicReference<>();
            net.listener =
                    Optional.of(event -> {
                        if (event instanceof NodeEvent.StateChanged change
                                && change.to().equals("Delivering")) {
                            spoilt.set(files.path(change.session(), name));
                            spoil(spoilt.get());
                        }
                    });
            try (ProviderDaemon provider = net.provider();
                    CustomerAgent customer = net.customer()) {
                Bytes32 ref = net.delegate(customer, provider, net.input("b\na\nc\n"));
                net.await(event ->
                        event instanceof NodeEvent.Retrying retrying
                                && retrying.what().equals("FetchWork"));
                spoil(spoilt.get());
                CustomerState end = customer.end(ref).get();
                assertTrue(assertInstanceOf(CustomerState.Settled.class, end).passed());
            }
        }
    }

    /// Done twice it changes nothing.
    private static void spoil(Path file) {
        try {
            damage(file);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void harm(String what, SessionFiles files, SessionKey session) throws Exception {
        Path sealed = files.path(session, SessionFiles.SEALED);
        switch (what) {
            case "missing" -> Files.delete(sealed);
            case "damaged" -> damage(sealed);
            default -> {
                damage(sealed);
                Files.delete(files.path(session, SessionFiles.LEAVES));
            }
        }
    }

    private static void damage(Path file) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }
}
