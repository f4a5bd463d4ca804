package io.evenhand.cli.metered;

import io.evenhand.cli.Home;
import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.file.NewFile;
import io.evenhand.kit.file.PrivateFiles;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.metered.ComputePlan;
import io.evenhand.node.metered.ComputeRequest;
import io.evenhand.protocols.metered.message.Limits;
import io.evenhand.protocols.metered.message.Prices;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What the user wants of a job beside its channel, in the data directory: written before the
/// channel begins, so it does not matter which command is running when it ends.
///
/// @param program what people call it
/// @param wanted what any node is asked for
/// @param output where all outputs go, one after the other; empty for nowhere
/// @param finalState where the last state goes; empty for nowhere
/// @param exported whether that is the program's own file of it
/// @param before the channel on which the cycles before this one's were done
/// @param doneBefore cycles of earlier channels
/// @param others nodes that may go on if this one does not answer
/// @param stage how far it is
record JobNote(
        @Limit(255) String program,
        Wanted wanted,
        @Limit(4096) String output,
        @Limit(4096) String finalState,
        boolean exported,
        Optional<Bytes32> before,
        long doneBefore,
        @Limit(MAX_OTHERS) List<PartyId> others,
        Stage stage) {
    static final int MAX_OTHERS = 16;

    /// How far the job of a channel is.
    enum Stage {
        /// Rounds are to be run.
        OPEN,
        /// No round is wanted any more, and the results are to be written.
        DONE,
        /// It went on with another channel: what waits here is money.
        MOVED
    }

    /// What a node is asked for, whichever it is.
    ///
    /// @param most the highest prices
    /// @param cycles of the whole job
    /// @param round cycles of one round
    /// @param timeoutSeconds after which a deposit can be taken back
    record Wanted(
            Limits limits,
            Prices most,
            long cycles,
            long round,
            Wei deposit,
            int window,
            long timeoutSeconds) {
        /// Every so many rounds the enclave signs its statement (spec-metered I).
        private static final int SIGN_EVERY = 16;

        ComputeRequest of(
                PartyId node, Octets module, Octets state, long cyclesLeft, long chainTime) {
            return new ComputeRequest(
                    node,
                    module,
                    state,
                    new ComputePlan(cyclesLeft, round),
                    limits,
                    most,
                    deposit,
                    chainTime + timeoutSeconds,
                    window,
                    SIGN_EVERY);
        }
    }

    JobNote with(Stage other) {
        return new JobNote(
                program, wanted, output, finalState, exported, before, doneBefore, others, other);
    }

    /// The same job on its next channel.
    JobNote after(Bytes32 channel, long done, List<PartyId> left) {
        return new JobNote(
                program,
                wanted,
                output,
                finalState,
                exported,
                Optional.of(channel),
                doneBefore + done,
                left,
                Stage.OPEN);
    }

    private static Path folder(Home home) {
        return home.directory().resolve("jobs");
    }

    void write(Home home, Bytes32 ref) throws IOException {
        PrivateFiles.directory(folder(home));
        try (NewFile file = NewFile.at(folder(home).resolve(ref.toString()))) {
            file.write(Records.encode(this));
            file.commit();
        }
    }

    /// Nothing for a channel that no command of this program began.
    static Optional<JobNote> read(Home home, Bytes32 ref) throws IOException {
        Path file = folder(home).resolve(ref.toString());
        return Files.isRegularFile(file)
                ? Optional.of(Records.decode(JobNote.class, Files.readAllBytes(file)))
                : Optional.empty();
    }

    /// Channels with a note.
    static List<Bytes32> all(Home home) throws IOException {
        if (!Files.isDirectory(folder(home))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder(home))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("[0-9a-f]{64}"))
                    .map(Bytes32::parse)
                    .toList();
        }
    }

    /// All is written and over: the notes of a job's channels go, the newest first.
    static void forget(Home home, Bytes32 ref) throws IOException {
        List<Bytes32> refs = new ArrayList<>();
        Optional<Bytes32> next = Optional.of(ref);
        while (next.isPresent()) {
            refs.add(next.get());
            next = read(home, next.get()).flatMap(JobNote::before);
        }
        for (Bytes32 each : refs) {
            Files.deleteIfExists(folder(home).resolve(each.toString()));
        }
        if (Files.isDirectory(folder(home))) {
            try (FileChannel folder = FileChannel.open(folder(home), StandardOpenOption.READ)) {
                folder.force(true);
            }
        }
    }
}
