package io.evenhand.node.delegation;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.file.FileTrouble;
import io.evenhand.kit.file.PrivateFiles;
import io.evenhand.kit.process.Loop;
import io.evenhand.ledger.evm.LedgerException;
import io.evenhand.node.EventSink;
import io.evenhand.node.Node;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.StoreException;
import io.evenhand.protocols.delegation.evidence.Evidence;
import io.evenhand.protocols.delegation.evidence.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;

/// Puts the evidence of an exchange into one file when the exchange is over:
/// `bundles/ROLE-XID.asice` in the data directory. One after the other, in the background: whoever
/// ends an exchange may be about to tell the next one of a new block.
public final class BundleWriter implements EventSink, AutoCloseable {
    private final Node node;
    private final EvidenceMaker maker;
    private final ExecutorService writer = Loop.BUNDLES.inOrder();
    private final Map<SessionKey, CompletableFuture<Boolean>> begun = new ConcurrentHashMap<>();

    public BundleWriter(Node node, EvidenceMaker.Chain chain) {
        this.node = node;
        this.maker = new EvidenceMaker(node.store(), node.identity(), node.crypto(), chain);
    }

    @Override
    public void on(NodeEvent event) {
        if (event instanceof NodeEvent.Ended ended) {
            CompletableFuture<Boolean> written = new CompletableFuture<>();
            begun.put(ended.session(), written);
            writer.execute(() -> {
                try {
                    boolean _ = written.complete(write(ended.session()));
                } catch (StoreException e) {
                    // The next start writes it.
                    node.events().trouble(String.valueOf(e.getMessage()));
                } finally {
                    boolean _ = written.complete(false);
                    begun.remove(ended.session());
                }
            });
        }
    }

    /// The bundle of an exchange; of one that is over, as soon as it is written.
    public Optional<Path> find(SessionKey session) {
        CompletableFuture<Boolean> written = begun.get(session);
        if (written != null) {
            boolean _ = written.join();
        }
        return there(session);
    }

    private Optional<Path> there(SessionKey session) {
        return Optional.of(path(session)).filter(Files::isRegularFile);
    }

    /// Writes what is to be written still.
    @Override
    public void close() {
        writer.close();
    }

    private Path path(SessionKey session) {
        return EvidenceMaker.file(
                node.store().directory().path(), node.store(), node.crypto(), session);
    }

    /// Bundles that a crash or a silent chain kept from being written. Stops at the first chain
    /// that does not answer: the next start tries again.
    public void catchUp(Role role) {
        for (SessionTable.Stored stored : node.store().sessions().all()) {
            boolean missing =
                    stored.key().role().equals(role)
                            && stored.ended()
                            && there(stored.key()).isEmpty();
            if (missing && !write(stored.key())) {
                return;
            }
        }
    }

    /// False if it has to be tried again. Trouble is told and is no reason to fail: everything
    /// stays in the journal.
    private boolean write(SessionKey session) {
        try {
            Optional<Evidence> evidence = maker.make(session, node.clock().instant());
            if (evidence.isPresent()) {
                Verdict _ = Verdict.of(node.crypto(), evidence.get());
                Path path = path(session);
                PrivateFiles.directory(path.resolveSibling(""));
                Evidence.FORMAT.bundle(evidence.get()).write(path);
            }
            return true;
        } catch (MalformedException e) {
            node.events().trouble("no evidence bundle of " + session + ": " + e.getMessage());
            return true;
        } catch (LedgerException e) {
            node.events()
                    .trouble(
                            "no evidence bundle of "
                                    + session
                                    + " yet: "
                                    + e.getMessage()
                                    + "; the next start or \"evenhand evidence\" writes it");
            return false;
        } catch (IOException e) {
            node.events()
                    .trouble(
                            "no evidence bundle of "
                                    + session
                                    + " yet: "
                                    + FileTrouble.of(e)
                                    + "; make room or give access, the next start writes it");
            return false;
        }
    }
}
