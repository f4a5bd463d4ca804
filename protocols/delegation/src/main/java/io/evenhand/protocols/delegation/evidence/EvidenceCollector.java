package io.evenhand.protocols.delegation.evidence;

import io.evenhand.kit.machine.Crypto;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.delegation.evidence.Evidence.Acknowledgement;
import io.evenhand.protocols.delegation.evidence.Evidence.Delivery;
import io.evenhand.protocols.delegation.evidence.Evidence.Deposit;
import io.evenhand.protocols.delegation.evidence.Evidence.Ended;
import io.evenhand.protocols.delegation.evidence.Evidence.Observed;
import io.evenhand.protocols.delegation.evidence.Evidence.PolicyText;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Message.Stamped;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.message.Terms;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Puts the evidence together from the messages a party sent, received and refused. What is not
/// genuine is left out: it proves nothing, and one wrong signature refuses a bundle whole.
public final class EvidenceCollector {
    private final Crypto crypto;
    private final Optional<Terms> terms;
    private final Optional<Xid> xid;
    private final List<PolicyText> policies = new ArrayList<>();
    private final List<Signature> customer = new ArrayList<>();
    private final List<Signature> provider = new ArrayList<>();
    private final List<Signature> possession = new ArrayList<>();
    private final List<Signature> ready = new ArrayList<>();
    private final List<Stamped> stamps = new ArrayList<>();
    private final List<Delivery> deliveries = new ArrayList<>();
    private final List<Acknowledgement> acknowledgements = new ArrayList<>();
    private final List<Deposit> deposits = new ArrayList<>();

    private EvidenceCollector(Crypto crypto, List<Message> messages) {
        this.crypto = crypto;
        this.terms =
                messages.stream()
                        .flatMap(message -> terms(message).stream())
                        .filter(found -> DocumentChecks.terms(crypto, found).isEmpty())
                        .findFirst();
        this.xid = terms.map(crypto::xid);
        messages.forEach(this::add);
    }

    /// What a party knows of one exchange. Messages may come in any order and more than once.
    ///
    /// @param observed what the party saw on the chain; it is signed already
    /// @param ended what it says about the end; without Terms this is all there is
    public static Evidence from(
            Crypto crypto,
            PartyId keeper,
            List<Message> messages,
            List<Observed> observed,
            List<Ended> ended) {
        EvidenceCollector gather = new EvidenceCollector(crypto, messages);
        if (gather.terms.isEmpty()) {
            return nothingAgreed(keeper, ended);
        }
        return gather.evidence(keeper, observed, ended);
    }

    /// The order that the messages are about, where there are no Terms yet.
    public static Optional<Order> order(List<Message> messages) {
        return messages.stream()
                .flatMap(message ->
                        terms(message).map(Terms::order).or(() -> offered(message)).stream())
                .findFirst();
    }

    private static Optional<Order> offered(Message message) {
        return message instanceof Message.Offer offer
                ? Optional.of(offer.order())
                : Optional.empty();
    }

    /// The complete Terms, where a message holds them.
    public static Optional<Terms> terms(Message message) {
        return switch (message) {
            case Message.Accept accept -> Optional.of(accept.terms());
            case Message.Provision provision -> Optional.of(provision.terms());
            case Message.AskStampKey _,
                    Message.StampKeyMade _,
                    Message.Offer _,
                    Message.Ready _,
                    Message.Start _,
                    Message.Try _,
                    Message.Verdict _,
                    Message.Deliver _,
                    Message.Ack _,
                    Message.Funded _,
                    Message.Refuse _ ->
                    Optional.empty();
        };
    }

    static Evidence nothingAgreed(PartyId keeper, List<Ended> ended) {
        return new Evidence(
                keeper,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                ended);
    }

    private Evidence evidence(PartyId keeper, List<Observed> observed, List<Ended> ended) {
        DocumentChecks genuine = new DocumentChecks(crypto, terms.orElseThrow(), xid.orElseThrow());
        List<Deposit> made = keep(deposits, genuine::deposit);
        return new Evidence(
                keeper,
                terms,
                first(keep(policies, genuine::policy)),
                first(keep(customer, genuine::customer)),
                first(keep(provider, genuine::provider)),
                first(keep(possession, genuine::possession)),
                first(keep(ready, genuine::ready)),
                keep(stamps, genuine::stamp),
                keep(deliveries, genuine::delivery),
                keep(acknowledgements, genuine::acknowledgement),
                made,
                observed.stream()
                        .filter(seen -> genuine.observation(seen, made).isEmpty())
                        .limit(Evidence.MAX_OBSERVATIONS)
                        .toList(),
                ended);
    }

    private static <T> List<T> keep(List<T> found, Function<T, Optional<String>> fault) {
        return found.stream()
                .filter(each -> fault.apply(each).isEmpty())
                .distinct()
                .limit(Evidence.MAX_SAME)
                .toList();
    }

    private static <T> Optional<T> first(List<T> found) {
        return found.stream().findFirst();
    }

    private void add(Message message) {
        switch (message) {
            case Message.Offer offer ->
                    policies.add(new PolicyText(offer.policy(), offer.policySalt()));
            case Message.Accept accept -> {
                possession.add(accept.possession());
                provider.add(accept.signature());
            }
            case Message.Provision provision -> {
                policies.add(new PolicyText(provision.policy(), provision.policySalt()));
                customer.add(provision.customer());
                provider.add(provision.provider());
            }
            case Message.Ready made -> ready.add(made.signature());
            case Message.Start start -> {
                customer.add(start.customer());
                ready.add(start.ready());
            }
            case Message.Verdict verdict -> verdict.stamped().ifPresent(stamps::add);
            case Message.Deliver deliver -> {
                stamps.add(deliver.stamped());
                deliveries.add(
                        new Delivery(
                                deliver.header(),
                                crypto.hash(deliver.stamped().stamp()),
                                deliver.signature()));
            }
            case Message.Ack ack ->
                    acknowledgements.add(new Acknowledgement(ack.sealId(), ack.signature()));
            case Message.Funded funded ->
                    deposits.add(new Deposit(funded.deal(), funded.signature()));
            case Message.AskStampKey _,
                    Message.StampKeyMade _,
                    Message.Try _,
                    Message.Refuse _ -> {}
        }
    }
}
