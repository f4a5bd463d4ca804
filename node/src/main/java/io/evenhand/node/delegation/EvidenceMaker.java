package io.evenhand.node.delegation;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Xid;
import io.evenhand.ledger.evm.DealMoment;
import io.evenhand.node.exchange.Documents;
import io.evenhand.node.exchange.StateCodec;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.evidence.Ending;
import io.evenhand.protocols.delegation.evidence.Evidence;
import io.evenhand.protocols.delegation.evidence.EvidenceCollector;
import io.evenhand.protocols.delegation.evidence.Observation;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.message.Terms;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Makes the evidence of an exchange from the journal and the chain, whether it is over or not.
public final class EvidenceMaker {
    private final Store store;
    private final Ed25519Identity identity;
    private final Crypto crypto;
    private final Chain chain;

    /// What happened to a deal in final blocks.
    @FunctionalInterface
    public interface Chain {
        /// @param from number of the newest block when the exchange began
        List<DealMoment> history(long from, Rail rail, Deal deal);

        /// For a party that watches no chain.
        static Chain none() {
            return (_, _, _) -> List.of();
        }
    }

    public EvidenceMaker(Store store, Ed25519Identity identity, Crypto crypto, Chain chain) {
        this.store = store;
        this.identity = identity;
        this.crypto = crypto;
        this.chain = chain;
    }

    /// Where the bundle of an exchange that is over lies or will lie: named after the exchange, or
    /// after the offer if there never was one.
    public static Path file(Path home, Store store, Crypto crypto, SessionKey session) {
        String name =
                DelegationDocuments.terms(store.documents(), session)
                        .map(crypto::xid)
                        .map(Xid::toString)
                        .orElse("offer-" + session.ref());
        return home.resolve("bundles")
                .resolve(session.role().text() + "-" + name.substring(0, 16) + ".asice");
    }

    /// Empty if nothing was ever ordered, as in a session that only made a key.
    ///
    /// @param now the time of an exchange that is not over; one that is over ended when it did
    public Optional<Evidence> make(SessionKey session, Instant now) {
        SessionTable.Stored stored = store.sessions().find(session).orElseThrow();
        List<Message> messages = messages(session);
        Optional<Order> order =
                DelegationDocuments.order(store.documents(), session)
                        .or(() -> EvidenceCollector.order(messages));
        if (order.isEmpty()) {
            return Optional.empty();
        }
        Evidence bare = gather(messages, List.of(), List.of());
        Optional<Xid> xid = bare.terms().map(crypto::xid);
        Ending.Words words = words(stored);
        long at = stored.ended() ? stored.updatedAt() : now.getEpochSecond();
        Ending ending = new Ending(order.get(), xid, words.outcome(), words.reason(), at);
        return Optional.of(
                gather(
                        messages,
                        observations(session, bare),
                        List.of(
                                new Evidence.Ended(
                                        ending, identity.party(), identity.sign(ending)))));
    }

    private Evidence gather(
            List<Message> messages,
            List<Evidence.Observed> observed,
            List<Evidence.Ended> endings) {
        return EvidenceCollector.from(crypto, identity.party(), messages, observed, endings);
    }

    private static Ending.Words words(SessionTable.Stored stored) {
        Octets state = stored.state();
        return switch (DelegationRoles.part(stored.key().role())) {
            case CUSTOMER -> Ending.of(new StateCodec<>(CustomerState.class).decode(state));
            case PROVIDER -> Ending.of(new StateCodec<>(ProviderState.class).decode(state));
            case STAMPER -> Ending.of(new StateCodec<>(StamperState.class).decode(state));
        };
    }

    private List<Message> messages(SessionKey session) {
        return store.documents().all(session).stream()
                .filter(document -> document.name().isMessage())
                .map(document -> Records.decode(Message.class, document.body().toByteArray()))
                .toList();
    }

    private List<Evidence.Observed> observations(SessionKey session, Evidence evidence) {
        List<Evidence.Observed> observed = new ArrayList<>();
        for (Evidence.Deposit deposit : evidence.deposits()) {
            Terms terms = evidence.terms().orElseThrow();
            Rail rail = terms.order().rail();
            long from = Documents.mark(store.documents(), session);
            for (DealMoment moment : chain.history(from, rail, deposit.deal())) {
                Observation observation =
                        new Observation(
                                crypto.xid(terms),
                                crypto.dealId(rail, deposit.deal()),
                                Observation.Kind.valueOf(moment.kind().name()),
                                moment.transaction(),
                                moment.block(),
                                moment.blockNumber(),
                                moment.blockTime(),
                                moment.key());
                observed.add(
                        new Evidence.Observed(
                                observation, identity.party(), identity.sign(observation)));
            }
        }
        return observed;
    }
}
