package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Home;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Rail;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.exchange.Documents;
import io.evenhand.node.exchange.StateCodec;
import io.evenhand.node.store.DocumentTable;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// One exchange of a data directory, as far as a person wants to know; secrets stay closed.
///
/// @param state name of the state
/// @param detail why it ended, if it says
/// @param order what was asked for, unless the state no longer holds it
/// @param deal the deposit, once there is one
record Exchange(
        SessionTable.Stored stored,
        String state,
        String detail,
        Optional<Order> order,
        Optional<Deal> deal) {
    /// All of them, the newest first.
    static List<Exchange> all(Store store) {
        return store.sessions().all().stream()
                .map(stored -> of(stored).withDocuments(store.documents()))
                .toList();
    }

    /// The one that a user means by its reference or xid, or the beginning of one.
    static Exchange find(Store store, Home home, String prefix) {
        String wanted = prefix.startsWith("0x") ? prefix.substring(2) : prefix;
        if (!wanted.matches("[0-9a-f]{4,64}")) {
            throw CliException.usage(
                    "\"" + prefix + "\" names no exchange: write 4 to 64 of its hex digits");
        }
        List<Exchange> found =
                all(store).stream().filter(exchange -> exchange.isCalled(wanted)).toList();
        if (found.isEmpty()) {
            throw new CliException(
                    ExitCode.USAGE,
                    "no exchange in "
                            + home
                            + " is called "
                            + prefix
                            + "; \"evenhand list\" shows them");
        }
        if (found.size() > 1) {
            throw CliException.usage(prefix + " fits several exchanges: write more of it");
        }
        return found.getFirst();
    }

    /// A state that is over no longer holds Terms and deal; the messages that were kept do.
    private Exchange withDocuments(DocumentTable documents) {
        Optional<Order> terms =
                message(documents, Message.Accept.class).map(accept -> accept.terms().order());
        Optional<Deal> deposit = message(documents, Message.Funded.class).map(Message.Funded::deal);
        return new Exchange(stored, state, detail, order.or(() -> terms), deal.or(() -> deposit));
    }

    private <M extends Message> Optional<M> message(DocumentTable documents, Class<M> kind) {
        return Stream.of(Documents.sent(kind, 0), Documents.received(kind, 0))
                .flatMap(name ->
                        Documents.find(documents, stored.key(), name, Message.class, kind).stream())
                .findFirst();
    }

    private boolean isCalled(String prefix) {
        return stored.key().ref().toString().startsWith(prefix)
                || stored.xid().filter(xid -> xid.toString().startsWith(prefix)).isPresent();
    }

    Optional<Rail> rail() {
        return order.map(Order::rail);
    }

    private static Exchange of(SessionTable.Stored stored) {
        return switch (DelegationRoles.part(stored.key().role())) {
            case CUSTOMER -> customer(stored);
            case PROVIDER -> provider(stored);
            case STAMPER -> stamper(stored);
        };
    }

    private static Exchange customer(SessionTable.Stored stored) {
        CustomerState state = new StateCodec<>(CustomerState.class).decode(stored.state());
        return switch (state) {
            case CustomerState.Idle s -> open(stored, s, s.plan().order());
            case CustomerState.AskingStampKey s -> open(stored, s, s.plan().order());
            case CustomerState.Offered s -> open(stored, s, s.plan().order());
            case CustomerState.Provisioning s -> open(stored, s, s.agreed().terms().order());
            case CustomerState.AwaitingWork s -> open(stored, s, s.agreed().terms().order());
            case CustomerState.Fetching s -> open(stored, s, s.agreed().terms().order());
            case CustomerState.Checking s -> open(stored, s, s.agreed().terms().order());
            case CustomerState.Funding s -> funded(stored, s, s.agreed().terms().order(), s.deal());
            case CustomerState.Opening s -> funded(stored, s, s.agreed().terms().order(), s.deal());
            case CustomerState.Opened s -> funded(stored, s, s.agreed().terms().order(), s.deal());
            case CustomerState.Refunding s ->
                    funded(stored, s, s.agreed().terms().order(), s.deal());
            case CustomerState.Settled s ->
                    over(stored, s, s.passed() ? "the policy passes" : "THE POLICY FAILS");
            case CustomerState.Refunded s -> over(stored, s, "");
            case CustomerState.Aborted s -> over(stored, s, s.why().line());
        };
    }

    private static Exchange provider(SessionTable.Stored stored) {
        ProviderState state = new StateCodec<>(ProviderState.class).decode(stored.state());
        return switch (state) {
            case ProviderState.Idle s -> over(stored, s, "");
            case ProviderState.Accepted s -> open(stored, s, s.agreement().terms().order());
            case ProviderState.AwaitingInput s -> open(stored, s, order(s.engaged()));
            case ProviderState.Working s -> open(stored, s, order(s.engaged()));
            case ProviderState.Trying s -> open(stored, s, order(s.engaged()));
            case ProviderState.Sealing s -> open(stored, s, order(s.engaged()));
            case ProviderState.Delivering s -> open(stored, s, order(s.engaged()));
            case ProviderState.Confirming s -> funded(stored, s, order(s.engaged()), s.deal());
            case ProviderState.Revealing s -> funded(stored, s, order(s.engaged()), s.deal());
            case ProviderState.Releasing s -> funded(stored, s, order(s.engaged()), s.deal());
            case ProviderState.Settled s -> over(stored, s, "the wage is here");
            case ProviderState.Returned s -> over(stored, s, "the deposit went back");
            case ProviderState.Lost s ->
                    over(stored, s, "the key was shown and the wage went back");
            case ProviderState.Deceived s -> over(stored, s, "the stamper is not honest");
            case ProviderState.Aborted s -> over(stored, s, s.why().line());
        };
    }

    private static Order order(ProviderState.Engaged engaged) {
        return engaged.agreement().terms().order();
    }

    private static Exchange stamper(SessionTable.Stored stored) {
        StamperState state = new StateCodec<>(StamperState.class).decode(stored.state());
        return switch (state) {
            case StamperState.Idle s -> over(stored, s, "");
            case StamperState.Keyed s -> over(stored, s, "");
            case StamperState.Provisioned s -> open(stored, s, s.commission().terms().order());
            case StamperState.Judging s -> open(stored, s, s.commission().terms().order());
            case StamperState.StampMade s -> open(stored, s, s.commission().terms().order());
            case StamperState.Expired s -> over(stored, s, s.why().line());
        };
    }

    private static Exchange open(SessionTable.Stored stored, Record state, Order order) {
        return new Exchange(stored, name(state), "", Optional.of(order), Optional.empty());
    }

    private static Exchange funded(
            SessionTable.Stored stored, Record state, Order order, Deal deal) {
        return new Exchange(stored, name(state), "", Optional.of(order), Optional.of(deal));
    }

    private static Exchange over(SessionTable.Stored stored, Record state, String detail) {
        return new Exchange(stored, name(state), detail, Optional.empty(), Optional.empty());
    }

    private static String name(Record state) {
        return state.getClass().getSimpleName();
    }
}
