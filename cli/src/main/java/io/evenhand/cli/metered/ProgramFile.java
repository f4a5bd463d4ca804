package io.evenhand.cli.metered;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Units;
import io.evenhand.cli.command.InputFile;
import io.evenhand.enclave.sandbox.FileResult;
import io.evenhand.enclave.sandbox.Guest.Engine;
import io.evenhand.enclave.sandbox.GuestAborted;
import io.evenhand.enclave.sandbox.Program;
import io.evenhand.enclave.sandbox.ProgramInstance;
import io.evenhand.enclave.sandbox.ProgramLimits;
import io.evenhand.enclave.sandbox.RefusalCode;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Octets;
import io.evenhand.node.store.ChannelRows;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A program and what it is to begin with, as a user names them.
///
/// @param program with all that the sandbox ever gives
record ProgramFile(String name, Octets module, Program program) {
    /// With it a program begins that is given none.
    private static final Octets EMPTY = new Octets(new byte[0]);

    /// Reads and checks a module.
    static ProgramFile read(Path file) throws IOException {
        Octets module =
                bytes(InputFile.check("the program", file), ProgramLimits.MOST.moduleBytes());
        try {
            Program program = Program.of(module.toByteArray(), ProgramLimits.MOST);
            return new ProgramFile(String.valueOf(file.getFileName()), module, program);
        } catch (MalformedException e) {
            throw CliException.usage(file + ": " + e.getMessage());
        }
    }

    private static Octets bytes(Path file, int most) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new CliException(
                        ExitCode.USAGE,
                        file + " has more than " + Units.showSize(most) + ", which is the most");
            }
            return new Octets(bytes);
        }
    }

    /// The state to begin with: a file with one, or what the program makes of a user's file.
    Octets state(Optional<Path> state, Optional<Path> input)
            throws IOException, InterruptedException {
        if (state.isPresent() && input.isPresent()) {
            throw CliException.usage("--state or --input: one of them is where it begins");
        }
        if (state.isPresent()) {
            return bytes(InputFile.check("the state", state.get()), ChannelRows.MAX_STATE);
        }
        if (input.isEmpty()) {
            return EMPTY;
        }
        if (!program.importsFiles()) {
            throw CliException.usage(
                    name + " makes no state of a file (it exports no import_): use --state");
        }
        Octets file = bytes(InputFile.check("the input", input.get()), ProgramLimits.MAX_BYTES);
        return made(input.get().toString(), DeepStack.call(() -> instance().importFile(file)));
    }

    /// A state as the program gives it to users; the state itself, if it gives none.
    Octets export(Octets state) throws InterruptedException {
        return program.exportsFiles()
                ? made("the last state", DeepStack.call(() -> instance().exportState(state)))
                : state;
    }

    private ProgramInstance instance() throws GuestAborted {
        return program.start(Engine.COMPILED);
    }

    private Octets made(String what, FileResult result) {
        return switch (result) {
            case FileResult.Made(Octets bytes) -> bytes;
            case FileResult.Refused(int code) ->
                    throw CliException.usage(
                            name + " refuses " + what + ": " + RefusalCode.words(code));
            case FileResult.Faulted(var end) ->
                    throw CliException.usage(name + " fails on " + what + ": " + end);
        };
    }
}
