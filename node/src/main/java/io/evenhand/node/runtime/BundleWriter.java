package io.evenhand.node.runtime;

import io.evenhand.delegation.evidence.Evidence;
import io.evenhand.delegation.evidence.Gather;
import io.evenhand.delegation.evidence.Observation;
import io.evenhand.delegation.evidence.Verdict;
import io.evenhand.delegation.message.Message;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.evidence.Bundle;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Xid;
import io.evenhand.ledger.evm.DealMoment;
import io.evenhand.ledger.evm.LedgerException;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.SessionTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Puts the evidence of an exchange into one file when the exchange is over:
/// `bundles/ROLE-XID.asice` in the data directory.
final class BundleWriter {
    private static final String DIRECTORY = "bundles";

    private final Node node;
    private final EvmRails rails;

    BundleWriter(Node node, EvmRails rails) {
        this.node = node;
        this.rails = rails;
    }

    /// Where the bundle of an exchange is or would be.
    Path path(SessionKey session, Xid xid) {
        String name = session.role().text() + "-" + xid.toString().substring(0, 16) + ".asice";
        return node.store().directory().path().resolve(DIRECTORY).resolve(name);
    }

    /// The bundle of an exchange that is over. A crash may have come between its end and this file.
    Optional<Path> find(SessionKey session) {
        boolean over = node.store().sessions().find(session).filter(s -> s.ended()).isPresent();
        Optional<Path> path =
                Facts.terms(node.store().facts(), session)
                        .filter(_ -> over)
                        .map(terms -> path(session, node.crypto().xid(terms)));
        return path.filter(Files::isRegularFile).or(() -> path.flatMap(_ -> write(session)));
    }

    /// Writes what earlier processes did not get to write.
    void catchUp(Role role) {
        for (SessionTable.Stored session : node.store().sessions().all()) {
            if (session.ended() && session.key().role() == role) {
                Optional<Path> _ = find(session.key());
            }
        }
    }

    /// Writes it, unless the parties never had Terms. Trouble is told and is no reason to fail:
    /// everything stays in the journal.
    Optional<Path> write(SessionKey session) {
        try {
            List<Message> messages = messages(session);
            Optional<Evidence> bare = Gather.from(node.identity().party(), messages, List.of());
            if (bare.isEmpty()) {
                return Optional.empty();
            }
            Xid xid = node.crypto().xid(bare.get().terms());
            Evidence evidence =
                    Gather.from(
                                    node.identity().party(),
                                    messages,
                                    observations(session, xid, bare.get()))
                            .orElseThrow();
            Verdict _ = Verdict.of(node.crypto(), evidence);
            Path path = path(session, xid);
            Files.createDirectories(path.getParent());
            Bundle.of(Map.of(Evidence.ENTRY, Records.encode(evidence))).write(path);
            return Optional.of(path);
        } catch (MalformedException | LedgerException e) {
            node.events().trouble("no evidence bundle of " + session + " yet: " + e.getMessage());
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Message> messages(SessionKey session) {
        List<Message> messages = new ArrayList<>();
        for (Map.Entry<String, Octets> fact : node.store().facts().all(session).entrySet()) {
            if (fact.getKey().startsWith("sent/") || fact.getKey().startsWith("received/")) {
                messages.add(Records.decode(Message.class, fact.getValue().toByteArray()));
            }
        }
        return messages;
    }

    private List<Evidence.Observed> observations(SessionKey session, Xid xid, Evidence evidence) {
        if (evidence.deposit().isEmpty()) {
            return List.of();
        }
        Rail rail = evidence.terms().order().rail();
        Deal deal = evidence.deposit().get().deal();
        List<Evidence.Observed> observed = new ArrayList<>();
        for (DealMoment moment : rails.history(session, rail, deal)) {
            Observation observation =
                    new Observation(
                            xid,
                            node.crypto().dealId(rail, deal),
                            Observation.Kind.valueOf(moment.kind().name()),
                            moment.transaction(),
                            moment.block(),
                            moment.blockNumber(),
                            moment.blockTime(),
                            moment.key());
            observed.add(new Evidence.Observed(observation, node.identity().sign(observation)));
        }
        return observed;
    }
}
