package io.evenhand.cli.metered;

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
import io.evenhand.cli.command.PeerArgument;
import io.evenhand.cli.command.StoredExchange;
import io.evenhand.cli.command.Summary;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.node.NextDeadline;
import io.evenhand.node.metered.MeteredDeadlines;
import io.evenhand.node.metered.MeteredRoles;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.Store;
import io.evenhand.node.transport.PeerException;
import io.evenhand.protocols.metered.message.ChannelMessages;
import io.evenhand.simulation.Model;
import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Metered computing in the command line.
public final class MeteredProtocol implements CliProtocol {
    @Override
    public String name() {
        return ChannelMessages.PROTOCOL;
    }

    @Override
    public List<Role> roles() {
        return MeteredRoles.ALL;
    }

    @Override
    public List<LazyCommand> commands(Shell shell, PartyHooks hooks) {
        return List.of(
                LazyCommand.of("node", NodeCommand.class, () -> new NodeCommand(shell, hooks)),
                LazyCommand.of("run", RunCommand.class, () -> new RunCommand(shell, hooks)),
                LazyCommand.of("close", CloseCommand.class, () -> new CloseCommand(shell, hooks)),
                LazyCommand.of("program", ProgramCommand.class, ProgramCommand::new)
                        .and(() -> new ProgramCheckCommand(shell)));
    }

    @Override
    public Summary summary(Store store, SessionTable.Stored session) {
        return MeteredSummary.of(store, session);
    }

    @Override
    public Optional<NextDeadline> next(SessionTable.Stored session, Timing timing) {
        return MeteredDeadlines.of(session, timing);
    }

    @Override
    public Story story(Home home) {
        return new MeteredStory(home);
    }

    /// What its commands show while it goes on.
    static Screen screen(Shell shell, boolean manySessions) {
        return new Screen(shell, new MeteredStory(shell.home()), manySessions);
    }

    @Override
    public List<Bytes32> resumable(Store store, Home home) throws IOException {
        List<Bytes32> refs = new ArrayList<>();
        for (SessionTable.Stored session : store.sessions().all().reversed()) {
            boolean ours = session.key().role().equals(MeteredRoles.REQUESTER);
            if (ours && (!session.ended() || hasUnwritten(home, session))) {
                refs.add(session.key().ref());
            }
        }
        return refs;
    }

    private static boolean hasUnwritten(Home home, SessionTable.Stored session) throws IOException {
        return JobNote.read(home, session.key().ref())
                .filter(note -> note.stage() == JobNote.Stage.DONE)
                .isPresent();
    }

    @Override
    public int resume(Shell shell, PartyHooks hooks, KeyOptions keys, List<Bytes32> open)
            throws IOException, InterruptedException {
        return new OpenChannels(shell, keys).resume(hooks, open);
    }

    @Override
    public int resumeAt(
            Shell shell, PartyHooks hooks, KeyOptions keys, StoredExchange exchange, String node)
            throws IOException, PeerException, InterruptedException {
        return new OpenChannels(shell, keys)
                .resumeAt(
                        hooks,
                        exchange.stored().key().ref(),
                        PeerArgument.read(shell, "--node", node, MeteredRoles.SERVICE));
    }

    @Override
    public int refund(Shell shell, KeyOptions keys, StoredExchange exchange, boolean patient)
            throws IOException, InterruptedException {
        return new OpenChannels(shell, keys).refund(exchange, patient);
    }

    /// The Meter gives a deposit back only to who names all of its Terms, and those are in the data
    /// directory or nowhere.
    @Override
    public OptionalInt refundLost(Shell shell, KeyOptions keys, boolean patient) {
        return OptionalInt.empty();
    }

    @Override
    public Optional<String> filesNeeded(Store store, Home home, SessionTable.Stored session)
            throws IOException {
        return JobNote.read(home, session.key().ref()).isPresent()
                ? Optional.of("its job is not over; run \"evenhand resume\"")
                : Optional.empty();
    }

    @Override
    public Optional<EvidenceSource> evidence() {
        return Optional.empty();
    }

    @Override
    public URL lines() {
        return LineSchema.file(MeteredProtocol.class);
    }

    @Override
    public Optional<Model> model() {
        return Optional.empty();
    }
}
