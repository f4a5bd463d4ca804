package io.evenhand.cli.delegation;

import io.evenhand.cli.command.DealFields;
import io.evenhand.cli.command.Summary;
import io.evenhand.kit.deal.Deal;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.exchange.Documents;
import io.evenhand.node.exchange.StateCodec;
import io.evenhand.node.store.DocumentTable;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What a stored delegation says of itself.
///
/// @param state name of the state
/// @param detail why it ended, if it says
/// @param order what was asked for, unless the state no longer holds it
/// @param deal the deposit, once there is one
record DelegationSummary(String state, String detail, Optional<Order> order, Optional<Deal> deal) {
    /// A state that is over no longer holds Terms and deal; the messages that were kept do.
    static DelegationSummary of(Store store, SessionTable.Stored stored) {
        return of(stored).withDocuments(store.documents(), stored.key());
    }

    private DelegationSummary withDocuments(DocumentTable documents, SessionKey session) {
        Optional<Order> terms =
                message(documents, session, Message.Accept.class)
                        .map(accept -> accept.terms().order());
        Optional<Deal> deposit =
                message(documents, session, Message.Funded.class).map(Message.Funded::deal);
        return new DelegationSummary(state, detail, order.or(() -> terms), deal.or(() -> deposit));
    }

    /// For the shared commands.
    Summary shown() {
        return new Summary(
                state,
                detail,
                order.map(o -> "\"" + o.service() + "\" for " + o.wage()).orElse(""),
                stake(),
                deal.isPresent(),
                order.map(DelegationSummary::listed).orElseGet(Map::of),
                terms());
    }

    private String stake() {
        return order.map(Order::wage)
                .map(wage ->
                        deal.isPresent()
                                ? wage + " is in the contract"
                                : "no deposit of " + wage + " yet")
                .orElse("no order yet");
    }

    private static Map<String, Object> listed(Order order) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("service", order.service());
        fields.put("wage", order.wage());
        return fields;
    }

    private Map<String, Object> terms() {
        Map<String, Object> fields = new LinkedHashMap<>();
        order.ifPresent(o -> {
            fields.put("customer", o.customer().toString());
            fields.put("provider", o.provider().toString());
            fields.put("stamper", o.stamper().key().toString());
            fields.put("profile", o.stamper().profile());
            fields.put("tWork", Instant.ofEpochSecond(o.deadlines().tWork()));
            fields.put("tFund", Instant.ofEpochSecond(o.deadlines().tFund()));
            fields.put("claimBy", Instant.ofEpochSecond(o.deadlines().claimBy()));
            deal.ifPresent(d -> fields.put("deal", DealFields.of(o.rail(), d)));
        });
        return fields;
    }

    private static <M extends Message> Optional<M> message(
            DocumentTable documents, SessionKey session, Class<M> kind) {
        return Stream.of(Documents.sent(kind, 0), Documents.received(kind, 0))
                .flatMap(name ->
                        Documents.find(documents, session, name, Message.class, kind).stream())
                .findFirst();
    }

    private static DelegationSummary of(SessionTable.Stored stored) {
        return switch (DelegationRoles.part(stored.key().role())) {
            case CUSTOMER -> customer(stored);
            case PROVIDER -> provider(stored);
            case STAMPER -> stamper(stored);
        };
    }

    private static DelegationSummary customer(SessionTable.Stored stored) {
        CustomerState state = new StateCodec<>(CustomerState.class).decode(stored.state());
        return switch (state) {
            case CustomerState.Idle s -> open(s, s.plan().order());
            case CustomerState.AskingStampKey s -> open(s, s.plan().order());
            case CustomerState.Offered s -> open(s, s.plan().order());
            case CustomerState.Provisioning s -> open(s, s.agreed().terms().order());
            case CustomerState.AwaitingWork s -> open(s, s.agreed().terms().order());
            case CustomerState.Fetching s -> open(s, s.agreed().terms().order());
            case CustomerState.Checking s -> open(s, s.agreed().terms().order());
            case CustomerState.Funding s -> funded(s, s.agreed().terms().order(), s.deal());
            case CustomerState.Opening s -> funded(s, s.agreed().terms().order(), s.deal());
            case CustomerState.Opened s -> funded(s, s.agreed().terms().order(), s.deal());
            case CustomerState.Refunding s -> funded(s, s.agreed().terms().order(), s.deal());
            case CustomerState.Settled s ->
                    over(s, s.passed() ? "the policy passes" : "THE POLICY FAILS");
            case CustomerState.Refunded s -> over(s, "");
            case CustomerState.Aborted s -> over(s, s.why().line());
        };
    }

    private static DelegationSummary provider(SessionTable.Stored stored) {
        ProviderState state = new StateCodec<>(ProviderState.class).decode(stored.state());
        return switch (state) {
            case ProviderState.Idle s -> over(s, "");
            case ProviderState.Accepted s -> open(s, s.agreement().terms().order());
            case ProviderState.AwaitingInput s -> open(s, order(s.engaged()));
            case ProviderState.Working s -> open(s, order(s.engaged()));
            case ProviderState.Trying s -> open(s, order(s.engaged()));
            case ProviderState.Sealing s -> open(s, order(s.engaged()));
            case ProviderState.Delivering s -> open(s, order(s.engaged()));
            case ProviderState.Confirming s -> funded(s, order(s.engaged()), s.deal());
            case ProviderState.Revealing s -> funded(s, order(s.engaged()), s.deal());
            case ProviderState.Releasing s -> funded(s, order(s.engaged()), s.deal());
            case ProviderState.Settled s -> over(s, "the wage is here");
            case ProviderState.Returned s -> over(s, "the deposit went back");
            case ProviderState.Lost s -> over(s, "the key was shown and the wage went back");
            case ProviderState.Deceived s -> over(s, "the stamper is not honest");
            case ProviderState.Aborted s -> over(s, s.why().line());
        };
    }

    /// Whether a customer's exchange ended with work that fails the policy though it was stamped.
    static boolean provesFalseStamp(SessionTable.Stored stored) {
        return new StateCodec<>(CustomerState.class).decode(stored.state())
                        instanceof CustomerState.Settled(var _, boolean passed)
                && !passed;
    }

    private static Order order(ProviderState.Engaged engaged) {
        return engaged.agreement().terms().order();
    }

    private static DelegationSummary stamper(SessionTable.Stored stored) {
        StamperState state = new StateCodec<>(StamperState.class).decode(stored.state());
        return switch (state) {
            case StamperState.Idle s -> over(s, "");
            case StamperState.Keyed s -> over(s, "");
            case StamperState.Provisioned s -> open(s, s.commission().terms().order());
            case StamperState.Judging s -> open(s, s.commission().terms().order());
            case StamperState.StampMade s -> open(s, s.commission().terms().order());
            case StamperState.Expired s -> over(s, s.why().line());
        };
    }

    private static DelegationSummary open(Record state, Order order) {
        return new DelegationSummary(name(state), "", Optional.of(order), Optional.empty());
    }

    private static DelegationSummary funded(Record state, Order order, Deal deal) {
        return new DelegationSummary(name(state), "", Optional.of(order), Optional.of(deal));
    }

    private static DelegationSummary over(Record state, String detail) {
        return new DelegationSummary(name(state), detail, Optional.empty(), Optional.empty());
    }

    private static String name(Record state) {
        return state.getClass().getSimpleName();
    }
}
