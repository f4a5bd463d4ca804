package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Failures;
import io.evenhand.kit.file.NewFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/// A file that a command is to write, at a path that the user chose.
public final class OutputFile {
    /// Whether something that is there already is an earlier answer of the same kind.
    interface Earlier {
        boolean is(Path file) throws IOException;
    }

    private OutputFile() {}

    /// Refuses what cannot be written, and what would overwrite something else, before any work.
    ///
    /// @param option that names it
    /// @param earlier what may be replaced; nothing else is
    static void check(String option, Path file, Earlier earlier) throws IOException {
        if (file.toString().isBlank()) {
            throw CliException.usage(option + " is empty; name a file");
        }
        checkFolder(option, file);
        if (Files.isDirectory(file)) {
            throw refused(option, file, " is a directory; name a file in it");
        }
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                && !(Files.isRegularFile(file) && earlier.is(file))) {
            throw refused(option, file, " exists already; move it away, or choose another name");
        }
    }

    /// Something new can be made there.
    public static void checkFolder(String option, Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw refused(option, file, ": " + folder + " is no directory");
        }
        if (!Files.isWritable(folder)) {
            throw refused(option, file, ": this user may not write in " + folder);
        }
    }

    private static CliException refused(String option, Path file, String why) {
        return new CliException(ExitCode.STORAGE, option + " " + file + why);
    }

    /// Writes a text, which appears complete or not at all.
    static void write(String option, Path file, String text) {
        try (NewFile out = NewFile.at(file)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.commit();
        } catch (IOException e) {
            throw failed(option, e);
        }
    }

    static CliException failed(String option, IOException e) {
        return new CliException(
                ExitCode.STORAGE, option + " cannot be written (" + Failures.why(e) + ")", e);
    }
}
