package io.evenhand.cli.delegation;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Failures;
import io.evenhand.cli.Home;
import io.evenhand.cli.Shell;
import io.evenhand.kit.evidence.Bundle;
import io.evenhand.kit.file.NewFile;
import io.evenhand.kit.file.PrivateFiles;
import io.evenhand.kit.process.Loop;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.delegation.customer.CustomerAgent;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Where the works of a customer go, and the works that went there.
///
/// A work is written as soon as it is decrypted. It is paid by then; whether the payment is final
/// matters to the evidence, not to the file. An exchange that another process began is noted in the
/// data directory, so it does not matter which command is running at that moment.
final class Deliveries {
    /// Beside the note of an exchange: its work was written.
    private static final String WRITTEN = ".written";

    private final Shell shell;
    private final CustomerAgent agent;

    private Deliveries(Shell shell, CustomerAgent agent) {
        this.shell = shell;
        this.agent = agent;
    }

    /// Writes what opens from now on, of every exchange that an earlier process noted.
    static Deliveries start(Shell shell, CustomerAgent agent) throws IOException {
        Deliveries deliveries = new Deliveries(shell, agent);
        pending(shell.home()).forEach(deliveries::await);
        deliveries.eraseTold();
        return deliveries;
    }

    /// Writes works that lie open since an earlier process. They are paid, whatever is wrong with
    /// the chain or its endpoint now.
    static void writeOpened(Shell shell, NodeKeys keys) throws IOException {
        try (Store store = Store.open(shell.home().directory(), keys, InstantSource.system())) {
            // What a loss of power tore is put back first.
            SessionFiles files = SessionFiles.of(store);
            for (Bytes32 ref : pending(shell.home())) {
                SessionKey session = new SessionKey(DelegationRoles.CUSTOMER, ref);
                if (files.has(session, SessionFiles.WORK)) {
                    Path work = files.path(session, SessionFiles.WORK);
                    early(shell, () -> write(shell, ref, work));
                }
            }
        }
    }

    private interface Writing {
        void run() throws IOException;
    }

    /// Notes where the work of an exchange shall go: before the exchange begins, so that no crash
    /// leaves one without a note.
    void note(Bytes32 ref, Path output) throws IOException {
        Path notes = notes(shell.home());
        PrivateFiles.directory(notes);
        try (NewFile file = NewFile.at(notes.resolve(ref.toString()))) {
            file.write(output.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8));
            file.commit();
        }
        await(ref);
    }

    /// The exchange whose work goes to this file, too, when it is here: it would write over the
    /// other one's, which nobody can get again.
    Optional<Bytes32> goingTo(Path output) throws IOException {
        for (Bytes32 ref : pending(shell.home())) {
            boolean begun = agent.state(ref).isPresent();
            if (begun && output(ref).filter(other -> collide(other, output)).isPresent()) {
                return Optional.of(ref);
            }
        }
        return Optional.empty();
    }

    /// Each has its evidence beside it.
    static boolean collide(Path one, Path other) {
        return whole(one).equals(whole(other))
                || whole(evidence(one)).equals(whole(other))
                || whole(one).equals(whole(evidence(other)));
    }

    /// Without the links on the way to it.
    private static Path whole(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        try {
            return absolute.resolveSibling("").toRealPath().resolve(absolute.getFileName());
        } catch (IOException e) {
            return absolute;
        }
    }

    private static Path notes(Home home) {
        return home.directory().resolve("outputs");
    }

    /// Exchanges whose commands have not ended yet, be the exchanges over or not.
    static List<Bytes32> pending(Home home) throws IOException {
        if (!Files.isDirectory(notes(home))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(notes(home))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("[0-9a-f]{64}"))
                    .map(Bytes32::parse)
                    .toList();
        }
    }

    Optional<Path> output(Bytes32 ref) throws IOException {
        return output(shell.home(), ref);
    }

    private static Optional<Path> output(Home home, Bytes32 ref) throws IOException {
        Path note = notes(home).resolve(ref.toString());
        return Files.isRegularFile(note)
                ? Optional.of(Path.of(Files.readString(note)))
                : Optional.empty();
    }

    private void await(Bytes32 ref) {
        var _ =
                agent.opened(ref)
                        .thenAccept(isHere -> {
                            if (isHere) {
                                Loop.DELIVERY
                                        .virtual("delivery", () -> early(shell, () -> write(ref)))
                                        .start();
                            }
                        });
    }

    /// What fails now is tried again at the end, which then says why.
    private static void early(Shell shell, Writing writing) {
        try {
            writing.run();
        } catch (IOException | RuntimeException e) {
            shell.output().note("evenhand: " + e.getMessage());
        }
    }

    /// Writes the work once, if it is here.
    synchronized void write(Bytes32 ref) throws IOException {
        Optional<Path> work = agent.work(ref);
        if (work.isPresent()) {
            write(shell, ref, work.get());
        }
    }

    /// What the user did with the file since is the user's.
    private static void write(Shell shell, Bytes32 ref, Path work) throws IOException {
        Path written = notes(shell.home()).resolve(ref + WRITTEN);
        Optional<Path> output = output(shell.home(), ref);
        if (output.isEmpty() || Files.exists(written)) {
            return;
        }
        place(shell, work, output.get(), _ -> false);
        try (NewFile mark = NewFile.at(written)) {
            mark.commit();
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("exchange", ref.toString());
        fields.put("output", output.get().toString());
        shell.output()
                .event(
                        "work",
                        fields,
                        "the work is in %s; the evidence follows when its payment is final"
                                .formatted(Outcomes.near(output.get())));
    }

    /// The end of an exchange was told. The work lies where the user wanted it, and the sealed one
    /// stays as evidence: the copy here goes. The note goes first, for good, so that a work which
    /// is half overwritten is never told or written again.
    void forget(Bytes32 ref) throws IOException {
        Path notes = notes(shell.home());
        if (Files.deleteIfExists(notes.resolve(ref.toString()))) {
            try (FileChannel folder = FileChannel.open(notes, StandardOpenOption.READ)) {
                folder.force(true);
            }
        }
        if (Files.exists(notes.resolve(ref + WRITTEN))) {
            agent.eraseWork(ref);
            Files.deleteIfExists(notes.resolve(ref + WRITTEN));
        }
    }

    /// A crash may have come between the end of an exchange and the end of its copy.
    private void eraseTold() throws IOException {
        if (!Files.isDirectory(notes(shell.home()))) {
            return;
        }
        Set<Bytes32> untold = Set.copyOf(pending(shell.home()));
        List<Bytes32> told;
        try (Stream<Path> files = Files.list(notes(shell.home()))) {
            told =
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> name.matches("[0-9a-f]{64}\\" + WRITTEN))
                            .map(name -> Bytes32.parse(name.substring(0, 64)))
                            .filter(ref -> !untold.contains(ref))
                            .toList();
        }
        for (Bytes32 ref : told) {
            forget(ref);
        }
    }

    static Path evidence(Path output) {
        return output.resolveSibling(output.getFileName() + ".asice");
    }

    /// Puts the evidence of an exchange beside its work. An older bundle there is replaced: every
    /// node makes it again on demand.
    static void placeEvidence(Shell shell, Path bundle, Path output) {
        place(shell, bundle, evidence(output), Bundle::isOne);
    }

    private interface Earlier {
        boolean is(Path file) throws IOException;
    }

    /// The whole file appears, or none; what could not be copied is still in the data directory. A
    /// file that somebody else put there since stays as it is.
    ///
    /// @param earlier which file may be replaced
    private static void place(Shell shell, Path from, Path to, Earlier earlier) {
        try {
            boolean taken = Files.exists(to, LinkOption.NOFOLLOW_LINKS);
            boolean isFile = Files.isRegularFile(to);
            // A crash may have come after it was written.
            if (isFile && Files.mismatch(from, to) < 0) {
                return;
            }
            if (taken && !(isFile && earlier.is(to))) {
                throw new CliException(
                        ExitCode.STORAGE,
                        ("%s is not overwritten, and nothing is lost: move it away, and \"%s\""
                                        + " writes there what belongs there")
                                .formatted(to, Outcomes.goOn(shell)));
            }
            copy(from, to, taken);
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.STORAGE,
                    to
                            + " cannot be written ("
                            + Failures.why(e)
                            + "); nothing is lost, copy it from "
                            + from,
                    e);
        }
    }

    private static void copy(Path from, Path to, boolean replace) throws IOException {
        try (NewFile file = NewFile.at(to);
                InputStream in = Files.newInputStream(from)) {
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                file.write(buffer, 0, n);
            }
            if (replace) {
                file.commit();
            } else {
                file.commitNew();
            }
        }
    }
}
