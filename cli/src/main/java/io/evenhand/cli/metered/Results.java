package io.evenhand.cli.metered;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Failures;
import io.evenhand.cli.Home;
import io.evenhand.enclave.sandbox.Program;
import io.evenhand.enclave.sandbox.ProgramLimits;
import io.evenhand.kit.file.NewFile;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.node.metered.RequesterAgent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// Where the outputs and the last state of a job go. Nothing is overwritten, and what could not be
/// written is still in the data directory.
record Results(Home home, RequesterAgent agent) {
    /// Before anything is signed: the files will find their place.
    static void checkNew(String option, Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw new CliException(
                    ExitCode.STORAGE,
                    "nothing can be written at " + option + " " + file + "; choose another");
        }
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new CliException(
                    ExitCode.STORAGE,
                    file + " exists already; move it away or choose another " + option);
        }
    }

    /// Writes what a job's last channel, and those before it, brought.
    void write(Bytes32 ref, JobNote note) throws IOException, InterruptedException {
        if (!note.output().isEmpty()) {
            place(Path.of(note.output()), file -> outputs(ref, file));
        }
        if (!note.finalState().isEmpty()) {
            RequesterAgent.Standing standing = agent.standing(ref);
            byte[] bytes = shown(note, standing).toByteArray();
            place(Path.of(note.finalState()), file -> file.write(bytes));
        }
    }

    private static Octets shown(JobNote note, RequesterAgent.Standing standing)
            throws InterruptedException {
        if (!note.exported()) {
            return standing.state();
        }
        Program program = Program.of(standing.module().toByteArray(), ProgramLimits.MOST);
        return new ProgramFile(note.program(), standing.module(), program).export(standing.state());
    }

    private interface Writer {
        void write(NewFile file) throws IOException;
    }

    /// The whole file appears, or none.
    private static void place(Path to, Writer writer) {
        try (NewFile file = NewFile.at(to)) {
            writer.write(file);
            file.commitNew();
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.STORAGE,
                    ("%s cannot be written (%s); nothing is lost: make room there, and \"evenhand"
                                    + " resume\" writes it")
                            .formatted(to, Failures.why(e)),
                    e);
        }
    }

    /// Of all channels of the job, the first one first.
    private void outputs(Bytes32 ref, NewFile file) throws IOException {
        Deque<Bytes32> channels = new ArrayDeque<>();
        Optional<Bytes32> next = Optional.of(ref);
        while (next.isPresent()) {
            channels.addFirst(next.get());
            next = JobNote.read(home, next.get()).flatMap(JobNote::before);
        }
        byte[] buffer = new byte[1 << 16];
        for (Bytes32 channel : channels) {
            Path output = agent.output(channel);
            if (Files.exists(output)) {
                try (InputStream in = Files.newInputStream(output)) {
                    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                        file.write(buffer, 0, n);
                    }
                }
            }
        }
    }
}
