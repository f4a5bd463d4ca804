package io.evenhand.demo.delegation.stage;

import static io.evenhand.node.delegation.DelegationRoles.CUSTOMER;
import static io.evenhand.node.delegation.DelegationRoles.PROVIDER;
import static io.evenhand.node.exchange.Documents.received;
import static io.evenhand.node.exchange.Documents.sent;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.demo.stage.DemoSetup;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.node.exchange.Documents;
import io.evenhand.node.exchange.StateCodec;
import io.evenhand.node.store.DocumentTable.Name;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Terms;
import io.evenhand.protocols.delegation.provider.ProviderState;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/// The files in the parties' data directories: a cheating party knows its own, and the script of a
/// cheat may read all.
public final class PartyFiles {
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final DemoSetup setup;

    PartyFiles(DemoSetup setup) {
        this.setup = setup;
    }

    /// The deal that the customer says it opened.
    public Deal deal() throws InterruptedException {
        return once(() -> message(CUSTOMER, sent(Message.Funded.class, 0), Message.Funded.class))
                .deal();
    }

    /// The Terms as the customer has them.
    public Terms terms() throws InterruptedException {
        return once(() ->
                        message(CUSTOMER, received(Message.Accept.class, 0), Message.Accept.class))
                .terms();
    }

    /// What the customer asked for.
    public Message.Offer offer() throws InterruptedException {
        return once(() -> message(CUSTOMER, sent(Message.Offer.class, 0), Message.Offer.class));
    }

    /// The signed Terms as customer or provider has them.
    public Message.Accept accepted(Role role) throws InterruptedException {
        Class<Message.Accept> kind = Message.Accept.class;
        Name name = role.equals(PROVIDER) ? sent(kind, 0) : received(kind, 0);
        return once(() -> message(role, name, kind));
    }

    /// The seal and stamp that the customer was delivered.
    public Message.Deliver delivery() throws InterruptedException {
        return once(
                () -> message(CUSTOMER, received(Message.Deliver.class, 0), Message.Deliver.class));
    }

    /// The secret of the provider's work key.
    public RevealedKey providerKey() throws InterruptedException {
        return once(this::workKey);
    }

    private <T extends Message> Optional<T> message(Role role, Name name, Class<T> type) {
        try (Store store = Store.openForReading(setup.home(role))) {
            return store.sessions().all().stream()
                    .flatMap(row ->
                            Documents.find(store.documents(), row.key(), name, Message.class, type)
                                    .stream())
                    .findFirst();
        }
    }

    private Optional<RevealedKey> workKey() {
        try (Store store = Store.openForReading(setup.home(PROVIDER), setup.keys(PROVIDER))) {
            return store.sessions().all().stream()
                    .map(row -> new StateCodec<>(ProviderState.class).decode(row.state()))
                    .flatMap(state -> handle(state).stream())
                    .map(handle -> key(store, handle))
                    .findFirst();
        }
    }

    private static RevealedKey key(Store store, KeyId handle) {
        Secret32 secret = store.keys().secret(handle);
        return new RevealedKey(Bytes32.of(secret.expose()));
    }

    private static Optional<KeyId> handle(ProviderState state) {
        return switch (state) {
            case ProviderState.Accepted s -> Optional.of(s.agreement().fresh().workKey());
            case ProviderState.AwaitingInput s -> handle(s.engaged());
            case ProviderState.Working s -> handle(s.engaged());
            case ProviderState.Trying s -> handle(s.engaged());
            case ProviderState.Sealing s -> handle(s.engaged());
            case ProviderState.Delivering s -> handle(s.engaged());
            case ProviderState.AfterDeposit s -> handle(s.engaged());
            case ProviderState.Idle _, ProviderState.Final _ -> Optional.empty();
        };
    }

    private static Optional<KeyId> handle(ProviderState.Engaged engaged) {
        return Optional.of(engaged.agreement().fresh().workKey());
    }

    /// As soon as it is there.
    private static <T> T once(Supplier<Optional<T>> look) throws InterruptedException {
        long deadline = System.nanoTime() + DelegationNet.STEP_LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<T> found = look.get();
            if (found.isPresent()) {
                return found.get();
            }
            Thread.sleep(PAUSE);
        }
        throw new CliException(
                ExitCode.FAILED, "what the cheat looks for in a party's home did not come");
    }
}
