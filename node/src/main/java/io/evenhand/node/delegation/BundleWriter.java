package io.evenhand.node.delegation;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.evidence.Bundle;
import io.evenhand.kit.file.FileTrouble;
import io.evenhand.kit.file.NewFile;
import io.evenhand.kit.file.PrivateFiles;
import io.evenhand.kit.process.Loop;
import io.evenhand.ledger.evm.LedgerException;
import io.evenhand.node.AlarmNews;
import io.evenhand.node.EventSink;
import io.evenhand.node.Node;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.Trouble;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.SessionTable;
import io.evenhand.protocols.delegation.evidence.Evidence;
import io.evenhand.protocols.delegation.evidence.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;

/// Puts the evidence of an exchange into one file when the exchange is over:
/// `bundles/ROLE-XID.asice` in the data directory. One after the other, in the background: whoever
/// ends an exchange may be about to tell the next one of a new block.
///
/// A bundle can be made again, so it is not flushed: what a loss of power took, or spoilt, the next
/// start writes.
public final class BundleWriter implements AutoCloseable {
    /// No system leaves what was written out of the disk for so long.
    private static final long UNSAFE_SECONDS = 300;

    private final Node node;
    private final EvidenceMaker maker;
    private final ExecutorService writer = Loop.BUNDLES.inOrder();

    public BundleWriter(Node node, EvidenceMaker.Chain chain) {
        this.node = node;
        this.maker = new EvidenceMaker(node.store(), node.identity(), node.crypto(), chain);
    }

    /// Tells others of the end of an exchange once its bundle is written, of all else at once. Who
    /// gives places back listens beside this sink too: a slow chain must not hold them.
    public EventSink before(EventSink others) {
        return new EventSink() {
            @Override
            public void on(NodeEvent event) {
                if (event instanceof NodeEvent.Ended ended) {
                    later(ended, others);
                } else {
                    others.on(event);
                }
            }

            @Override
            public void keep(NodeEvent.Kept event) {
                others.keep(event);
            }

            @Override
            public void trouble(Trouble kind, String line) {
                others.trouble(kind, line);
            }

            @Override
            public void alarm(AlarmNews news) {
                others.alarm(news);
            }
        };
    }

    private void later(NodeEvent.Ended ended, EventSink others) {
        String part = "end of exchange " + ended.session().ref().toString().substring(0, 8);
        try {
            writer.execute(() -> {
                try {
                    try {
                        boolean _ = write(ended.session());
                    } finally {
                        // Places are given back and evidence is told whatever became of the file.
                        others.on(ended);
                    }
                    node.alarms().works(part);
                } catch (RuntimeException e) {
                    node.alarms().fails(part, e);
                }
            });
        } catch (RejectedExecutionException e) {
            // The node stops: the next start writes it.
            others.on(ended);
        }
    }

    /// The bundle of an exchange, once it is written.
    public Optional<Path> find(SessionKey session) {
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

    /// Bundles that a crash, a loss of power or a silent chain kept from being written. Stops at
    /// the first chain that does not answer: the next start tries again.
    public void catchUp(Role role) {
        List<SessionTable.Stored> ended =
                node.store().sessions().all().stream()
                        .filter(stored -> stored.key().role().equals(role) && stored.ended())
                        .toList();
        long last = ended.stream().mapToLong(SessionTable.Stored::updatedAt).max().orElse(0);
        for (SessionTable.Stored stored : ended) {
            Optional<Path> found = find(stored.key());
            boolean recent = stored.updatedAt() >= last - UNSAFE_SECONDS;
            boolean there = found.isPresent() && (!recent || isWhole(found.get()));
            if (!there && !write(stored.key())) {
                return;
            }
        }
    }

    private static boolean isWhole(Path bundle) {
        try {
            Bundle _ = Bundle.read(bundle);
            return true;
        } catch (IOException | MalformedException e) {
            return false;
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
                try (NewFile file = NewFile.at(path)) {
                    file.write(Evidence.FORMAT.bundle(evidence.get()).toByteArray());
                    file.commitSoon();
                }
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
