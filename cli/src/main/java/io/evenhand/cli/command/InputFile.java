package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file that a user named on the command line.
public final class InputFile {
    private InputFile() {}

    /// The file itself, if it is one and may be read.
    ///
    /// @param what it is, as in "the policy"
    public static Path check(String what, Path file) {
        if (file.toString().isBlank()) {
            throw CliException.usage("the name of " + what + " is empty");
        }
        String fault =
                Files.isDirectory(file)
                        ? " is a directory"
                        : !Files.exists(file)
                                ? " does not exist"
                                : !Files.isRegularFile(file)
                                        ? " is no file"
                                        : !Files.isReadable(file)
                                                ? " may not be read by this user"
                                                : "";
        if (!fault.isEmpty()) {
            throw new CliException(ExitCode.STORAGE, what + " " + file + fault);
        }
        return file;
    }
}
