package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.Home;
import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.Shell;
import io.evenhand.cli.Story;
import io.evenhand.cli.evidence.EvidenceReport;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.NextDeadline;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.Store;
import io.evenhand.node.transport.PeerException;
import io.evenhand.simulation.Model;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/// What a protocol brings to the command line. Its line in {@link io.evenhand.cli.Protocols#ALL}
/// registers all of it; the shared commands find it by the role of an exchange.
public interface CliProtocol {
    /// That of its roles, and what users explore: `evenhand explore NAME`.
    String name();

    /// All parts of it that a stored exchange may have.
    List<Role> roles();

    /// The protocol with this role, if it is one of these.
    static Optional<CliProtocol> of(List<CliProtocol> protocols, Role role) {
        return protocols.stream().filter(one -> one.roles().contains(role)).findFirst();
    }

    /// Its own commands, in the order of the help page.
    ///
    /// @param hooks what is put around the parties that they run
    List<LazyCommand> commands(Shell shell, PartyHooks hooks);

    /// What `list` and `show` say of one of its exchanges.
    Summary summary(Store store, SessionTable.Stored session);

    /// What an exchange waits for, and until when; nothing if it is over or waits for no moment.
    Optional<NextDeadline> next(SessionTable.Stored session, Timing timing);

    /// How a screen tells of its exchanges to people.
    ///
    /// @param home whose exchanges they are
    Story story(Home home);

    /// The exchanges that are to be gone on with by `resume`, the oldest first. A server's are not
    /// among them: its own command goes on with them.
    List<Bytes32> resumable(Store store, Home home) throws IOException;

    /// Sees exchanges through, until all are over.
    ///
    /// @param open at least one of {@link #resumable}
    /// @return the worst exit code
    int resume(Shell shell, PartyHooks hooks, KeyOptions keys, List<Bytes32> open)
            throws IOException, InterruptedException;

    /// Goes on with an exchange at another server than it began with. Says why if it cannot.
    ///
    /// @param node the server as the user names it, with `--node`
    /// @return the exit code
    default int resumeAt(
            Shell shell, PartyHooks hooks, KeyOptions keys, StoredExchange exchange, String node)
            throws IOException, PeerException, InterruptedException {
        throw CliException.usage("--node: this exchange can go on only where it began");
    }

    /// Gives an exchange up: what was paid comes back as early as the rules allow. Says why if it
    /// cannot.
    ///
    /// @param patient whether to wait for a deadline that is still to come
    /// @return the exit code
    int refund(Shell shell, KeyOptions keys, StoredExchange exchange, boolean patient)
            throws IOException, InterruptedException;

    /// Takes back what lies on a chain and this data directory does not know, as after an old
    /// backup.
    ///
    /// @return the exit code; nothing if this protocol leaves nothing to look for
    OptionalInt refundLost(Shell shell, KeyOptions keys, boolean patient)
            throws IOException, InterruptedException;

    /// Why the large files of an exchange that is over are still needed; nothing if they may go.
    default Optional<String> filesNeeded(Store store, Home home, SessionTable.Stored session)
            throws IOException {
        return Optional.empty();
    }

    /// How its evidence is written; nothing if it leaves none.
    Optional<EvidenceSource> evidence();

    /// What `verify` says of its bundles; nothing if it makes none.
    default Optional<EvidenceReport<?>> report() {
        return Optional.empty();
    }

    /// What its commands print with `--json`, and what it adds to the lines of the shared ones: the
    /// `lines.yaml` beside it.
    URL lines();

    /// What `explore` searches; nothing if it cannot be explored.
    Optional<Model> model();

    /// How one of its servers is asked what it offers; nothing if it has no server of this kind.
    ///
    /// @param kind what the server does, as its invite says, such as `provider`
    default Optional<Quoter> quoter(String kind) {
        return Optional.empty();
    }

    /// Asks a server what it offers, and shows it. Nothing is signed, paid or begun.
    interface Quoter {
        /// @return the exit code
        int ask(Shell shell, KeyOptions keys, PeerArgument server)
                throws IOException, PeerException, InterruptedException;
    }

    /// The service that a file describes, for `doctor`; nothing if nobody serves by such a file. A
    /// file that is none of this protocol's is malformed.
    default Optional<Service> service(Path file) throws IOException {
        return Optional.empty();
    }

    /// What is served, for at least so much.
    ///
    /// @param fault why it cannot be served on this machine, run from here
    /// @param least the least price at which a wage is claimed, by the fee of a claim
    record Service(String name, Wei price, Optional<String> fault, UnaryOperator<Wei> least) {}
}
