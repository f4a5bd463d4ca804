package io.evenhand.cli.delegation;

import io.evenhand.cli.Home;
import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.LineSchema;
import io.evenhand.cli.Screen;
import io.evenhand.cli.Shell;
import io.evenhand.cli.Story;
import io.evenhand.cli.command.CliProtocol;
import io.evenhand.cli.command.EvidenceSource;
import io.evenhand.cli.command.LazyCommand;
import io.evenhand.cli.command.PartyHooks;
import io.evenhand.cli.command.StoredExchange;
import io.evenhand.cli.command.Summary;
import io.evenhand.cli.evidence.EvidenceReport;
import io.evenhand.cli.evidence.delegation.DelegationReport;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.node.NextDeadline;
import io.evenhand.node.delegation.DelegationDeadlines;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.delegation.provider.Retention;
import io.evenhand.node.delegation.provider.ServiceCommand;
import io.evenhand.node.delegation.provider.ServiceConfig;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.message.DelegationMessages;
import io.evenhand.protocols.delegation.provider.DealCheck;
import io.evenhand.simulation.Model;
import io.evenhand.simulation.delegation.DelegationModel;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Delegation in the command line.
public final class DelegationProtocol implements CliProtocol {
    @Override
    public String name() {
        return DelegationMessages.PROTOCOL;
    }

    @Override
    public List<Role> roles() {
        return DelegationRoles.ALL;
    }

    @Override
    public List<LazyCommand> commands(Shell shell, PartyHooks hooks) {
        return List.of(
                LazyCommand.of(
                        "stamper", StamperCommand.class, () -> new StamperCommand(shell, hooks)),
                ProviderCommand.lazy(shell, hooks),
                LazyCommand.of(
                        "delegate",
                        DelegateCommand.class,
                        () -> new DelegateCommand(shell, hooks)));
    }

    @Override
    public Summary summary(Store store, SessionTable.Stored session) {
        return DelegationSummary.of(store, session).shown();
    }

    @Override
    public Optional<NextDeadline> next(SessionTable.Stored session, Timing timing) {
        return DelegationDeadlines.of(session, timing);
    }

    @Override
    public Story story(Home home) {
        return new DelegationStory(home);
    }

    /// What its commands show while it goes on.
    static Screen screen(Shell shell, boolean manySessions) {
        return new Screen(shell, new DelegationStory(shell.home()), manySessions);
    }

    @Override
    public List<Bytes32> resumable(Store store, Home home) throws IOException {
        // An exchange that is over, but whose work was not written out, is to go on with too.
        Set<Bytes32> undelivered = Set.copyOf(Deliveries.pending(home));
        return store.sessions().all().reversed().stream()
                .filter(session -> session.key().role().equals(DelegationRoles.CUSTOMER))
                .filter(s -> !s.ended() || undelivered.contains(s.key().ref()))
                .map(session -> session.key().ref())
                .toList();
    }

    @Override
    public int resume(Shell shell, PartyHooks hooks, KeyOptions keys, List<Bytes32> open)
            throws IOException, InterruptedException {
        return new OpenDelegations(shell, keys).resume(hooks, open);
    }

    @Override
    public int refund(Shell shell, KeyOptions keys, StoredExchange exchange, boolean patient)
            throws IOException, InterruptedException {
        return new OpenDelegations(shell, keys).refund(exchange, patient);
    }

    @Override
    public OptionalInt refundLost(Shell shell, KeyOptions keys, boolean patient)
            throws IOException, InterruptedException {
        return OptionalInt.of(new LostDeposits(shell, keys, patient).takeBack());
    }

    @Override
    public Optional<String> filesNeeded(Store store, Home home, SessionTable.Stored session)
            throws IOException {
        if (!session.key().role().equals(DelegationRoles.CUSTOMER)) {
            return Retention.isOver(store, session, Instant.now())
                    ? Optional.empty()
                    : Optional.of("the customer may fetch the work again, by the Terms");
        }
        if (Deliveries.pending(home).contains(session.key().ref())) {
            return Optional.of("the work is not delivered yet; run \"evenhand resume\"");
        }
        return DelegationSummary.provesFalseStamp(session)
                ? Optional.of("they prove that the stamper stamped wrongly")
                : Optional.empty();
    }

    @Override
    public Optional<EvidenceSource> evidence() {
        return Optional.of(new DelegationEvidence());
    }

    @Override
    public Optional<EvidenceReport<?>> report() {
        return Optional.of(new DelegationReport());
    }

    @Override
    public URL lines() {
        return LineSchema.file(DelegationProtocol.class);
    }

    @Override
    public Optional<Model> model() {
        return Optional.of(new DelegationModel());
    }

    @Override
    public Optional<Quoter> quoter(String kind) {
        return kind.equals(DelegationRoles.PROVIDER.part())
                ? Optional.of(new DelegationQuote())
                : Optional.empty();
    }

    @Override
    public Optional<Service> service(Path file) throws IOException {
        ServiceConfig config = ServiceConfig.read(file);
        return Optional.of(
                new Service(
                        config.name(),
                        config.price(),
                        ServiceCommand.of(config, Path.of("").toAbsolutePath()).fault(),
                        DealCheck::leastWage));
    }
}
